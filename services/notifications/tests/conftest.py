import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from httpx import AsyncClient
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions
from backbone.service import Service
from backbone.testing.fixtures import ClientOf
from contracts import (
    AnswerDue,
    ContactLogged,
    FirstInterviewHeld,
    FirstInterviewLate,
    FirstInterviewPlanned,
    MenteePaired,
    MenteeWaiting,
    OutcomeAsked,
    PairingDeclined,
    PairingEnded,
    PairingLate,
    PairingProposed,
    PersonCard,
)
from contracts.enums import DeclineReason, EndReason, Language, Medium, Side
from notifications.__main__ import SERVICE
from notifications.delivery.sender import Sender
from notifications.delivery.smtp import MailServer
from notifications.domain.tables import Channel, Message
from notifications.settings import NotificationsSettings

KEPT, HANG_UP = "250 Kept", "hang up"


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE


@pytest.fixture(scope="session")
def settings_extra() -> dict[str, Any]:
    """An SMS may be sent whenever the tests run."""
    hours = {"sms_from_hour": 0, "sms_until_hour": 24}
    return {"mail_from": "Envol <bonjour@envol.example>", "smpp_sender": "Envol"} | hours


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    """Notifications' API, as a coordinator sees it."""
    return client_of("coordinator")


def today() -> date:
    return datetime.now(UTC).date()


def noon(day: date) -> datetime:
    """Noon of that day, now at the latest."""
    return min(datetime.combine(day, time(12), UTC), datetime.now(UTC))


@dataclass
class Pair:
    """Amina and Claire, and what matching tells of them."""

    starts_on: date = field(default_factory=today)
    pairing_id: UUID = field(default_factory=uuid4)
    mentee_id: UUID = field(default_factory=uuid4)
    mentor_id: UUID = field(default_factory=uuid4)

    @property
    def ids(self) -> dict[str, UUID]:
        return {name: getattr(self, name) for name in ("pairing_id", "mentee_id", "mentor_id")}

    def mentee(self, **said: Any) -> PersonCard:
        known = {
            "person_id": self.mentee_id,
            "side": Side.MENTEE,
            "given_name": "Amina",
            "family_name": "Diallo",
            "email": "amina@example.org",
            "phone": "06 39 98 00 01",
            "language": Language.FRENCH,
            "department": "93",
        }
        return PersonCard(**(known | said))

    def mentor(self, **said: Any) -> PersonCard:
        known = {
            "person_id": self.mentor_id,
            "side": Side.MENTOR,
            "given_name": "Claire",
            "family_name": "Martin",
            "email": "claire@example.org",
            "phone": None,
            "language": Language.FRENCH,
            "department": "75",
        }
        return PersonCard(**(known | said))

    def paired(self, **said: Any) -> MenteePaired:
        at = noon(self.starts_on)
        known = {"starts_on": self.starts_on, "occurred_at": at, "recorded_at": at}
        return MenteePaired(**(self.ids | known | said))

    def met(self, on: date) -> FirstInterviewHeld:
        return FirstInterviewHeld(**self.ids, held_on=on, minutes=60, recorded_at=noon(on))

    def in_touch(self, on: date) -> ContactLogged:
        return ContactLogged(
            **self.ids,
            contact_id=uuid4(),
            contact_on=on,
            medium=Medium.PHONE,
            minutes=None,
            recorded_at=noon(on),
        )

    def proposed(self, on: date, *, answer_by: date | None = None) -> PairingProposed:
        until = answer_by or on + timedelta(days=7)
        known = {"proposed_on": on, "answer_by": until, "occurred_at": noon(on)}
        return PairingProposed(**(self.ids | known))

    def declined(self, on: date) -> PairingDeclined:
        return PairingDeclined(
            **self.ids, by=Side.MENTOR, reason=DeclineReason.UNAVAILABLE, declined_on=on
        )

    def answer_due(self, by: date, *missing: Side) -> AnswerDue:
        return AnswerDue(**self.ids, missing=missing, answer_by=by)

    def planned(self, on: date, *, instead_of: date | None = None) -> FirstInterviewPlanned:
        return FirstInterviewPlanned(**self.ids, planned_on=on, instead_of=instead_of)

    def unmet(self, due_on: date) -> FirstInterviewLate:
        return FirstInterviewLate(**self.ids, due_on=due_on, occurred_at=noon(due_on))

    def silent(self, month: int, due_on: date, *, since: date) -> PairingLate:
        known = {"month": month, "due_on": due_on, "last_sign_on": since}
        return PairingLate(**self.ids, **known, occurred_at=noon(due_on))

    def asked(self, months: int, due_on: date) -> OutcomeAsked:
        return OutcomeAsked(**self.ids, months=months, due_on=due_on, occurred_at=noon(due_on))

    def waiting(self, due_on: date) -> MenteeWaiting:
        known = {"days": 20, "due_on": due_on, "occurred_at": noon(due_on)}
        return MenteeWaiting(mentee_id=self.mentee_id, **known)

    def ended(self, on: date) -> PairingEnded:
        return PairingEnded(
            **self.ids, reason=EndReason.COMPLETED, ended_on=on, recorded_at=noon(on)
        )


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture
def pair_since() -> Callable[[date], Pair]:
    return lambda starts_on: Pair(starts_on=starts_on)


@dataclass
class Mailbox:
    """A real mail server: keeps what it takes, and answers as it is told to, then takes all."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    takes_utf8: bool = True
    sessions: int = 0
    arrived: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's name for it)
        self, _: SMTP, session: Session, __: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name, self.sessions = hostname, self.sessions + 1
        return responses

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name for it)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.at_rcpt.pop(0) if self.at_rcpt else "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.at_data.pop(0) if self.at_data else KEPT
        if answer in {KEPT, HANG_UP}:
            content = cast("bytes", envelope.content)
            self.recipients += envelope.rcpt_tos
            self.mails.append(message_from_bytes(content, policy=policy.SMTP))
            self.arrived.put_nowait(None)
        if answer == HANG_UP:
            server.transport.abort()
        return answer

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, hostname="localhost", enable_SMTPUTF8=mailbox.takes_utf8),
        "127.0.0.1",
        0,
    )
    mailbox.port = server.sockets[0].getsockname()[1]
    yield mailbox
    server.close()


@pytest.fixture
async def mail_settings(settings: NotificationsSettings, mailbox: Mailbox) -> NotificationsSettings:
    """Settings of a worker that sends to the mailbox, and soon gives up."""
    return settings.model_copy(
        update={
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "max_tries": 3,
        }
    )


@pytest.fixture
async def mailer(sessions: Sessions, mail_settings: NotificationsSettings) -> AsyncIterator[Sender]:
    server = MailServer(mail_settings)
    yield Sender(sessions, Channel.EMAIL, server, mail_settings.retry_policy)
    await server.close_idle()


@pytest.fixture
def messages(db: AsyncSession) -> Callable[..., Any]:
    """The messages there are, by rule and channel: `await messages(rule="silent_pair")`."""

    async def messages(**columns: Any) -> list[Message]:
        await db.rollback()
        query = select(Message).filter_by(**columns).execution_options(populate_existing=True)
        return list((await db.exec(query.order_by(col(Message.due_on), col(Message.id)))).all())

    return messages


@pytest.fixture
def later(db: AsyncSession) -> Callable[[], Awaitable[None]]:
    """Let the time pass after which a message is tried or looked at again."""

    async def later() -> None:
        await db.rollback()
        due_at = col(Message.due_at) - timedelta(days=1)
        await (await db.connection()).execute(update(Message).values(due_at=due_at))
        await db.commit()

    return later


@pytest.fixture(scope="session")
def sms_centre() -> Iterator[dict[str, str]]:
    """jSMPP's simulator, in a process of its own that ends with its input."""
    command = [sys.executable, "-m", "envol_local", "servers", "--sms"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdin
        told = process.stdout.readline()
        if not told:
            pytest.exit("The SMS centre did not start; see what it printed above.", 3)
        yield {name.lower(): value for name, value in json.loads(told).items()}
        process.stdin.close()
        process.wait(30)
