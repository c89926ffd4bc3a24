"""All that partners knows goes out as files, and comes in again, as CSV and as XLSX.

Every test here leaves partners' database as it was: the files are loaded once for all of them.
"""

import io
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions, create_sessions
from backbone.testing.fixtures import CLEAR, ClientOf, ImportFile, Topics
from contracts import MenteeAdmitted
from contracts.enums import PriorityNeighbourhood
from partners.commands.imports import imports
from partners.queries import EXPORTS

Send = Callable[..., Awaitable[dict[str, Any]]]

USH, I3F = "732829320", "552141533"
MENTEE = UUID(int=93)

FILES = {
    "organisations": [
        "name,kind,siren,siret,department,registered_on",
        f"Union sociale pour l'habitat,federation,{USH},,75,2012-07-02",
        f"Immobilière 3F,social_landlord,{I3F},,75,2012-07-02",
    ],
    "memberships": ["siren,umbrella_siren,joined_on", f"{I3F},{USH},2012-07-03"],
    "conventions": [
        "reference,kind,signed_on,effective_on,ends_on,signatories",
        f"C1,framework,2012-07-10,2012-09-01,,{USH} {I3F}@2013-01-15",
    ],
    "departments": ["department,opened_on", "93,2007-01-01"],
    "leads": [
        "reference,name,kind,siren,department,heard_on,introduced_by_siren,stage,moved_on,lost_for",
        f"L1,Aquitaine,federation,,33,2015-06-22,{USH},met,2015-07-01,",
    ],
    "profiles": [
        "siren,legal_form,rna,naf,street,postal_code,city,departments",
        f"{I3F},SA d'HLM,,68.20A,159 rue Nationale,75013,Paris,92 93",
    ],
    "contact-persons": [
        "siren;given_name;family_name;function;roles;email;phone;language;from_on;until_on",
        f"{I3F};Inès;Martin;DRH;board events;ines@example.org;;fr;2013-01-01;",
        f"{I3F};Léa;Blanc;;housing;;+33 1 39 98 12 34;fr;2013-01-01;31/12/2014",
    ],
    "promoters": ["siren,role,named_on", f"{USH},ambassador,2012-09-01", f"{USH},relay,2012-09-01"],
    "commitments": [
        "convention,siren,party,kind,quantity,made_on,due_on,given_on,note",
        f"C1,{USH},partner,stand,1,2012-07-10,2012-09-30,2012-09-25,Rennes",
        f"C1,{USH},programme,stand,1,2012-07-10,2012-12-31,,",
    ],
    "gifts": [
        "reference;siren;kind;amount;payment;days;description;given_on",
        f"G1;{I3F};money;5 000,50;transfer;;;2014-10-15",
        f"G2;{I3F};skills;2400;;6;Ateliers CV;2014-11-30",
    ],
    "events": [
        "reference,kind,name,organised_by_siren,department,venue,starts_on,ends_on",
        "E1,national_meeting,Rencontre nationale,,75,Paris,2012-11-20,",
        f"E2,congress,Congrès Hlm,{USH},35,Rennes,2012-09-25,2012-09-27",
    ],
    "stands": ["event,stand,siren,held_on,starts,ends", f"E2,A12,{USH},2012-09-25,,17:00"],
    "board-seats": [
        "siren,starts_on,term_ends_on,left_on,represented_by",
        f"{I3F},2015-01-01,2017-12-31,,Inès Martin",
        f"{USH},2015-01-01,,,",
    ],
    "board-meetings": [
        "held_on,starts,department,place,agenda,convened_on,present,excused",
        f"2015-03-12,14:30,75,Siège,Comptes | Alsace,2015-02-20,{I3F},{USH}",
    ],
    "network-members": ["network,siren,joined_on,left_on", f"Bailleurs,{I3F},2014-03-01,"],
    "places": ["siren,siret,name,department", f"{I3F},{I3F}00018,Agence 93,93"],
    "event-sessions": [
        "event,session,held_on,starts,ends,capacity",
        "E1,Atelier CV,2012-11-20,09:30,11:00,40",
    ],
    "registrations": [
        "event,session,attendee_kind,attendee,state",
        f"E1,Atelier CV,organisation,{I3F},attended",
        f"E1,Atelier CV,mentee,{MENTEE},registered",
    ],
    "joint-actions": [
        "network,name,begun_on,sirens,youths_met,mentors_found,counted_on",
        f"Bailleurs,Forum,2014-10-11,{I3F},42,,2014-12-01",
    ],
    "pledges": ["siren,amount,pledged_on,due_on,note", f"{I3F},9000,2014-09-01,,"],
    "returns": ["siren,amount,description,given_on", f"{I3F},100.50,Un espace,2014-11-20"],
    "housing-needs": [
        "mentee_id,department,most_rent,consented_on,asked_on",
        f"{MENTEE},93,550,2014-10-01,2014-10-02",
    ],
    "housing-offers": [
        "mentee_id,asked_on,siren,description,rent,offered_on,accepted,answered_on",
        f"{MENTEE},2014-10-02,{I3F},Studio,480,2014-10-12,yes,2014-10-20",
    ],
    "referrals": [
        "siren,given_name,family_name,email,phone,department,consented_on,referred_on",
        f"{I3F},Amina,Diallo,a@example.org,,93,2014-10-01,2014-10-02",
    ],
}


@pytest.fixture
def send(client: AsyncClient, import_file: ImportFile) -> Send:
    async def send(kind: str, lines: list[str]) -> dict[str, Any]:
        return await import_file(client, kind, "\n".join(lines))

    return send


def test_every_kind_that_is_imported_is_tried_here_and_can_be_exported() -> None:
    assert FILES.keys() == imports.kinds.keys()
    assert imports.kinds.keys() <= EXPORTS.keys()


@pytest.fixture(scope="module")
async def sessions(engine: AsyncEngine) -> Sessions:
    """Sessions on a database that the first test finds empty, and the others as it was left."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    return create_sessions(engine)


@pytest.fixture
async def loaded(client: AsyncClient, send: Send, topics: Topics) -> None:
    """All files have been taken, after a mentee was admitted."""
    if (await client.get("/organisations")).json()["items"]:
        return
    await topics.publish(
        MenteeAdmitted(
            mentee_id=MENTEE,
            department="93",
            degree_level=5,
            priority_neighbourhood=PriorityNeighbourhood.IN,
            rule_version="2014",
            admitted_on=date(2014, 9, 1),
        )
    )
    for kind, lines in FILES.items():
        done = await send(kind, lines)
        assert (done["created"], done["wrong"]) == (len(lines) - 1, 0), (kind, done["faults"])


@pytest.mark.usefixtures("loaded")
async def test_a_file_that_is_sent_again_changes_nothing(send: Send, outbox_messages: Any) -> None:
    before = len(await outbox_messages())

    for kind, lines in FILES.items():
        done = await send(kind, lines)
        assert (done["unchanged"], done["wrong"]) == (len(lines) - 1, 0), (kind, done["faults"])

    assert len(await outbox_messages()) == before


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", sorted(imports.kinds.keys() & EXPORTS.keys() - {"referrals"}))
@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_what_is_exported_is_imported_again_and_changes_nothing(
    client: AsyncClient, send: Send, kind: str, lang: str
) -> None:
    answer = await client.get(f"/exports/{kind}.csv", params={"lang": lang})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    done = await send(kind, answer.text.splitlines())
    assert (done["unchanged"], done["wrong"]) == (len(FILES[kind]) - 1, 0), done["faults"]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("kind", ["gifts", "conventions", "contact-persons"])
async def test_a_workbook_goes_out_and_comes_in(
    client: AsyncClient, client_of: ClientOf, kind: str, sessions: Any
) -> None:
    answer = await client.get(f"/exports/{kind}.xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    header, *rows = book.worksheets[0].values

    assert set(imports.kinds[kind].row.model_fields) <= set(header)
    assert len(rows) == len(FILES[kind]) - 1
    sent = await client.post(f"/imports/{kind}", files={"file": (f"{kind}.xlsx", answer.content)})
    assert sent.status_code == 202, sent.text
    assert sent.json()["rows"] == len(rows)


@pytest.mark.usefixtures("loaded")
async def test_a_confined_manager_exports_what_they_see(
    client: AsyncClient, client_of: ClientOf
) -> None:
    listed = (await client.get("/organisations", params={"siren": I3F})).json()["items"]
    confined = client_of("partner_manager", organisations=[listed[0]["id"]])

    for kind in EXPORTS:
        answer = await confined.get(f"/exports/{kind}.csv")
        assert answer.status_code == 200, kind
        if kind not in {"departments", "memberships", "conventions"}:
            assert USH not in answer.text or kind == "events"
    assert (await client.get("/exports/nothing.csv")).status_code == 404
    assert (await client_of("coordinator").get("/exports/gifts.csv")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        ("gifts", f"G3;{I3F};money;-5;transfer;;;2014-10-15", "An amount is more than 0"),
        ("gifts", f"G3;{I3F};goods;5;;;;2014-10-15", "escri"),
        ("gifts", "G3;356000000;money;5;transfer;;;2014-10-15", "No organisation with SIREN"),
        ("commitments", f"C9,{USH},partner,stand,1,,,,", "There is no convention C9"),
        ("stands", f"E2,A12,{I3F},2012-09-25,,", "is held from"),
        ("board-seats", f"{USH},2016-01-01,,,", "holds a seat since"),
        ("board-seats", f"{I3F},2018-01-01,,,Nobody", "has no contact Nobody"),
        ("contact-persons", f"{I3F};A;B;;events;;;fr;;", "Give an e-mail address"),
        ("events", "E9,congress,Nobody's,,35,,2012-09-25,", "A congress is a partner's own"),
        ("places", f"{USH},{I3F}00018,Agence,93", "belongs to SIREN"),
        ("registrations", f"E1,Nothing,organisation,{I3F},", "has no session Nothing"),
        ("registrations", "E1,Atelier CV,mentee,someone,", "is nobody's id"),
        ("joint-actions", f"Bailleurs,F,2014-10-11,{USH},,,", "is no member of Bailleurs"),
        ("returns", f"{I3F},99999,Un espace,2014-11-20", "0,"),
        ("housing-needs", f"{MENTEE},93,,2014-12-01,2014-12-01", "They have an open need since"),
        ("housing-offers", f"{MENTEE},2014-10-03,{I3F},Studio,,2014-10-12,,", "needed no home"),
        ("referrals", f"{I3F},A,B,,,93,2014-10-01,2014-10-02", "Give an e-mail address"),
        ("network-members", "Bailleurs,356000000,2014-03-01,", "No organisation with SIREN"),
    ],
)
@pytest.mark.usefixtures("loaded")
async def test_a_wrong_row_is_left_out_and_says_why(
    send: Send, outbox_messages: Any, kind: str, line: str, said: str
) -> None:
    before = len(await outbox_messages())

    done = await send(kind, [FILES[kind][0], line])

    assert (done["created"], done["wrong"]) == (0, 1)
    assert said in done["faults"][0]["reason"]
    assert len(await outbox_messages()) == before
