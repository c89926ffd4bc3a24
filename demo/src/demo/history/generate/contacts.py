"""Contacts of pairs: one a month is expected; some have more, some fall silent.

How often a pair is in contact is drawn once for each; a pair that ends as lapsed fell silent first.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from demo.history.csv_rows import Contact
from demo.history.days import ENDS_ON, after, working_day_from
from demo.history.generate.lives import Life
from demo.history.generate.seeded_random import Chance, Spread, Weighted

RHYTHMS = {
    "lively": Spread((0, 6), (50, 14), (90, 22), (100, 35)),
    "monthly": Spread((0, 14), (25, 24), (50, 29), (75, 35), (100, 60)),
    "sparse": Spread((0, 30), (50, 52), (90, 80), (100, 120)),
    "stops": Spread((0, 12), (50, 26), (100, 45)),
}
"""Days from one contact to the next."""
USUAL = Weighted({"lively": 17, "monthly": 43, "sparse": 23, "stops": 10, "none": 7})
LAPSING = Weighted({"stops": 62, "none": 28, "sparse": 10})
AT_MOST_BEFORE_SILENCE = 3

MEDIA = Weighted({"phone": 36, "email": 31, "meeting": 28, "sms": 4, "video": 1})
MEDIA_SINCE_2012 = Weighted({"phone": 32, "email": 30, "meeting": 27, "sms": 6, "video": 5})
MEDIA_AT_A_DISTANCE = Weighted({"phone": 44, "email": 33, "video": 17, "sms": 6})
MINUTES = {
    "phone": Weighted({15: 30, 20: 30, 30: 30, 45: 10}),
    "meeting": Weighted({45: 20, 60: 50, 90: 25, 120: 5}),
    "video": Weighted({30: 50, 45: 35, 60: 15}),
}
MINUTES_UNKNOWN = 200


def contacts(begun: Iterable[Life]) -> list[Contact]:
    """Return all contacts until the end of the history, by day."""
    chance = Chance("contacts")
    rows = [row for life in begun for row in _of(chance, life)]
    rows.sort(key=lambda row: (row.contact_on, row.pairing))
    for number, row in enumerate(rows, 1):
        row.reference = f"C{number:06}"
    return rows


def _of(chance: Chance, life: Life) -> Iterator[Contact]:
    rhythm = chance.of(LAPSING if life.reason == "lapsed" else USUAL)
    if rhythm == "none":
        return
    left = chance.between(1, AT_MOST_BEFORE_SILENCE) if rhythm == "stops" else 100
    last_day = min(life.ends_on, ENDS_ON)
    day = _next(chance, rhythm, life.row.first_interview_on or life.begins_on)
    while day <= last_day and left:
        medium, minutes = _exchange(chance, day, remote=life.remote)
        yield Contact("", life.row.reference, day, medium, minutes)
        day, left = _next(chance, rhythm, day), left - 1


def _next(chance: Chance, rhythm: str, day: date) -> date:
    return working_day_from(after(day, chance.along(RHYTHMS[rhythm])))


def _exchange(chance: Chance, day: date, *, remote: bool) -> tuple[str, int | None]:
    """Return the medium, and the minutes if they are recorded."""
    near = MEDIA if day.year < 2012 else MEDIA_SINCE_2012  # noqa: PLR2004
    medium = chance.of(MEDIA_AT_A_DISTANCE if remote else near)
    if medium not in MINUTES or chance.happens(MINUTES_UNKNOWN):
        return medium, None
    return medium, chance.of(MINUTES[medium])
