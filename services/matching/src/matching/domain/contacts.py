"""The contacts of a pair: drafted, logged or attempted, corrected with their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from backbone.errors import Refused
from contracts import ContactAttempted, ContactCorrected, ContactLogged, ContactWithdrawn
from contracts.enums import ContactKind, Medium
from contracts.local_time import noon_in
from matching.domain.corrections import as_said, corrected
from matching.domain.pairings import require_within
from matching.domain.tables import (
    RUNNING,
    Contact,
    ContactState,
    Correction,
    Pairing,
    PairingState,
)

CORRECTED = ("contact_on", "medium", "minutes", "contact_kind")


class ContactGone(Refused, kind="contact-gone"):
    """A withdrawn contact can no longer be changed."""


class AlreadyLogged(Refused, kind="already-logged"):
    """A contact is logged once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The values of a contact; not `made` means an attempt without success."""

    contact_on: date
    medium: Medium
    minutes: int | None = None
    contact_kind: ContactKind | None = None
    made: bool = True


def draft(pairing: Pairing, exchange: Exchange, *, by: str) -> Contact:
    """Return a contact as a draft, which is not published until it is logged."""
    require_within(pairing, exchange.contact_on, what="The contact")
    return Contact(
        pairing_id=pairing.id,
        state=ContactState.DRAFT,
        made=exchange.made,
        contact_on=exchange.contact_on,
        medium=exchange.medium,
        minutes=exchange.minutes,
        contact_kind=exchange.contact_kind,
        logged_by=by,
    )


def log(contact: Contact, pairing: Pairing, department: str) -> ContactLogged | ContactAttempted:
    """Log a draft and return its event; `department` is the mentee's."""
    require_there(contact)
    if contact.state != ContactState.DRAFT:
        raise AlreadyLogged("This contact is logged. Correct it, or log another one.")
    contact.state, contact.version = ContactState.LOGGED, contact.version + 1
    if not contact.made:
        return _attempted(contact, pairing, department)
    return log_contact(
        pairing,
        department,
        on=contact.contact_on,
        medium=contact.medium,
        minutes=contact.minutes,
        kind=contact.contact_kind,
        contact_id=contact.id,
    )


def log_contact(
    pairing: Pairing,
    department: str,
    *,
    on: date,
    medium: Medium,
    minutes: int | None,
    kind: ContactKind | None = None,
    contact_id: UUID | None = None,
) -> ContactLogged:
    """Return the event of a contact; the pair becomes active. `department` is the mentee's."""
    require_within(pairing, on, what="The contact")
    if pairing.state in RUNNING and pairing.state != PairingState.ACTIVE:
        pairing.state = PairingState.ACTIVE
        pairing.version += 1
    return ContactLogged(
        contact_id=contact_id or uuid4(),
        **pairing.ids,
        contact_on=on,
        medium=medium,
        minutes=minutes,
        contact_kind=kind,
        occurred_at=noon_in(on, department),
    )


def _attempted(contact: Contact, pairing: Pairing, department: str) -> ContactAttempted:
    require_within(pairing, contact.contact_on, what="The attempt")
    return ContactAttempted(
        contact_id=contact.id,
        **pairing.ids,
        attempted_on=contact.contact_on,
        medium=contact.medium,
        occurred_at=noon_in(contact.contact_on, department),
    )


def contact_row(logged: ContactLogged, *, reference: str | None = None) -> dict[str, Any]:
    """Return the columns of `Contact` for a contact that was logged at once."""
    return {
        "id": logged.contact_id,
        "reference": reference,
        "pairing_id": logged.pairing_id,
        "contact_on": logged.contact_on,
        "medium": logged.medium,
        "minutes": logged.minutes,
        "contact_kind": logged.contact_kind,
    }


def correct(
    contact: Contact, pairing: Pairing, changes: Mapping[str, Any], *, by: str
) -> tuple[Correction, ContactCorrected] | None:
    """Correct a contact, keeping the previous values and the author of the correction.

    Return `None` if nothing changes, or for a draft, which was never published.
    """
    require_there(contact)
    on = changes.get("contact_on", contact.contact_on)
    require_within(pairing, on, what="The contact")
    correction = corrected(contact, changes, by=by)
    if correction is None or contact.state == ContactState.DRAFT:
        return None
    return correction, ContactCorrected(
        **pairing.ids,
        contact_id=contact.id,
        made=contact.made,
        **{name: getattr(contact, name) for name in CORRECTED},
    )


def withdraw(contact: Contact, pairing: Pairing, *, by: str) -> tuple[Correction, ContactWithdrawn]:
    """Void a contact entered by mistake; its history is kept."""
    require_there(contact)
    before = as_said(contact, CORRECTED)
    contact.state, contact.version = ContactState.WITHDRAWN, contact.version + 1
    return Correction(corrected_id=contact.id, corrected_by=by, before=before), ContactWithdrawn(
        **pairing.ids,
        contact_id=contact.id,
        made=contact.made,
    )


def require_there(contact: Contact) -> None:
    if contact.state == ContactState.WITHDRAWN:
        raise ContactGone("This contact was withdrawn. Log another one.")


def out_of_touch(pairing: Pairing) -> None:
    """Return the pair to its state before its only contact, which was withdrawn."""
    if pairing.state == PairingState.ACTIVE:
        met = pairing.first_interview_on is not None
        pairing.state = PairingState.FIRST_INTERVIEW if met else PairingState.ACCEPTED
        pairing.version += 1
