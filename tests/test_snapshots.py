"""What others see stays as it was accepted, whatever the code calls things."""

import pytest

from backbone.testing.fixtures import Servers
from contracts.__main__ import main as contracts
from tests.snapshots import SERVICES, accepted, catalogue, differences
from tests.snapshots.texts import TEXTS

ACCEPT = "If this is meant, accept it with `make snapshots`, and commit what that writes."


def require_accepted(name: str, text: str) -> None:
    if found := differences(name, text):
        pytest.fail(f"{found}\n\n{ACCEPT}", pytrace=False)


@pytest.mark.parametrize("name", TEXTS)
def test_what_others_see_is_as_it_was_accepted(name: str) -> None:
    require_accepted(name, TEXTS[name]())


@pytest.mark.parametrize("service", SERVICES)
async def test_a_migrated_database_is_as_it_was_accepted(service: str, servers: Servers) -> None:
    for name, text in (await catalogue.texts(servers, service)).items():
        require_accepted(name, text)


def test_the_schemas_and_the_asyncapi_document_are_as_they_were_accepted() -> None:
    assert contracts(["schemas", "--check"]) == 0


def test_no_accepted_file_is_left_without_its_origin() -> None:
    tables = {f"tables/{service}.txt" for service in SERVICES}

    assert accepted() == {*TEXTS, *tables, "exports.txt"}
