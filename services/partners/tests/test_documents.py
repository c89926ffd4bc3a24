"""What is attached to a convention lies beside the database, whole, and is of a kind we take."""

from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@pytest.fixture
async def signed(organisation: Any, convention: Any) -> Any:
    return await convention(await organisation("USH"))


@pytest.fixture
def folder(settings: Any) -> Path:
    folder: Path = settings.documents_folder
    return folder


def lose(file: Path) -> None:
    file.unlink()


def lying(folder: Path) -> set[Path]:
    return set(folder.iterdir())


async def attach(client: AsyncClient, signed: Any, content: bytes, name: str) -> Response:
    path = f"/conventions/{signed['id']}/documents"
    return await client.post(path, files={"file": (name, content)})


async def test_a_document_comes_back_as_it_was_sent(
    client: AsyncClient, signed: Any, folder: Path
) -> None:
    answer = await attach(client, signed, PDF, "../Convention <USH> 2012.PDF")

    document = answer.json()
    assert (document["name"], document["media_type"], document["bytes"]) == (
        "Convention USH 2012.pdf",
        "application/pdf",
        len(PDF),
    )
    path = f"/conventions/{signed['id']}/documents"
    assert (await client.get(path)).json()["items"] == [document]
    content = await client.get(f"{path}/{document['id']}/content")
    assert content.content == PDF
    assert content.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in content.headers["content-disposition"]
    steps = (await client.get(f"/conventions/{signed['id']}/timeline")).json()["items"]
    assert steps[-1]["details"]["name"] == document["name"]


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html>", b"PK\x03\x04"])
async def test_a_file_of_the_wrong_kind_is_refused_whatever_its_name(
    client: AsyncClient, signed: Any, folder: Path, content: bytes
) -> None:
    before = lying(folder)

    answer = await attach(client, signed, content, "convention.pdf")

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "wrong-file")
    assert lying(folder) == before


async def test_a_document_too_large_is_refused_and_nothing_of_it_stays(
    client: AsyncClient, signed: Any, folder: Path
) -> None:
    before = lying(folder)

    answer = await attach(client, signed, PDF + bytes(11 << 20), "convention.pdf")

    assert answer.status_code == 413
    assert lying(folder) == before
    assert (await client.get(f"/conventions/{signed['id']}/documents")).json()["items"] == []


async def test_a_document_that_was_lost_is_said_to_be(
    client: AsyncClient, signed: Any, folder: Path
) -> None:
    document = (await attach(client, signed, PDF + b"lost", "lost.pdf")).json()
    lose(folder / document["sha256"])

    path = f"/conventions/{signed['id']}/documents/{document['id']}/content"
    assert (await client.get(path)).status_code == 503


async def test_a_convention_of_others_has_no_documents(
    client: AsyncClient, client_of: ClientOf, organisation: Any, signed: Any
) -> None:
    document = (await attach(client, signed, PDF, "a.pdf")).json()
    other = client_of("partner_manager", organisations=[(await organisation("Other"))["id"]])

    path = f"/conventions/{signed['id']}/documents"
    assert (await attach(other, signed, PDF, "a.pdf")).status_code == 404
    assert (await other.get(f"{path}/{document['id']}/content")).status_code == 404
