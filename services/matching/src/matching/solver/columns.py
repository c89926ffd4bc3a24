"""Column generation: the pairs that are handed to the solver, few at first.

A round has millions of eligible pairs, of which an optimum needs those that are good for a mentee
or a mentor. So it is sought among the best of each, and priced: an eligible pair that is worth more
than its dual prices, or lies outside the cover, is added, and the optimum sought again. When there
is none, it is the optimum of all eligible pairs (Dantzig and Wolfe 1960).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.solver.assignment import Certificate as Proof
from matching.solver.assignment.candidates import HASH_MULTIPLIERS, SPREAD, spread
from matching.solver.blocks import Block, Blocks
from matching.solver.encoding import Bools, Ints
from matching.solver.objective import score_unit

INITIAL, MORE = (4, 4), (3, 1)
"""Pairs of each mentee and of each mentor, in a block."""
LARGEST = 1 << 54
"""The bound up to which gains are distinguished: the spread needs the bits above it."""

Ranks = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True)
class CandidatePairs:
    """Pairs by their positions in the inputs, and the worth of each."""

    mentees: Ints
    mentors: Ints
    worth: Ints

    def __len__(self) -> int:
        return len(self.mentees)

    def __or__(self, other: "CandidatePairs") -> "CandidatePairs":
        """Return the union of the pairs of the two."""
        both = _joined([self, other])
        pairs = both.mentees << 32 | both.mentors
        _, first = np.unique(pairs, return_index=True)
        return CandidatePairs(both.mentees[first], both.mentors[first], both.worth[first])


def initial_pairs(blocks: Blocks) -> CandidatePairs:
    """Return the best eligible pairs of each mentee and, in each block, of each mentor.

    Among equals they differ from mentee to mentee.
    """
    found, apart = [], _Spread(blocks)
    for block in blocks:
        ranks = block.scores.astype(np.int32) << SPREAD | apart.of(block)
        found.append(_pool(blocks, block, _peaks(ranks, *INITIAL)))
    return _joined(found)


def violated_pairs(blocks: Blocks, proof: Proof, *, times: int) -> CandidatePairs:
    """Return the eligible pairs that violate the prices or the covers, most violated first.

    `times` as many of each mentee and mentor as the first time.
    """
    found, apart, gains = [], _Spread(blocks), _Gains(blocks, proof)
    for block in blocks:
        gain = gains.of(block)
        if (gain > 0).any():
            ranks = np.clip(gain - 1, -1, LARGEST) << SPREAD | apart.of(block)
            of_mentee, of_mentor = MORE
            found.append(_pool(blocks, block, _peaks(ranks, times * of_mentee, times * of_mentor)))
    return _joined(found)


class _Spread:
    """Hash bits that separate pairs of equal rank, differently for each mentee."""

    def __init__(self, blocks: Blocks) -> None:
        self.mentees = spread(len(blocks.encoded.priority), HASH_MULTIPLIERS[0])
        self.mentors = spread(len(blocks.encoded.places), HASH_MULTIPLIERS[1])

    def of(self, block: Block) -> NDArray[np.uint8]:
        return self.mentees[block.mentees][:, None] ^ self.mentors[block.mentors][None, :]


class _Gains:
    """The excess of each pair's worth over its dual prices."""

    def __init__(self, blocks: Blocks, proof: Proof) -> None:
        self.priority, self.proof, self.unit = (
            blocks.encoded.priority,
            proof,
            score_unit(blocks.encoded),
        )
        bonus = proof.per_pair + proof.per_priority * self.priority
        self.floor = proof.of_mentees - bonus - blocks.encoded.days_waiting

    def of(self, block: Block) -> Ints:
        """Return the gains of a block: one at least outside a cover, none where not eligible."""
        gain: Ints = block.scores.astype(np.int64)
        gain *= self.unit
        gain -= self.floor[block.mentees][:, None]
        gain -= self.proof.of_mentors[block.mentors][None, :]
        uncovered = self._uncovered(block)
        if uncovered.any():
            gain[uncovered] = np.maximum(gain[uncovered], 1)
        gain[~block.eligible] = 0
        return gain

    def _uncovered(self, block: Block) -> Bools:
        """Return the pairs outside the cover, or with priority outside its own."""
        uncovered = ~_touched(block, self.proof.cover)
        if self.proof.priority_cover:
            first = self.priority[block.mentees][:, None]
            uncovered |= first & ~_touched(block, self.proof.priority_cover)
        return uncovered


def _touched(block: Block, cover: tuple[Bools, Bools]) -> Bools:
    touched: Bools = cover[0][block.mentees][:, None] | cover[1][block.mentors][None, :]
    return touched


def _peaks(ranks: Ranks, of_row: int, of_column: int) -> Bools:
    """Mark the highest ranks from 0 on of each row, and of each column."""
    marks = np.zeros(ranks.shape, bool)
    for axis, times in ((1, of_row), (0, of_column)):
        left = ranks.copy()
        for _ in range(min(times, ranks.shape[axis])):
            at = np.expand_dims(left.argmax(axis), axis)
            marked = np.take_along_axis(marks, at, axis) | (np.take_along_axis(left, at, axis) >= 0)
            np.put_along_axis(marks, at, marked, axis)
            np.put_along_axis(left, at, -1, axis)
    return marks


def _pool(blocks: Blocks, block: Block, marks: Bools) -> CandidatePairs:
    rows, columns = np.nonzero(marks)
    mentees, scores = block.mentees[rows], block.scores[rows, columns].astype(np.int64)
    worth = scores * score_unit(blocks.encoded) + blocks.encoded.days_waiting[mentees]
    return CandidatePairs(mentees, block.mentors[columns], worth)


def _joined(pools: list[CandidatePairs]) -> CandidatePairs:
    nothing = np.zeros(0, np.int64)
    return CandidatePairs(
        np.concatenate([nothing, *(pool.mentees for pool in pools)]),
        np.concatenate([nothing, *(pool.mentors for pool in pools)]),
        np.concatenate([nothing, *(pool.worth for pool in pools)]),
    )
