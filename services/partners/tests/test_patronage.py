"""What patrons give, and the register of receipts whose numbers have no gap."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf, problem_of

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}
ADDRESS = {
    "legal_form": "SA d'HLM",
    "street": "159 rue Nationale",
    "postal_code": "75013",
    "city": "Paris",
}
MONEY = {"amount": 500_000, "payment": "transfer", "given_on": "2014-10-15"}
LONG_AGO = {"issued_on": "2015-01-12"}


@pytest.fixture
async def i3f(client: AsyncClient, organisation: Make) -> dict[str, Any]:
    """A landlord whose legal form and address are known."""
    who = await organisation("Immobilière 3F", kind="social_landlord")
    await client.put(f"/organisations/{who['id']}/profile", json=ADDRESS, headers=ANY)
    return who


async def give(client: AsyncClient, who: dict[str, Any], **said: Any) -> dict[str, Any]:
    answer = await client.post(f"/organisations/{who['id']}/gifts", json=MONEY | said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def receipt(client: AsyncClient, gift: dict[str, Any], **said: Any) -> Response:
    return await client.post(f"/gifts/{gift['id']}/receipt", json=LONG_AGO | said)


async def test_a_pledge_is_paid_by_gifts(client: AsyncClient, i3f: Any, organisation: Make) -> None:
    path = f"/organisations/{i3f['id']}/pledges"
    body = {"amount": 900_000, "pledged_on": "2014-09-01", "due_on": "2014-12-31"}
    pledge = (await client.post(path, json=body)).json()
    await give(client, i3f, pledge_id=pledge["id"])
    await give(client, i3f, pledge_id=pledge["id"], given_on="2014-11-15", amount=400_000)

    async def paid(as_of: str) -> int:
        [only] = (await client.get(path, params={"as_of": as_of})).json()
        return int(only["paid"])

    assert [await paid(day) for day in ("2014-10-14", "2014-10-15", "2014-11-15")] == [
        0,
        500_000,
        900_000,
    ]
    other = await organisation("Other")
    wrong = await client.post(
        f"/organisations/{other['id']}/gifts", json=MONEY | {"pledge_id": pledge["id"]}
    )
    assert problem_of(wrong) == (422, "pledge-of-another")


async def test_a_gift_of_money_pays_the_amounts_that_its_giver_owes(
    client: AsyncClient, i3f: Any, convention: Make, outbox_messages: Any
) -> None:
    signed = await convention(i3f)
    path = f"/conventions/{signed['id']}/commitments"
    body = {"organisation_id": i3f["id"], "party": "partner", "kind": "amount"}
    for quantity, due_on in ((300_000, "2014-12-31"), (1_000_000, "2015-12-31")):
        owed = body | {"quantity": quantity, "due_on": due_on}
        assert (await client.post(path, json=owed)).status_code == 201

    async def given() -> list[int]:
        ledger = (await client.get(path, params={"as_of": "2016-01-01"})).json()
        entries = sorted(ledger["entries"], key=lambda e: e["commitment"]["due_on"])
        return [entry["given"] for entry in entries]

    gift = await give(client, i3f, amount=600_050)
    assert await given() == [300_000, 300_050]
    await give(client, i3f, kind="goods", payment=None, description="Chairs", amount=10_000)
    assert await given() == [300_000, 300_050]
    assert len(await outbox_messages("commitment-fulfilled.v1")) == 2

    cancelled = {"cancelled_on": "2015-01-12"}
    answer = await client.post(f"/gifts/{gift['id']}/cancellation", json=cancelled)
    assert answer.is_success
    assert await given() == [0, 0]
    assert len(await outbox_messages("fulfilment-withdrawn.v1")) == 2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"amount": -1}, "wrong-shape"),
        ({"amount": 0}, "wrong-shape"),
        ({"payment": None}, "gift-undescribed"),
        ({"kind": "goods"}, "gift-undescribed"),
        ({"kind": "goods", "payment": None}, "gift-undescribed"),
        ({"kind": "skills", "payment": None, "description": "CVs"}, "gift-undescribed"),
        ({"given_on": "2099-01-01"}, "day-to-come"),
    ],
)
async def test_a_gift_that_cannot_be_is_refused_and_announces_nothing(
    client: AsyncClient, i3f: Any, outbox_messages: Any, said: Any, kind: str
) -> None:
    answer = await client.post(f"/organisations/{i3f['id']}/gifts", json=MONEY | said)

    assert problem_of(answer) == (422, kind)
    assert await outbox_messages("gift-received.v1") == []


async def test_receipts_are_numbered_year_by_year_and_cancelled_by_an_entry_of_their_own(
    client: AsyncClient, i3f: Any
) -> None:
    first, second, third = [await give(client, i3f) for _ in range(3)]
    names = [
        (await receipt(client, gift, issued_on=on)).json()["name"]
        for gift, on in ((first, "2014-12-31"), (second, "2015-01-12"), (third, "2015-01-12"))
    ]
    assert names == ["2014-0001", "2015-0001", "2015-0002"]
    assert problem_of(await receipt(client, first)) == (409, "receipt-stands")

    cancel = {"reason": "Wrong amount", "cancelled_on": "2015-02-01"}
    entry = await client.post("/receipts/2014/1/cancellation", json=cancel)
    assert (entry.json()["name"], entry.json()["amount"]) == ("2015-0003", -500_000)
    again = await client.post("/receipts/2014/1/cancellation", json=cancel)
    assert problem_of(again) == (409, "receipt-void")
    entrys = await client.post("/receipts/2015/3/cancellation", json=cancel)
    assert problem_of(entrys) == (409, "receipt-void")
    anew = await receipt(client, first, issued_on="2015-02-01")
    assert anew.json()["name"] == "2015-0004"

    async def declared(year: int) -> tuple[int, ...]:
        published = (await client.get("/receipts/declaration", params={"year": year})).json()
        return tuple(published[name] for name in ("receipts", "amount", "givers", "entries"))

    assert await declared(2014) == (0, 0, 0, 1)
    assert await declared(2015) == (3, 1_500_000, 1, 4)
    listed = (await client.get("/receipts", params={"year": 2015})).json()["items"]
    assert [entry["number"] for entry in listed] == [1, 2, 3, 4]


async def test_numbers_follow_the_days_of_their_year(client: AsyncClient, i3f: Any) -> None:
    first, second = await give(client, i3f), await give(client, i3f)
    assert (await receipt(client, first, issued_on="2015-02-01")).status_code == 201

    assert problem_of(await receipt(client, second)) == (422, "receipt-backwards")
    early = await receipt(client, second, issued_on="2014-10-14")
    assert problem_of(early) == (422, "receipt-backwards")
    third = await receipt(client, second, issued_on="2015-02-01")
    assert third.json()["number"] == 2


async def test_a_cancelled_gift_has_no_receipt(client: AsyncClient, i3f: Any) -> None:
    gift, other = await give(client, i3f), await give(client, i3f)
    await receipt(client, gift)
    cancelled = {"cancelled_on": "2015-03-01"}

    standing = await client.post(f"/gifts/{gift['id']}/cancellation", json=cancelled)
    assert problem_of(standing) == (409, "receipt-stands")
    assert (await client.post(f"/gifts/{other['id']}/cancellation", json=cancelled)).is_success
    assert problem_of(await receipt(client, other)) == (409, "gift-over")
    patrons = (await client.get("/patrons", params={"as_of": "2015-03-02"})).json()["items"]
    assert [p["name"] for p in patrons] == ["Immobilière 3F"]


async def test_a_receipt_names_who_gave_or_is_not_given(
    client: AsyncClient, organisation: Make
) -> None:
    gift = await give(client, await organisation("Nowhere"))

    assert problem_of(await receipt(client, gift)) == (409, "giver-unknown")
    assert (await client.get("/receipts")).json()["items"] == []


async def test_what_comes_back_is_worth_a_quarter_at_most(client: AsyncClient, i3f: Any) -> None:
    await give(client, i3f)
    path = f"/organisations/{i3f['id']}/returns"
    back = {"amount": 125_000, "description": "A space", "given_on": "2014-11-20"}

    answers = await asyncio.gather(*(client.post(path, json=back) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "0,00 €" in refused.json()["detail"]
    assert problem_of(await client.post(path, json=back | {"given_on": "2015-11-20"}))[0] == 409


async def test_a_receipt_is_a_paper_with_what_the_form_asks_for(
    client: AsyncClient, i3f: Any
) -> None:
    gift = await give(
        client, i3f, kind="skills", days=6, description="#strong[Ateliers] «CV»", payment=None
    )
    await receipt(client, gift)

    paper = await client.get("/receipts/2015/1.pdf")

    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert (await client.get("/receipts/2015/1.pdf")).content == paper.content
    assert (await client.get("/receipts/2015/2.pdf")).status_code == 404


async def test_only_the_national_team_gives_receipts(
    client: AsyncClient, client_of: ClientOf, i3f: Any
) -> None:
    gift = await give(client, i3f)
    theirs = client_of("partner_manager", organisations=[i3f["id"]])
    stranger = client_of("partner_manager", organisations=[str(uuid4())])

    assert (await receipt(theirs, gift)).status_code == 403
    assert (await theirs.get("/gifts")).json()["items"] != []
    assert (await stranger.get("/gifts")).json()["items"] == []
    path = f"/organisations/{i3f['id']}/gifts"
    assert (await stranger.post(path, json=MONEY)).status_code == 404


async def test_of_many_receipts_at_once_each_has_a_number_and_none_is_missing(
    client: AsyncClient, i3f: Any
) -> None:
    gifts = [await give(client, i3f) for _ in range(20)]
    bad = await give(client, i3f, given_on="2015-06-01")

    answers = await asyncio.gather(
        *(receipt(client, gift) for gift in gifts),
        *(receipt(client, bad) for _ in range(10)),
        *(receipt(client, gift) for gift in gifts),
    )

    assert sorted(a.status_code for a in answers) == [201] * 20 + [409] * 20 + [422] * 10
    listed = (await client.get("/receipts", params={"year": 2015})).json()["items"]
    assert [entry["number"] for entry in listed] == list(range(1, 21))


DYING = """
import asyncio, sys
from httpx import ASGITransport, AsyncClient
from backbone.testing.fixtures import TestIssuer
from partners.app import create_app
from partners.settings import PartnersSettings

async def main():
    app, keys = create_app(PartnersSettings()), TestIssuer()
    app.state.verifier.keys = keys
    headers = {"Authorization": f"Bearer {keys.token('partner_manager')}"}
    base = "http://partners/v1"
    async with AsyncClient(transport=ASGITransport(app), base_url=base, headers=headers) as client:
        await client.post(sys.argv[1], json={"issued_on": "2015-01-12"})

asyncio.run(main())
"""


async def killed_while(path: str, settings: Any, point: str) -> int | None:
    """Ask an API of its own, which dies as by `kill -9` at that point; answer how it ended."""
    published = settings.model_dump(mode="json", exclude_none=True, exclude={"database_url"})
    environment = {name.upper(): str(value) for name, value in published.items()} | {
        "DATABASE_URL": settings.database_url.replace("+asyncpg", ""),
        "CRASH_AT": point,
    }
    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, path, env=os.environ | environment
    )
    return await dying.wait()


@pytest.mark.parametrize("point", ["api.before_commit", "api.after_commit"])
async def test_an_api_killed_while_it_gives_receipts_leaves_no_gap(
    client: AsyncClient, i3f: Any, settings: Any, point: str
) -> None:
    gifts = [await give(client, i3f) for _ in range(3)]
    await receipt(client, gifts[0])

    assert (
        await killed_while(f"/gifts/{gifts[1]['id']}/receipt", settings, point) == -signal.SIGKILL
    )

    for gift in gifts[1:]:
        await receipt(client, gift)
    listed = (await client.get("/receipts", params={"year": 2015})).json()["items"]
    assert [(entry["number"], entry["gift_id"]) for entry in listed] == [
        (number, gift["id"]) for number, gift in enumerate(gifts, 1)
    ]
