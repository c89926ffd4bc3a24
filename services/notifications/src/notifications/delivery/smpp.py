"""A session with an SMS centre (SMPP 3.4). Synchronous: one thread at a time."""

import logging
import re
import secrets
import struct
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from smpplib import consts, gsm, smpp
from smpplib.client import Client
from smpplib.exceptions import ConnectionError as ConnectionBroken
from smpplib.exceptions import MessageTooLong, PDUError, UnknownCommandError

from notifications.domain.messages import Accepted, Outcome, Rejected, TemporaryFailure
from notifications.domain.receipts import LAST
from notifications.settings import NotificationsSettings

BROKEN = (
    ConnectionBroken,
    PDUError,
    UnknownCommandError,
    OSError,
    struct.error,
    IndexError,
    ValueError,
)
"""Errors after which a session cannot be used any more."""

KIND, IS_RECEIPT = 0x3C, 0x04  # bits of esm_class: the kind of a message
ALPHANUMERIC = {"source_addr_ton": consts.SMPP_TON_ALNUM, "source_addr_npi": consts.SMPP_NPI_UNK}
INTERNATIONAL = {"dest_addr_ton": consts.SMPP_TON_INTL, "dest_addr_npi": consts.SMPP_NPI_ISDN}
NAME = re.compile(rb"[!-~]{1,64}")  # SMPP 3.4 allows no longer one
NAMED = re.compile(rb"\bid:([!-~]{1,64})(?!\S)")
STATED = re.compile(rb"\bstat:([A-Z]{1,10})\b")
STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
UNKNOWN_NUMBER = {
    consts.SMPP_ESME_RINVDSTADR,
    consts.SMPP_ESME_RINVDSTTON,
    consts.SMPP_ESME_RINVDSTNPI,
}
FOR_GOOD = {consts.SMPP_ESME_RINVMSGLEN} | UNKNOWN_NUMBER
ENQUIRE_AFTER = 30.0  # seconds of silence, after which the connection is checked
MOST_PARTS = 255


class Answer(Protocol):
    """The response of the centre to a submitted part."""

    sequence: int
    status: int
    message_id: bytes | None


class Delivery(Protocol):
    """A message from the centre: a receipt, or an incoming SMS."""

    esm_class: int
    short_message: bytes | None
    message_payload: bytes | None
    receipted_message_id: bytes | None
    message_state: int | None


# The library logs whole messages, which are personal data, and each field that it ignores.
logging.getLogger("smpplib").setLevel(logging.CRITICAL)


class SmppSession:
    """A bound session; `receipts` collects the final state of each part, by its id."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self.settings = settings
        self.receipts: dict[str, str] = {}
        self._answers: dict[int, Answer] = {}
        self._received_at = time.monotonic()
        self._client = Client(
            settings.smpp_host,
            settings.smpp_port,
            timeout=min(10, settings.send_timeout_seconds),
            logger_name="smpplib",
            allow_unknown_opt_params=True,
        )
        self._client.set_message_received_handler(self._receive)
        self._client.set_message_sent_handler(self._note_answer)
        self._client.set_error_pdu_handler(self._note_answer)

    def bind(self) -> None:
        """Connect and log in. Raise one of `BROKEN`, as all methods below."""
        self._client.connect()
        self._client.bind_transceiver(
            system_id=self.settings.smpp_system_id,
            password=self.settings.smpp_password.get_secret_value(),
        )

    def submit(self, number: str, text: str) -> Outcome:
        """Send `text` to `number` (E.164), in as many parts as needed."""
        try:
            parts, coding, esm_class = parts_of(text)
        except MessageTooLong:
            return Rejected("The text is too long for an SMS.")
        sent = [
            self._client.send_message(
                source_addr=self.settings.smpp_sender,
                destination_addr=number.removeprefix("+"),
                short_message=part,
                data_coding=coding,
                esm_class=esm_class,
                registered_delivery=True,
                **ALPHANUMERIC,
                **INTERNATIONAL,
            ).sequence
            for part in parts
        ]
        return self._outcome([self._answer_to(sequence) for sequence in sent])

    def poll(self) -> None:
        """Process received messages; after 30 seconds of silence, check the connection."""
        self._client.poll(auto_send_enquire_link=False)
        if time.monotonic() - self._received_at > ENQUIRE_AFTER:
            self._client.send_pdu(smpp.make_pdu("enquire_link", client=self._client))
            self._read_once()

    def close(self) -> None:
        """Close the session, with an unbind if the centre is still connected."""
        with suppress(*BROKEN):
            if self._client.state != consts.SMPP_CLIENT_STATE_CLOSED:
                self._client.unbind()
        self._client.disconnect()

    def _answer_to(self, sequence: int) -> Answer:
        until = time.monotonic() + self.settings.send_timeout_seconds
        while sequence not in self._answers:
            if time.monotonic() > until:
                raise ConnectionBroken("The SMS centre does not answer.")
            self._read_once()
        return self._answers.pop(sequence)

    def _read_once(self) -> None:
        self._client.read_once(auto_send_enquire_link=False)
        self._received_at = time.monotonic()

    def _outcome(self, answers: list[Answer]) -> Outcome:
        for answer in answers:
            if answer.status != consts.SMPP_ESME_ROK:
                meaning = consts.DESCRIPTIONS.get(answer.status, "unknown")
                reason = f"{answer.status:#06x} {meaning}"
                if answer.status in FOR_GOOD:
                    return Rejected(reason, of_address=answer.status in UNKNOWN_NUMBER)
                return TemporaryFailure(reason)
        return Accepted(tuple(part_name(answer.message_id) for answer in answers))

    def _note_answer(self, pdu: Answer) -> None:
        self._answers[pdu.sequence] = pdu

    def _receive(self, pdu: Delivery) -> None:
        """Collect a receipt; an incoming SMS is ignored, even if it looks like one."""
        self._received_at = time.monotonic()
        if pdu.esm_class & KIND == IS_RECEIPT and (receipt := receipt_in(pdu)):
            self.receipts |= receipt


def parts_of(text: str) -> tuple[list[bytes], int, int]:
    """Return the parts of a text, their coding and their `esm_class`; raise `MessageTooLong`.

    GSM-7 if every character is in it, else UCS-2. No character is cut in two.
    """
    plain = text.replace("`", "'")  # smpplib's table has it in place of §
    try:
        coding, characters = consts.SMPP_ENCODING_DEFAULT, [gsm.gsm_encode(c) for c in plain]
    except UnicodeError:
        coding, characters = consts.SMPP_ENCODING_ISO10646, [c.encode("utf-16-be") for c in plain]
    _, longest, longest_part = gsm.ENCODINGS[coding]
    whole = b"".join(characters)
    if len(whole) <= longest:
        return [whole], coding, consts.SMPP_MSGTYPE_DEFAULT
    return _numbered(_filled(characters, longest_part)), coding, consts.SMPP_GSMFEAT_UDHI


def _filled(characters: Iterable[bytes], longest: int) -> list[bytes]:
    """Fill parts of at most `longest` bytes with whole characters."""
    parts = [b""]
    for character in characters:
        if len(parts[-1]) + len(character) > longest:
            parts.append(b"")
        parts[-1] += character
    return parts


def _numbered(parts: list[bytes]) -> list[bytes]:
    """Prefix each part with the header by which a telephone joins them again."""
    if len(parts) > MOST_PARTS:
        raise MessageTooLong
    common = bytes([5, 0, 3, secrets.randbelow(256), len(parts)])
    return [common + bytes([number]) + part for number, part in enumerate(parts, start=1)]


def receipt_in(pdu: Delivery) -> Mapping[str, str]:
    """Return the id and the final state of a part, from the optional fields or the text."""
    text = pdu.short_message or pdu.message_payload or b""
    named, stated = NAMED.search(text), STATED.search(text)
    name = part_name(pdu.receipted_message_id or (named[1] if named else b""))
    state = STATES.get(pdu.message_state or 0) or (stated and stated[1].decode("ascii"))
    return {name: state} if name and state in LAST else {}


def part_name(given: bytes | None) -> str:
    """Return the centre's id of a part; empty if it is malformed, as no receipt can refer to it."""
    plain = NAME.fullmatch((given or b"").strip(b"\0 "))
    return plain[0].decode("ascii").lower() if plain else ""
