"""The story's expected figures and messages, counted from the ledger, and their comparison.

Nothing here uses the services' code: the figures that reporting gives are compared with these.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from demo.client import ApiError, EnvolClient
from demo.scenario import partners
from demo.scenario.steps import Pair, ScenarioLedger
from demo.scenario.story import CONVENTIONS, MENTEES, MENTORS, ORGANISATIONS, StoryCalendar

Breakdown = dict[str, int]


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    """The expected value of a figure as of a day, in total or with a breakdown."""

    figure: str
    as_of: date
    value: int | float
    by: str | None = None
    breakdown: Breakdown | None = None


@dataclass(frozen=True, slots=True)
class CheckedFigure:
    """An expected figure and the value that reporting gives."""

    expected: ExpectedFigure
    value: int | float | None
    breakdown: Breakdown | None = None

    @property
    def agrees(self) -> bool:
        same = self.value == self.expected.value
        return same and (
            self.expected.breakdown is None or self.breakdown == self.expected.breakdown
        )


def expected_figures(ledger: ScenarioLedger) -> Iterator[ExpectedFigure]:
    """Yield each expected figure as of today, of the middle of the story, and before it."""
    calendar = ledger.calendar
    for as_of in (calendar.run_on, calendar.since(10), calendar.applied_on, date(2013, 6, 1)):
        yield from _as_of(ledger, as_of)
    yield from _broken_down(ledger)


def _as_of(ledger: ScenarioLedger, day: date) -> Iterator[ExpectedFigure]:
    pairs = [pair for pair in ledger.pairs if pair.starts_on <= day]
    calendar, admitted = ledger.calendar, sum(mentee.admitted for mentee in MENTEES)
    signed = {name for c in CONVENTIONS if c.signed_on <= day for name in c.signatories}
    outcomes = [pair for pair in pairs if pair.outcome_on and pair.outcome_on <= day]
    counts = {
        "organisations_engaged": len(signed),
        "conventions_in_force": sum(c.effective_on <= day for c in CONVENTIONS),
        "mentors": len(MENTORS) * (calendar.enrolled_on <= day),
        "mentees_admitted": admitted * (calendar.applied_on <= day),
        "mentees_refused": (len(MENTEES) - admitted) * (calendar.applied_on <= day),
        "pairings_begun": len(pairs),
        "pairings_active": sum(not (p.ended_on and p.ended_on < day) for p in pairs),
        "first_interviews": sum(pair.interview_on <= day for pair in pairs),
        "contacts": sum(on <= day for pair in pairs for on in pair.contacts),
        "introductions": sum(bool(p.introduced_on and p.introduced_on <= day) for p in pairs),
        "outcomes": len(outcomes),
        "patrons": int(calendar.applied_on <= day),
        "gifts_received": partners.GIFT * (calendar.applied_on <= day),
        "tax_receipts": int(calendar.run_on <= day),
        "tax_receipts_amount": partners.GIFT * (calendar.run_on <= day),
        "rounds_published": int(calendar.round_on <= day),
        "board_seats": int(calendar.applied_on <= day),
    }
    for figure, value in counts.items():
        yield ExpectedFigure(figure, day, value)
    if pairs:
        share = round(sum(pair.fits for pair in outcomes) / len(pairs), 4)
        yield ExpectedFigure("outcomes_fitting", day, share)


def _broken_down(ledger: ScenarioLedger) -> Iterator[ExpectedFigure]:
    """Yield today's figures by region, organisation, umbrella and programme year."""
    umbrellas = {o.name: set(_above(o.name)) for o in ORGANISATIONS}

    def by_year(on: Callable[[Pair], Sequence[date]]) -> Breakdown:
        return dict(Counter(programme_year(day) for pair in ledger.pairs for day in on(pair)))

    by: dict[tuple[str, str], Breakdown] = {
        ("pairings_begun", "region"): _counts(ledger, lambda pair: [pair.mentee.region]),
        ("pairings_begun", "organisation"): _counts(ledger, lambda pair: [pair.organisation]),
        ("pairings_begun", "umbrella"): _counts(
            ledger, lambda pair: sorted(umbrellas[pair.organisation])
        ),
        ("pairings_begun", "programme_year"): by_year(lambda pair: [pair.starts_on]),
        ("contacts", "region"): _counts(
            ledger, lambda pair: [pair.mentee.region] * len(pair.contacts)
        ),
        ("contacts", "organisation"): _counts(
            ledger, lambda pair: [pair.organisation] * len(pair.contacts)
        ),
        ("contacts", "programme_year"): by_year(lambda pair: pair.contacts),
        ("outcomes", "region"): _counts(
            ledger, lambda pair: [pair.mentee.region] if pair.outcome_on else []
        ),
        ("outcomes", "organisation"): _counts(
            ledger, lambda pair: [pair.organisation] if pair.outcome_on else []
        ),
    }
    totals = {
        "pairings_begun": len(ledger.pairs),
        "contacts": sum(len(pair.contacts) for pair in ledger.pairs),
        "outcomes": sum(pair.outcome_on is not None for pair in ledger.pairs),
    }
    for (figure, part), breakdown in by.items():
        yield ExpectedFigure(figure, ledger.calendar.run_on, totals[figure], part, breakdown)


def _counts(ledger: ScenarioLedger, groups: Callable[[Pair], Sequence[str]]) -> Breakdown:
    return dict(Counter(group for pair in ledger.pairs for group in groups(pair)))


def _above(name: str) -> Iterator[str]:
    """Yield an organisation's umbrellas at any depth; an umbrella is its own."""
    by_name = {organisation.name: organisation for organisation in ORGANISATIONS}
    if any(organisation.umbrella == name for organisation in ORGANISATIONS):
        yield name
    if umbrella := by_name[name].umbrella:
        yield from _above(umbrella)


def programme_year(day: date) -> str:
    """Return the programme year of `day`, from 1 September to 31 August."""
    first = day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004  (September)
    return f"{first}-{first + 1}"


def check(envol: EnvolClient, ledger: ScenarioLedger) -> list[CheckedFigure]:
    """Return each expected figure with the value that reporting gives."""
    return [_checked(envol, one) for one in expected_figures(ledger)]


def _checked(envol: EnvolClient, one: ExpectedFigure) -> CheckedFigure:
    query = {"as_of": str(one.as_of)} | ({"by": one.by} if one.by else {})
    try:
        response = envol.get("reporting", f"/figures/{one.figure}", role="viewer", **query)
    except ApiError:
        return CheckedFigure(one, None)
    groups = {g["label"]: g["value"] for g in response["rows"] if g["value"]}
    return CheckedFigure(one, response["value"], groups if one.by else None)


@dataclass(frozen=True, slots=True)
class SentMessages:
    """Numbers of messages by rule and channel, as expected and as sent."""

    expected: Counter[tuple[str, str]]
    sent: Counter[tuple[str, str]]

    @property
    def agrees(self) -> bool:
        return self.expected == self.sent


def sent_messages(envol: EnvolClient, ledger: ScenarioLedger) -> SentMessages:
    """Return the messages about new pairs, silent pairs, USH's stand and the board's meeting.

    Questions about proposals are not counted: the story answers them mostly before they are sent.
    """
    silent = sum(_is_silent(pair, ledger.calendar) for pair in ledger.pairs)
    expected = Counter(
        {
            ("mentor_paired", "email"): len(ledger.pairs),
            ("mentee_paired", "email"): len(ledger.pairs),
            ("mentee_paired", "sms"): len(ledger.pairs),
            ("silent_pair", "email"): silent,
        }
        | {(rule, "email"): 1 for rule in partners.MESSAGE_RULES}
    )
    sent = Counter(
        (message["rule"], message["channel"])
        for message in envol.pages("notifications", "/messages")
        if message["state"] in {"sent", "delivered"} and message["rule"] != "proposed"
    )
    return SentMessages(expected, sent)


def _is_silent(pair: Pair, calendar: StoryCalendar) -> bool:
    last = max(pair.interview_on, *pair.contacts, pair.starts_on)
    return pair.ended_on is None and (calendar.run_on - last).days > 31  # noqa: PLR2004  (a month)
