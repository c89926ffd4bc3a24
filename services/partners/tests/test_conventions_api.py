import asyncio
from typing import Any
from uuid import uuid4

import orjson
import pytest
from httpx import AsyncClient
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from partners.domain.tables import Convention


async def test_a_convention_is_signed_in_july_and_takes_effect_in_september(
    client: AsyncClient, organisation: Any, outbox_messages: Any
) -> None:
    ush = await organisation("USH", kind="federation")

    answer = await client.post(
        "/conventions",
        json={
            "kind": "own",
            "signed_on": "2012-07-10",
            "effective_on": "2012-09-01",
            "signatories": [{"organisation_id": ush["id"]}],
        },
    )

    assert answer.status_code == 201
    convention = answer.json()
    assert convention == {
        "id": convention["id"],
        "kind": "own",
        "state": "in_force",
        "signed_on": "2012-07-10",
        "effective_on": "2012-09-01",
        "ends_on": None,
        "ended_on": None,
        "renews_for_months": None,
        "notice_days": 0,
        "notice_given_on": None,
        "signatories": [
            {
                "organisation_id": ush["id"],
                "name": "USH",
                "accedes_on": "2012-09-01",
                "withdrawn_on": None,
            }
        ],
        "suspensions": [],
        "renewals": [],
        "version": 1,
    }
    assert (await client.get(f"/conventions/{convention['id']}")).json() == convention
    [signed] = await outbox_messages("convention-signed.v1")
    published = orjson.loads(signed.payload)
    assert (published["convention_kind"], published["occurred_at"]) == (
        "own",
        "2012-07-10T10:00:00Z",
    )
    assert b"USH" not in signed.payload


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"signatories": []}, 422, "convention-unsigned"),
        ({"signatories": [0, 1]}, 422, "own-convention-shared"),
        ({"kind": "framework"}, 422, "framework-unshared"),
        ({"kind": "framework", "signatories": [0, 0]}, 422, "signatory-twice"),
        ({"effective_on": "2012-01-01"}, 422, "effect-before-signature"),
        ({"ends_on": "2012-07-09"}, 422, "end-before-effect"),
        ({"signed_on": "2099-01-01"}, 422, "day-to-come"),
        ({"signed_on": "July"}, 422, "wrong-shape"),
        ({"ended_on": "2012-07-10"}, 422, "wrong-shape"),
        ({"signatories": [None]}, 404, "missing"),
    ],
)
async def test_a_refused_convention_is_neither_kept_nor_announced(
    client: AsyncClient,
    organisation: Any,
    db: AsyncSession,
    outbox_messages: Any,
    said: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    known = [(await organisation(name))["id"] for name in ("USH", "AROSH")]
    before = len(await outbox_messages())
    body = {"kind": "own", "signed_on": "2012-07-10", "signatories": [0]} | said
    body["signatories"] = [
        {"organisation_id": str(uuid4()) if n is None else known[n]} for n in body["signatories"]
    ]

    answer = await client.post("/conventions", json=body)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:problem:{kind}")
    assert answer.json()["detail"].endswith(".") or kind == "wrong-shape"
    assert (await db.exec(select(Convention))).all() == []
    assert len(await outbox_messages()) == before


async def test_conventions_are_listed_by_signatory_kind_and_day_in_force(
    client: AsyncClient, organisation: Any, convention: Any
) -> None:
    ush, arosh, landlord = [await organisation(name) for name in ("USH", "AROSH", "Landlord")]
    first = await convention(ush, signed_on="2010-01-01", ends_on="2011-12-31")
    second = await convention(ush, signed_on="2012-07-10", effective_on="2012-09-01")
    third = await convention(arosh, landlord, signed_on="2014-03-01")

    async def listed(**asked: str) -> list[str]:
        return [c["id"] for c in (await client.get("/conventions", params=asked)).json()["items"]]

    assert await listed() == [first["id"], second["id"], third["id"]]
    assert await listed(organisation_id=ush["id"]) == [first["id"], second["id"]]
    assert await listed(kind="framework") == [third["id"]]
    assert await listed(in_force_on="2011-12-31") == [first["id"]]
    assert await listed(in_force_on="2012-08-31") == []
    assert await listed(in_force_on="2014-03-01") == [second["id"], third["id"]]
    page = (await client.get("/conventions", params={"limit": 2})).json()
    assert await listed(after=page["next"]) == [third["id"]]


async def test_one_more_accedes_to_a_framework_convention(
    client: AsyncClient, organisation: Any, convention: Any, outbox_messages: Any
) -> None:
    arosh, first, more = [await organisation(name) for name in ("AROSH", "First", "More")]
    framework = await convention(arosh, first)
    body = {"organisation_id": more["id"], "accedes_on": "2015-03-01"}

    answer = await client.post(f"/conventions/{framework['id']}/accessions", json=body)
    again = await client.post(f"/conventions/{framework['id']}/accessions", json=body)

    assert answer.status_code == 201
    acceded = {
        "organisation_id": more["id"],
        "name": "More",
        "accedes_on": "2015-03-01",
        "withdrawn_on": None,
    }
    assert acceded in answer.json()["signatories"]
    assert (again.status_code, again.json()["type"]) == (409, "urn:problem:already-signatory")
    [published] = await outbox_messages("convention-acceded.v1")
    assert (published.key, published.sequence) == (framework["id"], 2)
    assert (await client.get(f"/conventions/{framework['id']}")).json() == answer.json()


async def test_nobody_accedes_to_an_own_convention(
    client: AsyncClient, organisation: Any, convention: Any, outbox_messages: Any
) -> None:
    own, other = await convention(await organisation("USH")), await organisation("Other")

    answer = await client.post(
        f"/conventions/{own['id']}/accessions",
        json={"organisation_id": other["id"], "accedes_on": "2015-03-01"},
    )

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:convention-not-open")
    assert await outbox_messages("convention-acceded.v1") == []


async def test_of_many_accessions_at_once_none_is_lost(
    client: AsyncClient, organisation: Any, convention: Any, outbox_messages: Any
) -> None:
    framework = await convention(await organisation("A"), await organisation("B"))
    joining = [await organisation(f"M{n}") for n in range(6)]

    answers = await asyncio.gather(
        *(
            client.post(
                f"/conventions/{framework['id']}/accessions",
                json={"organisation_id": o["id"], "accedes_on": "2015-03-01"},
            )
            for o in joining
        )
    )

    assert {answer.status_code for answer in answers} == {201}
    found = (await client.get(f"/conventions/{framework['id']}")).json()
    assert (len(found["signatories"]), found["version"]) == (8, 7)
    assert [t.sequence for t in await outbox_messages("convention-acceded.v1")] == [
        2,
        3,
        4,
        5,
        6,
        7,
    ]


async def test_a_convention_is_ended_once_by_who_has_read_it(
    client: AsyncClient, organisation: Any, convention: Any, outbox_messages: Any
) -> None:
    own = await convention(await organisation("USH"))
    path, read = f"/conventions/{own['id']}/end", await client.get(f"/conventions/{own['id']}")

    async def end(on: str, **headers: str) -> tuple[int, Any]:
        answer = await client.post(path, json={"ended_on": on}, headers=headers)
        return answer.status_code, answer.json()

    tag = {"If-Match": read.headers["etag"]}
    assert (await end("2015-08-31"))[0] == 428
    status, refused = await end("2012-01-01", **tag)
    assert (status, refused["type"]) == (422, "urn:problem:end-before-effect")
    status, ended = await end("2015-08-31", **tag)
    assert (status, ended["ended_on"], ended["version"]) == (200, "2015-08-31", 2)
    assert (await end("2015-09-30", **tag))[0] == 412
    status, refused = await end("2015-09-30", **{"If-Match": "*"})
    assert (status, refused["type"]) == (409, "urn:problem:convention-over")
    assert len(await outbox_messages("convention-ended.v1")) == 1


async def test_what_does_not_exist_is_missing(client: AsyncClient, organisation: Any) -> None:
    nothing, ush = f"/conventions/{uuid4()}", await organisation("USH")
    accession = {"organisation_id": ush["id"], "accedes_on": "2015-03-01"}

    answers = [
        await client.get(nothing),
        await client.post(f"{nothing}/accessions", json=accession),
        await client.post(
            f"{nothing}/end", json={"ended_on": "2015-01-01"}, headers={"If-Match": "*"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_member_is_covered_by_its_umbrellas_convention_and_it_is_said_how(
    client: AsyncClient, organisation: Any, convention: Any
) -> None:
    ush = await organisation("USH")
    region = await organisation("AROSH", member_of={ush["id"]: "2008-01-01"})
    landlord = await organisation("Immobilière 3F", member_of={region["id"]: "2010-01-01"})
    of_ush = await convention(ush, effective_on="2012-09-01")
    own = await convention(landlord, signed_on="2013-02-01", ends_on="2014-01-31")

    async def covered(on: str) -> Any:
        path = f"/organisations/{landlord['id']}/coverage"
        return (await client.get(path, params={"on": on})).json()

    assert await covered("2012-08-31") == {
        "organisation_id": landlord["id"],
        "on": "2012-08-31",
        "covered": False,
        "since": None,
        "ways": [],
    }
    itself = {"organisation_id": landlord["id"], "name": "Immobilière 3F", "joined_on": None}
    through_ush = {
        "convention_id": of_ush["id"],
        "through": [
            itself,
            {"organisation_id": region["id"], "name": "AROSH", "joined_on": "2010-01-01"},
            {"organisation_id": ush["id"], "name": "USH", "joined_on": "2008-01-01"},
        ],
        "since": "2012-09-01",
    }
    by_itself = {"convention_id": own["id"], "through": [itself], "since": "2013-02-01"}
    assert await covered("2013-06-01") == {
        "organisation_id": landlord["id"],
        "on": "2013-06-01",
        "covered": True,
        "since": "2012-09-01",
        "ways": [by_itself, through_ush],
    }
    assert (await covered("2014-02-01"))["ways"] == [through_ush]


async def test_a_signatory_is_covered_from_its_accession_to_the_end(
    client: AsyncClient, organisation: Any, convention: Any
) -> None:
    arosh, landlord = await organisation("AROSH"), await organisation("Landlord")
    framework = await convention(
        arosh,
        landlord,
        effective_on="2012-09-01",
        signatories=[
            {"organisation_id": arosh["id"]},
            {"organisation_id": landlord["id"], "accedes_on": "2013-01-01"},
        ],
    )
    ended = {"ended_on": "2013-12-31"}
    await client.post(f"/conventions/{framework['id']}/end", json=ended, headers={"If-Match": "*"})

    async def covered(on: str) -> bool:
        path = f"/organisations/{landlord['id']}/coverage"
        return bool((await client.get(path, params={"on": on})).json()["covered"])

    days = ("2012-12-31", "2013-01-01", "2013-12-31", "2014-01-01")
    assert [await covered(on) for on in days] == [False, True, True, False]
