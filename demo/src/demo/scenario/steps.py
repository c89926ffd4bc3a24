"""Telling the story: each step is a request that a coordinator or a partner manager would make.

It can be told again after an interruption: what was done is found, not done twice.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from demo.client import Envol
from demo.scenario import partners, story
from demo.scenario.story import CONVENTIONS, MENTEES, MENTORS, ORGANISATIONS, Days, Mentee

PATIENCE = 300.0
PRIORITY = 3
"""How many from priority neighbourhoods a round is asked for."""


INTRODUCED = {
    "role": "Responsable du recrutement",
    "organisation": "Foncière des Tilleuls",
    "function": "M15",
    "sector": "L",
}


class NeverCame(Exception):  # noqa: N818
    """A read model did not follow in time."""


@dataclass
class Told:
    """What was acknowledged: the ledger that the figures are checked against."""

    days: Days
    imported: dict[str, Any] = field(default_factory=dict)
    pairs: list["Pair"] = field(default_factory=list)
    declined: int = 0
    rounds: list["Round"] = field(default_factory=list)
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A round that was published, and what it says of a pair and of one that it did not propose."""

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


def day_of_telling(envol: Envol) -> tuple[date, bool]:
    """The day the story was begun, if it was, else today; and whether it was told to its end."""
    first = next(envol.pages("matching", "/mentees"), None)
    if first is None:
        return datetime.now(UTC).date(), False
    begun = date.fromisoformat(first["decided_on"]) + timedelta(days=60)
    return begun, any(envol.pages("matching", "/pairings", state="ended"))


def tell(envol: Envol, days: Days) -> Iterator[tuple[str, Told]]:
    """Tell the story step by step; yield what is being done, and the ledger so far."""
    told = Told(days)
    yield "organisations are registered", told
    organisations = _register(envol)
    yield "umbrellas and conventions are signed", told
    _join_and_sign(envol, organisations)
    yield "partners give, hold a stand, sit on the board", told
    told.receipt = partners.tell(envol, organisations, days)
    yield "matching hears of the conventions", told
    _await_coverage(envol, days)
    yield "mentors are imported", told
    told.imported["mentors"] = _import(envol, "mentors", story.mentors_csv(days))
    yield "graduates are imported, and eligibility decides", told
    told.imported["mentees"] = _import(envol, "mentees", story.mentees_csv(days))
    yield "a round proposes pairs, one declines", told
    proposals = _proposals(envol, days, told)
    for pairing in proposals:
        mentee = MENTEES[_number(envol, pairing["mentee_id"], "mentees") - 1]
        yield f"{mentee.given_name} and a mentor begin", told
        told.pairs.append(_live(envol, days, pairing, mentee))


def _register(envol: Envol) -> dict[str, str]:
    ids = {}
    for organisation in ORGANISATIONS:
        made = envol.post(
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
            once=f"story/organisation/{organisation.number}",
        )
        ids[organisation.name] = made["id"]
    return ids


def _join_and_sign(envol: Envol, ids: dict[str, str]) -> None:
    for organisation in ORGANISATIONS:
        if organisation.umbrella:
            envol.post(
                "partners",
                f"/organisations/{ids[organisation.name]}/umbrellas",
                {"umbrella_id": ids[organisation.umbrella], "joined_on": "2012-09-25"},
                role="partner_manager",
                once=f"story/umbrella/{organisation.number}",
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
            once=f"story/convention/{number}",
        )


def _await_coverage(envol: Envol, days: Days) -> None:
    def all_covered() -> bool:
        found = envol.pages("matching", "/covered-organisations", on=str(days.enrolled_on))
        return sum(bool(one["covered"]) for one in found) == len(ORGANISATIONS)

    until(all_covered, "matching did not hear of all conventions")


def _import(envol: Envol, kind: str, content: str) -> dict[str, Any]:
    """Send a file, and wait until it is taken; what became of it, with its faults."""
    done = envol.upload(
        "matching", kind, f"{kind}.csv", BytesIO(content.encode()), role="coordinator"
    )
    place = f"/imports/{done['id']}"

    def is_taken() -> bool:
        nonlocal done
        done = envol.get("matching", place, role="coordinator")
        return bool(done["state"] == "done")

    until(is_taken, f"The file of {kind} was not taken")
    return done | {"faults": list(envol.pages("matching", f"{place}/errors"))}


def _proposals(envol: Envol, days: Days, told: Told) -> list[dict[str, Any]]:
    """What a round proposes; who declines is offered the next best at once."""
    shy = {f"F{n:03}" for n, mentee in enumerate(MENTEES, 1) if mentee.declines_first}
    kept = list[dict[str, Any]]()
    for pairing in _round(envol, days.round_on, told):
        if _reference(envol, pairing["mentee_id"]) in shy and pairing["state"] == "proposed":
            kept += _declined(envol, days, pairing)
            told.declined += 1
        elif pairing["state"] == "declined":
            told.declined += 1
        else:
            kept.append(pairing)
    return kept


def _declined(envol: Envol, days: Days, pairing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Decline a proposal; what is offered instead."""
    envol.post(
        "matching",
        f"/pairings/{pairing['id']}/declines",
        {"by": "mentee", "reason": "wishes_differ", "declined_on": str(days.declined_on)},
        role="coordinator",
        once=f"story/decline/{pairing['id']}",
    )
    for offered in envol.pages("matching", "/pairings", mentee_id=pairing["mentee_id"]):
        if offered["state"] != "declined":
            yield offered


def _round(envol: Envol, on: date, told: Told) -> list[dict[str, Any]]:
    """Ask for a round, wait for its draft, publish it; the pairs that were proposed."""
    asked = {"on": str(on), "min_priority": PRIORITY}
    found = envol.post("matching", "/rounds", asked, role="coordinator", once=f"story/round/{on}")
    path = f"/rounds/{found['id']}"

    def is_worked_out() -> bool:
        nonlocal found
        found = envol.get("matching", path, role="coordinator")
        return found["state"] not in {"waiting", "running"}

    until(is_worked_out, f"The round of {on} was not worked out")
    if found["state"] == "draft":
        once, version = f"story{path}/publication", found["version"]
        envol.post(
            "matching", f"{path}/publication", {}, role="coordinator", once=once, version=version
        )
    pairings = list(envol.pages("matching", "/pairings", round_id=found["id"]))
    told.rounds.append(_explained(envol, on, found, pairings))
    return pairings


def _explained(
    envol: Envol, on: date, found: dict[str, Any], pairings: list[dict[str, Any]]
) -> Round:
    """A round with the reasons for its first pair, and against the first mentee's next mentor."""

    def why(mentee: dict[str, Any], mentor: dict[str, Any]) -> dict[str, Any]:
        asked = {"mentee_id": mentee["mentee_id"], "mentor_id": mentor["mentor_id"]}
        path = f"/rounds/{found['id']}/explanation"
        return dict(envol.get("matching", path, role="coordinator", **asked))

    others = [each for each in pairings if each["mentor_id"] != pairings[0]["mentor_id"]]
    return Round(
        on=on,
        report=found["report"],
        why=why(pairings[0], pairings[0]) if pairings else None,
        why_not=why(pairings[0], others[0]) if others else None,
    )


def _live(envol: Envol, days: Days, pairing: dict[str, Any], mentee: Mentee) -> Pair:
    """The pair's first weeks."""
    path = f"/pairings/{pairing['id']}"

    def note(step: str, body: dict[str, Any]) -> dict[str, Any]:
        once = f"story{path}/{step}/{body.get('by') or body.get('contact_on') or ''}"
        made = envol.post("matching", f"{path}/{step}", body, role="coordinator", once=once)
        return dict(made)

    for side in ("mentor", "mentee"):
        begun = note("acceptances", {"by": side, "accepted_on": str(days.begins_on)})
    met_on = days.since(mentee.interview)
    note("first-interview", {"held_on": str(met_on), "minutes": 60})
    contacts = tuple(days.since(after) for after, _ in mentee.contacts)
    for on, (_, medium) in zip(contacts, mentee.contacts, strict=True):
        note("contacts", {"contact_on": str(on), "medium": medium, "minutes": 30})
    introduced_on = _introduce(envol, days, note) if mentee.outcome else None
    outcome_on, ended_on = _outcome(envol, days, pairing, mentee, note)
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


def _introduce(
    envol: Envol, days: Days, note: Callable[[str, dict[str, Any]], dict[str, Any]]
) -> date:
    """The mentor opens their own network, and it leads to an interview."""
    on = days.since(22)
    body = INTRODUCED | {"introduced_on": str(on), "agreed_on": str(on)}
    path = f"/introductions/{note('introductions', body)['id']}/answer"
    answer = {"result": "interview", "answered_on": str(days.since(30))}
    envol.put("matching", path, answer, role="coordinator")
    return on


def _outcome(
    envol: Envol,
    days: Days,
    pairing: dict[str, Any],
    mentee: Mentee,
    note: Callable[[str, dict[str, Any]], dict[str, Any]],
) -> tuple[date | None, date | None]:
    if not mentee.outcome:
        return None, None
    found_on, ended_on = days.since(36), days.since(38)
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
        once=f"story/outcome/{pairing['id']}",
    )
    if not mentee.outcome["fits_qualification"]:
        return found_on, None
    note("end", {"reason": "early_success", "ended_on": str(ended_on)})
    return found_on, ended_on


def _reference(envol: Envol, mentee_id: str) -> str:
    return str(envol.get("matching", f"/mentees/{mentee_id}", role="coordinator")["reference"])


def _number(envol: Envol, person_id: str, people: str) -> int:
    person = envol.get("matching", f"/{people}/{person_id}", role="coordinator")
    return int(person["reference"][1:])


def until(condition: Callable[[], bool], otherwise: str) -> None:
    """Wait until something has come about, or raise `NeverCame`."""
    patience = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > patience:
            raise NeverCame(f"{otherwise} within {PATIENCE:.0f} s.")
        time.sleep(0.1)
