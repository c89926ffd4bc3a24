"""The selection of the pairs that are worth handing to a solver."""

import numpy as np
from numpy.typing import NDArray

from matching.solver.assignment.problem import Bools, Ints, Problem

Ranks = NDArray[np.int32]

SPREAD, HASH_MULTIPLIERS = 8, (2_654_435_761, 2_246_822_519)
"""Bits that separate pairs of equal worth, and odd multipliers of the hash over people."""
WORTH = 31 - SPREAD
LOWEST, NONE = np.iinfo(np.int32).min, np.iinfo(np.int32).max
CELLS = 1 << 19
"""Ranks that are sorted at once: what stays in a processor's cache."""
ALL = slice(None)


def best_of_both(
    problem: Problem, worth: Ints, *, of_mentee: int, of_place: int, among: Ints | slice = ALL
) -> Bools:
    """Mark the best pairs of each mentee and of each mentor's places, by their worth.

    Of the pairs `among`, in their order, which `worth` and the marks have too. Mentees are spread
    over mentors of equal worth; a few more are marked where that does not separate them.
    """
    mentee, mentor = problem.mentee[among], problem.mentor[among]
    ranks = _ranks(problem, mentee, mentor, worth)
    counts = np.bincount(mentee, minlength=problem.mentees)
    lowest = _lowest(ranks, counts, np.full(problem.mentees, of_mentee))
    best: Bools = ranks >= np.repeat(lowest, counts)
    # numpy sorts 16 bits by radix, five times as fast as 64
    by_mentor = np.argsort(mentor.astype(np.min_scalar_type(problem.mentors)), kind="stable")
    ranks, counts = ranks[by_mentor], np.bincount(mentor, minlength=problem.mentors)
    lowest = _lowest(ranks, counts, of_place * np.minimum(problem.capacity, problem.mentees))
    best[by_mentor[ranks >= np.repeat(lowest, counts)]] = True
    return best


def spread(people: int, mix: int) -> NDArray[np.uint8]:
    """Return a number for each person, such that neighbours differ.

    The exclusive or of a mentee's and a mentor's is the spread of the pair.
    """
    mixed = np.arange(people, dtype=np.uint32) * np.uint32(mix)
    return (mixed >> np.uint32(32 - SPREAD)).astype(np.uint8)


def _ranks(problem: Problem, mentee: Ints, mentor: Ints, worth: Ints) -> Ranks:
    """Return the order of pairs in 31 bits: the first ones of their worth, then the spread."""
    least, most = int(worth.min(initial=0)), int(worth.max(initial=0))
    beyond = max(0, (most - least).bit_length() - WORTH)
    ranks: Ranks = ((worth - least) >> beyond).astype(np.int32) << SPREAD
    ranks |= (
        spread(problem.mentees, HASH_MULTIPLIERS[0])[mentee]
        ^ spread(problem.mentors, HASH_MULTIPLIERS[1])[mentor]
    )
    return ranks


def _lowest(ranks: Ranks, counts: Ints, most: Ints) -> Ranks:
    """Return the lowest rank among the best `most` of each person; each one's ranks adjoin.

    People with about as many pairs are sorted together, as rows of one table.
    """
    lowest = np.where(most > 0, LOWEST, NONE).astype(np.int32)
    starts = np.cumsum(counts) - counts
    choosy = np.flatnonzero((counts > most) & (most > 0))
    choosy = choosy[np.argsort(counts[choosy], kind="stable")]
    while len(choosy):
        width = int(counts[choosy[-1]])
        people = choosy[-max(1, CELLS // width) :]
        choosy = choosy[: -len(people)]
        columns = np.arange(width)
        table = ranks.take(starts[people][:, None] + columns, mode="clip")
        table[columns >= counts[people][:, None]] = LOWEST
        table.sort(axis=1)
        lowest[people] = table[np.arange(len(people)), width - most[people]]
    return lowest
