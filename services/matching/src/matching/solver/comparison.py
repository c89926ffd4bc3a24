"""The comparison of two drafts: who wins, and who loses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from matching.solver.report import Chosen


@dataclass(frozen=True, slots=True)
class Difference:
    """A mentee's mentor and score in a draft and in another one."""

    mentee_id: UUID
    mentor_id: UUID | None
    score: int | None
    other_mentor_id: UUID | None
    other_score: int | None

    @property
    def gain(self) -> int:
        """The gain of score for the mentee; any mentor is better than none."""
        return _worth(self.score) - _worth(self.other_score)


@dataclass(slots=True)
class Comparison:
    """The comparison of a draft with another one; `same` counts mentees with the same mentor."""

    proposed: int
    other_proposed: int
    score: int
    other_score: int
    same: int = 0
    wins: list[Difference] = field(default_factory=list)
    loses: list[Difference] = field(default_factory=list)
    others: list[Difference] = field(default_factory=list)


def compare(first: Sequence[Chosen], second: Sequence[Chosen]) -> Comparison:
    """Return who is better off in the first draft, who is worse off, and who is as well off."""
    compared = Comparison(len(first), len(second), _score(first), _score(second))
    one, other = ({each.mentee_id: each for each in draft} for draft in (first, second))
    for mentee_id in sorted(one.keys() | other.keys()):
        difference = _difference(mentee_id, one.get(mentee_id), other.get(mentee_id))
        if difference.mentor_id == difference.other_mentor_id:
            compared.same += 1
        elif difference.gain:
            (compared.wins if difference.gain > 0 else compared.loses).append(difference)
        else:
            compared.others.append(difference)
    return compared


def _difference(mentee_id: UUID, one: Chosen | None, other: Chosen | None) -> Difference:
    return Difference(
        mentee_id=mentee_id,
        mentor_id=one.mentor_id if one else None,
        score=one.score if one else None,
        other_mentor_id=other.mentor_id if other else None,
        other_score=other.score if other else None,
    )


def _score(draft: Iterable[Chosen]) -> int:
    return sum(each.score for each in draft)


def _worth(score: int | None) -> int:
    return -1 if score is None else score
