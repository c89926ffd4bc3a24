"""The steps of the story: requests that a coordinator or a partner manager would make.

They can be run again after an interruption: idempotency keys keep them from being executed twice.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from demo.client import EnvolClient
from demo.scenario import partners, story
from demo.scenario.story import CONVENTIONS, MENTEES, MENTORS, ORGANISATIONS, Mentee, StoryCalendar

PATIENCE = 300.0
PRIORITY = 3
"""Mentees from priority neighbourhoods that a round is asked to serve."""


INTRODUCED = {
    "role": "Responsable du recrutement",
    "organisation": "Foncière des Tilleuls",
    "function": "M15",
    "sector": "L",
}


class TimedOut(Exception):
    """A read model, an import or a round that was not ready in time."""


@dataclass
class ScenarioLedger:
    """The acknowledged steps, against which the figures are checked."""

    calendar: StoryCalendar
    imported: dict[str, Any] = field(default_factory=dict)
    pairs: list["Pair"] = field(default_factory=list)
    declined: int = 0
    rounds: list["Round"] = field(default_factory=list)
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A published round, with the explanations of a proposed pair and of one not proposed."""

    on: date
    report: dict[str, Any]
    why: dict[str, Any] | None
    why_not: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair that began, as the API acknowledged it."""

    pairing_id: str
    mentee: Mentee
    organisation: str
    starts_on: date
    interview_on: date
    contacts: tuple[date, ...]
    introduced_on: date | None
    outcome_on: date | None
    fits: bool
    ended_on: date | None


def story_start(envol: EnvolClient) -> tuple[date, bool]:
    """Return the day on which the story was first run, else today; and whether it is complete."""
    first = next(envol.pages("matching", "/mentees"), None)
    if first is None:
        return datetime.now(UTC).date(), False
    first_day = date.fromisoformat(first["decided_on"]) + timedelta(days=60)
    return first_day, any(envol.pages("matching", "/pairings", state="ended"))


def run_story(envol: EnvolClient, calendar: StoryCalendar) -> Iterator[tuple[str, ScenarioLedger]]:
    """Run the story step by step; yield each step's name, and the ledger so far."""
    ledger = ScenarioLedger(calendar)
    yield "organisations are registered", ledger
    organisations = _register(envol)
    yield "umbrellas and conventions are signed", ledger
    _join_and_sign(envol, organisations)
    yield "partners give, hold a stand, sit on the board", ledger
    ledger.receipt = partners.record_partner_activity(envol, organisations, calendar)
    yield "matching receives the conventions", ledger
    _await_coverage(envol, calendar)
    yield "mentors are imported", ledger
    ledger.imported["mentors"] = _import_file(envol, "mentors", story.mentors_csv(calendar))
    yield "graduates are imported, and eligibility decides", ledger
    ledger.imported["mentees"] = _import_file(envol, "mentees", story.mentees_csv(calendar))
    yield "a round proposes pairs, one declines", ledger
    proposals = _proposals_of_round(envol, calendar, ledger)
    for pairing in proposals:
        mentee = MENTEES[_number(envol, pairing["mentee_id"], "mentees") - 1]
        yield f"{mentee.given_name} and a mentor begin", ledger
        ledger.pairs.append(_record_life(envol, calendar, pairing, mentee))


def _register(envol: EnvolClient) -> dict[str, str]:
    ids = {}
    for organisation in ORGANISATIONS:
        created = envol.post(
            "partners",
            "/organisations",
            {
                "name": organisation.name,
                "kind": organisation.kind,
                "siren": organisation.siren,
                "department": organisation.department,
                "registered_on": "2012-07-02",
            },
            role="partner_manager",
            idempotency_key=f"story/organisation/{organisation.number}",
        )
        ids[organisation.name] = created["id"]
    return ids


def _join_and_sign(envol: EnvolClient, ids: dict[str, str]) -> None:
    for organisation in ORGANISATIONS:
        if organisation.umbrella:
            envol.post(
                "partners",
                f"/organisations/{ids[organisation.name]}/umbrellas",
                {"umbrella_id": ids[organisation.umbrella], "joined_on": "2012-09-25"},
                role="partner_manager",
                idempotency_key=f"story/umbrella/{organisation.number}",
            )
    for number, convention in enumerate(CONVENTIONS):
        envol.post(
            "partners",
            "/conventions",
            {
                "kind": convention.kind,
                "signed_on": str(convention.signed_on),
                "effective_on": str(convention.effective_on),
                "signatories": [{"organisation_id": ids[n]} for n in convention.signatories],
            },
            role="partner_manager",
            idempotency_key=f"story/convention/{number}",
        )


def _await_coverage(envol: EnvolClient, calendar: StoryCalendar) -> None:
    def all_covered() -> bool:
        organisations = envol.pages(
            "matching", "/covered-organisations", on=str(calendar.enrolled_on)
        )
        return sum(bool(one["covered"]) for one in organisations) == len(ORGANISATIONS)

    wait_until(all_covered, "matching did not receive all conventions")


def _import_file(envol: EnvolClient, kind: str, content: str) -> dict[str, Any]:
    """Import a file, and wait until it is done; return the import with its errors."""
    import_ = envol.upload(
        "matching", kind, f"{kind}.csv", BytesIO(content.encode()), role="coordinator"
    )
    path = f"/imports/{import_['id']}"

    def is_done() -> bool:
        nonlocal import_
        import_ = envol.get("matching", path, role="coordinator")
        return bool(import_["state"] == "done")

    wait_until(is_done, f"The file of {kind} was not imported")
    return import_ | {"faults": list(envol.pages("matching", f"{path}/errors"))}


def _proposals_of_round(
    envol: EnvolClient, calendar: StoryCalendar, ledger: ScenarioLedger
) -> list[dict[str, Any]]:
    """Return the proposals of a round; those declined are replaced by the next best."""
    declining = {f"F{n:03}" for n, mentee in enumerate(MENTEES, 1) if mentee.declines_first}
    proposals = list[dict[str, Any]]()
    for pairing in _publish_round(envol, calendar.round_on, ledger):
        if _reference(envol, pairing["mentee_id"]) in declining and pairing["state"] == "proposed":
            proposals += _decline(envol, calendar, pairing)
            ledger.declined += 1
        elif pairing["state"] == "declined":
            ledger.declined += 1
        else:
            proposals.append(pairing)
    return proposals


def _decline(
    envol: EnvolClient, calendar: StoryCalendar, pairing: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Decline a proposal; yield the replacement."""
    envol.post(
        "matching",
        f"/pairings/{pairing['id']}/declines",
        {"by": "mentee", "reason": "wishes_differ", "declined_on": str(calendar.declined_on)},
        role="coordinator",
        idempotency_key=f"story/decline/{pairing['id']}",
    )
    for offered in envol.pages("matching", "/pairings", mentee_id=pairing["mentee_id"]):
        if offered["state"] != "declined":
            yield offered


def _publish_round(envol: EnvolClient, on: date, ledger: ScenarioLedger) -> list[dict[str, Any]]:
    """Request a round, wait for its draft and publish it; return its proposals."""
    request = {"on": str(on), "min_priority": PRIORITY}
    round_ = envol.post(
        "matching", "/rounds", request, role="coordinator", idempotency_key=f"story/round/{on}"
    )
    path = f"/rounds/{round_['id']}"

    def is_computed() -> bool:
        nonlocal round_
        round_ = envol.get("matching", path, role="coordinator")
        return round_["state"] not in {"waiting", "running"}

    wait_until(is_computed, f"The round of {on} was not computed")
    if round_["state"] == "draft":
        key, version = f"story{path}/publication", round_["version"]
        envol.post(
            "matching",
            f"{path}/publication",
            {},
            role="coordinator",
            idempotency_key=key,
            version=version,
        )
    pairings = list(envol.pages("matching", "/pairings", round_id=round_["id"]))
    ledger.rounds.append(_with_reasons(envol, on, round_, pairings))
    return pairings


def _with_reasons(
    envol: EnvolClient, on: date, round_: dict[str, Any], pairings: list[dict[str, Any]]
) -> Round:
    """Explain the round's first pair, and why its mentee was not matched with the next mentor."""

    def why(mentee: dict[str, Any], mentor: dict[str, Any]) -> dict[str, Any]:
        query = {"mentee_id": mentee["mentee_id"], "mentor_id": mentor["mentor_id"]}
        path = f"/rounds/{round_['id']}/explanation"
        return dict(envol.get("matching", path, role="coordinator", **query))

    others = [each for each in pairings if each["mentor_id"] != pairings[0]["mentor_id"]]
    return Round(
        on=on,
        report=round_["report"],
        why=why(pairings[0], pairings[0]) if pairings else None,
        why_not=why(pairings[0], others[0]) if others else None,
    )


def _record_life(
    envol: EnvolClient, calendar: StoryCalendar, pairing: dict[str, Any], mentee: Mentee
) -> Pair:
    """Record the first weeks of a pair."""
    path = f"/pairings/{pairing['id']}"

    def note(step: str, body: dict[str, Any]) -> dict[str, Any]:
        key = f"story{path}/{step}/{body.get('by') or body.get('contact_on') or ''}"
        response = envol.post(
            "matching", f"{path}/{step}", body, role="coordinator", idempotency_key=key
        )
        return dict(response)

    for side in ("mentor", "mentee"):
        begun = note("acceptances", {"by": side, "accepted_on": str(calendar.begins_on)})
    met_on = calendar.since(mentee.interview)
    note("first-interview", {"held_on": str(met_on), "minutes": 60})
    contacts = tuple(calendar.since(after) for after, _ in mentee.contacts)
    for on, (_, medium) in zip(contacts, mentee.contacts, strict=True):
        note("contacts", {"contact_on": str(on), "medium": medium, "minutes": 30})
    introduced_on = _record_introduction(envol, calendar, note) if mentee.outcome else None
    outcome_on, ended_on = _record_outcome(envol, calendar, pairing, mentee, note)
    return Pair(
        pairing_id=pairing["id"],
        mentee=mentee,
        organisation=MENTORS[_number(envol, pairing["mentor_id"], "mentors") - 1].organisation,
        starts_on=date.fromisoformat(begun["starts_on"]),
        interview_on=met_on,
        contacts=contacts,
        introduced_on=introduced_on,
        outcome_on=outcome_on,
        fits=bool(mentee.outcome.get("fits_qualification")),
        ended_on=ended_on,
    )


def _record_introduction(
    envol: EnvolClient,
    calendar: StoryCalendar,
    note: Callable[[str, dict[str, Any]], dict[str, Any]],
) -> date:
    """Record an introduction by the mentor that led to an interview; return its day."""
    on = calendar.since(22)
    body = INTRODUCED | {"introduced_on": str(on), "agreed_on": str(on)}
    path = f"/introductions/{note('introductions', body)['id']}/answer"
    answer = {"result": "interview", "answered_on": str(calendar.since(30))}
    envol.put("matching", path, answer, role="coordinator")
    return on


def _record_outcome(
    envol: EnvolClient,
    calendar: StoryCalendar,
    pairing: dict[str, Any],
    mentee: Mentee,
    note: Callable[[str, dict[str, Any]], dict[str, Any]],
) -> tuple[date | None, date | None]:
    if not mentee.outcome:
        return None, None
    found_on, ended_on = calendar.since(36), calendar.since(38)
    envol.post(
        "matching",
        "/outcomes",
        {
            "mentee_id": pairing["mentee_id"],
            "pairing_id": pairing["id"],
            "found_on": str(found_on),
        }
        | mentee.outcome,
        role="coordinator",
        idempotency_key=f"story/outcome/{pairing['id']}",
    )
    if not mentee.outcome["fits_qualification"]:
        return found_on, None
    note("end", {"reason": "early_success", "ended_on": str(ended_on)})
    return found_on, ended_on


def _reference(envol: EnvolClient, mentee_id: str) -> str:
    return str(envol.get("matching", f"/mentees/{mentee_id}", role="coordinator")["reference"])


def _number(envol: EnvolClient, person_id: str, people: str) -> int:
    person = envol.get("matching", f"/{people}/{person_id}", role="coordinator")
    return int(person["reference"][1:])


def wait_until(condition: Callable[[], bool], failure: str) -> None:
    """Wait until `condition` holds, or raise `TimedOut` with `failure`."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimedOut(f"{failure} within {PATIENCE:.0f} s.")
        time.sleep(0.1)
