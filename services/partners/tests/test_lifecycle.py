"""What becomes of a convention that stands: suspended, amended, renewed, left; and drafts of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Make = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]

ANY = {"If-Match": "*"}


async def change(
    client: AsyncClient, convention: dict[str, Any], what: str, **said: Any
) -> Response:
    return await client.post(f"/conventions/{convention['id']}/{what}", json=said, headers=ANY)


async def covered(client: AsyncClient, organisation: dict[str, Any], *days: str) -> list[bool]:
    path = f"/organisations/{organisation['id']}/coverage"
    return [(await client.get(path, params={"on": day})).json()["covered"] for day in days]


async def refused(answer: Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)


async def test_a_suspended_convention_covers_nobody_until_it_is_resumed(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    sni = await organisation("SNI")
    signed = await convention(sni)
    days = ("2013-02-28", "2013-03-01", "2013-05-31", "2013-06-01")

    suspended = await change(client, signed, "suspension", from_on="2013-03-01", reason="Merger")
    assert suspended.json()["state"] == "suspended"
    assert await covered(client, sni, *days) == [True, False, False, False]

    resumed = await change(client, signed, "resumption", resumed_on="2013-06-01")
    assert resumed.json()["suspensions"][0]["until_on"] == "2013-05-31"
    assert await covered(client, sni, *days) == [True, False, False, True]
    [way] = (
        await client.get(f"/organisations/{sni['id']}/coverage", params={"on": "2014-01-01"})
    ).json()["ways"]
    assert way["since"] == "2013-06-01"
    listed = await client.get("/conventions", params={"in_force_on": "2013-04-01"})
    assert listed.json()["items"] == []


async def test_who_withdraws_is_bound_no_more_and_the_others_are(
    client: AsyncClient, organisation: Make, convention: Make, outbox_messages: Announced
) -> None:
    one, other, third = [await organisation(name) for name in ("One", "Other", "Third")]
    signed = await convention(one, other)

    async def withdraw(who: dict[str, Any], on: str) -> Response:
        path = f"/conventions/{signed['id']}/signatories/{who['id']}/withdrawal"
        return await client.post(path, json={"withdrawn_on": on})

    await refused(await withdraw(one, "2012-07-09"), 422, "withdrawal-before-accession")
    await refused(await withdraw(third, "2013-07-09"), 409, "not-signatory")
    assert (await withdraw(one, "2013-01-31")).status_code == 200
    assert await covered(client, one, "2013-01-31", "2013-02-01") == [True, False]
    assert await covered(client, other, "2013-02-01") == [True]
    await refused(await withdraw(one, "2013-02-28"), 409, "not-signatory")
    await refused(await withdraw(other, "2013-02-28"), 409, "last-signatory")
    assert len(await outbox_messages("signatory-withdrew.v1")) == 1


async def test_an_amendment_keeps_what_was_said_before(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    signed = await convention(await organisation("SNI"), ends_on="2015-08-31")

    await refused(
        await change(
            client, signed, "amendments", amended_on="2014-01-01", summary="-", ends_on="2015-08-31"
        ),
        422,
        "nothing-amended",
    )
    first = {"amended_on": "2014-01-01", "summary": "A year more", "ends_on": "2016-08-31"}
    assert (await change(client, signed, "amendments", **first)).json()["ends_on"] == "2016-08-31"
    earlier = {"amended_on": "2013-12-31", "summary": "Notice", "notice_days": 30}
    await refused(await change(client, signed, "amendments", **earlier), 422, "amended-before")
    second = earlier | {"amended_on": "2014-02-01", "renews_for_months": 12}
    assert (await change(client, signed, "amendments", **second)).status_code == 200

    published = (await client.get(f"/conventions/{signed['id']}/amendments")).json()["items"]
    assert [(t["number"], t["before"], t["after"]) for t in published] == [
        (1, {"ends_on": "2015-08-31"}, {"ends_on": "2016-08-31"}),
        (
            2,
            {"renews_for_months": None, "notice_days": 0},
            {"renews_for_months": 12, "notice_days": 30},
        ),
    ]
    assert {t["amended_by"] for t in published} == {"claire"}


async def test_a_renewal_lets_it_go_on_and_a_shorter_one_does_not(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    sni = await organisation("SNI")
    signed = await convention(sni, ends_on="2013-08-31")
    late = await change(client, signed, "renewal", renewed_on="2013-09-01", ends_on="2014-08-31")
    await refused(late, 409, "convention-over")
    less = await change(client, signed, "renewal", renewed_on="2013-06-01", ends_on="2013-08-31")
    await refused(less, 422, "renewal-shortens")

    said = {"renewed_on": "2013-06-01", "ends_on": "2099-08-31"}
    renewed = (await change(client, signed, "renewal", **said)).json()

    assert (renewed["state"], renewed["renewals"]) == (
        "renewed",
        [said | {"previous_ends_on": "2013-08-31", "tacit": False}],
    )
    assert await covered(client, sni, "2013-09-01") == [True]


async def test_what_is_amended_back_to_its_former_term_can_be_renewed_again(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    signed = await convention(await organisation("SNI"), ends_on="2013-08-31")
    said = {"renewed_on": "2013-06-01", "ends_on": "2014-08-31"}
    back = {"amended_on": "2013-07-01", "summary": "As it was", "ends_on": "2013-08-31"}
    assert (await change(client, signed, "renewal", **said)).status_code == 200
    assert (await change(client, signed, "amendments", **back)).status_code == 200

    again = await change(client, signed, "renewal", **(said | {"renewed_on": "2013-07-02"}))

    assert [r["renewed_on"] for r in again.json()["renewals"]] == ["2013-06-01", "2013-07-02"]


@pytest.mark.parametrize(
    ("what", "said", "status", "kind"),
    [
        (
            "suspension",
            {"from_on": "2013-03-01", "until_on": "2013-02-01"},
            422,
            "suspension-backwards",
        ),
        ("suspension", {"from_on": "2012-01-01"}, 422, "end-before-effect"),
        ("suspension", {"from_on": "2014-01-01"}, 409, "convention-over"),
        ("resumption", {"resumed_on": "2013-03-01"}, 409, "not-suspended"),
        ("notice", {"party": "partner", "given_on": "2099-01-01"}, 422, "day-to-come"),
        ("renewal", {"renewed_on": "2012-09-01", "ends_on": "x"}, 422, "wrong-shape"),
        ("amendments", {"amended_on": "2012-09-01", "summary": "-"}, 422, "nothing-amended"),
        (
            "amendments",
            {"amended_on": "2012-09-01", "summary": "-", "ends_on": "2012-07-01"},
            422,
            "end-before-effect",
        ),
        (
            "amendments",
            {"amended_on": "2012-09-01", "summary": "-", "notice_days": None},
            422,
            "wrong-shape",
        ),
    ],
)
async def test_what_cannot_be_is_refused_and_announces_nothing(
    client: AsyncClient,
    organisation: Make,
    convention: Make,
    outbox_messages: Announced,
    what: str,
    said: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    signed = await convention(await organisation("SNI"), ends_on="2013-12-31")
    before = len(await outbox_messages())

    await refused(await change(client, signed, what, **said), status, kind)

    assert len(await outbox_messages()) == before
    assert (await client.get(f"/conventions/{signed['id']}")).json() == signed


async def test_notice_is_given_in_time_or_not_at_all(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    renewing = {"ends_on": "2013-08-31", "renews_for_months": 12, "notice_days": 60}
    one, other = [await convention(await organisation(n), **renewing) for n in ("One", "Other")]

    in_time = await change(client, one, "notice", party="partner", given_on="2013-07-02")
    assert in_time.json()["notice_given_on"] == "2013-07-02"
    again = await change(client, one, "notice", party="programme", given_on="2013-07-02")
    await refused(again, 409, "notice-given")
    late = await change(client, other, "notice", party="partner", given_on="2013-07-03")
    await refused(late, 409, "notice-too-late")


async def test_nothing_renews_without_a_last_day(client: AsyncClient, organisation: Make) -> None:
    sni = await organisation("SNI")
    body = {"kind": "own", "signed_on": "2013-01-01", "renews_for_months": 12}

    answer = await client.post(
        "/conventions", json=body | {"signatories": [{"organisation_id": sni["id"]}]}
    )

    await refused(answer, 422, "renewal-without-term")


async def test_who_looks_after_some_signatories_changes_nothing_for_the_others(
    client_of: ClientOf, organisation: Make, convention: Make
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    shared = await convention(mine, other)
    client = client_of("partner_manager", organisations=[mine["id"]])

    answer = await change(client, shared, "suspension", from_on="2013-01-01")

    assert answer.status_code == 403


async def test_a_draft_binds_nobody_until_it_is_signed_whole(
    client: AsyncClient, organisation: Make, outbox_messages: Announced
) -> None:
    one, other = await organisation("One"), await organisation("Other")
    body = {"title": "Aquitaine", "proposal": {"signatories": [{"organisation_id": one["id"]}]}}
    draft = (await client.post("/convention-drafts", json=body)).json()
    path = f"/convention-drafts/{draft['id']}"
    assert await covered(client, one, "2020-01-01") == [False]

    body["proposal"] |= {
        "signatories": [{"organisation_id": o["id"]} for o in (one, other)],
        "commitments": [
            {"organisation_id": one["id"], "party": "partner", "kind": "mentors", "quantity": 5}
        ],
    }
    stale = await client.put(path, json=body, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await client.put(path, json=body, headers=ANY)).status_code == 200
    listed = (await client.get("/convention-drafts")).json()["items"]
    assert [(d["title"], d["written_by"]) for d in listed] == [("Aquitaine", "claire")]
    assert not [t for t in await outbox_messages() if t.topic == "partners.conventions"]

    signed = await client.post(f"{path}/signature", json={"signed_on": "2015-09-14"}, headers=ANY)

    assert signed.status_code == 201, signed.text
    assert (signed.json()["id"], signed.json()["kind"]) == (draft["id"], "framework")
    assert await covered(client, other, "2015-09-14") == [True]
    assert (await client.get(path)).status_code == 404
    ledger = (await client.get(f"/conventions/{draft['id']}/commitments")).json()
    assert [entry["commitment"]["quantity"] for entry in ledger["entries"]] == [5]


async def test_a_convention_signed_from_a_draft_is_announced_under_its_own_id(
    client: AsyncClient, organisation: Make, outbox_messages: Announced
) -> None:
    one, other, third = [await organisation(name) for name in ("One", "Other", "Third")]
    signatories = [{"organisation_id": each["id"]} for each in (one, other)]
    body = {"title": "Aquitaine", "proposal": {"signatories": signatories}}
    draft = (await client.post("/convention-drafts", json=body)).json()
    path = f"/convention-drafts/{draft['id']}/signature"
    signed = (await client.post(path, json={"signed_on": "2015-09-14"}, headers=ANY)).json()
    accession = {"organisation_id": third["id"], "accedes_on": "2015-10-01"}
    answer = await client.post(f"/conventions/{signed['id']}/accessions", json=accession)
    assert answer.is_success, answer.text

    facts = [row for row in await outbox_messages() if row.topic == "partners.conventions"]

    assert len(facts) == 2
    assert {row.key for row in facts} == {signed["id"]}
    assert all(signed["id"].encode() in row.payload for row in facts)


async def test_a_draft_that_nobody_would_sign_stays_a_draft(client: AsyncClient) -> None:
    draft = (await client.post("/convention-drafts", json={"title": "Empty"})).json()
    path = f"/convention-drafts/{draft['id']}"

    signed = await client.post(f"{path}/signature", json={"signed_on": "2015-09-14"}, headers=ANY)
    await refused(signed, 422, "convention-unsigned")
    assert (await client.get(path)).json() == draft
    assert (await client.delete(path, headers=ANY)).status_code == 204
    assert (await client.get(path)).status_code == 404


async def test_a_timeline_tells_what_happened_in_its_order(
    client: AsyncClient, organisation: Make, convention: Make
) -> None:
    one, other = await organisation("One"), await organisation("Other")
    signed = await convention(one, other, ends_on="2099-12-31", effective_on="2012-09-01")
    await change(client, signed, "suspension", from_on="2013-03-01", until_on="2013-03-31")
    said = {"amended_on": "2013-01-15", "summary": "Notice", "notice_days": 30}
    await change(client, signed, "amendments", **said)
    withdrawal = f"/conventions/{signed['id']}/signatories/{one['id']}/withdrawal"
    await client.post(withdrawal, json={"withdrawn_on": "2013-12-31"})

    steps = (await client.get(f"/conventions/{signed['id']}/timeline")).json()["items"]

    assert [(step["happened_on"], step["what"]) for step in steps] == [
        ("2012-07-10", "signed"),
        ("2012-09-01", "took_effect"),
        ("2012-09-01", "acceded"),
        ("2012-09-01", "acceded"),
        ("2013-01-15", "amended"),
        ("2013-03-01", "suspended"),
        ("2013-04-01", "resumed"),
        ("2013-12-31", "withdrew"),
        ("2099-12-31", "ended"),
    ]
    assert steps[4]["details"]["after"] == {"notice_days": 30}
