"""Cancelled gifts, events, stands and commitments; seats left, homes closed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from demo.history.corrections import (
    Attendance,
    Cancellation,
    CommitmentEnd,
    Correction,
    GiftEnd,
    HomeEnd,
)
from demo.history.csv_rows import BoardSeat, Commitment, Event, History, Home, Organisation, Stand
from demo.history.days import ENDS_ON, after
from demo.history.generate.plan import scaled
from demo.history.generate.seeded_random import Chance

GIFTS, ONLY_GIFTS, FULFILMENTS, COMMITMENTS = 9, 3, 3, 4
CALLED_OFF = {
    date(2012, 6, 14): date(2012, 6, 8),
    date(2013, 6, 13): date(2013, 6, 3),
    date(2014, 6, 12): date(2014, 6, 11),
}
"""The days of cancelled afterworks, and of their cancellation."""
LEFT_THE_BOARD = (date(2015, 6, 30), date(2015, 7, 10))
"""After its last meeting in the history."""
ENDS_OF_HOMES = ("found_elsewhere", "moved_away", "no_offer")
RELEASED, WORKSHOPS = ("E2012N", "E2013N", "E2014N"), ("E2013N", "E2014N")
RECORDED = ((True,), (True,), (False,), (True, False), (True,), (False, True), (True,), (True,))
"""Attendances at a workshop, as recorded first and, where that was wrong, later."""


def gifts(history: History, scale: float) -> Iterator[GiftEnd]:
    """Yield gifts that were cancelled: the last of some patrons, the only one of some companies."""
    chance, last = Chance("gifts cancelled"), {row.siren: row for row in history.gifts}
    given = Counter(row.siren for row in history.gifts)
    companies = {row.siren for row in history.organisations if row.kind == "company"}
    others = [row for row in last.values() if given[row.siren] > 1]
    only = [r for r in last.values() if given[r.siren] == 1 and r.siren in companies]
    chosen = chance.sample(others, max(1, scaled(GIFTS, scale)))
    for row in [*chosen, *chance.sample(only, max(1, scaled(ONLY_GIFTS, scale)))]:
        yield GiftEnd(row, min(after(row.given_on, chance.between(10, 90)), ENDS_ON))


def fulfilments(history: History, scale: float) -> list[Correction[Commitment]]:
    """Return commitments that were recorded as fulfilled by mistake."""
    owed = _owed(history)
    chosen = Chance("fulfilments withdrawn").sample(owed, max(1, scaled(FULFILMENTS, scale)))
    return [
        Correction(replace(row, given_on=min(row.due_on or ENDS_ON, ENDS_ON)), row)
        for row in chosen
    ]


def commitments(
    history: History, apart: Sequence[Correction[Commitment]], scale: float
) -> list[CommitmentEnd]:
    """Return commitments that both sides dropped; none of those that are corrected otherwise."""
    corrected = [correction.true for correction in apart]
    owed = [row for row in _owed(history) if row not in corrected]
    chosen = Chance("commitments withdrawn").sample(owed, max(1, scaled(COMMITMENTS, scale)))
    return [CommitmentEnd(row, min(after(row.due_on or ENDS_ON, 30), ENDS_ON)) for row in chosen]


def _owed(history: History) -> list[Commitment]:
    return [row for row in history.commitments if row.given_on is None]


def events() -> Iterator[Cancellation]:
    """Yield afterworks of the programme that were cancelled."""
    for day, cancelled_on in CALLED_OFF.items():
        event = Event(
            f"E{day:%Y%m}", "afterwork", f"Afterwork {day.year}", None, "75", None, day, day
        )
        yield Cancellation(event, cancelled_on)


def stands(history: History) -> Iterator[Stand]:
    """Yield stands at national meetings that partners booked and released."""
    days = {row.reference: row.starts_on for row in history.events}
    for number, event in enumerate(RELEASED):
        holder = _partners(history, days[event])[-1 - number]
        yield Stand(event, "Espace emploi", holder.siren, days[event])


def attendances(history: History) -> Iterator[Attendance]:
    """Yield the attendances of partners at a workshop of a national meeting."""
    days = {row.reference: row.starts_on for row in history.events}
    for event in WORKSHOPS:
        for partner, recorded in zip(_partners(history, days[event]), RECORDED, strict=False):
            yield Attendance(event, days[event], partner.siren, recorded)


def _partners(history: History, by: date) -> list[Organisation]:
    """Return the companies that were registered by a day."""
    rows = history.organisations
    return [row for row in rows if row.kind == "company" and row.registered_on <= by]


def seats(history: History) -> list[Correction[BoardSeat]]:
    """Return the seats that were left: not those of the founder and of USH, the first and last."""
    some = history.board_seats[1:-1][-len(LEFT_THE_BOARD) :]
    return [
        Correction(row, replace(row, left_on=left_on))
        for row, left_on in zip(some, LEFT_THE_BOARD, strict=False)
    ]


def homes(rows: Sequence[Home]) -> Iterator[HomeEnd]:
    """Yield the ends of some housing needs whose offer was not accepted."""
    open_ones = [row for row in rows if row.housed_on is None]
    for row, end in zip(open_ones, ENDS_OF_HOMES, strict=False):
        yield HomeEnd(row, end, min(after(row.offered_on, 30), ENDS_ON))
