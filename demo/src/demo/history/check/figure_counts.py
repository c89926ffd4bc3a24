"""Items that each figure counts as of a day, from the rows alone; names are reporting's."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from demo.history.check.items import Count, Item
from demo.history.check.partner_counts import PARTNER_COUNTS
from demo.history.csv_rows import Mentee, Pairing
from demo.history.days import DAY, ENDS_ON, month_before
from demo.history.ledger import Ledger, is_admitted


def _mentors(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.mentors:
        if row.enrolled_on <= as_of:
            yield Item(row.reference, row.enrolled_on, row.department, row.organisation_siren)


def _mentors_active(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if _is_active(row, as_of):
            mentor = ledger.mentors[row.mentor]
            yield Item(row.mentor, row.proposed_on, mentor.department, mentor.organisation_siren)


def _mentors_with_room(ledger: Ledger, as_of: date) -> Iterator[Item]:
    active = Counter(row.mentor for row in ledger.history.pairings if _is_active(row, as_of))
    for item in _mentors(ledger, as_of):
        if active[item.id] < ledger.mentors[item.id].capacity:
            yield item


def _mentees(condition: Callable[[Mentee], bool]) -> Count:
    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.mentees:
            if row.applied_on <= as_of and condition(row):
                yield Item(row.reference, row.applied_on, row.department)

    return items


def _waiting(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield admitted mentees without a pairing, proposal, fitting work or completed pairing."""
    unavailable = {row.mentee for row in ledger.history.pairings if _is_unavailable(row, as_of)}
    placed = _found_fitting(ledger, as_of)
    admitted = _mentees(is_admitted)(ledger, as_of)
    return (item for item in admitted if item.id not in unavailable | placed)


def _is_unavailable(row: Pairing, as_of: date) -> bool:
    if row.proposed_on > as_of or (row.declined_on is not None and row.declined_on <= as_of):
        return False
    has_ended = row.ended_on is not None and row.ended_on <= as_of
    return not has_ended or row.end_reason in {"completed", "early_success"}


def _pairings(day: Callable[[Pairing], date | None]) -> Count:
    """Return a count of the pairings whose `day` is `as_of` or earlier."""

    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for row in ledger.history.pairings:
            on = day(row)
            if on and on <= as_of:
                yield _of_pair(ledger, row, row.reference, on)

    return items


def _of_pair(ledger: Ledger, row: Pairing, id_: str, on: date) -> Item:
    """Return an item in the mentee's department, of the mentor's organisation."""
    department = ledger.mentees[row.mentee].department
    return Item(id_, on, department, ledger.mentors[row.mentor].organisation_siren)


def _is_active(row: Pairing, as_of: date) -> bool:
    begun = row.accepted_on is not None and row.accepted_on <= as_of
    return begun and (row.ended_on is None or as_of <= row.ended_on)


def _active(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if row.accepted_on and _is_active(row, as_of):
            yield _of_pair(ledger, row, row.reference, row.accepted_on)


def _ended(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield the pairings whose last day was before `as_of`."""
    ended = _pairings(lambda row: row.ended_on)(ledger, as_of)
    return (item for item in ended if item.on < as_of)


def _silent_pairs(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield active pairings without beginning, interview or contact for over a month, nor pause."""
    paused = {
        one.pairing
        for one in ledger.history.corrections.pauses
        if one.from_on <= as_of and (one.resumed_on is None or as_of < one.resumed_on)
    }
    for item in _active(ledger, as_of):
        if item.id in paused:
            continue
        met_on = ledger.pairings[item.id].first_interview_on
        signs = [item.on, *([met_on] if met_on else []), *ledger.contacts[item.id]]
        if max(day for day in signs if day <= as_of) < month_before(as_of):
            yield item


def _promises_broken(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield mentees whose first pairing began later than 20 days after admission, or never."""
    begun = {row.mentee: date.max for row in ledger.history.pairings}
    for row in ledger.history.pairings:
        begun[row.mentee] = min(begun[row.mentee], row.accepted_on or date.max)
    for item in _mentees(is_admitted)(ledger, as_of):
        due_on = item.on + 20 * DAY
        if due_on < as_of and begun.get(item.id, date.max) > due_on:
            yield item._replace(on=due_on)


def _interviews_late(ledger: Ledger, as_of: date) -> Iterator[Item]:
    spans = _spans(ledger)
    for row in ledger.history.pairings:
        if row.accepted_on is None or row.accepted_on > as_of:
            continue
        due_on = _day_after(spans[row.reference], row.accepted_on, row.accepted_on + 15 * DAY)
        if due_on < min(as_of, row.first_interview_on or date.max):
            yield _of_pair(ledger, row, row.reference, due_on)


def _months_of_silence(ledger: Ledger, as_of: date) -> Iterator[Item]:
    """Yield up to twelve whole months without contact after each sign of life."""
    spans = _spans(ledger)
    for row in ledger.history.pairings:
        if row.accepted_on is None or row.accepted_on > as_of:
            continue
        met_on = [row.first_interview_on] if row.first_interview_on else []
        signs = sorted({row.accepted_on, *met_on, *ledger.contacts[row.reference]})
        for since, until in pairwise([*signs, date.max]):
            for months in range(1, 13):
                due_on = _day_after(
                    spans[row.reference], since, since + relativedelta(months=months)
                )
                last = min(as_of, row.ended_on or date.max)
                if due_on > last or due_on >= until:
                    break
                yield _of_pair(ledger, row, f"{row.reference} {due_on}", due_on)


def _spans(ledger: Ledger) -> dict[str, list[tuple[date, date]]]:
    """Return the first paused day of each pause of a pairing, and the day on which it resumed."""
    spans = defaultdict[str, list[tuple[date, date]]](list)
    for one in ledger.history.corrections.pauses:
        spans[one.pairing].append((one.from_on, one.resumed_on or date.max))
    return spans


def _day_after(spans: Iterable[tuple[date, date]], since: date, due_on: date) -> date:
    """Return the day on which `due_on - since` days outside any pause have passed since `since`."""
    if not spans:
        return due_on
    left, day = (due_on - since).days, since
    while left and day <= ENDS_ON:
        day += DAY
        left -= not any(first <= day < resumed for first, resumed in spans)
    return day if not left else date.max


def _contacts(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.contacts:
        if row.contact_on <= as_of:
            pairing = ledger.pairings[row.pairing]
            yield _of_pair(ledger, pairing, row.reference, row.contact_on)


def _attempts(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for number, correction in enumerate(ledger.history.corrections.attempts):
        row = correction.true
        if row is not None and row.attempted_on <= as_of:
            pairing = ledger.pairings[row.pairing]
            yield _of_pair(ledger, pairing, str(number), row.attempted_on)


def _introductions(*results: str) -> Count:
    """Return a count of introductions, or of those whose last answer is in `results`."""

    def items(ledger: Ledger, as_of: date) -> Iterator[Item]:
        for number, row in enumerate(ledger.history.corrections.introductions):
            answers = [result for result, on in row.answers if on <= as_of]
            if row.introduced_on <= as_of and (
                not results or answers[-1:] in [[r] for r in results]
            ):
                pairing = ledger.pairings[row.pairing]
                yield _of_pair(ledger, pairing, str(number), row.introduced_on)

    return items


def _outcomes(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.outcomes:
        if row.found_on <= as_of:
            mentor = ledger.mentors[ledger.pairings[row.pairing].mentor] if row.pairing else None
            department = ledger.mentees[row.mentee].department
            siren = mentor.organisation_siren if mentor else ""
            yield Item(row.reference, row.found_on, department, siren)


def _accompanied(ledger: Ledger, as_of: date) -> Iterator[Item]:
    for row in ledger.history.pairings:
        if row.accepted_on and row.accepted_on <= as_of:
            yield _of_pair(ledger, row, row.mentee, row.accepted_on)


def _in_fitting_work(ledger: Ledger, as_of: date) -> Iterator[Item]:
    found = _found_fitting(ledger, as_of)
    return (item for item in _accompanied(ledger, as_of) if item.id in found)


def _found_fitting(ledger: Ledger, as_of: date) -> set[str]:
    return {
        row.mentee
        for row in ledger.history.outcomes
        if row.found_on <= as_of and row.fits_qualification and row.contract != "studies"
    }


COUNTS: dict[str, Count] = PARTNER_COUNTS | {
    "mentors": _mentors,
    "mentors_active": _mentors_active,
    "mentors_with_room": _mentors_with_room,
    "mentees_admitted": _mentees(is_admitted),
    "mentees_refused": _mentees(lambda row: not is_admitted(row)),
    "mentees_waiting": _waiting,
    "mentees_neighbourhood_known": _mentees(
        lambda row: is_admitted(row) and row.priority_neighbourhood != "unknown"
    ),
    "mentees_from_priority_neighbourhoods": _mentees(
        lambda row: is_admitted(row) and row.priority_neighbourhood == "in"
    ),
    "pairings_proposed": _pairings(lambda row: row.proposed_on),
    "pairings_declined": _pairings(lambda row: row.declined_on),
    "pairings_begun": _pairings(lambda row: row.accepted_on),
    "pairings_active": _active,
    "pairings_ended": _ended,
    "silent_pairings": _silent_pairs,
    "promises_broken": _promises_broken,
    "first_interviews_late": _interviews_late,
    "months_of_silence": _months_of_silence,
    "first_interviews": _pairings(lambda row: row.first_interview_on),
    "contacts": _contacts,
    "contacts_attempted": _attempts,
    "introductions": _introductions(),
    "introductions_to_interviews": _introductions("interview", "offer", "hired"),
    "outcomes": _outcomes,
    "mentees_accompanied": _accompanied,
    "mentees_in_fitting_work": _in_fitting_work,
}

SHARES = {
    "outcomes_fitting": ("mentees_in_fitting_work", "mentees_accompanied"),
    "priority_neighbourhoods": (
        "mentees_from_priority_neighbourhoods",
        "mentees_neighbourhood_known",
    ),
}
