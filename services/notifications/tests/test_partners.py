"""Those who speak for partners are written to, once, about what concerns them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from backbone.testing.fixtures import Topics
from contracts import (
    AttendeePromoted,
    AttendeeRegistered,
    BoardMeetingCancelled,
    BoardMeetingConvened,
    CommitmentOverdue,
    ContactPersonCard,
    ConventionExpiring,
    Event,
    EventCancelled,
    HousingNeeded,
    OccasionCard,
    OrganisationCard,
    RegistrationCancelled,
    StandBooked,
)
from contracts.enums import AttendeeKind, CommitmentKind, ContactRole, Language
from notifications.delivery.sender import Sender
from notifications.domain.tables import Message, State

Messages = Callable[..., Awaitable[list[Message]]]
Later = Callable[[], Awaitable[None]]

INES, THREE_F, MEETING = uuid4(), uuid4(), uuid4()
SOON = datetime.now(UTC) + timedelta(days=20)


def card(person_id: UUID = INES, **said: Any) -> ContactPersonCard:
    known = {
        "person_id": person_id,
        "organisation_id": THREE_F,
        "roles": (ContactRole.EVENTS, ContactRole.BOARD),
        "given_name": "Inès",
        "family_name": "Martin",
        "email": "ines@example.org",
        "phone": None,
        "language": Language.FRENCH,
        "department": "75",
    }
    return ContactPersonCard(**(known | said))


def occasion(name: str | None = "Rencontre nationale") -> OccasionCard:
    return OccasionCard(occasion_id=MEETING, name=name, place="Siège", department="75")


NAMED = OrganisationCard(organisation_id=THREE_F, name="Immobilière 3F", siren="552141533")


def expiring(days: int = 30) -> ConventionExpiring:
    today = datetime.now(UTC).date()
    return ConventionExpiring(
        convention_id=MEETING,
        days=days,
        ends_on=today + timedelta(days=days),
        due_on=today,
        organisations=(THREE_F,),
        contacts=(INES,),
    )


def booked(starts_at: datetime = SOON) -> StandBooked:
    return StandBooked(
        event_id=MEETING,
        stand_id=uuid4(),
        booking_id=uuid4(),
        organisation_id=THREE_F,
        commitment_id=None,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        held_on=starts_at.date(),
        contacts=(INES,),
    )


def promoted() -> AttendeePromoted:
    return AttendeePromoted(
        event_id=MEETING,
        session_id=uuid4(),
        registration_id=uuid4(),
        attendee_kind=AttendeeKind.ORGANISATION,
        attendee_id=THREE_F,
        starts_at=SOON,
        contacts=(INES,),
    )


def registered(*, waiting: bool = False) -> AttendeeRegistered:
    return AttendeeRegistered(
        event_id=MEETING,
        session_id=uuid4(),
        registration_id=uuid4(),
        attendee_kind=AttendeeKind.ORGANISATION,
        attendee_id=THREE_F,
        waiting=waiting,
        starts_at=SOON,
        contacts=(INES,),
    )


def awaited() -> AttendeeRegistered:
    return registered(waiting=True)


def off() -> EventCancelled:
    return EventCancelled(
        event_id=MEETING,
        cancelled_on=datetime.now(UTC).date(),
        starts_on=SOON.date(),
        contacts=(INES,),
    )


def convened(**said: Any) -> BoardMeetingConvened:
    known = {"meeting_id": MEETING, "takes_place_at": SOON, "representatives": (INES,)}
    return BoardMeetingConvened(**(known | said))


def cancelled() -> BoardMeetingCancelled:
    return BoardMeetingCancelled(
        meeting_id=MEETING,
        cancelled_on=datetime.now(UTC).date(),
        takes_place_at=SOON,
        representatives=(INES,),
    )


def needed() -> HousingNeeded:
    return HousingNeeded(
        need_id=uuid4(),
        department="93",
        mentee_id=uuid4(),
        organisations=(THREE_F,),
        needed_by=date(2099, 1, 1),
        asked_on=datetime.now(UTC).date(),
        contacts=(INES,),
    )


def withdrawn(starts_at: datetime | None = SOON) -> RegistrationCancelled:
    return RegistrationCancelled(
        event_id=MEETING,
        session_id=uuid4(),
        registration_id=uuid4(),
        attendee_kind=AttendeeKind.ORGANISATION,
        attendee_id=THREE_F,
        starts_at=starts_at,
        contacts=(INES,),
    )


def overdue(**said: Any) -> CommitmentOverdue:
    known = {
        "commitment_id": MEETING,
        "organisation_id": THREE_F,
        "missing": 2,
        "due_on": date(2026, 11, 3),
        "commitment_kind": CommitmentKind.STAND,
        "contacts": (INES,),
    }
    return CommitmentOverdue(**(known | said))


TOLD = [
    (expiring, "convention_expiring", "Convention avec Immobilière 3F : elle arrive à échéance"),
    (booked, "stand_confirmed", "Stand confirmé : Rencontre nationale"),
    (promoted, "place_freed", "Une place s'est libérée : Rencontre nationale"),
    (registered, "place_confirmed", "Inscription confirmée : Rencontre nationale"),
    (awaited, "place_awaited", "Liste d'attente : Rencontre nationale"),
    (off, "event_cancelled", "Annulé : Rencontre nationale"),
    (convened, "meeting_convened", "Conseil d'administration du"),
    (cancelled, "meeting_cancelled", "réunion annulée"),
    (needed, "home_needed", "cherche un logement (Seine-Saint-Denis)"),
    (withdrawn, "place_cancelled", "Inscription annulée : Rencontre nationale"),
    (overdue, "commitment_overdue", "un engagement était attendu le 03/11/2026"),
]


@pytest.mark.parametrize(("fact", "rule", "subject"), TOLD)
async def test_a_partner_is_written_to(
    topics: Topics,
    mailer: Sender,
    mailbox: Any,
    messages: Messages,
    fact: Callable[[], Event],
    rule: str,
    subject: str,
) -> None:
    event = fact()
    await topics.publish(card(), NAMED, occasion(), event)
    await topics.publish(event)

    while await mailer.send_next():
        pass

    [message] = await messages()
    assert (message.rule, message.state, message.person_id) == (rule, State.SENT, INES)
    [mail] = mailbox.mails
    assert "ines@example.org" in mail["To"]
    assert subject in str(mail["Subject"]).replace("\u00a0", " ")


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_message_waits_for_the_cards_it_needs(
    topics: Topics,
    mailer: Sender,
    mailbox: Any,
    messages: Messages,
    later: Later,
    order: tuple[int, ...],
) -> None:
    facts = [convened(), card(), occasion(None)]

    for each in order:
        assert await messages(state="sent") == []
        await topics.publish(facts[each])
        await later()
        while await mailer.send_next():
            pass

    assert len(mailbox.mails) == 1


async def test_nobody_is_written_to_about_what_took_place(
    topics: Topics, mailer: Sender, mailbox: Any, messages: Messages
) -> None:
    past = datetime.now(UTC) - timedelta(hours=1)
    await topics.publish(card(), NAMED, occasion(), booked(past), convened(takes_place_at=past))

    while await mailer.send_next():
        pass

    assert await messages() == []
    assert mailbox.mails == []


@pytest.mark.parametrize(("fact", "rule", "subject"), TOLD)
async def test_what_was_entered_late_is_written_about_as_long_as_it_is_of_use(
    topics: Topics, messages: Messages, fact: Callable[[], Event], rule: str, subject: str
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=90)

    await topics.publish(
        card(), NAMED, occasion(), fact().model_copy(update={"occurred_at": long_ago})
    )

    assert [message.rule for message in await messages()] == [rule], subject


async def test_a_partner_is_told_what_it_still_owes(
    topics: Topics, mailer: Sender, mailbox: Any
) -> None:
    await topics.publish(card(), NAMED, overdue())

    await mailer.send_next()

    [mail] = mailbox.mails
    text = mail.get_body(("plain",)).get_content().replace("\u00a0", " ")
    assert "Immobilière 3F" in text
    assert "au plus tard le 3 novembre 2026. Il reste dû à ce jour : 2 stands." in text


async def test_nobody_is_reminded_of_what_was_overdue_a_month_ago_or_what_we_owe(
    topics: Topics, messages: Messages
) -> None:
    old = datetime.now(UTC) - timedelta(days=32)

    await topics.publish(card(), overdue(recorded_at=old), overdue(contacts=()))
    await topics.publish(withdrawn(datetime.now(UTC) - timedelta(hours=1)), withdrawn(None))

    assert await messages() == []


async def test_two_stands_of_a_day_are_two_confirmations_and_two_warnings_two(
    topics: Topics, messages: Messages
) -> None:
    await topics.publish(card(), NAMED, occasion(), booked(), booked(), expiring(30), expiring(7))

    rules = [m.rule for m in await messages()]
    assert sorted(rules) == ["convention_expiring", "stand_confirmed", "stand_confirmed"]


async def test_who_speaks_for_a_partner_no_more_is_not_written_to(
    topics: Topics, mailer: Sender, mailbox: Any, messages: Messages
) -> None:
    await topics.publish(card(), NAMED, occasion(), booked())
    await topics.publish(ContactPersonCard.erasure(INES))

    while await mailer.send_next():
        pass

    assert {m.state for m in await messages()} == {State.SUPPRESSED}
    assert mailbox.mails == []
