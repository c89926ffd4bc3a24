"""A service's API in a fresh process of its own, and a token for it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from backbone.settings import Settings
from bench.harness.client import answers
from bench.harness.issuer import Issuer
from bench.harness.servers import environment, process
from envol_local.ports import free_ports


@dataclass(frozen=True)
class Api:
    """The port of an API, a token that it accepts, and its process."""

    port: int
    token: str
    pid: int


@asynccontextmanager
async def api(
    service: str, settings: Settings, keys: Issuer, *, role: str, **more: object
) -> AsyncIterator[Api]:
    """Serve a service's API for the length of a block; `more` are further settings of it."""
    port = free_ports(["api"])["api"]
    env = environment(settings, API_PORT=port, **more) | {"OIDC_ISSUER": keys.url}
    async with process(sys.executable, "-m", service, "api", env=env) as child:
        await answers(port, seconds=30)
        yield Api(port, keys.token(role), child.pid)
