"""`python -m bench.assigning ours|scipy INPUTS`: the best assignment of a round, in a new process.

It prints seconds, the process's peak of memory, how many were assigned, and the sum of scores.
Ours counts all it does: the rules, the scores, the optimum, its prices held against every eligible
pair. Of scipy only the solver counts, not the dense matrix that it is given.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.domain.rounds.blocks import Blocks
from matching.domain.rounds.deciding import optimum
from matching.domain.rounds.inputs import Inputs
from matching.domain.rounds.sides import Sides

Told = dict[str, float]


def ours(inputs: Inputs) -> Told:
    began = time.perf_counter()
    proof = optimum(Blocks(Sides(inputs))).proof
    return {
        "seconds": time.perf_counter() - began,
        "matched": proof.matched,
        "score": proof.score,
    }


def scipy(inputs: Inputs) -> Told:
    """A column for each place; more pairs are worth more than any scores."""
    blocks = Blocks(Sides(inputs))
    columns = np.repeat(np.arange(len(inputs.mentors)), blocks.sides.places)
    scores = np.zeros((len(inputs.mentees), len(columns)), np.int32)
    for block in blocks:
        told = np.full((len(block.mentees), len(inputs.mentors)), -1, np.int32)
        told[:, block.mentors] = np.where(block.eligible, block.scores, -1)
        scores[block.mentees] = told[:, columns] + 1  # what is not eligible is 0
    most = int(scores.max()) * min(scores.shape)
    worth = np.where(scores > 0, scores + most, 0).astype(np.float64)
    began = time.perf_counter()
    rows, chosen = linear_sum_assignment(worth, maximize=True)
    seconds = time.perf_counter() - began
    found = scores[rows, chosen]
    matched = int((found > 0).sum())
    return {"seconds": seconds, "matched": matched, "score": int(found.sum()) - matched}


if __name__ == "__main__":
    told = {"ours": ours, "scipy": scipy}[sys.argv[1]](
        Inputs.model_validate_json(Path(sys.argv[2]).read_bytes())
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told | {"peak_mb": peak}))
