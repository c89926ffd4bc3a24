"""The development identity provider: it grants every role that a request asks for."""

import json
from collections.abc import Mapping

from envol_local.java import java
from envol_local.ports import HOST
from envol_local.probes import answers_http
from envol_local.process import Program
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor

AUDIENCE = "envol"
HOUR = 3_600
CLIENTS = ("admin", "coordinator", "partner_manager", "mentor", "mentee", "viewer", "machine")


async def start(site: Site, supervisor: Supervisor) -> None:
    """Start the provider with one client for each role."""
    settings = site.data / "identity.json"
    settings.write_text(json.dumps(_settings(), indent=2), encoding="utf-8")
    main = "no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt"
    provider = Program(
        name="identity",
        command=java(site.clone, "identity", main, memory="128m"),
        folder=site.data,
        log=site.logs / "identity.log",
        env={
            "SERVER_HOSTNAME": HOST,
            "SERVER_PORT": str(site.ports["identity"]),
            "JSON_CONFIG_PATH": str(settings),
        },
    )
    ready = answers_http(site.ports["identity"], "/envol/.well-known/openid-configuration")
    await supervisor.start(provider, ready, Rank.SERVER)


def _settings() -> Mapping[str, object]:
    tokens = {
        "issuerId": "envol",
        "tokenExpiry": HOUR,
        "requestMappings": [_claims_of(client) for client in CLIENTS],
    }
    return {"interactiveLogin": True, "httpServer": "NettyWrapper", "tokenCallbacks": [tokens]}


def _claims_of(client: str) -> Mapping[str, object]:
    return {
        "requestParam": "client_id",
        "match": client,
        "claims": {"sub": client, "aud": [AUDIENCE], "roles": [client]},
    }
