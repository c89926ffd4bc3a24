"""Files of people are read as coordinators write them, and can be tried first."""

import pytest
from httpx import AsyncClient
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.imports.registry import RejectedRow
from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf, ImportFile
from matching.domain.tables import Mentee

HEADER = "Référence;Prénom;NOM;E-mail;Tél.;Département;Date de candidature;Née le;Niveau d'études"
AMINA = "M1;Amina;Diallo;Amina@exemple.fr;612345678;1;2 sept. 2013;04/05/1990;Bac+5"


async def test_a_file_with_french_labels_is_taken_whole(
    client: AsyncClient, import_file: ImportFile
) -> None:
    done = await import_file(client, "mentees", f"{HEADER}\n{AMINA}\n")

    assert (done["created"], done["refused"], done["unknown_columns"]) == (1, 0, []), done["faults"]
    [mentee] = (await client.get("/mentees")).json()["items"]
    assert (mentee["phone"], mentee["department"]) == ("+33612345678", "01")
    assert (mentee["birth_date"], mentee["degree_level"]) == ("1990-05-04", 5)


async def test_a_line_break_in_the_header_loses_no_column(
    client: AsyncClient, import_file: ImportFile
) -> None:
    header = HEADER.replace("E-mail", '"Adresse\ne-mail"')

    done = await import_file(client, "mentees", f"{header}\n{AMINA}\n")

    assert done["created"] == 1, done["faults"]
    [mentee] = (await client.get("/mentees")).json()["items"]
    assert mentee["email"] == "Amina@exemple.fr"


@pytest.mark.parametrize(
    "phone",
    [
        "06.12.34.56.78",
        "+33 (0)6 12 34 56 78",
        "33612345678",
        "06\N{NO-BREAK SPACE}12\u202f34 56 78",
    ],
)
async def test_a_phone_number_is_read_however_it_is_written(
    client: AsyncClient, import_file: ImportFile, phone: str
) -> None:
    await import_file(client, "mentees", f"{HEADER}\n{AMINA.replace('612345678', phone)}\n")

    [mentee] = (await client.get("/mentees")).json()["items"]
    assert mentee["phone"] == "+33612345678"


async def test_a_preview_applies_the_rules_and_admits_nobody(
    client: AsyncClient, import_file: ImportFile, db: AsyncSession
) -> None:
    await import_file(client, "mentees", f"{HEADER}\n{AMINA}\n")
    published = len((await db.exec(select(Outbox))).all())
    rows = [
        AMINA.replace("Amina;", "Aminata;"),
        AMINA.replace("M1", "M2"),
        "M3;Jean;Petit;;;93;02/09/2013;04/05/1970;Bac+5",
        "M4;Luc;Petit;;;93;02/09/2013;04/05/90;Bac+5",
        "M5;Zoé;Petit;;;93;02/09/2013;04/05/1990;Bac+5",
    ]
    file = {"file": ("m.csv", "\n".join([HEADER, *rows]).encode())}

    found = (await client.post("/imports/mentees", params={"preview": True}, files=file)).json()

    outcomes = [row["outcome"] for row in found["first_rows"]]
    assert outcomes == ["updated", "wrong", "refused", "wrong", "created"], found
    assert [fault["column"] for fault in found["faults"]] == ["confirmed", "birth_date"]
    assert found["columns"][5] == {
        "name": "Département",
        "field": "department",
        "label": "Département",
    }
    assert len((await db.exec(select(Mentee))).all()) == 1
    assert len((await db.exec(select(Outbox))).all()) == published


async def test_an_erasure_takes_the_rejected_rows_of_the_person_along(
    client: AsyncClient, client_of: ClientOf, import_file: ImportFile, db: AsyncSession
) -> None:
    await import_file(client, "mentees", f"{HEADER}\n{AMINA}\n")
    other = "M9;Zoé;Petit;;;93;02/09/2013;bientôt;Bac+5"
    wrong = AMINA.replace("M1", "M2").replace("04/05/1990", "bientôt")
    await import_file(client, "mentees", f"{HEADER}\n{wrong}\n{other}\n")
    [mentee] = (await client.get("/mentees")).json()["items"]

    await client_of("admin").delete(f"/mentees/{mentee['id']}/personal-data")

    assert [row.cells[0] for row in await db.exec(select(RejectedRow))] == ["M9"]
