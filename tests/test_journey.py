"""The story of a first month, run while every process dies at every one of its crash points."""

import asyncio
import email
import operator
from collections import Counter
from collections.abc import Sequence
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from running import API, CRASHES, Journey, until

from demo.client import ApiError
from demo.scenario import figures
from demo.scenario.partners import MESSAGE_RULES


def wanted(journey: Journey) -> bool:
    """Whether every figure and every message is what the ledger comes to."""
    checked = figures.check(journey.envol, journey.ledger)
    return (
        all(one.agrees for one in checked)
        and figures.sent_messages(journey.envol, journey.ledger).agrees
    )


async def test_nothing_is_lost_and_nothing_counts_twice(journey: Journey) -> None:
    await asyncio.to_thread(
        until, lambda: wanted(journey), "The figures never became those of the ledger", 150
    )


async def test_every_process_died_at_every_point_and_came_back(journey: Journey) -> None:
    await test_nothing_is_lost_and_nothing_counts_twice(journey)

    for service, points in CRASHES.items():
        worker = journey.running.workers[service]
        died = partial(operator.eq, worker.crashed_at, points)
        await asyncio.to_thread(until, died, f"{worker.name} did not die at each of {points}", 90)
    for service in ("partners", "matching"):
        assert set(journey.running.apis[service].crashed_at) == set(API), service


async def test_a_kill_costs_one_duplicate_at_most_and_with_the_same_message_id(
    journey: Journey,
) -> None:
    await test_nothing_is_lost_and_nothing_counts_twice(journey)
    mails = [email.message_from_bytes(path.read_bytes()) for path in journey.mails.rglob("*.eml")]

    ids = Counter(mail["Message-ID"] for mail in mails if not asks_for_an_answer(mail))
    pairs = len(journey.ledger.pairs)
    assert len(ids) == 2 * pairs + 1 + len(MESSAGE_RULES)
    deaths = journey.running.workers["notifications"].crashed_at
    assert sum(ids.values()) - len(ids) <= len(deaths)


def asks_for_an_answer(mail: Message) -> bool:
    """Tell whether a mail is about a proposal: most are answered before they are sent."""
    subject = str(make_header(decode_header(mail["Subject"])))
    return "votre réponse" in subject or "your answer" in subject


async def test_mails_are_in_text_and_html_and_in_the_readers_language(journey: Journey) -> None:
    await test_nothing_is_lost_and_nothing_counts_twice(journey)
    mails = [email.message_from_bytes(path.read_bytes()) for path in journey.mails.rglob("*.eml")]

    for mail in mails:
        assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html"}
    about_pairs = [mail for mail in mails if not asks_for_an_answer(mail)]
    [english] = [m for m in about_pairs if "Grace" in body(m) and "Hello" in body(m)]
    assert "mentee13@example.org" in english["To"]


def body(mail: Message) -> str:
    [text] = [part for part in mail.walk() if part.get_content_type() == "text/plain"]
    content = text.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


async def told_on(journey: Journey, topic: str) -> Sequence[object]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=journey.servers.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        group_id=None,
    )
    await consumer.start()
    records: list[object] = []
    while fetched := await consumer.getmany(timeout_ms=2_000):
        records += [record for theirs in fetched.values() for record in theirs]
    await consumer.stop()
    return records


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("matching.pairings", b"mentee-paired.v1"),
        ("matching.pairings", b"contact-logged.v1"),
        ("partners.conventions", b"convention-signed.v1"),
    ],
)
async def test_facts_travel_as_cloudevents_without_personal_data(
    journey: Journey, topic: str, kind: bytes
) -> None:
    records = [r for r in await told_on(journey, topic) if dict(r.headers)["ce_type"] == kind]  # type: ignore[attr-defined]

    assert records
    for record in records:
        headers = dict(record.headers)  # type: ignore[attr-defined]
        assert headers["ce_specversion"] == b"1.0"
        assert headers.keys() >= {"ce_id", "ce_source", "ce_subject", "ce_time", "ce_sequence"}
        assert headers["ce_subject"] == record.key  # type: ignore[attr-defined]
        told = record.value.decode()  # type: ignore[attr-defined]
        for personal in ("@", "+33", "Amina", "Diarra", "Lavigne"):
            assert personal not in told


async def test_each_keys_numbers_have_no_gap_on_the_topics(journey: Journey) -> None:
    for topic in (
        "matching.mentees",
        "matching.mentors",
        "matching.pairings",
        "partners.conventions",
    ):
        numbers: dict[bytes, set[int]] = {}
        for record in await told_on(journey, topic):
            number = int(dict(record.headers)["ce_sequence"])  # type: ignore[attr-defined]
            numbers.setdefault(record.key, set()).add(number)  # type: ignore[attr-defined]
        assert all(seen == set(range(1, max(seen) + 1)) for seen in numbers.values()), topic


async def test_a_forged_token_is_refused_by_all_four(journey: Journey) -> None:
    token = journey.envol.token("admin")
    head, payload, signature = token.split(".")
    forged = f"{head}.{payload}.{signature[:-4]}AAAA"
    paths = {
        "matching": "/mentees",
        "partners": "/organisations",
        "notifications": "/messages",
        "reporting": "/figures",
    }
    for service, path in paths.items():
        url = f"{journey.running.urls[service]}/v1{path}"
        refused = journey.envol.http.get(url, headers={"Authorization": f"Bearer {forged}"})
        assert refused.status_code == 401, service
        assert refused.headers["content-type"] == "application/problem+json"


async def test_what_cannot_be_is_refused_with_what_to_do(journey: Journey) -> None:
    envol, pair = journey.envol, journey.ledger.pairs[0]
    before = len(await told_on(journey, "partners.conventions"))

    unsigned = {"kind": "own", "signed_on": "2013-01-01", "signatories": []}
    with pytest.raises(ApiError, match=r"(409|422) .*sign"):
        envol.post(
            "partners",
            "/conventions",
            unsigned,
            role="partner_manager",
            idempotency_key=str(uuid4()),
        )
    early = {"contact_on": "2013-01-01", "medium": "phone"}
    path = f"/pairings/{pair.pairing_id}/contacts"
    with pytest.raises(ApiError, match=r"409 .*before-pairing"):
        envol.post("matching", path, early, role="coordinator", idempotency_key=str(uuid4()))

    assert len(await told_on(journey, "partners.conventions")) == before


async def test_a_worker_told_to_stop_ends_what_it_does(journey: Journey) -> None:
    await test_nothing_is_lost_and_nothing_counts_twice(journey)

    assert journey.running.stop() == [0] * 8
