"""Explanations: why this pair, why not that one, and what would help a mentee who waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

import numpy as np

from backbone.errors import NotFound
from matching.solver.assignment.solution import NOBODY
from matching.solver.blocks import Blocks
from matching.solver.certificate import Certificate
from matching.solver.compression import decompress
from matching.solver.costs import NOTHING_LOST, Cost, Costs
from matching.solver.draft_review import DraftReview
from matching.solver.encoding import EncodedInputs, Ints
from matching.solver.inputs import Inputs, Offering
from matching.solver.objective import unlocked
from matching.solver.report import Chosen, Report, as_changed, as_proved
from matching.solver.residual import Price
from matching.solver.rules import SENTENCES, Rule
from matching.solver.scores import Criterion

PROPOSED = "They are proposed to each other"
BEST = (
    f"{PROPOSED}: of all choices with as many mentees, and as many of those asked for with "
    "priority, this one has the highest sum."
)
BY_HAND = "The optimum proposes them to each other; the draft was changed by hand."
A_FEW = 5
ROUNDS = 2
FIRST: Ints = np.zeros(1, np.int64)


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """A pair: whether it is proposed, which rules forbid it, its score, and what it costs.

    With this pair the whole round would propose `fewer` mentees, `fewer_with_priority` of those
    requested, and lose `costs` points of score: exactly if `exact`, else see `Cost`. `costs` is
    none for a pair that is proposed as proved, forbidden or locked out.
    """

    proposed: bool
    forbidden_by: Sequence[str]
    contributions: dict[Criterion, int]
    score: int
    fewer: int
    fewer_with_priority: int
    costs: float | None
    exact: bool
    instead: UUID | None
    said: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change that would make mentors eligible for a mentee, and how many."""

    rule: Rule
    mentors: int
    said: str


@dataclass(frozen=True, slots=True)
class UnmatchedExplanation:
    """The reasons why a mentee is not proposed to anybody: forbidden mentors, and what would help.

    Or the mentor `proposed_to` them. `places_with` is exact, and empty if that is not possible.
    """

    proposed_to: UUID | None
    eligible: int
    forbidden: dict[str, int]
    would_open: Sequence[Suggestion]
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


@dataclass(frozen=True)
class Explainer:
    """The inputs and the certificate of a round, and the explanations they give.

    It is immutable, so that threads may share it. Its methods raise `NotFound` for a person who is
    not in the round.
    """

    inputs: Inputs
    certificate: Certificate

    @cached_property
    def review(self) -> DraftReview:
        return DraftReview(self.inputs)

    @property
    def encoded(self) -> EncodedInputs:
        return self.review.encoded

    @cached_property
    def free(self) -> EncodedInputs:
        """The mentees who are not locked, and the places left to them: see `Draft`."""
        return EncodedInputs(unlocked(self.inputs))

    @cached_property
    def costs(self) -> Costs:
        return Costs(self.free, self.certificate)

    @cached_property
    def proved(self) -> Mapping[UUID, UUID] | None:
        """The mentor of each mentee in the optimum, locked ones included; `None` if unrecorded."""
        mentor_of = self.certificate.mentor_of
        if mentor_of is None:
            return None
        free = self.free.inputs
        chosen = zip(free.mentees, mentor_of, strict=True)
        pairs = {mentee.id: free.mentors[at].id for mentee, at in chosen if at != NOBODY}
        return pairs | dict(self.inputs.locked)

    def now(
        self, report: Report | None, pairs: Sequence[Chosen], *, differs: bool
    ) -> tuple[bool, Report]:
        """Return whether these pairs of the draft differ from the proved ones, and its report.

        `differs` is returned where the proved pairs are not recorded.
        """
        report = as_proved(report or {})
        if self.proved is not None:
            differs = {pair.mentee_id: pair.mentor_id for pair in pairs} != self.proved
        if not differs:
            return False, report
        return True, as_changed(report, self.free, self.certificate, pairs)

    def of_pair(
        self, mentee_id: UUID, mentor_id: UUID, *, proposed_to: UUID | None
    ) -> PairExplanation:
        """Return why these two are proposed to each other, or why not.

        The draft proposes the mentee to the mentor `proposed_to`.
        """
        mentee, mentor = self._mentee(mentee_id), self._mentor(mentor_id)
        pair = self._blocks(mentee, mentors=(self.inputs.mentors[mentor],))
        levels = pair.scores.contributions(FIRST, FIRST).items()
        contributions = {criterion: int(added[0, 0]) for criterion, added in levels}
        score, proposed = sum(contributions.values()), proposed_to == mentor_id
        forbidden = [rule for rule, f in pair.rules.forbidding(FIRST, FIRST).items() if f[0, 0]]
        ruled_out = SENTENCES[forbidden[0]] if forbidden else self._locked(mentee_id, mentor_id)
        cost, sentence = None, ruled_out
        if sentence is None:
            cost, sentence = self._weighed(mentee_id, mentor_id, score, proposed=proposed)
        if proposed and self.proved and self.proved.get(mentee_id) != mentor_id:
            sentence = f"{PROPOSED} by hand. {sentence}"
        lost = cost or NOTHING_LOST
        return PairExplanation(
            proposed=proposed,
            forbidden_by=[SENTENCES[rule] for rule in forbidden],
            contributions=contributions,
            score=score,
            fewer=lost.fewer,
            fewer_with_priority=lost.fewer_with_priority,
            costs=lost.points if cost else None,
            exact=lost.exact,
            instead=None if proposed else proposed_to,
            said=sentence,
        )

    def of_waiting(self, mentee_id: UUID, *, proposed_to: UUID | None) -> UnmatchedExplanation:
        """Return why a mentee has no proposal, or which, and what would have to change."""
        rules = self._blocks(self._mentee(mentee_id), mentors=self.inputs.mentors).rules
        everyone = np.arange(len(self.inputs.mentors))
        over = {r: f[0] for r, f in rules.forbidding(FIRST, everyone).items()}
        number = sum(over.values(), np.zeros(len(everyone), np.int64))
        alone = {rule: int((forbidden & (number == 1)).sum()) for rule, forbidden in over.items()}
        eligible = np.flatnonzero(number == 0)
        return UnmatchedExplanation(
            proposed_to=proposed_to,
            eligible=len(eligible),
            forbidden={rule.value: int(f.sum()) for rule, f in over.items() if f.any()},
            would_open=[Suggestion(rule, n, WOULD_HELP[rule]) for rule, n in alone.items() if n],
            places_with=self._dearest(mentee_id, eligible),
            said=self._proposed(mentee_id, proposed_to) or self._waiting(len(eligible), alone),
        )

    def _proposed(self, mentee_id: UUID, proposed_to: UUID | None) -> str | None:
        """Return a sentence on the mentor proposed to a mentee, now or in the unchanged draft."""
        if proposed_to is not None:
            return f"They are proposed to mentor {proposed_to}."
        if mentor_id := (self.proved or {}).get(mentee_id):
            return (
                f"The optimum proposes them to mentor {mentor_id}; the draft was changed by hand."
            )
        return None

    def _waiting(self, eligible: int, alone: Mapping[Rule, int]) -> str:
        """Return a sentence on why a mentee has no proposal, not even in the optimum."""
        if eligible and self.proved is None:
            return f"{eligible} mentors may be proposed."
        if eligible:
            return (
                f"{eligible} mentors may be proposed; in the optimum all their places go to others."
            )
        if (most := max(alone, key=lambda rule: alone[rule], default=None)) and alone[most]:
            return f"Nobody may be proposed. What would open most: {WOULD_HELP[most]}"
        return "Nobody may be proposed, and no single change would open anybody."

    def _dearest(self, mentee_id: UUID, eligible: Ints) -> Sequence[tuple[UUID, Price]]:
        """Return the eligible mentors with whom one more place would be worth most to the round."""
        if mentee_id not in self.free.mentee_at:
            return []
        dearest = self.costs.dearest(eligible, number=A_FEW)
        return [(self.inputs.mentors[at].id, price) for at, price in dearest]

    def _mentee(self, mentee_id: UUID) -> int:
        if mentee_id not in self.encoded.mentee_at:
            raise NotFound("This mentee is not in the round. Look at who waited on its day.")
        return self.encoded.mentee_at[mentee_id]

    def _mentor(self, mentor_id: UUID) -> int:
        if mentor_id not in self.encoded.mentor_at:
            raise NotFound(
                "This mentor has no place in the round: all were taken, or none offered."
            )
        return self.encoded.mentor_at[mentor_id]

    def _blocks(self, mentee: int, *, mentors: tuple[Offering, ...]) -> Blocks:
        """Return the rules and criteria of the round for one mentee and these mentors only.

        The arrays of all people would take fifty times as long as those of a pair.
        """
        few = {"mentees": (self.inputs.mentees[mentee],), "mentors": mentors}
        return Blocks(EncodedInputs(self.inputs.model_copy(update=few)))

    def _locked(self, mentee_id: UUID, mentor_id: UUID) -> str | None:
        """Return a sentence if locked pairs decide about this one."""
        locked = dict(self.inputs.locked)
        if locked.get(mentee_id) == mentor_id:
            return "They are locked to each other: the round was worked out around them."
        if mentee_id in locked:
            return "The mentee is locked to another mentor."
        if not self.free.places[self.free.mentor_at[mentor_id]]:
            return "All places of the mentor are locked to other mentees."
        return None

    def _weighed(
        self, mentee_id: UUID, mentor_id: UUID, score: int, *, proposed: bool
    ) -> tuple[Cost | None, str]:
        """Return the cost of a pair that no rule and no lock decides, and a sentence about it."""
        if proposed and self.proved is None:
            return None, f"{PROPOSED}."
        if self.proved and self.proved.get(mentee_id) == mentor_id:
            return (None, BEST) if proposed else (NOTHING_LOST, BY_HAND)
        row, column = self.free.mentee_at[mentee_id], self.free.mentor_at[mentor_id]
        cost = self.costs.of(row, column, score=score)
        return cost, str(cost)


@lru_cache(maxsize=ROUNDS)
def explainer_of(inputs: bytes | None, certificate: bytes | None) -> Explainer:
    """Return the explanations of a round from its compressed inputs and certificate.

    Those of the last `ROUNDS` rounds stay cached, since one question about a round is seldom the
    only one. The bytes themselves are the key: a round that is solved again has others. The cache
    holds what the database holds of a round: ids and what the rules and criteria need, no names and
    no addresses.
    """
    return Explainer(decompress(Inputs, inputs), decompress(Certificate, certificate))
