"""CSV files of mentees and mentors: the right rows are taken, each wrong one is named.

A file can be imported again: a row is known by its `reference`, and one that says nothing new
changes nothing. What was decided on a mentee is not decided again.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Annotated, BinaryIO, Generic, Literal, TypeVar
from uuid import UUID

import phonenumbers
from pydantic import BaseModel, BeforeValidator, ConfigDict, EmailStr, Field, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Invalid
from backbone.outbox import emit
from contracts import Message
from contracts.territories import department_name, phone_region_of
from contracts.words import Language, PriorityNeighbourhood
from matching import store
from matching.domain import eligibility, people
from matching.domain.coverage import Coverage
from matching.domain.tables import EligibilityRule, Mentee, Mentor

ROWS_AT_ONCE = 1_000
MOST_FAULTS = 1_000


class UnreadableFile(Invalid):
    """The file as a whole cannot be taken."""


class Fault(BaseModel):
    """Where a file is wrong, and why. Lines are counted as a spreadsheet does: the header is 1."""

    line: int
    column: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What an import did, by row."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    wrong: int = 0
    faults: list[Fault] = field(default_factory=list)

    def blame(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def _blank(value: object) -> object:
    return None if value == "" else value


def _department(code: str) -> str:
    code = code.strip().upper().zfill(2)
    department_name(code)
    return code


def _yes(value: object) -> object:
    return {"": False, "oui": True, "non": False, "yes": True, "no": False}.get(
        str(value).strip().lower(), value
    )


def _day(written: object) -> date:
    """A day as it is written in files: 1990-05-04, or 04/05/1990 as the French do."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(str(written).strip(), form).date()  # noqa: DTZ007  (a day)
    raise ValueError("This is no day. Write it as 1990-05-04 or 04/05/1990.")


Text = Annotated[str, Field(min_length=1, max_length=200)]
Department = Annotated[str, BeforeValidator(_department)]
Day = Annotated[date, BeforeValidator(_day)]
YesNo = Annotated[bool, BeforeValidator(_yes)]


class PersonRow(BaseModel):
    """A line of a file, as both kinds of files have it."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore")

    reference: Text
    given_name: Text
    family_name: Text
    email: Annotated[EmailStr | None, BeforeValidator(_blank)] = None
    phone: Annotated[str | None, BeforeValidator(_blank)] = None
    language: Annotated[Language, BeforeValidator(lambda v: v or "fr")] = Language.FRENCH
    department: Department
    remote: YesNo = False

    @property
    def card(self) -> dict[str, object]:
        """What may change from one import to the next."""
        names = {"given_name", "family_name", "email", "phone", "language", "remote"}
        return self.model_dump(include=names)


class MenteeRow(PersonRow):
    birth_date: Day
    degree_level: Annotated[int, Field(ge=0, le=12)]
    priority_neighbourhood: Annotated[
        PriorityNeighbourhood, BeforeValidator(lambda v: v or "unknown")
    ] = PriorityNeighbourhood.UNKNOWN
    applied_on: Day


class MentorRow(PersonRow):
    organisation_siren: Annotated[str, BeforeValidator(lambda v: str(v).replace(" ", ""))]
    capacity: Annotated[int, Field(ge=1, le=5)]
    enrolled_on: Day


R = TypeVar("R", bound=PersonRow)


@dataclass(frozen=True, slots=True)
class Line(Generic[R]):
    """A row that can be read, and where it stands."""

    number: int
    row: R


async def import_mentees(session: AsyncSession, file: BinaryIO) -> Imported:
    """Take mentees from a CSV file, and decide on each who is new."""
    imported, rules = Imported(), await store.rules(session)
    for lines in _chunks(_lines(file, MenteeRow, imported), ROWS_AT_ONCE):
        known = await store.by_reference(session, Mentee, [line.row.reference for line in lines])
        for line in lines:
            if person := known.get(line.row.reference):
                _renew(session, person, line.row, imported)
            elif admitted := _admit(line, rules, imported):
                mentee, told = admitted
                session.add(mentee)
                emit(session, *told)
        await session.flush()
    return imported


async def import_mentors(session: AsyncSession, file: BinaryIO) -> Imported:
    """Take mentors from a CSV file, if their organisation is covered on the day they enrol."""
    imported = Imported()
    sirens, coverage = await store.organisations_by_siren(session), await store.coverage(session)
    for lines in _chunks(_lines(file, MentorRow, imported), ROWS_AT_ONCE):
        known = await store.by_reference(session, Mentor, [line.row.reference for line in lines])
        for line in lines:
            if person := known.get(line.row.reference):
                _renew(session, person, line.row, imported)
            elif mentor := _enrol(line, sirens, coverage, imported):
                session.add(mentor)
                emit(session, people.enrolled(mentor), people.card(mentor))
        await session.flush()
    return imported


def _admit(
    line: Line[MenteeRow], rules: Sequence[EligibilityRule], imported: Imported
) -> tuple[Mentee, Sequence[Message]] | None:
    row = line.row
    try:
        rule = eligibility.rule_on(rules, row.applied_on)
    except eligibility.NoRuleInForce as none:
        _wrong(imported, line.number, "applied_on", str(none))
        return None
    decision = eligibility.decide(
        rule,
        department=row.department,
        degree_level=row.degree_level,
        birth_date=row.birth_date,
        on=row.applied_on,
    )
    mentee = Mentee(
        **row.model_dump(exclude={"applied_on"}),
        decided_on=row.applied_on,
        refusal=decision.refusal,
        rule_version=decision.rule_version,
        decision_inputs=decision.inputs,
    )
    imported.created += 1
    imported.refused += decision.refusal is not None
    return mentee, (people.decided(mentee, decision), people.card(mentee))


def _enrol(
    line: Line[MentorRow], sirens: dict[str, UUID], coverage: Coverage, imported: Imported
) -> Mentor | None:
    row = line.row
    organisation_id = sirens.get(row.organisation_siren)
    if organisation_id is None:
        reason = f"No organisation with SIREN {row.organisation_siren} is known. Register it first."
        _wrong(imported, line.number, "organisation_siren", reason)
        return None
    if not coverage.covers(organisation_id, row.enrolled_on):
        reason = f"The organisation has no convention in force on {row.enrolled_on}."
        _wrong(imported, line.number, "organisation_siren", reason)
        return None
    imported.created += 1
    fields = row.model_dump(exclude={"organisation_siren"})
    return Mentor(**fields, organisation_id=organisation_id)


def _renew(
    session: AsyncSession, person: Mentee | Mentor, row: PersonRow, imported: Imported
) -> None:
    """Take over what is new in how to reach someone known."""
    news = {name: value for name, value in row.card.items() if getattr(person, name) != value}
    if not news:
        imported.unchanged += 1
        return
    for name, value in news.items():
        setattr(person, name, value)
    person.version += 1
    imported.updated += 1
    emit(session, people.card(person))


def _wrong(imported: Imported, line: int, column: str, reason: str) -> None:
    imported.wrong += 1
    imported.blame(Fault(line=line, column=column, reason=reason))


def _lines(file: BinaryIO, kind: type[R], imported: Imported) -> Iterator[Line[R]]:
    """The rows that can be read; the others are blamed. Comma or semicolon, UTF-8."""
    met = dict[str, int]()
    for number, cells in _cells(file, kind):
        imported.rows += 1
        try:
            row = kind.model_validate(cells)
            _check_phone(row)
        except ValidationError as error:
            imported.wrong += 1
            for fault in error.errors(include_url=False, include_input=False):
                column, reason = ".".join(map(str, fault["loc"])), _plain(fault["msg"])
                imported.blame(Fault(line=number, column=column, reason=reason))
        except ValueError as error:
            _wrong(imported, number, "phone", str(error))
        else:
            if first := met.get(row.reference):
                reason = f"The same reference stands on line {first}."
                _wrong(imported, number, "reference", reason)
                continue
            met[row.reference] = number
            yield Line(number, row)


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _check_phone(row: PersonRow) -> None:
    if row.phone is None:
        return
    try:
        number = phonenumbers.parse(row.phone, phone_region_of(row.department))
    except phonenumbers.NumberParseException as wrong:
        raise ValueError("This is no phone number, as written where the person lives.") from wrong
    if not phonenumbers.is_possible_number(number):
        raise ValueError("A phone number there has more digits, or fewer.")
    row.phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _cells(file: BinaryIO, kind: type[BaseModel]) -> Iterator[tuple[int, dict[str, str]]]:
    text = codecs.getreader("utf-8-sig")(file)
    try:
        header = text.readline()
        delimiter: Literal[";", ","] = ";" if header.count(";") > header.count(",") else ","
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        _check_header(names, kind)
        for number, values in enumerate(csv.reader(text, delimiter=delimiter), start=2):
            if values:
                yield number, dict(zip(names, values, strict=False))
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(
            "The file is not UTF-8. Save it as CSV UTF-8, then send it."
        ) from wrong
    except csv.Error as wrong:
        raise UnreadableFile(f"The file is not a CSV: {wrong}.") from wrong


def _check_header(names: Sequence[str], kind: type[BaseModel]) -> None:
    needed = [name for name, info in kind.model_fields.items() if info.is_required()]
    if missing := [name for name in needed if name not in names]:
        raise UnreadableFile(
            f"The first line lacks the columns {', '.join(missing)}. "
            f"It must name: {', '.join(kind.model_fields)}."
        )


T = TypeVar("T")


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
