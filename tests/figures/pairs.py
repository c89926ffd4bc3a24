"""Pairs: what they stated of their contacts, which of them are at work, pause or are silent."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from contracts import (
    ContactAttempted,
    ContactCorrected,
    ContactLogged,
    ContactWithdrawn,
    FirstInterviewHeld,
    MenteePaired,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
    PairingEnded,
    PairingPaused,
    PairingResumed,
)
from contracts.enums import Contract
from tests.figures.facts import Known, Programme, derived

DAY = timedelta(days=1)
FIRST_INTERVIEW_DAYS = 15
LONGEST_SILENCE = 12  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact or, if not `made`, an attempt in vain, as it was last stated."""

    id: UUID
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    on: date
    made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a mentee found, as it was last stated."""

    id: UUID
    mentee_id: UUID
    pairing_id: UUID | None
    found_on: date
    is_fitting_work: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A month of silence of a pair, over on `due_on`."""

    pairing: MenteePaired
    due_on: date

    @property
    def id(self) -> str:
        return f"{self.pairing.pairing_id} {self.due_on}"


def contacts(programme: Programme) -> list[Contact]:
    return [c for c in _stated_contacts(programme.known) if c.made and c.on <= programme.as_of]


def attempts(programme: Programme) -> list[Contact]:
    return [c for c in _stated_contacts(programme.known) if not c.made and c.on <= programme.as_of]


@derived
def _stated_contacts(known: Known) -> list[Contact]:
    """Return each contact as the last statement of it says; one that was withdrawn is none."""
    statements: list[ContactLogged | ContactAttempted | ContactCorrected | ContactWithdrawn] = [
        *known.all(ContactLogged),
        *known.all(ContactAttempted),
        *known.all(ContactCorrected),
        *known.all(ContactWithdrawn),
    ]
    last = dict[UUID, Contact]()
    for statement in sorted(statements, key=lambda statement: statement.recorded_at):
        if isinstance(statement, ContactWithdrawn):
            last.pop(statement.contact_id, None)
            continue
        last[statement.contact_id] = Contact(
            id=statement.contact_id,
            pairing_id=statement.pairing_id,
            mentee_id=statement.mentee_id,
            mentor_id=statement.mentor_id,
            on=statement.attempted_on
            if isinstance(statement, ContactAttempted)
            else statement.contact_on,
            made=statement.made
            if isinstance(statement, ContactCorrected)
            else not _in_vain(statement),
        )
    return list(last.values())


def _in_vain(statement: ContactLogged | ContactAttempted) -> bool:
    return isinstance(statement, ContactAttempted)


def outcomes(programme: Programme) -> list[Outcome]:
    return [o for o in _stated_outcomes(programme.known) if o.found_on <= programme.as_of]


@derived
def _stated_outcomes(known: Known) -> list[Outcome]:
    """Return each outcome as the last statement of it says; one that was withdrawn is none."""
    statements: list[OutcomeRecorded | OutcomeCorrected | OutcomeWithdrawn] = [
        *known.all(OutcomeRecorded),
        *known.all(OutcomeCorrected),
        *known.all(OutcomeWithdrawn),
    ]
    last = dict[UUID, Outcome]()
    for statement in sorted(statements, key=lambda statement: statement.recorded_at):
        if isinstance(statement, OutcomeWithdrawn):
            last.pop(statement.outcome_id, None)
            continue
        last[statement.outcome_id] = Outcome(
            id=statement.outcome_id,
            mentee_id=statement.mentee_id,
            pairing_id=statement.pairing_id,
            found_on=statement.found_on,
            is_fitting_work=bool(statement.fits_qualification)
            and statement.contract != Contract.STUDIES,
        )
    return list(last.values())


@derived
def ends(programme: Programme) -> dict[UUID, PairingEnded]:
    """Return how each pairing ended whose last day has come."""
    return {end.pairing_id: end for end in programme.happened(PairingEnded)}


@derived
def active(programme: Programme) -> list[MenteePaired]:
    """Return the pairings that have begun and have not ended; the last day belongs to them."""
    over = {pairing_id for pairing_id, e in ends(programme).items() if e.ended_on < programme.as_of}
    return [p for p in programme.happened(MenteePaired) if p.pairing_id not in over]


@derived
def interviews(programme: Programme) -> dict[UUID, FirstInterviewHeld]:
    return {held.pairing_id: held for held in programme.happened(FirstInterviewHeld)}


@derived
def pauses(programme: Programme) -> dict[UUID, list[tuple[date, date]]]:
    """Return the days of each pair's pauses, both included; one that lasts has a far last day."""
    spans = defaultdict[UUID, dict[date, date]](dict)
    stated: list[PairingPaused | PairingResumed] = [
        *programme.happened(PairingPaused),
        *programme.happened(PairingResumed),
    ]
    for fact in sorted(stated, key=lambda fact: fact.recorded_at):
        if isinstance(fact, PairingPaused):
            spans[fact.pairing_id][fact.from_on] = fact.until_on or date.max
        else:
            spans[fact.pairing_id][fact.from_on] = fact.resumed_on - DAY
    return {
        pairing_id: [(first, last) for first, last in each.items() if first <= last]
        for pairing_id, each in spans.items()
    }


def _pauses_on(programme: Programme, pairing_id: UUID, day: date) -> bool:
    return any(first <= day <= last for first, last in pauses(programme).get(pairing_id, []))


@derived
def signs_of_life(programme: Programme) -> dict[UUID, list[date]]:
    """Return the days on which each pair began, held its first interview or was in contact."""
    signs = defaultdict[UUID, list[date]](list)
    for pairing in programme.happened(MenteePaired):
        signs[pairing.pairing_id].append(pairing.starts_on)
    for pairing_id, held in interviews(programme).items():
        signs[pairing_id].append(held.held_on)
    for contact in contacts(programme):
        signs[contact.pairing_id].append(contact.on)
    return {pairing_id: sorted(days) for pairing_id, days in signs.items()}


def silent(programme: Programme) -> Iterator[tuple[MenteePaired, date]]:
    """Yield the active pairings silent for over a month that do not pause, and their last sign."""
    a_month_ago = months_after(programme.as_of, -1)
    for pairing in active(programme):
        last = signs_of_life(programme)[pairing.pairing_id][-1]
        if last < a_month_ago and not _pauses_on(programme, pairing.pairing_id, programme.as_of):
            yield pairing, last


def months_of_silence(programme: Programme) -> Iterator[Overdue]:
    """Yield each whole month, of twelve at most, for which a pair gave no other sign of life."""
    for pairing in programme.happened(MenteePaired):
        days = sorted(set(signs_of_life(programme)[pairing.pairing_id]))
        end = ends(programme).get(pairing.pairing_id)
        last_day = min(programme.as_of, end.ended_on if end else date.max)
        for since, following in zip(days, [*days[1:], date.max], strict=True):
            for month in range(1, LONGEST_SILENCE + 1):
                promised = months_after(since, month)
                due_on = _after_pauses(programme, pairing.pairing_id, since, promised)
                if due_on is None or due_on > last_day or due_on >= following:
                    break
                yield Overdue(pairing=pairing, due_on=due_on)


def late_interviews(programme: Programme) -> Iterator[tuple[MenteePaired, date]]:
    """Yield the pairings without a first interview in time, and the last day they had for it."""
    for pairing in programme.happened(MenteePaired):
        promised = pairing.starts_on + FIRST_INTERVIEW_DAYS * DAY
        due_on = _after_pauses(programme, pairing.pairing_id, pairing.starts_on, promised)
        held = interviews(programme).get(pairing.pairing_id)
        in_time = held is not None and due_on is not None and held.held_on <= due_on
        if due_on is not None and due_on < programme.as_of and not in_time:
            yield pairing, due_on


def _after_pauses(programme: Programme, pairing_id: UUID, since: date, day: date) -> date | None:
    """Return when as many days have passed since a day as up to `day`, pauses not counted.

    None if that is later than the day that is looked at.
    """
    if pairing_id not in pauses(programme):
        return day
    left, today = (day - since).days, since
    while left and today < programme.as_of:
        today += DAY
        left -= not _pauses_on(programme, pairing_id, today)
    return None if left else today


def months_after(day: date, months: int) -> date:
    """Return the same day of another month, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - DAY).day))


def first_pairings(programme: Programme) -> dict[UUID, MenteePaired]:
    """Return the first pairing of each mentee; of several that began on a day, by their ids."""
    first = dict[UUID, MenteePaired]()
    for pairing in sorted(programme.happened(MenteePaired), key=order):
        first.setdefault(pairing.mentee_id, pairing)
    return first


def order(pairing: MenteePaired) -> tuple[date, UUID]:
    return pairing.starts_on, pairing.pairing_id
