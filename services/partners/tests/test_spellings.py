"""Rows are read as secretaries and spreadsheets write them."""

from collections.abc import Awaitable, Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
from httpx import AsyncClient
from xlsxwriter import Workbook

from backbone.testing.fixtures import ImportFile

Send = Callable[..., Awaitable[dict[str, Any]]]
Make = Callable[..., Awaitable[dict[str, Any]]]
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
SIREN = "055201354"


@pytest.fixture
def send(client: AsyncClient, import_file: ImportFile) -> Send:
    async def send(kind: str, *lines: str) -> dict[str, Any]:
        return await import_file(client, kind, "\n".join(lines))

    return send


@pytest.fixture
async def giver(organisation: Make) -> dict[str, Any]:
    return await organisation("Habitat", siren=SIREN)


GIFT = "Référence;N° SIREN;Type;Montant (EUR);Mode de paiement;Date du don"


@pytest.mark.parametrize(
    ("number", "amount"),
    [
        (SIREN, "59,97"),
        ("55201354", "59.970000000000006"),
        ("55201354.0", "59,97 €"),
        (f"055{NBSP}201{NARROW}354", f"59,97{NBSP}€"),
        ("55 201 354", "59.97 EUR"),
    ],
)
async def test_a_gift_is_found_and_counted_however_it_is_written(
    client: AsyncClient, send: Send, giver: dict[str, Any], number: str, amount: str
) -> None:
    done = await send("gifts", GIFT, f"G1;{number};money;{amount};transfer;15 oct. 2014")

    assert (done["created"], done["unknown_columns"]) == (1, []), done["faults"]
    [gift] = (await client.get("/gifts")).json()["items"]
    assert gift["organisation_id"] == giver["id"]
    assert (gift["amount"], gift["given_on"]) == (5997, "2014-10-15")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,234", "1,234 may be 1234 or a little more than 1."),
        ("-5", "An amount is more than 0"),
        ("cinq", "This is not a number. Write it as 1234 or 1234,50."),
    ],
)
async def test_an_amount_that_is_unclear_is_blamed_on_its_column(
    send: Send, giver: dict[str, Any], cell: str, reason: str
) -> None:
    done = await send("gifts", GIFT, f"G1;{SIREN};money;{cell};transfer;2014-10-15")

    [fault] = done["faults"]
    assert fault["column"] == "amount"
    assert fault["reason"].startswith(reason)


async def test_a_siren_that_cannot_be_restored_is_blamed_on_lost_zeros(
    send: Send, giver: dict[str, Any]
) -> None:
    done = await send("gifts", GIFT, "G1;55201355;money;10;transfer;2014-10-15")

    assert "If zeros in front are lost" in done["faults"][0]["reason"]


@pytest.mark.parametrize("clock", ["09:30", "9:30", "9h30", f"9{NBSP}h 30", "20/11/2031 9h30"])
async def test_a_session_begins_when_the_french_write_it(
    client: AsyncClient, send: Send, clock: str
) -> None:
    header = "reference,kind,name,department,starts_on"
    await send("events", header, "E1,national_meeting,Rencontre,974,2031-11-20")

    done = await send(
        "event-sessions",
        "Événement;Atelier;Date;Heure de début;Heure de fin;Places",
        f"E1;CV;20 novembre 2031;{clock};11h;40.0",
    )

    assert done["created"] == 1, done["faults"]
    [event] = (await client.get("/events")).json()["items"]
    [session] = (await client.get(f"/events/{event['id']}")).json()["sessions"]
    assert (session["starts_at"], session["capacity"]) == ("2031-11-20T05:30:00Z", 40)


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("9.30", "This is not a time of day. Write it as 09:30 or 9h30."),
        ("21/11/2031 9h30", "The day here is not the one in held_on."),
    ],
)
async def test_a_time_that_is_unclear_is_refused_in_plain_words(
    send: Send, clock: str, reason: str
) -> None:
    header = "reference,kind,name,department,starts_on"
    await send("events", header, "E1,national_meeting,Rencontre,974,2031-11-20")

    done = await send(
        "event-sessions", "event,session,held_on,starts,ends", f"E1,CV,2031-11-20,{clock},11h"
    )

    [fault] = done["faults"]
    assert (fault["column"], fault["reason"].startswith(reason)) == ("starts", True)


async def test_numbers_that_a_workbook_lost_zeros_of_are_read(
    client: AsyncClient, giver: dict[str, Any]
) -> None:
    answer = await client.post(
        "/imports/profiles",
        params={"preview": True},
        files={"file": ("p.xlsx", a_workbook([["siren", "Code postal"], [55201354, 1000]]))},
    )

    found = answer.json()
    assert (found["created"], found["wrong"]) == (1, 0), found


def a_workbook(rows: Sequence[Sequence[object]]) -> bytes:
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


@pytest.mark.parametrize(
    ("written", "number"),
    [("612345678", "0612345678"), ("33612345678", "+33612345678"), ("06.12.34.56.78",) * 2],
)
async def test_a_contact_is_reached_by_a_number_that_lost_its_zero(
    client: AsyncClient, send: Send, giver: dict[str, Any], written: str, number: str
) -> None:
    header = "siren,Prénom,Nom,Rôles,Téléphone"

    done = await send("contact-persons", header, f"{SIREN},Inès,Martin,events,{written}")

    assert done["created"] == 1, done["faults"]
    [person] = (await client.get(f"/organisations/{giver['id']}/contacts")).json()["items"]
    assert person["phone"] == number
