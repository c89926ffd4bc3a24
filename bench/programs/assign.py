"""`python -m bench.programs.assign HOW FILE`: an optimal assignment, in a process of its own.

`ours` and `scipy` are given a round's inputs; `solver` and `sparse` pairs with their scores. It
prints wall and CPU seconds, the process's peak of memory, how many were assigned, and the sum of
scores. Ours counts all it does: the rules, the scores, the optimum, its prices held against every
eligible pair. Of scipy, and of given pairs, only what solves counts, and our certificate with it.
"""

import json
import resource
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from bench.harness.measure import Watch, timed
from matching.solver.assignment import Problem, certify
from matching.solver.assignment.column_generation import solve
from matching.solver.blocks import Blocks
from matching.solver.encoding import EncodedInputs
from matching.solver.inputs import Inputs
from matching.solver.solve_round import optimum

Measured = dict[str, float]


def envol(inputs: Inputs) -> Measured:
    with timed() as watch:
        proof = optimum(Blocks(EncodedInputs(inputs))).proof
    return _of(watch) | {
        "matched": proof.matched,
        "score": proof.score,
    }


def scipy(inputs: Inputs) -> Measured:
    """Solve with a column for each place; more pairs are worth more than any scores."""
    blocks = Blocks(EncodedInputs(inputs))
    columns = np.repeat(np.arange(len(inputs.mentors)), blocks.encoded.places)
    scores = np.zeros((len(inputs.mentees), len(columns)), np.int32)
    for block in blocks:
        block_scores = np.full((len(block.mentees), len(inputs.mentors)), -1, np.int32)
        block_scores[:, block.mentors] = np.where(block.eligible, block.scores, -1)
        scores[block.mentees] = block_scores[:, columns] + 1  # what is not eligible is 0
    most = int(scores.max()) * min(scores.shape)
    worth = np.where(scores > 0, scores + most, 0).astype(np.float64)
    with timed() as watch:
        rows, chosen = linear_sum_assignment(worth, maximize=True)
    found = scores[rows, chosen]
    matched = int((found > 0).sum())
    return _of(watch) | {"matched": matched, "score": int(found.sum()) - matched}


def solver(problem: Problem) -> Measured:
    with timed() as watch:
        proof = certify(problem, solve(problem))
    assert proof.optimal
    return _of(watch) | {
        "matched": proof.matched,
        "score": proof.score,
    }


def sparse(problem: Problem) -> Measured:
    """Solve with a column for each place, and one for each mentee without a mentor.

    That column costs more than all pairs.
    """
    began_at = np.concatenate([[0], np.cumsum(problem.capacity)])
    places = problem.capacity[problem.mentor]
    rows = np.repeat(problem.mentee, places)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(places) - places, places)
    columns = began_at[np.repeat(problem.mentor, places)] + nth
    alone, most = np.arange(problem.mentees), int(problem.score.max()) * problem.mentees
    graph = coo_array(
        (
            np.concatenate(
                [1 + most - np.repeat(problem.score, places), np.full(len(alone), 1 + 2 * most)]
            ).astype(np.float64),
            (np.concatenate([rows, alone]), np.concatenate([columns, began_at[-1] + alone])),
        ),
        shape=(problem.mentees, int(began_at[-1]) + problem.mentees),
    ).tocsr()
    with timed() as watch:
        chosen, column = min_weight_full_bipartite_matching(graph)
    paired = column < began_at[-1]
    cost = np.asarray(graph[chosen[paired], column[paired]]).sum()
    matched = int(paired.sum())
    return _of(watch) | {"matched": matched, "score": matched * (1 + most) - int(cost)}


def _of(watch: Watch) -> Measured:
    return {"wall": watch.wall, "cpu": watch.cpu.total}


def _inputs(path: Path) -> Inputs:
    return Inputs.model_validate_json(path.read_bytes())


def _problem(path: Path) -> Problem:
    with np.load(path) as arrays:
        return Problem(**{name: arrays[name] for name in arrays.files}, min_priority=0)


if __name__ == "__main__":
    read, find = {
        "ours": (_inputs, envol),
        "scipy": (_inputs, scipy),
        "solver": (_problem, solver),
        "sparse": (_problem, sparse),
    }[sys.argv[1]]
    measured = find(read(Path(sys.argv[2])))  # type: ignore[operator]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured | {"peak_mb": peak}))
