"""A token is believed only as the issuer signed it, for us, in its time."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from steps import until

from backbone.errors import Unauthenticated, Unavailable
from backbone.testing.fixtures import AUDIENCE, ISSUER, ClientOf, TestIssuer
from backbone.web import auth
from backbone.web.auth import IssuerKeys, Principal, VerifiedTokens, Verifier

NOW = int(time.time())


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def claims(**changes: Any) -> dict[str, Any]:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "jo", "exp": NOW + 600, "roles": ["writer"]}
    return said | changes


def confused(keys: TestIssuer) -> str:
    """Signed by HMAC with the public key, which everybody has, as its secret."""
    secret = keys.key.as_pem(private=False)
    said = f"{encoded({'alg': 'HS256', 'kid': 'test'})}.{encoded(claims())}"
    return f"{said}.{encoded(hmac.digest(secret, said.encode(), hashlib.sha256))}"


FORGED: dict[str, Any] = {
    "expired": lambda keys: keys.token("writer", exp=NOW - 60),
    "not yet valid": lambda keys: keys.token("writer", nbf=NOW + 600),
    "issued in the future": lambda keys: keys.token("writer", iat=NOW + 600),
    "without an end": lambda keys: jwt.encode(
        {"alg": "RS256", "kid": "test"},
        {k: v for k, v in claims().items() if k != "exp"},
        keys.key,
    ),
    "without a subject": lambda keys: keys.token("writer", sub=""),
    "of another issuer": lambda keys: keys.token("writer", iss="https://elsewhere.example.org"),
    "for another audience": lambda keys: keys.token("writer", aud="elsewhere"),
    "for several others": lambda keys: keys.token("writer", aud=["a", "b"]),
    "unsigned": lambda _: f"{encoded({'alg': 'none'})}.{encoded(claims())}.",
    "signed with the public key": confused,
    "of an unknown key": lambda _: TestIssuer().token("writer"),
    "of an unknown kid": lambda _: jwt.encode(
        {"alg": "RS256", "kid": "other"}, claims(), RSAKey.generate_key(2048, {"kid": "other"})
    ),
    "of another algorithm": lambda keys: jwt.encode(
        {"alg": "RS512", "kid": "test"}, claims(), keys.key, algorithms=["RS512"]
    ),
    "tampered with": lambda keys: tampered(keys.token("reader")),
    "a list": lambda _: f"{encoded([])}.{encoded([])}.{encoded(b'x')}",
    "no token": lambda _: "Jo",
    "nothing": lambda _: "..",
    "an odd end": lambda keys: keys.token("writer", exp="tomorrow"),
}


def tampered(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{encoded(claims())}.{signature}"


@pytest.mark.parametrize("kind", FORGED)
async def test_a_token_that_proves_nothing_is_a_401(
    client_of: ClientOf, keys: TestIssuer, kind: str
) -> None:
    answer = await client_of().get(
        "/notebooks", headers={"authorization": f"Bearer {FORGED[kind](keys)}"}
    )

    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:problem:unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("claims_of_it", "detail"),
    [
        ({"exp": 1}, "The token has expired. Sign in again."),
        ({"aud": "another"}, "The token is not one for this service: see its claim `aud`."),
        (
            {"iss": "https://x.example"},
            "The token is not one for this service: see its claim `iss`.",
        ),
    ],
)
async def test_a_token_of_elsewhere_or_of_before_is_refused_with_what_to_check(
    client_of: ClientOf, claims_of_it: dict[str, Any], detail: str
) -> None:
    answer = await client_of("writer", **claims_of_it).get("/notebooks")

    assert answer.status_code == 401
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic am86cHc=", "Token x"])
async def test_without_a_token_it_is_a_401(client_of: ClientOf, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = await client_of().get("/notebooks", headers=headers)

    assert answer.status_code == 401


async def test_the_wrong_role_is_a_403_that_says_whose_it_is(client_of: ClientOf) -> None:
    answer = await client_of("reader").get("/notebooks")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "The token has none of the roles that may do this: writer."


@pytest.mark.parametrize("roles", ["writer", ["reader", "writer"]])
async def test_one_role_or_several_are_taken(client_of: ClientOf, roles: Any) -> None:
    assert (await client_of("x", roles=roles).get("/notebooks")).status_code == 200


@pytest.mark.parametrize("roles", [None, [], "", {"writer": True}, 5])
async def test_a_token_without_a_role_we_know_is_a_403(client_of: ClientOf, roles: Any) -> None:
    assert (await client_of("x", roles=roles).get("/notebooks")).status_code == 403


async def test_clocks_may_differ_a_little(client_of: ClientOf) -> None:
    late = client_of("writer", exp=int(time.time()) - 5)
    assert (await late.get("/notebooks")).status_code == 200


def test_a_scope_of_one_value_is_not_taken_letter_by_letter() -> None:
    def who(**claims: Any) -> Principal:
        return Principal(subject="jo", roles=frozenset(), claims=claims)

    assert who(regions="11").scope("regions") == {"11"}
    assert who(regions=["11", "93"]).scope("regions") == {"11", "93"}
    assert who(regions=[]).scope("regions") == set()
    assert who().scope("regions") is None


class Issuer:
    """A small OpenID Connect issuer, as far as resource servers see it."""

    def __init__(self) -> None:
        self.keys: list[Any] = [RSAKey.generate_key(2048, {"kid": "first"})]
        self.asked, self.answer = 0, None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/envol"

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.asked += path.endswith("openid-configuration")
        body = self.answer or json.dumps(self._documents()[path]).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    def _documents(self) -> dict[str, Any]:
        published = KeySet(self.keys).as_dict(private=False)
        return {
            "/envol/.well-known/openid-configuration": {"jwks_uri": f"{self.address}/keys"},
            "/envol/keys": published,
        }

    def token(self, key: Any | None = None) -> str:
        key = key or self.keys[0]
        algorithm = "ES256" if key.key_type == "EC" else "RS256"
        said = {"iss": self.address, "aud": AUDIENCE, "sub": "jo", "exp": time.time() + 60}
        return jwt.encode({"alg": algorithm, "kid": key.kid}, said, key)


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    issuer = Issuer()
    async with await issuer.serve():
        yield issuer


def verifier_of(issuer: Issuer) -> Verifier:
    return Verifier(IssuerKeys(issuer.address + "/"), issuer=issuer.address, audience=AUDIENCE)


async def test_the_keys_are_looked_up_once_even_by_many_at_once(issuer: Issuer) -> None:
    verifier = verifier_of(issuer)

    found = await asyncio.gather(*(verifier.principal(issuer.token()) for _ in range(20)))

    assert {who.subject for who in found} == {"jo"}
    assert issuer.asked == 1


async def test_keys_that_were_changed_are_picked_up(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "REFRESH_EVERY", 0.0)
    verifier = verifier_of(issuer)
    old = issuer.token()
    await verifier.principal(old)
    issuer.keys = [ECKey.generate_key("P-256", {"kid": "second"})]

    assert (await verifier.principal(issuer.token())).subject == "jo"
    with pytest.raises(Unauthenticated):
        await verifier.principal(old)


class CountingKeys:
    """Keys that count how often a signature is verified with them."""

    def __init__(self) -> None:
        self.key, self.verified = RSAKey.generate_key(2048, {"kid": "first"}), 0
        self.renew()

    def renew(self) -> None:
        """Be looked up once more, as an issuer's keys are: another object, the same key."""
        counting = self

        class Counted(KeySet):
            def get_by_kid(self, *arguments: Any) -> Any:
                counting.verified += 1
                return super().get_by_kid(*arguments)

        self.keys = Counted([self.key])

    async def current(self, *, refreshed: bool = False) -> KeySet:  # noqa: ARG002
        return self.keys

    def token(self, **changes: Any) -> str:
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims(**changes), self.key)


async def test_the_signature_of_a_token_is_verified_once_while_the_keys_are_the_same() -> None:
    keys = CountingKeys()
    verifier = Verifier(keys, issuer=ISSUER, audience=AUDIENCE)
    one, other = keys.token(sub="jo"), keys.token(sub="al")

    found = [(await verifier.principal(token)).subject for token in (one, other, one, one, other)]

    assert found == ["jo", "al", "jo", "jo", "al"]
    assert keys.verified == 2
    keys.renew()
    assert (await verifier.principal(one)).subject == "jo"
    assert keys.verified == 3


async def test_a_token_that_was_verified_is_refused_once_its_time_is_over() -> None:
    keys = CountingKeys()
    verifier = Verifier(keys, issuer=ISSUER, audience=AUDIENCE)
    token = keys.token(exp=int(time.time()) - auth.LEEWAY + 2)
    assert (await verifier.principal(token)).subject == "jo"
    assert len(verifier.verified) == 1

    async def is_refused() -> bool:
        try:
            await verifier.principal(token)
        except Unauthenticated:
            return True
        return False

    await until(is_refused)
    assert len(verifier.verified) == 0


async def test_what_one_caller_does_with_its_claims_is_not_seen_by_the_next() -> None:
    keys = CountingKeys()
    verifier = Verifier(keys, issuer=ISSUER, audience=AUDIENCE)
    token = keys.token()

    (await verifier.principal(token)).claims["regions"] = ["11"]

    assert (await verifier.principal(token)).scope("regions") is None


def test_as_many_tokens_are_remembered_as_is_allowed_those_used_last() -> None:
    keys, verified = KeySet([]), VerifiedTokens()
    for number in range(auth.MAX_TOKENS):
        verified.add(f"token {number}", keys, {"sub": str(number)})
    assert verified.get("token 0", keys)

    verified.add("one more", keys, {"sub": "jo"})

    assert len(verified) == auth.MAX_TOKENS
    assert verified.get("token 0", keys)
    assert verified.get("token 1", keys) is None


async def test_forged_kids_do_not_make_us_ask_again_and_again(issuer: Issuer) -> None:
    verifier, stranger = verifier_of(issuer), RSAKey.generate_key(2048, {"kid": "stranger"})
    await verifier.principal(issuer.token())

    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await verifier.principal(issuer.token(stranger))

    assert issuer.asked == 1


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b"[]", b"null"])
async def test_an_issuer_that_talks_nonsense_is_not_there(issuer: Issuer, answer: bytes) -> None:
    issuer.answer = answer

    with pytest.raises(Unavailable, match="does not answer"):
        await verifier_of(issuer).principal(issuer.token())


async def test_while_the_issuer_is_away_known_keys_serve_and_others_are_a_503(
    app: Any, client_of: ClientOf, keys: TestIssuer
) -> None:
    issuer = Issuer()
    async with await issuer.serve():
        verifier = verifier_of(issuer)
        await verifier.principal(issuer.token())
    assert (await verifier.principal(issuer.token())).subject == "jo"

    app.state.verifier.keys = IssuerKeys(issuer.address)
    try:
        client: AsyncClient = client_of("writer")
        answer = await client.get("/notebooks")
    finally:
        app.state.verifier.keys = keys
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem:unavailable"
