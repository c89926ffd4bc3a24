from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest
from httpx import AsyncClient
from stdnum import luhn

from backbone.service import Service
from backbone.testing.fixtures import ClientOf
from partners.__main__ import SERVICE

ANY = {"If-Match": "*"}

Make = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE


@pytest.fixture(scope="session")
def settings_extra(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {
        "documents_folder": tmp_path_factory.mktemp("documents"),
        "issuer_name": "Envol",
        "issuer_number": "W931234567",
        "issuer_address": "1 rue de l'Envol, 93200 Saint-Denis",
        "issuer_object": "Accompagner de jeunes diplômés vers l'emploi",
    }


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    """Partners' API, as a partner manager of the national team sees it."""
    return client_of("partner_manager")


@pytest.fixture
def siren() -> Callable[[], str]:
    """Another valid SIREN at each call."""
    numbers = count(90_000_000)

    def siren() -> str:
        number = str(next(numbers))
        return number + luhn.calc_check_digit(number)

    return siren


@pytest.fixture
def organisation(client: AsyncClient, siren: Callable[[], str]) -> Make:
    """Register an organisation, and optionally make it a member of umbrellas since a day."""

    async def organisation(name: str, **said: Any) -> dict[str, Any]:
        umbrellas = said.pop("member_of", {})
        body = {"name": name, "kind": "company", "siren": siren(), "department": "75"} | said
        answer = await client.post("/organisations", json=body)
        assert answer.status_code == 201, answer.text
        registered: dict[str, Any] = answer.json()
        for umbrella_id, joined_on in umbrellas.items():
            joined = {"umbrella_id": umbrella_id, "joined_on": joined_on}
            answer = await client.post(f"/organisations/{registered['id']}/umbrellas", json=joined)
            assert answer.status_code == 201, answer.text
        return registered

    return organisation


@pytest.fixture
def convention(client: AsyncClient) -> Make:
    """Sign a convention of these organisations, framework when they are several."""

    async def convention(*organisations: dict[str, Any], **said: Any) -> dict[str, Any]:
        body = {
            "kind": "framework" if len(organisations) > 1 else "own",
            "signed_on": "2012-07-10",
            "signatories": [{"organisation_id": o["id"]} for o in organisations],
        }
        answer = await client.post("/conventions", json=body | said)
        assert answer.status_code == 201, answer.text
        signed: dict[str, Any] = answer.json()
        return signed

    return convention
