"""Every kind of file: a row that says something new changes it, or names the difference."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import ImportFile, Topics
from contracts import MenteeAdmitted
from contracts.enums import PriorityNeighbourhood

Send = Callable[[str, str, str], Awaitable[dict[str, Any]]]
USH, I3F, SNI = "732829320", "552141533", "356000000"
MENTEE = UUID("5f1b3f0e-8a52-4a7e-9a43-0c1f3b8a7d11")
HEADERS = {
    "organisations": "name,kind,siren,siret,department,registered_on",
    "memberships": "siren,umbrella_siren,joined_on",
    "conventions": "reference,kind,signed_on,effective_on,ends_on,signatories",
    "leads": "reference,name,kind,siren,department,heard_on,introduced_by_siren,stage,moved_on,"
    "lost_for",
    "profiles": "siren,city",
    "places": "siren,siret,name,department",
    "promoters": "siren,role,named_on",
    "contact-persons": "siren,given_name,family_name,roles,email",
    "commitments": "convention,siren,party,kind,quantity,made_on,due_on,given_on,note",
    "gifts": "reference,siren,kind,amount,payment,days,description,given_on",
    "pledges": "siren,amount,pledged_on,due_on,note",
    "events": "reference,kind,name,organised_by_siren,department,venue,starts_on,ends_on",
    "event-sessions": "event,session,held_on,starts,ends,capacity",
    "stands": "event,stand,siren,held_on,starts,ends",
    "board-seats": "siren,starts_on,term_ends_on,left_on,represented_by",
    "board-meetings": "held_on,starts,department,place,agenda,convened_on,present,excused",
    "network-members": "network,siren,joined_on,left_on",
    "joint-actions": "network,name,begun_on,sirens,youths_met,mentors_found,counted_on",
    "housing-needs": "mentee_id,department,most_rent,consented_on,asked_on,ended,closed_on",
    "housing-offers": "mentee_id,asked_on,siren,description,rent,offered_on,accepted,answered_on",
}
BEFORE = (
    ("organisations", f"USH,federation,{USH},,75,2012-07-02"),
    ("organisations", f"3F,social_landlord,{I3F},,75,2012-07-02"),
    ("organisations", f"SNI,social_landlord,{SNI},,75,2012-07-02"),
    ("memberships", f"{I3F},{USH},2012-09-25"),
    ("conventions", f"V1,own,2012-07-10,2012-09-01,2016-07-09,{USH}"),
    ("leads", f"L1,Bailleurs,federation,,33,2015-03-02,{USH},,,"),
    ("profiles", f"{I3F},Paris"),
    ("places", f"{I3F},{I3F}00018,Agence 93,93"),
    ("promoters", f"{USH},ambassador,2012-09-01"),
    ("contact-persons", f"{I3F},Inès,Martin,board,ines@example.org"),
    ("contact-persons", f"{I3F},Léa,Blanc,board,lea@example.org"),
    ("commitments", f"V1,{USH},partner,stand,2,2012-07-10,2012-09-30,,Rennes"),
    ("gifts", f"G1,{I3F},money,5000,transfer,,,2014-10-15"),
    ("pledges", f"{I3F},9000,2014-09-01,,"),
    ("events", "E1,national_meeting,Rencontre,,75,Paris,2012-11-20,"),
    ("event-sessions", "E1,Atelier,2012-11-20,09:30,11:00,40"),
    ("stands", f"E1,A12,{USH},2012-11-20,,17:00"),
    ("board-seats", f"{I3F},2015-01-01,2017-12-31,,Inès Martin"),
    ("board-meetings", "2015-03-12,14:30,75,Siège,Comptes,,,"),
    ("network-members", f"Bailleurs,{I3F},2014-03-01,"),
    ("joint-actions", f"Bailleurs,Forum,2014-10-11,{I3F},42,,2014-12-01"),
    ("housing-needs", f"{MENTEE},75,550,2014-10-01,2014-10-02,,"),
    ("housing-offers", f"{MENTEE},2014-10-02,{I3F},Studio,480,2014-10-12,,"),
)
CHANGED = (
    ("organisations", f"3F SA,social_landlord,{I3F},,75,2012-07-02"),
    ("leads", f"L1,Bailleurs,federation,,33,2015-03-02,{USH},met,2015-04-10,"),
    ("profiles", f"{I3F},Saint-Denis"),
    ("places", f"{I3F},{I3F}00018,Agence du 93,93"),
    ("contact-persons", f"{I3F},Inès,Martin,board events,ines@example.org"),
    ("commitments", f"V1,{USH},partner,stand,2,2012-07-10,2012-09-30,2012-09-25,Rennes"),
    ("event-sessions", "E1,Atelier,2012-11-20,09:30,11:00,60"),
    ("board-seats", f"{I3F},2015-01-01,2017-12-31,2016-03-01,Inès Martin"),
    ("board-meetings", f"2015-03-12,14:30,75,Siège,Comptes,2015-02-20,{I3F},"),
    ("network-members", f"Bailleurs,{I3F},2014-03-01,2015-03-01"),
    ("joint-actions", f"Bailleurs,Forum,2014-10-11,{I3F},45,3,2014-12-08"),
    ("housing-offers", f"{MENTEE},2014-10-02,{I3F},Studio,480,2014-10-12,no,2014-10-20"),
    ("housing-needs", f"{MENTEE},75,550,2014-10-01,2014-10-02,moved_away,2014-12-01"),
)
CONFLICTS = (
    ("organisations", f"3F,company,{I3F},,75,2012-07-02", "kind social_landlord → company"),
    ("organisations", f"3F,social_landlord,{I3F},,93,2012-07-02", "department 75 → 93"),
    ("memberships", f"{I3F},{USH},2013-09-25", "is a member of USH already"),
    ("conventions", f"V1,own,2012-07-10,2012-09-01,2017-07-09,{USH}", "ends_on 2016-07-09 →"),
    ("conventions", f"V1,own,2012-07-10,2012-09-01,2016-07-09,{SNI}", f"days → {SNI}"),
    ("leads", f"L1,Bailleurs,company,,33,2015-03-02,{USH},,,", "kind federation → company"),
    ("leads", f"L1,Bailleurs,federation,,33,2015-03-02,{SNI},,,", "introduced_by_siren"),
    ("promoters", f"{USH},ambassador,2013-09-01", "named_on 2012-09-01 → 2013-09-01"),
    ("commitments", f"V1,{USH},partner,stand,3,2012-07-10,2012-09-30,,Rennes", "quantity 2 → 3"),
    ("gifts", f"G1,{I3F},money,6000,transfer,,,2014-10-15", "amount 5000.00 → 6000.00"),
    ("gifts", f"G1,{SNI},money,5000,transfer,,,2014-10-15", f"siren another organisation → {SNI}"),
    ("pledges", f"{I3F},9000,2014-09-01,2015-01-31,", "due_on nothing → 2015-01-31"),
    ("events", "E1,national_meeting,Rencontre,,75,Lyon,2012-11-20,", "venue Paris → Lyon"),
    ("event-sessions", "E1,Atelier,2012-11-20,10:30,11:00,40", "starts 09:30:00 → 10:30:00"),
    ("stands", f"E1,A12,{USH},2012-11-20,,18:00", "ends 17:00:00 → 18:00:00"),
    ("board-seats", f"{I3F},2015-01-01,2018-12-31,,Inès Martin", "term_ends_on 2017-12-31 →"),
    ("board-seats", f"{I3F},2015-01-01,2017-12-31,,Léa Blanc", "represented_by"),
    ("board-meetings", "2015-03-12,14:30,75,Lyon,Comptes,,,", "place Siège → Lyon"),
    ("joint-actions", f"Bailleurs,Forum,2014-10-11,{I3F},40,,2014-11-01", "youths_met 42 → 40"),
    ("housing-needs", f"{MENTEE},75,600,2014-10-01,2014-10-02,,", "most_rent 550.00 → 600.00"),
    ("housing-offers", f"{MENTEE},2014-10-02,{I3F},T2,480,2014-10-12,,", "description Studio → T2"),
)


@pytest.fixture
async def send(client: AsyncClient, import_file: ImportFile, topics: Topics) -> Send:
    """Send a row; the rows of `BEFORE` are taken already."""

    async def send(kind: str, row: str) -> dict[str, Any]:
        return await import_file(client, kind, f"{HEADERS[kind]}\n{row}")

    await topics.publish(
        MenteeAdmitted(
            mentee_id=MENTEE,
            department="75",
            degree_level=5,
            priority_neighbourhood=PriorityNeighbourhood.IN,
            rule_version="2014",
            admitted_on=date(2014, 9, 1),
        )
    )
    for kind, row in BEFORE:
        done = await send(kind, row)
        assert (done["created"], done["wrong"]) == (1, 0), (kind, done["faults"])
    return send


async def test_what_is_new_in_a_row_is_done_once(send: Send, outbox_messages: Any) -> None:
    for kind, row in CHANGED:
        done = await send(kind, row)
        assert (done["updated"], done["wrong"]) == (1, 0), (kind, done["faults"])
    published = len(await outbox_messages())
    for kind, row in CHANGED:
        again = await send(kind, row)
        assert (again["unchanged"], again["wrong"]) == (1, 0), (kind, again)
    assert len(await outbox_messages()) == published
    types = {message.type for message in await outbox_messages()}
    assert types >= {
        "lead-moved.v1",
        "commitment-fulfilled.v1",
        "board-seat-left.v1",
        "board-meeting-held.v1",
        "network-left.v1",
        "joint-action-counted.v1",
        "housing-closed.v1",
        "housing-answered.v1",
    }


async def test_what_no_file_changes_is_named_and_nothing_is_done(
    send: Send, outbox_messages: Any
) -> None:
    published = len(await outbox_messages())
    for kind, row, reason in CONFLICTS:
        done = await send(kind, row)
        assert (done["unchanged"], done["wrong"]) == (0, 1), (kind, row, done["faults"])
        assert reason in done["faults"][0]["reason"]
    assert len(await outbox_messages()) == published


async def test_an_earlier_file_sent_again_undoes_nothing(send: Send, outbox_messages: Any) -> None:
    for kind, row in CHANGED:
        await send(kind, row)
    published = len(await outbox_messages())

    for kind, row in BEFORE:
        if kind not in {"organisations", "profiles", "places", "contact-persons"}:
            done = await send(kind, row)
            stale = {"event-sessions": "updated", "joint-actions": "wrong"}.get(kind, "unchanged")
            assert done[stale] == 1, (kind, done)
    assert len(await outbox_messages()) == published
