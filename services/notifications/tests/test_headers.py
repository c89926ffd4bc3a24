"""Mail headers as their readers see them, whatever they read mail with (RFC 2047)."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications.delivery.rendering import RenderedMessage
from notifications.delivery.sender import OutgoingMessage
from notifications.delivery.smtp import compose

EVENT = (
    "Inscription confirmée\xa0: Présentation des métiers à l\u2019Université Paris-Est Créteil,"
    " le 9 décembre 2026"
)
ENCODED_WORD = re.compile(rb"=\?[^ ?]+\?[qQbB]\?[^ ?]*\?=")
WORDS = st.text(
    st.sampled_from("aé'(),-.:;<=>?@_ àçœ\xa0\u2019«»…ΩжЖع中🌸👩‍🎓"), min_size=1, max_size=30
)
LINES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
LONG_WORDS = st.text(st.sampled_from("aéz"), min_size=70, max_size=200)
SUBJECTS = (LINES | LONG_WORDS).map(lambda text: " ".join(text.split(" "))).filter(str.strip)


def sent(*, subject: str = "Bonjour", reader: str = "Claire", sender: str = "Envol") -> bytes:
    written = RenderedMessage(text="Bonjour", subject=subject, html="<p>Bonjour</p>")
    outgoing = OutgoingMessage(uuid4(), 1, "claire@example.org", reader, "fr", written)
    return compose(outgoing, sender=Address(sender, "bonjour", "envol.example")).as_bytes()


def read(mail: bytes, name: str) -> str:
    """Decode a header of a mail as any client does."""
    return str(make_header(decode_header(message_from_bytes(mail)[name])))


@given(SUBJECTS)
@example(EVENT)
@example("=?utf-8?q?Bonjour?=")
@example("a" * 2000)
@example("Réunion  du  conseil")
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    mail = sent(subject=subject.strip())

    assert read(mail, "Subject") == subject.strip()
    lines = mail.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert max(map(len, ENCODED_WORD.findall(mail)), default=0) <= 75


@pytest.mark.parametrize("header", ["From", "To"])
@given(SUBJECTS)
@example("Mission locale d\u2019Épinay, Villetaneuse et Île-Saint-Denis — équipe des événements")
@example('Association "Envol", Paris')
@example("=?utf-8?q?Bonjour?=")
def test_a_display_name_is_read_as_it_was_written(header: str, name: str) -> None:
    name = " ".join(name.split())
    mail = sent(sender=name) if header == "From" else sent(reader=name)

    display, _, address = read(mail, header).rpartition(" <")
    assert address in {"bonjour@envol.example>", "claire@example.org>"}
    assert unquoted(display) == name


def unquoted(display: str) -> str:
    """Undo a quoted string, which only names without encoded words are."""
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', display)
    return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else display


def test_a_mail_is_plain_ascii_that_any_server_takes() -> None:
    assert sent(subject=EVENT, reader="Élodie", sender="L\u2019Envolée").isascii()
