"""Rendering of messages in their reader's language: a folder of templates per rule and language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from contracts.enums import CommitmentKind, Language, Side
from contracts.territories import department_name, zone_of
from notifications.domain.tables import Channel, Message
from notifications.read_model import Occasion, Organisation, Person

LOCALES = {Language.FRENCH: "fr", Language.ENGLISH: "en_GB"}
COMMITMENTS = {
    CommitmentKind.MENTORS: {
        Language.FRENCH: ("parrain ou marraine", "parrains ou marraines"),
        Language.ENGLISH: ("mentor", "mentors"),
    },
    CommitmentKind.STAND: {
        Language.FRENCH: ("stand", "stands"),
        Language.ENGLISH: ("stand", "stands"),
    },
    CommitmentKind.AFTERWORK: {
        Language.FRENCH: ("afterwork", "afterworks"),
        Language.ENGLISH: ("afterwork", "afterworks"),
    },
    CommitmentKind.JOB_PRESENTATION: {
        Language.FRENCH: ("présentation de métiers", "présentations de métiers"),
        Language.ENGLISH: ("presentation of jobs", "presentations of jobs"),
    },
    CommitmentKind.PLACES: {
        Language.FRENCH: ("place", "places"),
        Language.ENGLISH: ("place", "places"),
    },
}
"""Singular and plural of what a partner may owe."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
TIED = re.compile(r" (?=[:;!?»])|(?<=«) ")

TEMPLATES = Environment(
    loader=PackageLoader("notifications.delivery"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The text of a message. An SMS has neither subject nor HTML."""

    text: str
    subject: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateContext:
    """The reader of a message, what it is about, and the reader's organisation."""

    reader: Person
    other: Person | None = None
    occasion: Occasion | None = None
    organisation: Organisation | None = None


def render(message: Message, context: TemplateContext) -> RenderedMessage:
    """Render the templates of a message for its reader.

    Raise `jinja2.TemplateError` if a template uses an unknown variable.
    """
    reader = context.reader
    folder, variables = f"{message.rule}/{reader.language}", _variables(message, context)
    if message.channel == Channel.SMS:
        return RenderedMessage(text=_fill(f"{folder}/sms.txt", variables))
    subject, text, html = (
        _typeset(_fill(f"{folder}/{part}", variables), reader.language)
        for part in ("subject.txt", "text.txt", "body.html")
    )
    return RenderedMessage(subject=subject, text=f"{text}\n", html=html)


def _fill(template: str, variables: Mapping[str, Any]) -> str:
    return TEMPLATES.get_template(template).render(variables).strip()


def _variables(message: Message, context: TemplateContext) -> dict[str, Any]:
    reader, other, occasion = context.reader, context.other, context.occasion
    locale = LOCALES[Language(reader.language)]
    at = message.takes_place_at
    if at is not None:
        at = at.astimezone(zone_of(occasion.department if occasion else reader.department))
    return {
        "language": reader.language,
        "reader": _addressed(reader),
        "other": other and _addressed(other),
        "to_mentor": reader.side == Side.MENTOR,
        "since": long_date(message.since_on, locale),
        "since_short": format_date(message.since_on, "dd/MM/yyyy", locale=locale),
        "organisation": context.organisation and on_one_line(context.organisation.name),
        "occasion": occasion and on_one_line(occasion.name),
        "place": occasion and on_one_line(occasion.place),
        "department": message.department and department_name(message.department),
        "owed": owed(message, reader.language, locale),
        "dated": message.since_on != message.due_on,
        "day": at and long_date(at.date(), locale),
        "time": at and (f"{at:%H h %M}" if locale == "fr" else f"{at:%H:%M}"),
    }


def owed(message: Message, language: str, locale: str) -> str | None:
    """Return what is missing of a commitment: « 2 stands », « 1 500,00 € »."""
    if message.commitment is None or message.missing is None:
        return None
    if message.commitment == CommitmentKind.AMOUNT:
        return format_currency(Decimal(message.missing) / 100, "EUR", locale=locale)
    one, many = COMMITMENTS[CommitmentKind(message.commitment)][Language(language)]
    return f"{message.missing} {one if message.missing == 1 else many}"


def long_date(day: date, locale: str) -> str:
    """Return a date in full: « 3 novembre 2026 », « 1er novembre 2026 », 3 November 2026."""
    text = format_date(day, "long", locale=locale)
    return re.sub(r"^1 ", "1er ", text) if locale == "fr" else text


def _addressed(person: Person) -> dict[str, str | None]:
    """Return the template variables of a person, each on a single line."""
    fields = ("given_name", "family_name", "email", "phone")
    values = {name: on_one_line(getattr(person, name)) for name in fields}
    return values | {"name": f"{values['given_name']} {values['family_name']}"}


def on_one_line(value: str | None) -> str | None:
    return value and " ".join(CONTROLS.sub(" ", value).split())


def _typeset(text: str, language: str) -> str:
    """Put no-break spaces at French punctuation, so that it stays on the line of its word."""
    return TIED.sub("\N{NO-BREAK SPACE}", text) if language == Language.FRENCH else text
