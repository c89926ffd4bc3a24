"""Groups of mentors who are alike in a round: each group is solved as one mentor with all places.

Many mentors offer the same to everybody. Ungrouped, they are equal choices, each of which the
solver would weigh against the others.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import count

import numpy as np

from matching.solver.assignment import Certificate as Proof
from matching.solver.assignment.solution import NOBODY
from matching.solver.encoding import Ints
from matching.solver.inputs import Inputs, Offering

COMPARED = sorted(Offering.model_fields.keys() - {"id", "organisation_id", "places"})
"""The fields in which the mentors of a group agree; organisations count only as employers."""


class MentorGroups:
    """The mentors of a round in groups that are the same for all its mentees."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        groups = dict[Hashable, list[int]]()
        for at, kind in enumerate(_kinds(inputs)):
            groups.setdefault(kind, []).append(at)
        self.members = [*groups.values()]

    @cached_property
    def group_of(self) -> Ints:
        """The group of each mentor."""
        groups = np.zeros(len(self.inputs.mentors), np.int64)
        for group, members in enumerate(self.members):
            groups[members] = group
        return groups

    @property
    def as_one(self) -> Inputs:
        """The inputs with one mentor for each group, who has the places of all."""
        mentors = self.inputs.mentors
        places = (sum(mentors[at].places for at in members) for members in self.members)
        firsts = (mentors[members[0]] for members in self.members)
        pairs = zip(firsts, places, strict=True)
        grouped = tuple(first.model_copy(update={"places": room}) for first, room in pairs)
        return self.inputs.model_copy(update={"mentors": grouped})

    def mentors_of(self, group_of: Ints) -> Ints:
        """Return the mentor of each mentee from their group, -1 for none: mentors take turns."""
        turns = [self._turns(members) for members in self.members]
        found = (next(turns[group]) if group != NOBODY else NOBODY for group in group_of.tolist())
        return np.fromiter(found, np.int64, len(group_of))

    def _turns(self, members: list[int]) -> Iterator[int]:
        """Yield each member once, then those who have a second place, and so on."""
        for taken in count():
            yield from (at for at in members if self.inputs.mentors[at].places > taken)

    def proof_of(self, grouped: Proof) -> Proof:
        """Return the proof about each mentor from that about the groups: prices are the same."""
        of, first = self.group_of, grouped.priority_cover
        return replace(
            grouped,
            of_mentors=grouped.of_mentors[of],
            cover=(grouped.cover[0], grouped.cover[1][of]),
            priority_cover=(first[0], first[1][of]) if first else None,
        )


def _kinds(inputs: Inputs) -> Iterator[Hashable]:
    """Yield the key of each mentor's group; a mentor in a refused or excluded pair is alone."""
    mentees = {mentee.id for mentee in inputs.mentees}
    pairs = (*inputs.refused, *inputs.excluded)
    named = {mentor for mentee, mentor in pairs if mentee in mentees}
    employers = {mentee.employer_id for mentee in inputs.mentees}
    for mentor in inputs.mentors:
        yield (
            *(_hashable(getattr(mentor, name)) for name in COMPARED),
            mentor.places > 0,
            mentor.organisation_id if mentor.organisation_id in employers else None,
            mentor.id if mentor.id in named else None,
        )


def _hashable(value: object) -> Hashable:
    return frozenset(value.items()) if isinstance(value, Mapping) else value
