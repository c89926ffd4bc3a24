"""Alerts as a naive implementation would raise and settle them: every row, every rule, each look.

It is given the rows before a look and says which alerts there must be after it. It shares no code
with the services' rules: days are counted one by one, and nothing is left out to be fast.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from contracts.territories import zone_of

Row: TypeAlias = Any  # of a database
Kept: TypeAlias = Mapping[UUID, UUID]
PARIS = ZoneInfo("Europe/Paris")
LONG_PAST, A_DAY = timedelta(days=60), timedelta(days=1)


class Alert(NamedTuple):
    """An alert is one of its rule, about something, due on a day; open until it is settled."""

    rule: str
    about: UUID
    due_on: date


@dataclass(slots=True)
class Known:
    """The rows of a service on which its alerts depend, read before a look."""

    now: datetime
    due: Sequence[Row]
    tables: Mapping[str, Sequence[Row]]
    by_id: dict[UUID, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id |= {
            row["id"]: row for rows in self.tables.values() for row in rows if "id" in row
        }

    def today(self, department: str) -> date:
        return self.now.astimezone(zone_of(department)).date()

    def had(self, rule: str, about: UUID) -> list[Row]:
        return [row for row in self.due if row["rule"] == rule and row["about_id"] == about]


Raise: TypeAlias = Callable[[Known], Iterator[Alert]]
Gone: TypeAlias = Callable[[Known, Row], bool]


def after_look(
    known: Known, raises: Sequence[Raise], gone: Mapping[str, Gone]
) -> dict[Alert, bool]:
    """Return every alert there must be after a look, and whether it is open."""
    alerts = dict[Alert, bool]()
    settled = list[Row]()
    for row in known.due:
        is_gone = (
            row["settled_at"] is None and row["rule"] in gone and gone[row["rule"]](known, row)
        )
        is_open = row["settled_at"] is None and not is_gone
        alerts[Alert(row["rule"], row["about_id"], row["due_on"])] = is_open
        settled.append({**row, "settled_at": row["settled_at"] or (known.now if is_gone else None)})
    looked = Known(known.now, settled, known.tables)
    for rule in raises:
        for alert in rule(looked):
            alerts.setdefault(alert, True)
    return alerts


def found(due: Sequence[Row]) -> dict[Alert, bool]:
    """Return the alerts that a service has, and whether each is open."""
    return {Alert(r["rule"], r["about_id"], r["due_on"]): r["settled_at"] is None for r in due}


# --- matching -------------------------------------------------------------------------------------

MATCHING = {
    "mentee": "SELECT * FROM mentee",
    "mentor": "SELECT * FROM mentor",
    "pairing": "SELECT * FROM pairing",
    "contact": "SELECT * FROM contact WHERE state = 'logged' AND made",
    "pause": "SELECT * FROM pairing_pause",
    "outcome": "SELECT * FROM outcome WHERE NOT withdrawn",
    "convention": "SELECT * FROM convention",
    "signatory": "SELECT * FROM signatory",
    "signatory_end": "SELECT * FROM signatory_end",
    "suspension": "SELECT * FROM suspension",
    "check_in": "SELECT * FROM check_in",
    "membership": "SELECT * FROM membership",
    "merge": "SELECT * FROM organisation_merge",
}


def runs(pair: Row) -> bool:
    return pair["starts_on"] is not None and pair["ended_on"] is None


def is_open(pair: Row) -> bool:
    return runs(pair) or pair["state"] == "proposed"


def counted(known: Known, pair: Row, since: date, wanted: int, *, until: date) -> date | None:
    """The day on which so many days since a day have passed outside the pair's pauses."""
    spans = [p for p in known.tables["pause"] if p["pairing_id"] == pair["id"]]
    day, passed = since, 0
    while passed < wanted:
        day += A_DAY
        if day > until:
            return None
        passed += not any(p["from_on"] <= day <= (p["until_on"] or date.max) for p in spans)
    return day


def contacts_of(known: Known, pair: Row) -> list[Row]:
    return [row for row in known.tables["contact"] if row["pairing_id"] == pair["id"]]


def silent(known: Known) -> Iterator[Alert]:
    """Each month without a sign of life, up to twelve."""
    for pair in filter(runs, known.tables["pairing"]):
        today, contacts = _today_of(known, pair), contacts_of(known, pair)
        tomorrow = known.now.date() + A_DAY
        lately = tomorrow - timedelta(days=27)
        had = known.had("pairing_late", pair["id"])
        if any(row["settled_at"] is None and row["due_on"] > lately for row in had):
            continue  # the next month is not over yet, whatever was corrected
        signs = [
            pair["starts_on"],
            pair["first_interview_on"],
            *(c["contact_on"] for c in contacts),
        ]
        since = max(filter(None, signs))
        learnt = max([pair["learnt_at"], *(c["logged_at"] for c in contacts)])
        for month in range(1, 13):
            days = (since + relativedelta(months=month) - since).days
            due_on = counted(known, pair, since, days, until=today)
            if due_on is not None and due_on >= learnt.date() - LONG_PAST:
                yield Alert("pairing_late", pair["id"], due_on)


def unmet(known: Known) -> Iterator[Alert]:
    """A pair that has not met within 15 days."""
    for pair in filter(runs, known.tables["pairing"]):
        if pair["first_interview_on"] or known.had("first_interview_late", pair["id"]):
            continue
        yesterday = _today_of(known, pair) - A_DAY
        due_on = counted(known, pair, pair["starts_on"], 15, until=yesterday)
        if due_on is not None and due_on >= pair["learnt_at"].date() - LONG_PAST:
            yield Alert("first_interview_late", pair["id"], due_on)


def unanswered(known: Known) -> Iterator[Alert]:
    """A proposal to be answered within two days."""
    for pair in known.tables["pairing"]:
        if pair["state"] == "proposed" and not known.had("answer_due", pair["id"]):
            remind_on = pair["answer_by"] - 2 * A_DAY
            if remind_on <= _today_of(known, pair) <= pair["answer_by"]:
                yield Alert("answer_due", pair["id"], remind_on)


def unheard(known: Known) -> Iterator[Alert]:
    """3, 6 and 12 months after a pair ended, if nobody knows what the mentee found."""
    pairs = known.tables["pairing"]
    for pair in pairs:
        mentee = known.by_id[pair["mentee_id"]]
        if pair["state"] != "ended" or mentee["erased"]:
            continue
        if any(is_open(other) for other in pairs if other["mentee_id"] == mentee["id"]):
            continue
        found_since = [o for o in known.tables["outcome"] if o["mentee_id"] == mentee["id"]]
        if any(o["found_on"] >= pair["starts_on"] for o in found_since):
            continue
        for months in (3, 6, 12):
            due_on = pair["ended_on"] + relativedelta(months=months)
            if due_on <= _today_of(known, pair) and due_on >= pair["learnt_at"].date() - LONG_PAST:
                yield Alert("outcome_asked", pair["id"], due_on)


def waiting(known: Known) -> Iterator[Alert]:
    """A mentee who has had no mentor for more than 20 days after admission."""
    for mentee in known.tables["mentee"]:
        pairs = [p for p in known.tables["pairing"] if p["mentee_id"] == mentee["id"]]
        if not waits(known, mentee) or any(pair["starts_on"] for pair in pairs):
            continue
        due_on = mentee["decided_on"] + 20 * A_DAY
        is_due = due_on < known.today(mentee["department"])
        lately = due_on >= mentee["learnt_at"].date() - LONG_PAST
        if is_due and lately and not known.had("mentee_waiting", mentee["id"]):
            yield Alert("mentee_waiting", mentee["id"], due_on)


def waits(known: Known, mentee: Row) -> bool:
    """Whether a mentee is admitted, in no pair, asked about none, and found nothing that fits."""
    pairs = [p for p in known.tables["pairing"] if p["mentee_id"] == mentee["id"]]
    fitting = [
        outcome
        for outcome in known.tables["outcome"]
        if outcome["mentee_id"] == mentee["id"]
        and outcome["fits_qualification"]
        and outcome["contract"] != "studies"
    ]
    out = mentee["erased"] or mentee["merged_into"] or mentee["refusal"] or not mentee["decided_on"]
    over = any(p["end_reason"] in {"completed", "early_success"} for p in pairs)
    return not (out or fitting or over or any(map(is_open, pairs)))


def unhappy(known: Known) -> Iterator[Alert]:
    """A check-in at which one of a pair said that it goes badly; raised with it, by no look."""
    for said in known.tables["check_in"]:
        if said["rating"] <= 2:
            yield Alert("low_rating", said["id"], said["held_on"])


def somebody_waits(known: Known, on: date, besides: UUID) -> bool:
    """Whether anybody else waits for a mentor, who was admitted by a day."""
    others = [mentee for mentee in known.tables["mentee"] if mentee["id"] != besides]
    return any(waits(known, mentee) and mentee["decided_on"] <= on for mentee in others)


def uncovered(known: Known) -> Iterator[Alert]:
    """A running pair whose mentor's organisation was covered, and is not any more."""
    today = known.now.date()
    for pair in filter(runs, known.tables["pairing"]):
        organisation = known.by_id[pair["mentor_id"]]["organisation_id"]
        had = known.had("coverage_ended", pair["id"])
        if covers(known, organisation, today) or any(row["settled_at"] is None for row in had):
            continue
        for ago in range(1, 700):
            day = today - ago * A_DAY
            if covers(known, organisation, day):
                if day + A_DAY >= pair["learnt_at"].date() - LONG_PAST:
                    yield Alert("coverage_ended", pair["id"], day + A_DAY)
                break


def covers(known: Known, organisation: UUID, on: date) -> bool:
    """Whether an organisation, or an umbrella above it, has a convention in force that day."""
    kept = {row["duplicate_id"]: row["organisation_id"] for row in known.tables["merge"]}
    met, pending = set[UUID](), [kept.get(organisation, organisation)]
    while pending:
        one = pending.pop()
        met.add(one)
        if any(_binds(known, kept, row, on) for row in _signed(known, kept, one)):
            return True
        above = [
            kept.get(row["umbrella_id"], row["umbrella_id"])
            for row in _memberships(known, kept, one)
            if row["joined_on"] <= on <= (row["left_on"] or date.max)
        ]
        pending += [umbrella for umbrella in above if umbrella not in met]
    return False


def _signed(known: Known, kept: Kept, organisation: UUID) -> Sequence[Row]:
    """What one signed, each convention once: what it signed itself goes before a duplicate's."""
    rows = known.tables["signatory"]
    return _of_one(rows, kept, organisation, lambda row: row["convention_id"])


def _memberships(known: Known, kept: Kept, organisation: UUID) -> Sequence[Row]:
    rows = known.tables["membership"]
    return _of_one(
        rows,
        kept,
        organisation,
        lambda row: (kept.get(row["umbrella_id"], row["umbrella_id"]), row["joined_on"]),
    )


def _of_one(
    rows: Sequence[Row], kept: Kept, organisation: UUID, key: Callable[[Row], object]
) -> Sequence[Row]:
    """Rows of an organisation and its duplicates, one of each key."""
    mine = [r for r in rows if kept.get(r["organisation_id"], r["organisation_id"]) == organisation]
    mine.sort(key=lambda r: (r["organisation_id"] in kept) + (r.get("umbrella_id") in kept))
    return list({key(row): row for row in reversed(mine)}.values())


def _binds(known: Known, kept: Kept, signed: Row, on: date) -> bool:
    [convention] = [
        row for row in known.tables["convention"] if row["convention_id"] == signed["convention_id"]
    ]
    who = signed["organisation_id"]
    ends = [
        row["withdrawn_on"]
        for row in known.tables["signatory_end"]
        if row["convention_id"] == signed["convention_id"]
        and row["organisation_id"] in {who, kept.get(who, who)}
    ]
    last = min([convention["ended_on"] or convention["ends_on"] or date.max, *ends])
    stops = any(
        row["from_on"] <= on <= (row["until_on"] or date.max)
        for row in known.tables["suspension"]
        if row["convention_id"] == signed["convention_id"]
    )
    return max(signed["accedes_on"], convention["effective_on"]) <= on <= last and not stops


def _today_of(known: Known, pair: Row) -> date:
    return known.today(known.by_id[pair["mentee_id"]]["department"])


def _over(known: Known, alert: Row) -> bool:
    return bool(known.by_id[alert["pairing_id"]]["state"] == "ended")


def _in_touch(known: Known, alert: Row) -> bool:
    since = alert["due_on"] - relativedelta(months=1)
    contacts = contacts_of(known, known.by_id[alert["pairing_id"]])
    return any(c["logged_at"] > alert["raised_at"] and c["contact_on"] > since for c in contacts)


def _covered_again(known: Known, alert: Row) -> bool:
    organisation = known.by_id[alert["mentor_id"]]["organisation_id"]
    return covers(known, organisation, known.now.date())


def _taken(known: Known, alert: Row) -> bool:
    """Whether the place that was free is taken again, or proposed to somebody."""
    mentor = known.by_id[alert["mentor_id"]]
    theirs = [p for p in known.tables["pairing"] if p["mentor_id"] == mentor["id"]]
    return bool(sum(map(is_open, theirs)) >= mentor["capacity"])


IN_MATCHING: Sequence[Raise] = (silent, unmet, unanswered, unheard, waiting, unhappy, uncovered)
GONE_IN_MATCHING: Mapping[str, Gone] = {
    "pairing_late": lambda known, alert: _over(known, alert) or _in_touch(known, alert),
    "first_interview_late": lambda known, alert: (
        _over(known, alert) or bool(known.by_id[alert["pairing_id"]]["first_interview_on"])
    ),
    "coverage_ended": lambda known, alert: _over(known, alert) or _covered_again(known, alert),
    "mentee_waiting": lambda known, alert: not waits(known, known.by_id[alert["mentee_id"]]),
    "place_freed": _taken,
}

# --- partners -------------------------------------------------------------------------------------

OVER = {"signed", "lost"}
PARTNERS = {
    "convention": "SELECT * FROM convention",
    "organisation": "SELECT * FROM organisation",
    "lead": "SELECT * FROM lead",
    "commitment": "SELECT * FROM commitment",
    "fulfilment": "SELECT * FROM fulfilment WHERE NOT withdrawn",
}


def expiring(known: Known) -> Iterator[Alert]:
    """90, 30 and 7 days before a convention's last one; the nearest of those that passed."""
    today = known.now.astimezone(PARIS).date()
    for convention in known.tables["convention"]:
        last = convention["ended_on"] or convention["ends_on"]
        passed = [days for days in (90, 30, 7) if last and last - days * A_DAY <= today <= last]
        if passed and not _goes_on(convention, today):
            yield Alert("convention_expiring", convention["id"], last - min(passed) * A_DAY)


def _goes_on(convention: Row, today: date) -> bool:
    """Whether nobody can give notice any more of a convention that renews itself."""
    if (
        not convention["renews_for_months"]
        or convention["notice_given_on"]
        or convention["ended_on"]
    ):
        return False
    return bool(today > convention["ends_on"] - convention["notice_days"] * A_DAY)


def overdue(known: Known) -> Iterator[Alert]:
    """A commitment of which something is missing once its day is over."""
    for owed in known.tables["commitment"]:
        department = known.by_id[owed["organisation_id"]]["department"]
        if owed["due_on"] is None or owed["due_on"] >= known.today(department):
            continue
        lately = owed["due_on"] >= owed["learnt_at"].date() - LONG_PAST
        is_owed = not owed["withdrawn_on"] and _missing(known, owed) > 0
        if is_owed and lately and not known.had("commitment_overdue", owed["id"]):
            yield Alert("commitment_overdue", owed["id"], owed["due_on"])


def next_steps(known: Known) -> Iterator[Alert]:
    """What is to be done next of a lead that is neither signed nor lost."""
    for lead in known.tables["lead"]:
        is_planned = lead["next_on"] and lead["stage"] not in OVER
        if is_planned and lead["next_on"] <= known.today(lead["department"]):
            yield Alert("lead_step_due", lead["id"], lead["next_on"])


def _missing(known: Known, owed: Row) -> int:
    given = [
        row["quantity"]
        for row in known.tables["fulfilment"]
        if row["commitment_id"] == owed["id"] and row["given_on"] <= known.now.date()
    ]
    missing: int = max(owed["quantity"] - sum(given), 0)
    return missing


def _settled_commitment(known: Known, alert: Row) -> bool:
    owed = known.by_id[alert["commitment_id"]]
    return owed["withdrawn_on"] is not None or not _missing(known, owed)


def _no_longer_expiring(known: Known, alert: Row) -> bool:
    convention = known.by_id[alert["convention_id"]]
    last = convention["ended_on"] or convention["ends_on"]
    today = known.now.astimezone(PARIS).date()
    warned_of = {alert["due_on"] + days * A_DAY for days in (90, 30, 7)}
    return last is None or last not in warned_of or last < today


def _done(known: Known, alert: Row) -> bool:
    lead = known.by_id[alert["lead_id"]]
    return lead["stage"] in OVER or lead["next_on"] != alert["due_on"]


IN_PARTNERS: Sequence[Raise] = (expiring, overdue, next_steps)
GONE_IN_PARTNERS: Mapping[str, Gone] = {
    "commitment_overdue": _settled_commitment,
    "convention_expiring": _no_longer_expiring,
    "lead_step_due": _done,
}
