"""Why this pair, why not that one, and what would have to change for somebody who waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from backbone.errors import Missing
from matching.domain.rounds.blocks import Blocks
from matching.domain.rounds.draft import Certificate, Price, price_of_place
from matching.domain.rounds.inputs import Inputs
from matching.domain.rounds.rules import SAID, Rule
from matching.domain.rounds.scores import Criterion
from matching.domain.rounds.sides import Ints, Sides
from matching.domain.rounds.worth import unlocked, worth_of

A_FEW = 5


@dataclass(frozen=True, slots=True)
class Explained:
    """A pair: whether it is proposed, which rules forbid it, what speaks for it, and what it costs.

    With this pair instead the whole round would propose `fewer` mentees and, by its prices, lose
    `costs` points of score at least; none for a pair that is proposed, forbidden or locked out.
    """

    proposed: bool
    forbidden_by: Sequence[str]
    contributions: dict[Criterion, int]
    score: int
    fewer: int
    costs: float | None
    instead: UUID | None
    said: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that would open mentors to a mentee, and how many."""

    rule: Rule
    mentors: int
    said: str


@dataclass(frozen=True, slots=True)
class Left:
    """Why a mentee is not proposed to anybody: whom the rules forbid, and what would help."""

    eligible: int
    forbidden: dict[str, int]
    would_open: Sequence[Change]
    places_with: Sequence[tuple[UUID, Price]]
    said: str


WOULD_HELP = {
    Rule.NO_PLACE: "One more place with one of them.",
    Rule.NOT_COVERED: "A convention in force of their organisations.",
    Rule.PAUSED: "The end of their pauses.",
    Rule.TOO_FAR: "Working at a distance, on both sides.",
    Rule.NO_COMMON_LANGUAGE: "A language in common.",
    Rule.OWN_EMPLOYER: "None of them can be proposed while the mentee works there.",
    Rule.REFUSED_BEFORE: "None of them is proposed twice.",
    Rule.EXCLUDED: "The exclusions, if they no longer hold.",
}


@dataclass
class Reasons:
    """A round's inputs and proof, and who is proposed to whom, to be asked.

    Raises `Missing` for somebody who is not in the round.
    """

    inputs: Inputs
    certificate: Certificate
    mentor_of: Mapping[UUID, UUID]

    def __post_init__(self) -> None:
        self.sides, self.free = Sides(self.inputs), Blocks(Sides(unlocked(self.inputs)))
        self.blocks = Blocks(self.sides)

    def of_pair(self, mentee_id: UUID, mentor_id: UUID) -> Explained:
        """Why these two are proposed to each other, or why not."""
        mentee, mentor = self._mentee(mentee_id), self._mentor(mentor_id)
        told = self.blocks.scores.contributions(mentee, mentor).items()
        contributions = {criterion: int(added[0, 0]) for criterion, added in told}
        forbidden = [
            rule
            for rule, over in self.blocks.rules.forbidding(mentee, mentor).items()
            if over[0, 0]
        ]
        instead = self.mentor_of.get(mentee_id)
        proposed = instead == mentor_id
        fewer, costs = (0, None) if proposed or forbidden else self._costs(mentee_id, mentor_id)
        return Explained(
            proposed=proposed,
            forbidden_by=[SAID[rule] for rule in forbidden],
            contributions=contributions,
            score=sum(contributions.values()),
            fewer=fewer,
            costs=costs,
            instead=None if proposed else instead,
            said=_said(proposed=proposed, forbidden=forbidden, fewer=fewer, costs=costs),
        )

    def of_waiting(self, mentee_id: UUID) -> Left:
        """Why a mentee is proposed to nobody, and what would have to change."""
        mentee = self._mentee(mentee_id)
        everyone = np.arange(len(self.inputs.mentors))
        over = {r: f[0] for r, f in self.blocks.rules.forbidding(mentee, everyone).items()}
        number = sum(over.values(), np.zeros(len(everyone), np.int64))
        alone = {rule: int((forbidden & (number == 1)).sum()) for rule, forbidden in over.items()}
        eligible = np.flatnonzero(number == 0)
        return Left(
            eligible=len(eligible),
            forbidden={rule.value: int(f.sum()) for rule, f in over.items() if f.any()},
            would_open=[Change(rule, n, WOULD_HELP[rule]) for rule, n in alone.items() if n],
            places_with=self._cheapest(mentee_id, eligible),
            said=_said_of(len(eligible), alone),
        )

    def _mentee(self, mentee_id: UUID) -> Ints:
        if mentee_id not in self.sides.mentee_at:
            raise Missing("This mentee is not in the round. Look at who waited on its day.")
        return _one(self.sides.mentee_at[mentee_id])

    def _mentor(self, mentor_id: UUID) -> Ints:
        if mentor_id not in self.sides.mentor_at:
            raise Missing("This mentor has no place in the round: all were taken, or none offered.")
        return _one(self.sides.mentor_at[mentor_id])

    def _costs(self, mentee_id: UUID, mentor_id: UUID) -> tuple[int, float | None]:
        """How many mentees and points of score the round would lose at least with this pair.

        A pair with both of its two in the cover takes the room of two pairs.
        """
        sides, certificate = self.free.sides, self.certificate
        row, column = sides.mentee_at.get(mentee_id), sides.mentor_at[mentor_id]
        if row is None:
            return 0, None  # locked to somebody else
        fewer = row in certificate.cover_mentees and column in certificate.scarce_mentors
        over = _over(self.free, certificate, row, column) - fewer * certificate.per_pair
        return int(fewer), over / certificate.unit

    def _cheapest(self, mentee_id: UUID, eligible: Ints) -> Sequence[tuple[UUID, Price]]:
        """The eligible mentors with whom one more place would be worth most to the round."""
        if mentee_id not in self.free.sides.mentee_at:
            return []
        prices = {int(at): price_of_place(self.certificate, int(at)) for at in eligible}
        dearest = sorted(prices, key=lambda at: (*(-worth for worth in prices[at]), at))[:A_FEW]
        return [(self.inputs.mentors[at].id, prices[at]) for at in dearest]


def _one(at: int) -> Ints:
    return np.array([at], np.int64)


def _over(blocks: Blocks, certificate: Certificate, row: int, column: int) -> int:
    mentee, mentor = _one(row), _one(column)
    worth = int(worth_of(blocks.scores.of(mentee, mentor), blocks.sides, mentee)[0, 0])
    worth += certificate.per_pair + certificate.per_priority * bool(blocks.sides.priority[row])
    return certificate.of_mentees[row] + certificate.of_mentors[column] - worth


def _said(*, proposed: bool, forbidden: Sequence[Rule], fewer: int, costs: float | None) -> str:
    if proposed:
        return "They are proposed to each other: of all choices, this one has the highest sum."
    if forbidden:
        return SAID[forbidden[0]]
    if costs is None:
        return "The mentee is locked to another mentor."
    if fewer:
        return "One mentee fewer could be proposed with this pair."
    if costs < 1:
        return "They could be proposed without a loss of score; another choice was taken."
    return f"The whole round would lose {costs:.0f} points at least with this pair."


def _said_of(eligible: int, alone: dict[Rule, int]) -> str:
    if eligible:
        return f"{eligible} mentors may be proposed; all their places go to others."
    if (most := max(alone, key=lambda rule: alone[rule], default=None)) and alone[most]:
        return f"Nobody may be proposed. What would open most: {WOULD_HELP[most]}"
    return "Nobody may be proposed, and no single change would open anybody."
