"""Delivery receipts of SMS centres, which may write the id of a message in two ways."""

from collections.abc import Collection, Iterable
from datetime import datetime

from notifications.domain.messages import Skip, skip
from notifications.domain.tables import Message, State

DELIVERED = "DELIVRD"
UNDELIVERED = {"UNDELIV", "REJECTD", "EXPIRED", "DELETED"}
LONGEST_NAME = 64
"""Characters that SMPP 3.4 allows; parsing far longer numbers is slow."""
LAST = {DELIVERED} | UNDELIVERED


def provider_id_variants(receipt_id: str) -> set[str]:
    """Return the ids that the centre may have given to the message that a receipt names.

    Some centres answer in hexadecimal and send the receipt in decimal.
    """
    plain = receipt_id.strip().lower()
    if plain.isdecimal() and len(plain) <= LONGEST_NAME:
        return {plain, f"{int(plain):x}"}
    return {plain}


def receipt_id_variants(provider_id: str) -> set[str]:
    """Return the ids by which receipts may name the part with `provider_id`."""
    plain = provider_id.strip().lower()
    if len(plain) > LONGEST_NAME:
        return {plain}
    try:
        return {plain, str(int(plain, 16))}
    except ValueError:
        return {plain}


def apply_receipts(message: Message, receipts: Collection[str | None], *, now: datetime) -> None:
    """Set the state of a sent message from the receipts of all its parts."""
    if message.state != State.SENT:
        return
    if undelivered := _first(receipts, UNDELIVERED):
        skip(message, Skip(State.FAILED, f"The SMS centre reports {undelivered}."))
    elif all(receipt == DELIVERED for receipt in receipts):
        message.state, message.delivered_at = State.DELIVERED, now


def _first(receipts: Iterable[str | None], wanted: Collection[str]) -> str | None:
    return next((receipt for receipt in receipts if receipt in wanted), None)
