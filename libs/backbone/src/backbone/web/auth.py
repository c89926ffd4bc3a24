"""Authentication: a token signed by the issuer, verified by every API for itself.

OpenID Connect: the API is a resource server. It takes the issuer's keys from its discovery
document, and accepts a token only with an algorithm of `ALGORITHMS`, from that issuer, for this
audience, within its time.
"""

import asyncio
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

import httpx
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
)
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict

from backbone.errors import Forbidden, Unauthenticated, Unavailable

ALGORITHMS = ["RS256", "ES256"]
LEEWAY = 30  # seconds by which clocks may differ
MAX_TOKENS = 1_000
REFRESH_EVERY = 10.0  # seconds between two look-ups of the issuer's keys, at least

bearer = HTTPBearer(auto_error=False, description="An access token of the identity provider.")


class Principal(BaseModel):
    """The caller, according to the token."""

    model_config = ConfigDict(frozen=True)

    subject: str
    roles: frozenset[str]
    claims: dict[str, Any]

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def scope(self, claim: str) -> frozenset[str] | None:
        """Return the values to which a claim confines the caller; None if it does not."""
        values = self.claims.get(claim)
        return None if values is None else _texts(values)


def _texts(claim: object) -> frozenset[str]:
    """Return the values of a claim that has one or several."""
    return frozenset(map(str, claim if isinstance(claim, list) else [claim]))


class Keys(Protocol):
    """Where the issuer's public keys come from."""

    async def current(self, *, refreshed: bool = False) -> KeySet: ...


class IssuerKeys:
    """The keys an OpenID Connect issuer publishes, remembered, looked up again when unknown."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._keys: KeySet | None = None
        self._looked_up = -math.inf
        self._looking = asyncio.Lock()

    async def current(self, *, refreshed: bool = False) -> KeySet:
        """Return the keys, fetched again if `refreshed`; raise `Unavailable` without any."""
        if self._keys is None or refreshed:
            async with self._looking:
                await self._look_up()
        assert self._keys is not None  # else it has raised
        return self._keys

    async def _look_up(self) -> None:
        if self._keys is None or time.monotonic() - self._looked_up >= REFRESH_EVERY:
            self._looked_up = time.monotonic()
            self._keys = await self._fetch()

    async def _fetch(self) -> KeySet:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                found = await client.get(f"{self.issuer}/.well-known/openid-configuration")
                keys = await client.get(found.raise_for_status().json()["jwks_uri"])
                return KeySet.import_key_set(keys.raise_for_status().json())
        except (httpx.HTTPError, JoseError, ValueError, LookupError, TypeError) as failure:
            raise Unavailable("The identity provider does not answer. Try again soon.") from failure


class VerifiedTokens:
    """The claims of tokens whose signature the current keys verified, the last `MAX_TOKENS` used.

    Tokens are known by a digest: one that is read from memory cannot be used. The claims, which may
    name a person, stay until the keys change, `MAX_TOKENS` others are used, or the token is found
    to be out of its time: that is checked at each use by `Verifier`, not here.
    """

    def __init__(self) -> None:
        self._keys: KeySet | None = None
        self._claims = OrderedDict[bytes, dict[str, Any]]()

    def __len__(self) -> int:
        return len(self._claims)

    def get(self, token: str, keys: KeySet) -> dict[str, Any] | None:
        """Return the claims of a token, or `None` if these keys have not verified it yet."""
        claims = self._of(keys).get(digest := _digest(token))
        if claims is not None:
            self._claims.move_to_end(digest)
        return claims

    def add(self, token: str, keys: KeySet, claims: dict[str, Any]) -> None:
        """Store the claims of a token that these keys verified."""
        self._of(keys)[_digest(token)] = claims
        if len(self._claims) > MAX_TOKENS:
            self._claims.popitem(last=False)

    def _of(self, keys: KeySet) -> OrderedDict[bytes, dict[str, Any]]:
        """Return what these keys verified: other keys than before have verified nothing yet."""
        if keys is not self._keys:
            self._keys, self._claims = keys, OrderedDict()
        return self._claims

    def discard(self, token: str) -> None:
        self._claims.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Verifier:
    """Turns a token into a principal, or raises `Unauthenticated`."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str) -> None:
        self.keys = keys
        self.verified = VerifiedTokens()
        self.rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def principal(self, token: str) -> Principal:
        try:
            claims = await self._claims(token)
            self.rules.validate(claims)
        except (JoseError, ValueError) as wrong:
            self.verified.discard(token)
            raise Unauthenticated(_why_invalid(wrong)) from wrong
        return Principal(
            subject=str(claims["sub"]), roles=_texts(claims.get("roles") or []), claims=claims
        )

    async def _claims(self, token: str) -> dict[str, Any]:
        """Return what a token says; its signature is verified once while the keys are the same."""
        keys = await self.keys.current()
        claims = self.verified.get(token, keys)
        if claims is None:
            claims, keys = await self._decode(token, keys)
            self.verified.add(token, keys, claims)
        return claims

    async def _decode(self, token: str, keys: KeySet) -> tuple[dict[str, Any], KeySet]:
        """Return what a token says and the keys that verified it, refreshed if they had to be."""
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims, keys
        except (InvalidKeyIdError, ValueError):
            keys = await self.keys.current(refreshed=True)
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims, keys


def _why_invalid(error: Exception) -> str:
    """Return why a token is refused and what to do, without what it holds."""
    match error:
        case ExpiredTokenError():
            return "The token has expired. Sign in again."
        case MissingClaimError() | InvalidClaimError():
            return (
                f"The token is not one for this service: see its claim `{error.claim}`."
                " Check the client with which you signed in."
            )
    return "The token is not valid here. Sign in again."


async def principal(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Principal:
    """Return the caller of any role, with a valid token."""
    if credentials is None:
        raise Unauthenticated("Send an access token: Authorization: Bearer <token>.")
    verifier: Verifier = request.app.state.verifier
    return await verifier.principal(credentials.credentials)


def require_roles(*roles: str) -> Callable[[Principal], Awaitable[Principal]]:
    """Return a dependency that requires one of the roles."""

    async def caller(who: Annotated[Principal, Depends(principal)]) -> Principal:
        if not who.has(*roles):
            allowed = ", ".join(sorted(roles))
            raise Forbidden(f"The token has none of the roles that may do this: {allowed}.")
        return who

    return caller
