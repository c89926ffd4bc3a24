from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from httpx import AsyncClient

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf, ImportFile

Send = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]

HEADERS = {
    "organisations": "name,kind,siren,siret,department,registered_on",
    "memberships": "siren,umbrella_siren,joined_on",
    "conventions": "reference,kind,signed_on,effective_on,ends_on,signatories",
    "departments": "department,opened_on",
    "leads": "reference,name,kind,siren,department,heard_on,introduced_by_siren,stage,moved_on,"
    "lost_for",
}
USH, I3F, SNI = "732829320", "552141533", "356000000"


@pytest.fixture
def send(client: AsyncClient, import_file: ImportFile) -> Send:
    async def send(kind: str, *lines: str) -> dict[str, Any]:
        return await import_file(client, kind, "\n".join([HEADERS[kind], *lines]))

    return send


@pytest.fixture
async def registered(send: Send) -> None:
    done = await send(
        "organisations",
        f"Union sociale pour l'habitat,federation,{USH},,75,2012-07-02",
        "Immobilière 3F,social_landlord,552 141 533,,75,2012-07-02",
        f"SNI,social_landlord,{SNI},,75,02/07/2012",
    )
    assert (done["created"], done["wrong"]) == (3, 0), done["faults"]


@pytest.mark.usefixtures("registered")
async def test_organisations_are_registered_on_their_day(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    listed = (await client.get("/organisations")).json()["items"]

    assert [one["name"] for one in listed] == [
        "Immobilière 3F",
        "SNI",
        "Union sociale pour l'habitat",
    ]
    facts = await outbox_messages("organisation-registered.v1")
    assert {str(fact.occurred_at.date()) for fact in facts} == {"2012-07-02"}


@pytest.mark.usefixtures("registered")
async def test_an_organisation_that_is_known_is_renamed_and_not_registered_again(
    send: Send, outbox_messages: Announced
) -> None:
    done = await send(
        "organisations",
        f"CDC Habitat,social_landlord,{SNI},,75,2012-07-02",
        f"Immobilière 3F,social_landlord,{I3F},,75,2012-07-02",
    )

    assert (done["created"], done["updated"], done["unchanged"]) == (0, 1, 1)
    assert len(await outbox_messages("organisation-registered.v1")) == 3


async def test_an_organisation_with_a_wrong_number_is_named_by_line(send: Send) -> None:
    done = await send(
        "organisations",
        "Nobody,company,123456789,,75,2012-07-02",
        f"Nowhere,company,{I3F},,99,2012-07-02",
        f"Nothing,club,{SNI},,75,2012-07-02",
    )

    assert (done["created"], done["wrong"]) == (0, 3)
    assert [(f["line"], f["column"]) for f in done["faults"]] == [(2, None), (3, None), (4, "kind")]
    assert "123456789 is no SIREN" in done["faults"][0]["reason"]


@pytest.mark.usefixtures("registered")
async def test_organisations_join_umbrellas_by_the_rules_of_the_single_command(send: Send) -> None:
    done = await send(
        "memberships",
        f"{I3F},{USH},2012-09-25",
        f"{USH},{I3F},2012-09-25",
        f"{USH},{USH},2012-09-25",
        f"999999998,{USH},2012-09-25",
    )

    assert (done["created"], done["wrong"]) == (1, 3)
    reasons = [fault["reason"] for fault in done["faults"]]
    assert "cannot be umbrellas of each other" in reasons[0]
    assert "cannot be a member of itself" in reasons[1]
    assert "No organisation with SIREN 999999998" in reasons[2]


@pytest.mark.usefixtures("registered")
async def test_conventions_are_taken_with_all_who_signed(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    done = await send(
        "conventions",
        f"V1,own,2012-07-10,2012-09-01,,{USH}",
        f"V2,framework,2013-01-15,,2016-01-14,{I3F} {SNI}@2013-06-01",
        f"V3,own,2013-01-15,,,{I3F} {SNI}",
        f"V4,own,2013-01-15,,,{I3F}@soon",
    )

    assert (done["created"], done["wrong"]) == (2, 2), done["faults"]
    assert "An own convention has one signatory" in done["faults"][0]["reason"]
    assert "This is not a day" in done["faults"][1]["reason"]
    assert len(await outbox_messages("convention-signed.v1")) == 2
    listed = (await client.get("/conventions")).json()["items"]
    framework = next(one for one in listed if one["kind"] == "framework")
    assert [s["accedes_on"] for s in framework["signatories"]] == ["2013-01-15", "2013-06-01"]


async def test_departments_open_once(send: Send) -> None:
    done = await send("departments", "93,2006-01-01", "1,2010-09-01", "99,2010-09-01")
    again = await send("departments", "93,2006-01-01", "01,2011-01-01")

    assert (done["created"], done["wrong"]) == (2, 1)
    assert (again["unchanged"], again["wrong"]) == (1, 1)
    assert "A department opens once" in again["faults"][0]["reason"]


@pytest.mark.usefixtures("registered")
async def test_files_sent_again_change_nothing(send: Send, outbox_messages: Announced) -> None:
    files = {
        "memberships": f"{I3F},{USH},2012-09-25",
        "conventions": f"V1,own,2012-07-10,2012-09-01,,{USH}",
        "departments": "93,2006-01-01",
    }
    for kind, line in files.items():
        await send(kind, line)
    before = len(await outbox_messages())

    again = [await send(kind, line) for kind, line in files.items()]

    assert [(one["created"], one["unchanged"]) for one in again] == [(0, 1)] * 3
    assert len(await outbox_messages()) == before


async def test_who_looks_after_certain_organisations_only_imports_nothing(
    client_of: ClientOf,
) -> None:
    confined = client_of("partner_manager", organisations=["0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"])

    answer = await confined.post("/imports/departments", files={"file": ("d.csv", "department\n")})

    assert answer.status_code == 403


@pytest.mark.usefixtures("registered")
async def test_leads_are_taken_with_who_gave_them_and_the_stage_they_came_to(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    lines = (
        f"L1,Bailleurs d'Aquitaine,federation,,33,2015-06-22,{USH},,,",
        "L2,Solendi,association,,75,2012-03-12,,lost,2012-06-04,not_now",
        "L3,Nobody,association,,75,2012-03-12,,signed,2012-06-04,",
        "L4,Nobody,association,,75,2012-03-12,,lost,2012-06-04,",
        "L5,Nobody,association,,75,2012-03-12,123456789,,,",
    )
    done, again = await send("leads", *lines), await send("leads", *lines[:2])

    assert (done["created"], done["wrong"]) == (2, 3), done["faults"]
    assert [fault["line"] for fault in done["faults"]] == [4, 5, 6]
    assert (again["created"], again["unchanged"]) == (0, 2)
    listed = (await client.get("/leads")).json()["items"]
    assert [(one["name"], one["stage"], one["lost_for"]) for one in listed] == [
        ("Solendi", "lost", "not_now"),
        ("Bailleurs d'Aquitaine", "heard_of", None),
    ]
    assert [row.type for row in await outbox_messages() if row.type.startswith("lead")] == [
        "lead-heard-of.v1",
        "lead-heard-of.v1",
        "lead-moved.v1",
    ]
