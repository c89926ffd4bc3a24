"""A client of the four APIs: tokens, idempotency keys, retries, pages and files."""

import csv
import os
import sys
import time
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any, BinaryIO, TypeAlias

import httpx

PATIENCE = 30.0  # seconds for which a request to an unavailable service is retried
SERVICES = ("matching", "partners", "notifications", "reporting")

Json: TypeAlias = Any  # a response's body; each caller knows its shape


class ApiError(Exception):
    """A request that an API refused; the message holds its problem document."""


class EnvolClient:
    """A client of all four services, with a token for each role."""

    def __init__(self, urls: Mapping[str, str], issuer: str, *, patience: float = PATIENCE) -> None:
        self.urls, self.issuer, self.patience = urls, issuer, patience
        self.http = httpx.Client(timeout=30)
        self._tokens: dict[str, tuple[str, float]] = {}

    def token(self, role: str) -> str:
        """Return a cached or new token for `role` from the development identity provider."""
        token, until = self._tokens.get(role, ("", 0.0))
        if time.time() < until:
            return token
        configuration = self.http.get(f"{self.issuer}/.well-known/openid-configuration")
        response = self.http.post(
            configuration.raise_for_status().json()["token_endpoint"],
            data={"grant_type": "client_credentials", "client_id": role, "scope": "envol"},
            auth=(role, "development"),
        )
        grant = response.raise_for_status().json()
        self._tokens[role] = grant["access_token"], time.time() + grant["expires_in"] - 60
        return str(grant["access_token"])

    def get(self, service: str, path: str, *, role: str = "admin", **params: Json) -> Json:
        """Send a GET request as `role`; return the body."""
        return self._send("GET", service, path, role, params=params)

    def post(  # noqa: PLR0913  (what a request has)
        self,
        service: str,
        path: str,
        body: Mapping[str, Any],
        *,
        role: str,
        idempotency_key: str,
        version: int | None = None,
        any_version: bool = False,
    ) -> Json:
        """Send a command; with the same `idempotency_key` it is executed once.

        With `version`, it is refused if the resource has changed since.
        """
        headers = {"Idempotency-Key": idempotency_key} | ({"If-Match": "*"} if any_version else {})
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._send("POST", service, path, role, json=body, headers=headers)

    def patch(self, service: str, path: str, body: Mapping[str, Any], *, role: str) -> Json:
        """Change the fields in `body`, whatever the version; idempotent."""
        headers = {"If-Match": "*"}
        return self._send("PATCH", service, path, role, json=body, headers=headers)

    def delete(self, service: str, path: str, *, role: str) -> Json:
        """Send a DELETE request, whatever the version."""
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
        """Replace a resource; with `any_version`, whatever its version. Idempotent."""
        headers = {"If-Match": "*"} if any_version else {}
        return self._send("PUT", service, path, role, json=body, headers=headers)

    def upload(
        self, service: str, kind: str, name: str, file: BinaryIO, *, role: str
    ) -> dict[str, Any]:
        """Send a file to import; sending it again while it waits returns the same import."""
        files = {"file": (name, file, "text/csv")}
        return dict(self._send("POST", service, f"/imports/{kind}", role, files=files))

    def table(self, service: str, path: str, *, role: str = "viewer") -> Iterator[dict[str, str]]:
        """Yield the rows of a CSV export."""
        response = self._request("GET", service, path, role)
        yield from csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline=""))

    def health(self, service: str) -> dict[str, Any]:
        """Return the readiness of the service's worker (lag, backlog); empty if unavailable."""
        try:
            return dict(self.http.get(f"{self.urls[service]}/health/ready").json())
        except httpx.TransportError:
            return {}

    def pages(self, service: str, path: str, **params: str | int) -> Iterator[dict[str, Any]]:
        """Yield all items of a paged list."""
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
        response = self._request(method, service, path, role, **options)
        return response.json() if response.content else None

    def _request(
        self,
        method: str,
        service: str,
        path: str,
        role: str,
        **options: Any,  # noqa: ANN401  (passed on to httpx)
    ) -> httpx.Response:
        """Send a request; retry while the service is unavailable, which idempotency makes safe."""
        headers = options.pop("headers", {}) | {"Authorization": f"Bearer {self.token(role)}"}
        url, deadline = f"{self.urls[service]}/v1{path}", time.monotonic() + self.patience
        while True:
            try:
                response = self.http.request(method, url, headers=headers, **options)
            except httpx.TransportError as failure:
                if time.monotonic() > deadline:
                    raise ApiError(f"{service} does not answer at {url}: {failure}") from failure
                time.sleep(0.2)
                continue
            if (
                response.status_code != httpx.codes.SERVICE_UNAVAILABLE
                or time.monotonic() > deadline
            ):
                break
            time.sleep(0.2)
        if response.is_error:
            raise ApiError(f"{method} {service}{path}: {response.status_code} {response.text}")
        return response


def from_environment() -> EnvolClient:
    """Return a client of the APIs and the issuer that the environment names; exit without them."""
    names = [*(f"{service.upper()}_URL" for service in SERVICES), "OIDC_ISSUER"]
    if missing := [name for name in names if name not in os.environ]:
        sys.exit(f"demo: say where Envol is: {', '.join(missing)}.")
    urls = {service: os.environ[f"{service.upper()}_URL"] for service in SERVICES}
    return EnvolClient(urls, os.environ["OIDC_ISSUER"])
