"""The report of a round: its result and whom it serves, as proved and as changed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from matching.solver.certificate import Certificate
from matching.solver.encoding import EncodedInputs
from matching.solver.fairness import Found, served
from matching.solver.inputs import Inputs

AS_CHOSEN = ("proposed", "locked", "score", "priority_proposed", "priority_shortfall")
"""The figures that depend on which pairs are proposed."""
BELOW = ("proposed", "locked", "score", "priority_proposed")
Report: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair that a draft proposes now."""

    mentee_id: UUID
    mentor_id: UUID
    score: int


def report_of(free: Inputs, proof: Certificate, pairs: Found, *, locked: int) -> Report:
    """Return the report of these pairs of mentees who are not locked, and `locked` further ones."""
    first = sum(free.mentees[mentee].has_priority for mentee, _, _ in pairs)
    return {
        "mentees": len(free.mentees),
        "proposed": len(pairs),
        "locked": locked,
        "score": sum(score for _, _, score in pairs),
        "priority_proposed": first,
        "priority_asked": proof.min_priority,
        "priority_shortfall": max(0, proof.min_priority - first),
        "fairness": {"proposed": served(free, pairs)},
    }


def as_proved(report: Report) -> Report:
    """Return the report as the round was solved, without changes by hand."""
    if "proved" not in report:
        return report
    fairness = dict(report["fairness"])
    fairness["proposed"] = fairness.pop("proved")
    rest = {name: report[name] for name in report if name not in {"proved", "below_proved"}}
    return {**rest, **report["proved"], "fairness": fairness}


def as_changed(
    proved: Report, encoded: EncodedInputs, proof: Certificate, pairs: Sequence[Chosen]
) -> Report:
    """Return the report with the numbers of these pairs, besides those of the `proved` ones.

    `encoded` are the inputs without locked mentees. `below_proved` is the difference to the
    optimum.
    """
    free = [pair for pair in pairs if pair.mentee_id in encoded.mentee_at]
    rows = [(encoded.mentee_at[p.mentee_id], encoded.mentor_at[p.mentor_id], p.score) for p in free]
    now = report_of(encoded.inputs, proof, rows, locked=len(pairs) - len(free))
    current, best = ({name: of[name] for name in AS_CHOSEN} for of in (now, proved))
    below = {name: best[name] - current[name] for name in BELOW}
    fairness = {**proved["fairness"], "proved": proved["fairness"]["proposed"]}
    fairness["proposed"] = now["fairness"]["proposed"]
    return {**proved, **current, "proved": best, "below_proved": below, "fairness": fairness}
