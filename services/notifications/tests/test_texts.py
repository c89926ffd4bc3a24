import re
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from jinja2 import UndefinedError
from smpplib import consts

from contracts.enums import CommitmentKind, Language, Side
from notifications.delivery.rendering import (
    COMMITMENTS,
    TEMPLATES,
    RenderedMessage,
    TemplateContext,
    render,
)
from notifications.delivery.smpp import parts_of
from notifications.domain.tables import Channel, Message, Rule
from notifications.read_model import Occasion, Organisation, Person

PARTNERS = (
    Rule.CONVENTION_EXPIRING,
    Rule.STAND_CONFIRMED,
    Rule.PLACE_CONFIRMED,
    Rule.PLACE_AWAITED,
    Rule.PLACE_FREED,
    Rule.PLACE_CANCELLED,
    Rule.EVENT_CANCELLED,
    Rule.MEETING_CONVENED,
    Rule.MEETING_CANCELLED,
    Rule.HOME_NEEDED,
    Rule.COMMITMENT_OVERDUE,
)
PLACES = (Rule.PLACE_CONFIRMED, Rule.PLACE_AWAITED, Rule.PLACE_FREED, Rule.PLACE_CANCELLED)
NAMELESS = (*PLACES, Rule.EVENT_CANCELLED, Rule.MEETING_CANCELLED)
STOPPED = (Rule.PAIRING_STOPPED, Rule.PROPOSAL_WITHDRAWN)
ALONE = {Rule.MENTEE_WAITING, *STOPPED, *PARTNERS}
BOTH = list(product([rule for rule in Rule if rule not in ALONE], Language))
TOLD = list(product(PARTNERS, Language))
LONG = {"given_name": "Jean-Christophe", "family_name": "Delahaye de La Rochefoucauld"}


def a_person(**values: Any) -> Person:
    defaults = {
        "person_id": uuid4(),
        "side": Side.MENTEE,
        "given_name": "Amina",
        "family_name": "Diallo",
        "email": "amina@example.org",
        "phone": "06 39 98 00 01",
        "language": Language.FRENCH,
        "department": "93",
    }
    return Person(**(defaults | values))


def written(
    rule: Rule = Rule.MENTOR_PAIRED,
    channel: Channel = Channel.EMAIL,
    *,
    reader: Person | None = None,
    other: Person | None = None,
    since_on: date = date(2026, 11, 3),
) -> RenderedMessage:
    message = Message(rule=rule, channel=channel, since_on=since_on)
    claire = a_person(given_name="Claire", family_name="Martin", email="claire@example.org")
    return render(message, TemplateContext(reader=reader or claire, other=other or a_person()))


@pytest.mark.parametrize(("rule", "language"), BOTH)
def test_every_mail_is_complete_in_both_languages_and_names_both(
    rule: Rule, language: Language
) -> None:
    mail = written(rule, reader=a_person(given_name="Claire", language=language))

    assert mail.subject
    assert mail.html
    assert "Amina" in mail.subject
    for part in (mail.text, mail.html):
        assert "Claire" in part
        assert "Amina Diallo" in part
        assert ("3 novembre 2026" if language == "fr" else "3 November 2026") in part
    assert f'lang="{language}"' in mail.html


@pytest.mark.parametrize(("rule", "language"), BOTH)
def test_a_mail_says_nothing_of_an_address_that_is_not_known(
    rule: Rule, language: Language
) -> None:
    mail = written(rule, reader=a_person(language=language), other=a_person(email=None, phone=None))

    assert "None" not in f"{mail.subject}{mail.text}{mail.html}"
    assert "mailto:" not in (mail.html or "")


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Diallo, nous cherchons toujours"), ("en", "Diallo, we are still looking")],
)
def test_one_who_waits_is_written_to_about_nobody_else(language: str, said: str) -> None:
    message = Message(rule=Rule.MENTEE_WAITING, channel=Channel.EMAIL, since_on=date(2026, 11, 3))
    reader = a_person(given_name="Diallo", language=Language(language))

    mail = render(message, TemplateContext(reader=reader))

    assert said in (mail.subject or "")
    for part in (mail.text, mail.html or ""):
        assert ("3 novembre 2026" if language == "fr" else "3 November 2026") in part


@pytest.mark.parametrize(("rule", "language"), list(product(STOPPED, Language)))
@pytest.mark.parametrize("side", list(Side))
def test_who_stays_is_told_in_both_languages_that_the_other_left(
    rule: Rule, language: Language, side: Side
) -> None:
    reader = a_person(given_name="Claire", language=language, side=side)
    message = Message(rule=rule, channel=Channel.EMAIL, since_on=date(2026, 11, 3))

    mail = render(message, TemplateContext(reader=reader))

    assert mail.subject
    assert mail.html
    for part in (mail.text, mail.html):
        assert "Claire" in part
        assert ("3 novembre 2026" if language == "fr" else "3 November 2026") in part
        assert ("mentor for you" in part or "parrain ou une" in part) == (side == Side.MENTEE)


def to_partner(rule: Rule, language: Language, *, known: bool) -> RenderedMessage:
    """A mail to someone who speaks for a partner, about as much as is known, or as little."""
    message = Message(
        rule=rule,
        channel=Channel.EMAIL,
        due_on=date(2026, 10, 1),
        since_on=date(2026, 11, 3),
        department="93",
        takes_place_at=datetime(2026, 11, 3, 13, 30, tzinfo=UTC),
    )
    place = "Cité <internationale>" if known else None
    context = TemplateContext(
        reader=a_person(side=None, given_name="Inès", language=language),
        occasion=Occasion(occasion_id=uuid4(), name="Rencontre", place=place, department="75"),
        organisation=Organisation(organisation_id=uuid4(), name="Immobilière 3F")
        if known
        else None,
    )
    return render(message, context)


@pytest.mark.parametrize(("rule", "language"), TOLD)
def test_who_speaks_for_a_partner_is_told_what_when_and_where(
    rule: Rule, language: Language
) -> None:
    mail, bare = (to_partner(rule, language, known=known) for known in (True, False))

    for part in (mail.text, mail.html or ""):
        assert "Inès" in part
        assert ("3 novembre 2026" if language == "fr" else "3 November 2026") in part
        if rule in {Rule.STAND_CONFIRMED, *PLACES}:
            assert "Rencontre" in part
            assert ("14 h 30" if language == "fr" else "14:30") in part
        if rule == Rule.HOME_NEEDED:
            assert "Seine-Saint-Denis" in part
    if "internationale" in mail.text:
        assert "Cité &lt;internationale&gt;" in (mail.html or "")
    named = rule not in NAMELESS
    assert ("Immobilière 3F" in mail.text + (mail.subject or "")) == named
    for said in (mail, bare):
        assert "None" not in f"{said.subject}{said.text}{said.html}"
        assert said.subject


@pytest.mark.parametrize(
    ("kind", "missing", "language", "owed"),
    [
        (CommitmentKind.STAND, 1, Language.FRENCH, "1 stand."),
        (CommitmentKind.MENTORS, 3, Language.FRENCH, "3 parrains ou marraines."),
        (CommitmentKind.PLACES, 2, Language.ENGLISH, "2 places."),
        (CommitmentKind.AMOUNT, 150_050, Language.FRENCH, "1 500,50 €."),
        (CommitmentKind.AMOUNT, 150_050, Language.ENGLISH, "€1,500.50."),
    ],
)
def test_a_reminder_says_what_is_owed(
    kind: CommitmentKind, missing: int, language: Language, owed: str
) -> None:
    message = Message(
        rule=Rule.COMMITMENT_OVERDUE,
        channel=Channel.EMAIL,
        **dict.fromkeys(("due_on", "since_on"), date(2026, 11, 3)),
        commitment=kind,
        missing=missing,
    )

    mail = render(message, TemplateContext(reader=a_person(side=None, language=language)))

    spaced = re.sub(r"\s", " ", mail.text)
    assert owed in spaced
    assert owed.rstrip(".") in re.sub(r"\s", " ", mail.html or "")


def test_all_that_can_be_owed_has_a_name() -> None:
    assert {*COMMITMENTS, CommitmentKind.AMOUNT} == set(CommitmentKind)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("email", ["amina@example.org", None])
def test_every_sms_is_one_part_in_gsm_even_with_a_long_name(
    language: Language, email: str | None
) -> None:
    templates = [name for name in TEMPLATES.list_templates() if name.endswith("sms.txt")]
    rules = {Rule(name.split("/")[0]) for name in templates}
    assert len(templates) == len(rules) * len(Language)
    reader = a_person(given_name="Marie-Alexandrine", language=language, email=email)

    for rule in rules:
        sms = written(rule, Channel.SMS, reader=reader, other=a_person(**LONG))
        parts, coding, _ = parts_of(sms.text)
        assert (len(parts), coding) == (1, consts.SMPP_ENCODING_DEFAULT)
        assert LONG["family_name"] in sms.text
        assert "03/11/2026" in sms.text


def test_the_first_of_a_month_is_written_as_the_french_write_it() -> None:
    assert "1er novembre 2026" in written(since_on=date(2026, 11, 1)).text
    english = a_person(language=Language.ENGLISH)
    assert "on 1 November 2026" in written(reader=english, since_on=date(2026, 11, 1)).text


def test_french_punctuation_stays_with_its_word() -> None:
    mail = written(Rule.SILENT_PAIR)

    nbsp = "\N{NO-BREAK SPACE}"
    assert mail.subject == f"Votre parrainage avec Amina{nbsp}: quelles nouvelles{nbsp}?"
    assert f"Tant mieux{nbsp}!" in mail.text
    assert " !" not in mail.text


def test_a_name_is_never_read_as_html_or_as_a_header() -> None:
    trap = a_person(given_name="<b>A", family_name="\r\nBcc: all@example.org\x00")

    mail = written(other=trap)

    assert mail.subject
    assert mail.html
    assert "&lt;b&gt;A Bcc: all@example.org" in mail.html
    assert "<b>A" not in mail.html
    assert not {"\r", "\n", "\x00"} & set(mail.subject)


def test_a_template_that_names_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        TEMPLATES.from_string("{{ reader.nickname }}").render(reader={})
