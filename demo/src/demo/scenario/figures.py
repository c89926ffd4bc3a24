"""What the story must come to: counted from the ledger of what was acknowledged, by hand.

Nothing here uses Envol's code: the figures that reporting gives are held against these.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from demo.client import Envol, Turned
from demo.scenario import partners
from demo.scenario.steps import Pair, Told
from demo.scenario.story import CONVENTIONS, MENTEES, MENTORS, ORGANISATIONS, Days

Parted = dict[str, int]


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure as of a day, in total or by something."""

    figure: str
    as_of: date
    value: int | float
    by: str | None = None
    parted: Parted | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """An expected figure and what reporting says."""

    expected: Expected
    value: int | float | None
    parted: Parted | None = None

    @property
    def agrees(self) -> bool:
        same = self.value == self.expected.value
        return same and (self.expected.parted is None or self.parted == self.expected.parted)


def expected(told: Told) -> Iterator[Expected]:
    """Every figure that is checked: today, in the middle of the story, and before it."""
    days = told.days
    for as_of in (days.told_on, days.since(10), days.applied_on, date(2013, 6, 1)):
        yield from _as_of(told, as_of)
    yield from _parted(told)


def _as_of(told: Told, day: date) -> Iterator[Expected]:
    pairs = [pair for pair in told.pairs if pair.starts_on <= day]
    days, admitted = told.days, sum(mentee.admitted for mentee in MENTEES)
    signed = {name for c in CONVENTIONS if c.signed_on <= day for name in c.signatories}
    outcomes = [pair for pair in pairs if pair.outcome_on and pair.outcome_on <= day]
    counts = {
        "organisations_engaged": len(signed),
        "conventions_in_force": sum(c.effective_on <= day for c in CONVENTIONS),
        "mentors": len(MENTORS) * (days.enrolled_on <= day),
        "mentees_admitted": admitted * (days.applied_on <= day),
        "mentees_refused": (len(MENTEES) - admitted) * (days.applied_on <= day),
        "pairings_begun": len(pairs),
        "pairings_active": sum(not (p.ended_on and p.ended_on < day) for p in pairs),
        "first_interviews": sum(pair.interview_on <= day for pair in pairs),
        "contacts": sum(on <= day for pair in pairs for on in pair.contacts),
        "introductions": sum(bool(p.introduced_on and p.introduced_on <= day) for p in pairs),
        "outcomes": len(outcomes),
        "patrons": int(days.applied_on <= day),
        "gifts_received": partners.GIFT * (days.applied_on <= day),
        "tax_receipts": int(days.told_on <= day),
        "tax_receipts_amount": partners.GIFT * (days.told_on <= day),
        "rounds_published": int(days.round_on <= day),
        "board_seats": int(days.applied_on <= day),
    }
    for figure, value in counts.items():
        yield Expected(figure, day, value)
    if pairs:
        share = round(sum(pair.fits for pair in outcomes) / len(pairs), 4)
        yield Expected("outcomes_fitting", day, share)


def _parted(told: Told) -> Iterator[Expected]:
    """Today's figures by region, by organisation, by umbrella and by programme year."""
    umbrellas = {o.name: set(_above(o.name)) for o in ORGANISATIONS}

    def by_year(on: Callable[[Pair], Sequence[date]]) -> Parted:
        return dict(Counter(programme_year(day) for pair in told.pairs for day in on(pair)))

    by: dict[tuple[str, str], Parted] = {
        ("pairings_begun", "region"): _counted(told, lambda pair: [pair.mentee.region]),
        ("pairings_begun", "organisation"): _counted(told, lambda pair: [pair.organisation]),
        ("pairings_begun", "umbrella"): _counted(
            told, lambda pair: sorted(umbrellas[pair.organisation])
        ),
        ("pairings_begun", "programme_year"): by_year(lambda pair: [pair.starts_on]),
        ("contacts", "region"): _counted(
            told, lambda pair: [pair.mentee.region] * len(pair.contacts)
        ),
        ("contacts", "organisation"): _counted(
            told, lambda pair: [pair.organisation] * len(pair.contacts)
        ),
        ("contacts", "programme_year"): by_year(lambda pair: pair.contacts),
        ("outcomes", "region"): _counted(
            told, lambda pair: [pair.mentee.region] if pair.outcome_on else []
        ),
        ("outcomes", "organisation"): _counted(
            told, lambda pair: [pair.organisation] if pair.outcome_on else []
        ),
    }
    totals = {
        "pairings_begun": len(told.pairs),
        "contacts": sum(len(pair.contacts) for pair in told.pairs),
        "outcomes": sum(pair.outcome_on is not None for pair in told.pairs),
    }
    for (figure, part), parted in by.items():
        yield Expected(figure, told.days.told_on, totals[figure], part, parted)


def _counted(told: Told, groups: Callable[[Pair], Sequence[str]]) -> Parted:
    return dict(Counter(group for pair in told.pairs for group in groups(pair)))


def _above(name: str) -> Iterator[str]:
    """An organisation's umbrellas at any depth; an umbrella is its own."""
    by_name = {organisation.name: organisation for organisation in ORGANISATIONS}
    if any(organisation.umbrella == name for organisation in ORGANISATIONS):
        yield name
    if umbrella := by_name[name].umbrella:
        yield from _above(umbrella)


def programme_year(day: date) -> str:
    """From 1 September to 31 August."""
    first = day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004  (September)
    return f"{first}-{first + 1}"


def check(envol: Envol, told: Told) -> list[Checked]:
    """Ask reporting for each expected figure."""
    return [_checked(envol, one) for one in expected(told)]


def _checked(envol: Envol, one: Expected) -> Checked:
    asked = {"as_of": str(one.as_of)} | ({"by": one.by} if one.by else {})
    try:
        told = envol.get("reporting", f"/figures/{one.figure}", role="viewer", **asked)
    except Turned:
        return Checked(one, None)
    groups = {g["label"]: g["value"] for g in told["rows"] if g["value"]}
    return Checked(one, told["value"], groups if one.by else None)


@dataclass(frozen=True, slots=True)
class Written:
    """Messages by rule and channel, as expected and as sent."""

    expected: Counter[tuple[str, str]]
    sent: Counter[tuple[str, str]]

    @property
    def agrees(self) -> bool:
        return self.expected == self.sent


def written(envol: Envol, told: Told) -> Written:
    """Both are written to when a pair begins; the mentor of a pair that fell silent once more.

    Who speaks for a partner is written to about its stand, and as the board is convened. Questions
    about proposals are not counted: the story answers at once, mostly before they are sent.
    """
    silent = sum(_is_silent(pair, told.days) for pair in told.pairs)
    wanted = Counter(
        {
            ("mentor_paired", "email"): len(told.pairs),
            ("mentee_paired", "email"): len(told.pairs),
            ("mentee_paired", "sms"): len(told.pairs),
            ("silent_pair", "email"): silent,
        }
        | {(rule, "email"): 1 for rule in partners.WRITTEN}
    )
    sent = Counter(
        (message["rule"], message["channel"])
        for message in envol.pages("notifications", "/messages")
        if message["state"] in {"sent", "delivered"} and message["rule"] != "proposed"
    )
    return Written(wanted, sent)


def _is_silent(pair: Pair, days: Days) -> bool:
    last = max(pair.interview_on, *pair.contacts, pair.starts_on)
    return pair.ended_on is None and (days.told_on - last).days > 31  # noqa: PLR2004  (a month)
