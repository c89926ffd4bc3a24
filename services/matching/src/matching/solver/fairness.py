"""Fairness of a round: coverage and mean score by group, compared with simpler methods."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from contracts.territories import region_of
from matching.solver.inputs import Inputs, Waiting

Group = Callable[[Waiting, date], str]
Found = Sequence[tuple[int, int, int]]
UNKNOWN = "unknown"
WAITED = ((20, "up to 20 days"), (60, "21 to 60 days"), (1_000, "over 60 days"))

GROUPS: Mapping[str, Group] = {
    "region": lambda mentee, on: region_of(mentee.department, on).name,
    "gender": lambda mentee, _: mentee.gender or UNKNOWN,
    "degree_field": lambda mentee, _: mentee.degree_field or UNKNOWN,
    "priority_neighbourhood": lambda mentee, _: mentee.priority_neighbourhood,
    "waiting": lambda mentee, _: next(name for most, name in WAITED if mentee.days_waiting <= most),
}


def served(inputs: Inputs, found: Found) -> dict[str, Any]:
    """Return the number of mentees, of those served and the mean score, by each kind of group."""
    scores = {mentee: score for mentee, _, score in found}
    return {"all": _statistics(scores, range(len(inputs.mentees)))} | {
        name: {
            group: _statistics(scores, members)
            for group, members in sorted(_members(inputs, of).items())
        }
        for name, of in GROUPS.items()
    }


def _members(inputs: Inputs, of: Group) -> dict[str, list[int]]:
    members = defaultdict[str, list[int]](list)
    for at, mentee in enumerate(inputs.mentees):
        members[str(of(mentee, inputs.on))].append(at)
    return members


def _statistics(scores: Mapping[int, int], members: Iterable[int]) -> dict[str, float | int]:
    everyone = [*members]
    served_scores = [scores[member] for member in everyone if member in scores]
    return {
        "mentees": len(everyone),
        "served": len(served_scores),
        "coverage": round(len(served_scores) / len(everyone), 4) if everyone else 0.0,
        "mean_score": round(sum(served_scores) / len(served_scores), 2) if served_scores else 0.0,
        "score": sum(served_scores),
    }
