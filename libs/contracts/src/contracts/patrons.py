"""What partners tells of those who promote the programme and give to it."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Card, Event
from contracts.words import ContactRole, GiftKind, Language, PromoterRole


class PromoterNamed(Event):
    """An organisation promotes the programme to its members from a day on."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["promoter-named.v1"] = "promoter-named.v1"
    organisation_id: UUID
    role: PromoterRole
    named_on: date


class PatronFact(Event):
    """Something that a patron gives, or promises, or gets in return."""

    topic: ClassVar[str] = "partners.patronage"
    keyed_by: ClassVar[str] = "organisation_id"

    organisation_id: UUID


class GiftPledged(PatronFact):
    """A patron promised so many cents, to be paid by a day."""

    type: Literal["gift-pledged.v1"] = "gift-pledged.v1"
    pledge_id: UUID
    amount: int
    pledged_on: date
    due_on: date | None


class GiftReceived(PatronFact):
    """A patron gave: so many cents, or what it values at so many; of skills, so many days too."""

    type: Literal["gift-received.v1"] = "gift-received.v1"
    gift_id: UUID
    pledge_id: UUID | None
    gift_kind: GiftKind
    amount: int
    days: int | None
    given_on: date


class GiftCancelled(PatronFact):
    """A gift was none: it never came, or was given back."""

    type: Literal["gift-cancelled.v1"] = "gift-cancelled.v1"
    gift_id: UUID
    cancelled_on: date


class ReceiptIssued(PatronFact):
    """A gift has a tax receipt; its number is the next of the year."""

    type: Literal["receipt-issued.v1"] = "receipt-issued.v1"
    gift_id: UUID
    year: int
    number: int
    amount: int
    issued_on: date


class ReceiptCancelled(PatronFact):
    """A receipt is void, by a counter-entry that has a number of its own."""

    type: Literal["receipt-cancelled.v1"] = "receipt-cancelled.v1"
    gift_id: UUID
    year: int
    number: int
    cancels_year: int
    cancels_number: int
    amount: int
    issued_on: date


class ReturnGiven(PatronFact):
    """A patron got something in return for its gifts, worth so many cents."""

    type: Literal["return-given.v1"] = "return-given.v1"
    return_id: UUID
    amount: int
    given_on: date


class ContactPersonCard(Card):
    """How to address and reach someone in a partner organisation, and what for."""

    topic: ClassVar[str] = "partners.people"
    keyed_by: ClassVar[str] = "person_id"

    type: Literal["contact-person-card.v1"] = "contact-person-card.v1"
    person_id: UUID
    organisation_id: UUID
    roles: tuple[ContactRole, ...]
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
