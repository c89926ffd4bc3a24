"""The four APIs, called with a token as any client would."""

import csv
import os
import sys
import time
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, BinaryIO, TypeAlias

import httpx

PATIENCE = 30.0  # seconds that a service may be away
SERVICES = ("matching", "partners", "notifications", "reporting")

Json: TypeAlias = Any  # what an API answers; each caller knows its shape


class Turned(Exception):  # noqa: N818
    """An API turned a request down; the message is its problem document's."""


class Envol:
    """Everything the story needs of Envol, by role."""

    def __init__(self, urls: Mapping[str, str], issuer: str, *, patience: float = PATIENCE) -> None:
        self.urls, self.issuer, self.patience = urls, issuer, patience
        self.http = httpx.Client(timeout=30)
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, role: str) -> str:
        """A token for a role, from the development identity provider."""
        token, until = self._tokens.get(role, ("", 0.0))
        if time.time() < until:
            return token
        found = self.http.get(f"{self.issuer}/.well-known/openid-configuration")
        answer = self.http.post(
            found.raise_for_status().json()["token_endpoint"],
            data={"grant_type": "client_credentials", "client_id": role, "scope": "envol"},
            auth=(role, "development"),
        )
        told = answer.raise_for_status().json()
        self._tokens[role] = told["access_token"], time.time() + told["expires_in"] - 60
        return str(told["access_token"])

    def get(self, service: str, path: str, *, role: str = "admin", **params: Json) -> Json:
        """Read, as a role."""
        return self._send("GET", service, path, role, params=params)

    def post(  # noqa: PLR0913  (what a request has)
        self,
        service: str,
        path: str,
        body: Mapping[str, Any],
        *,
        role: str,
        once: str,
        version: int | None = None,
        any_version: bool = False,
    ) -> Json:
        """Do something once: sent again with the same `once`, it is not done again.

        With a `version`, only to what is still as it was read.
        """
        headers = {"Idempotency-Key": once} | ({"If-Match": "*"} if any_version else {})
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._send("POST", service, path, role, json=body, headers=headers)

    def patch(self, service: str, path: str, body: Mapping[str, Any], *, role: str) -> Json:
        """Correct what is named, whatever it was; sent again, it changes nothing."""
        headers = {"If-Match": "*"}
        return self._send("PATCH", service, path, role, json=body, headers=headers)

    def delete(self, service: str, path: str, *, role: str) -> Json:
        """Withdraw something, whatever it was."""
        return self._send("DELETE", service, path, role, headers={"If-Match": "*"})

    def put(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any],
        *,
        role: str,
        any_version: bool = False,
    ) -> Json:
        """Say how something is, whatever it was if that is to be said; said again, it is so."""
        headers = {"If-Match": "*"} if any_version else {}
        return self._send("PUT", service, path, role, json=body, headers=headers)

    def upload(
        self, service: str, kind: str, name: str, file: BinaryIO, *, role: str
    ) -> dict[str, Any]:
        """Send a file that the service will take in; sent again while it waits, it is the same."""
        files = {"file": (name, file, "text/csv")}
        return dict(self._send("POST", service, f"/imports/{kind}", role, files=files))

    def table(self, service: str, path: str, *, role: str = "viewer") -> Iterator[dict[str, str]]:
        """Yield the rows of a CSV file that a service writes."""
        answer = self._answer("GET", service, path, role)
        yield from csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""))

    def health(self, service: str) -> dict[str, Any]:
        """How the service's worker is, as it last said: its lag, its backlog. Nothing, if away."""
        try:
            return dict(self.http.get(f"{self.urls[service]}/health/ready").json())
        except httpx.TransportError:
            return {}

    def pages(self, service: str, path: str, **params: str | int) -> Iterator[dict[str, Any]]:
        """All items of a list."""
        page = self._send("GET", service, path, "admin", params=params | {"limit": 200})
        yield from page["items"]
        while page.get("next"):
            more = params | {"limit": 200, "after": page["next"]}
            page = self._send("GET", service, path, "admin", params=more)
            yield from page["items"]

    def _send(
        self,
        method: str,
        service: str,
        path: str,
        role: str,
        **options: Any,  # noqa: ANN401  (passed on to httpx)
    ) -> Json:
        answer = self._answer(method, service, path, role, **options)
        return answer.json() if answer.content else None

    def _answer(
        self,
        method: str,
        service: str,
        path: str,
        role: str,
        **options: Any,  # noqa: ANN401  (passed on to httpx)
    ) -> httpx.Response:
        """Send, and again while the service is away: nothing that is sent twice is done twice."""
        headers = options.pop("headers", {}) | {"Authorization": f"Bearer {self.token(role)}"}
        url, patience = f"{self.urls[service]}/v1{path}", time.monotonic() + self.patience
        while True:
            try:
                answer = self.http.request(method, url, headers=headers, **options)
            except httpx.TransportError as away:
                if time.monotonic() > patience:
                    raise Turned(f"{service} does not answer at {url}: {away}") from away
                time.sleep(0.2)
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > patience:
                break
            time.sleep(0.2)
        if answer.is_error:
            raise Turned(f"{method} {service}{path}: {answer.status_code} {answer.text}")
        return answer


def from_environment() -> Envol:
    """The APIs and the issuer that the environment names."""
    names = [*(f"{service.upper()}_URL" for service in SERVICES), "OIDC_ISSUER"]
    if missing := [name for name in names if name not in os.environ]:
        sys.exit(f"demo: say where Envol is: {', '.join(missing)}.")
    urls = {service: os.environ[f"{service.upper()}_URL"] for service in SERVICES}
    return Envol(urls, os.environ["OIDC_ISSUER"])
