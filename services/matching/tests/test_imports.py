from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from httpx import AsyncClient

from backbone.messaging.outbox import Outbox

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]


async def test_right_rows_are_taken_and_each_wrong_one_is_named(
    send: Send, outbox_messages: Announced, lines: Any
) -> None:
    answer = await send(
        "mentees",
        [
            lines.mentee(1),
            lines.mentee(2, department="99"),
            lines.mentee(3, birth_date="bientôt"),
            lines.mentee(1),
            lines.mentee(4, email="nobody", degree_level="x"),
            lines.mentee(5, phone="12"),
            lines.mentee(6, email="jérôme@exemple.fr"),
        ],
    )

    published = answer
    assert (published["rows"], published["created"], published["wrong"]) == (7, 1, 6)
    assert [(f["line"], f["column"]) for f in published["faults"]] == [
        (3, "department"),
        (4, "birth_date"),
        (5, "reference"),
        (6, "email"),
        (6, "degree_level"),
        (7, "phone"),
        (8, "email"),
    ]
    assert "no accents before the @" in published["faults"][-1]["reason"]
    assert "'99' is no department" in published["faults"][0]["reason"]
    assert (
        published["faults"][1]["reason"]
        == "This is not a day. Write it as 2024-03-01, 01/03/2024 or 1er mars 2024."
    )
    assert "line 2" in published["faults"][2]["reason"]
    assert [row.type for row in await outbox_messages()] == ["mentee-admitted.v1", "person-card.v1"]


async def test_a_file_sent_again_changes_nothing(
    send: Send, outbox_messages: Announced, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    before = len(await outbox_messages())

    again = await send("mentees", [lines.mentee(1), lines.mentee(2)])

    assert (again["created"], again["unchanged"]) == (0, 2)
    assert len(await outbox_messages()) == before


async def test_a_new_address_renews_the_card_and_not_the_decision(
    send: Send, outbox_messages: Announced, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1)])

    again = await send("mentees", [lines.mentee(1, email="new@example.org")])

    assert (again["updated"], again["refused"]) == (1, 0)
    assert [row.type for row in await outbox_messages()] == [
        "mentee-admitted.v1",
        "person-card.v1",
        "person-card.v1",
    ]


async def test_who_is_not_eligible_is_refused_with_the_reason(
    client: AsyncClient, send: Send, outbox_messages: Announced, lines: Any
) -> None:
    answer = await send(
        "mentees", [lines.mentee(1, degree_level="3"), lines.mentee(2, birth_date="1980-01-01")]
    )

    assert (answer["created"], answer["refused"]) == (2, 2)
    assert [row.type for row in await outbox_messages("mentee-refused.v1")] == [
        "mentee-refused.v1"
    ] * 2
    listed = (await client.get("/mentees")).json()["items"]
    assert [mentee["refusal"] for mentee in listed] == ["degree_too_low", "too_old"]


async def test_no_fact_carries_a_name(send: Send, outbox_messages: Announced, lines: Any) -> None:
    await send("mentees", [lines.mentee(1)])

    [fact] = await outbox_messages("mentee-admitted.v1")
    assert fact.payload is not None
    assert b"Diallo" not in fact.payload
    assert b"example.org" not in fact.payload


async def test_a_mentor_belongs_to_an_organisation_with_a_convention(
    send: Send, covered: UUID, lines: Any
) -> None:
    early = lines.mentor(2).replace("2013-02-01", "2013-01-14")
    unknown = lines.mentor(3).replace("552141533", "732829320")

    answer = await send("mentors", [lines.mentor(1), early, unknown])

    published = answer
    assert (published["created"], published["wrong"]) == (1, 2)
    assert "no convention in force on 2013-01-14" in published["faults"][0]["reason"]
    assert "No organisation with SIREN 732829320" in published["faults"][1]["reason"]


async def test_a_file_without_its_columns_is_refused_whole(client: AsyncClient) -> None:
    answer = await client.post("/imports/mentees", files={"file": ("m.csv", b"name,age\nJo,3\n")})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:problem:unreadable-file"
    assert "lacks the columns reference" in answer.json()["detail"]


async def test_a_file_in_two_encodings_is_refused_and_nothing_is_kept(
    client: AsyncClient, send: Send, outbox_messages: Announced, lines: Any
) -> None:
    header = "reference;given_name;family_name;department;degree_level;birth_date;applied_on"
    first = f"{header}\nF1;Chloé;Diallo;93;5;1990-05-04;2013-09-02\n".encode()
    content = first + "F2;Zoé;B;93;5;1990-01-01;2013-09-02".encode("cp1252")

    answer = await client.post("/imports/mentees", files={"file": ("m.csv", content)})

    assert answer.status_code == 422
    assert "UTF-8" in answer.json()["detail"]
    assert await outbox_messages() == []


async def test_a_day_may_be_written_as_the_french_do(send: Send, lines: Any) -> None:
    answer = await send("mentees", [lines.mentee(1, birth_date="04/05/1990")])

    assert (answer["created"], answer["refused"]) == (1, 0)
