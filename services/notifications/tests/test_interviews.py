"""Both of a pair are told on which day they meet for the first time, and when that moves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from backbone.testing.fixtures import Topics
from notifications.delivery.sender import Sender
from notifications.domain.tables import Message, State

Messages = Callable[..., Awaitable[list[Message]]]
NEVER = asyncio.Event()
DAY, OTHER_DAY = date(2098, 11, 3), date(2098, 11, 12)


@pytest.fixture
async def tell(topics: Topics, mailer: Sender, mailbox: Any, pair: Any) -> Any:
    """Tell facts of a pair that was welcomed before; give the mails that are sent, by address."""
    await topics.publish(pair.mentee(language="en"), pair.mentor(), pair.paired())
    await mailer.send_due(NEVER)

    async def tell(*facts: Any) -> dict[str, EmailMessage]:
        mailbox.mails.clear()
        await topics.publish(*facts)
        await mailer.send_due(NEVER)
        return {mail["To"].addresses[0].addr_spec: mail for mail in mailbox.mails}

    return tell


def entry(mail: EmailMessage) -> Any:
    """The calendar entry that a mail brings along."""
    [attachment] = mail.iter_attachments()
    assert (attachment.get_content_type(), attachment.get_filename()) == (
        "text/calendar",
        "envol.ics",
    )
    assert attachment.get_content_charset() == "utf-8"
    [event] = Calendar.from_ical(attachment.get_payload(decode=True)).events
    return event


async def test_both_are_told_of_the_day_with_an_entry_for_their_calendars(
    tell: Any, pair: Any
) -> None:
    mails = await tell(pair.planned(DAY))

    assert set(mails) == {"amina@example.org", "claire@example.org"}
    to_claire, to_amina = mails["claire@example.org"], mails["amina@example.org"]
    assert to_claire["Subject"].replace("\u00a0", " ") == (
        "Premier entretien avec Amina : le 3 novembre 2098"
    )
    assert to_amina["Subject"] == "First interview with Claire: 3 November 2098"
    text = to_claire.get_body(("plain",)).get_content()
    assert "Amina Diallo est prévu le 3 novembre 2098" in text
    for mail in mails.values():
        event = entry(mail)
        assert (event.start, str(event["uid"])) == (DAY, f"{pair.pairing_id}@envol")
        assert str(event["summary"]) == mail["Subject"]


async def test_an_interview_that_moves_moves_its_entry_too(tell: Any, pair: Any) -> None:
    before = entry((await tell(pair.planned(DAY)))["claire@example.org"])

    mails = await tell(pair.planned(OTHER_DAY, instead_of=DAY))

    assert mails["claire@example.org"]["Subject"].replace("\u00a0", " ") == (
        "Nouvelle date : premier entretien avec Amina le 12 novembre 2098"
    )
    event = entry(mails["claire@example.org"])
    assert (event.start, event["uid"]) == (OTHER_DAY, before["uid"])
    assert int(event["sequence"]) >= int(before["sequence"])
    back = await tell(pair.planned(DAY, instead_of=OTHER_DAY))
    assert "12 novembre" not in back["claire@example.org"]["Subject"]
    assert len(back) == 2


async def test_of_an_interview_that_moved_before_the_mail_went_only_the_last_day_is_told(
    tell: Any, pair: Any, messages: Messages
) -> None:
    mails = await tell(pair.planned(DAY), pair.planned(OTHER_DAY, instead_of=DAY))

    assert len(mails) == 2
    assert {m.state for m in await messages(rule="first_interview_planned")} == {State.STALE}


async def test_nobody_is_told_of_a_day_that_is_over_or_when_the_pair_ended(
    tell: Any, pair: Any
) -> None:
    today = datetime.now(UTC).date()

    assert await tell(pair.planned(today - timedelta(days=2))) == {}
    assert await tell(pair.ended(today), pair.planned(DAY)) == {}


async def test_a_fact_told_twice_is_one_mail_to_each(tell: Any, pair: Any) -> None:
    planned = pair.planned(DAY)
    await tell(planned)

    assert await tell(planned) == {}
