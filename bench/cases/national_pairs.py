"""The best assignment of given pairs, at the size of the country, and what scipy makes of them."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from backbone.testing.fixtures import Servers
from bench.cases.national_round import equal_optima, national
from bench.harness.measure import Comparison, Metric, Row, Turns
from matching.solver.blocks import Blocks
from matching.solver.encoding import EncodedInputs

PAIRS_EACH = 200


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (it needs none)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Write the best pairs of each of the history's mentees of 2014, by the scores of a round."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.npz"
        _write(path, quick=quick)
        yield equal_optima(path, candidate="solver", baseline="sparse")


def _write(path: Path, *, quick: bool) -> None:
    """Keep the pairs with their scores, for processes of their own."""
    blocks = Blocks(EncodedInputs(national(quick=quick)))
    mentee, mentor, score = list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    for block in blocks:
        scores = np.where(block.eligible, block.scores, -1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :PAIRS_EACH]
        best_scores = np.take_along_axis(scores, best, axis=1)
        rows, ranks = np.nonzero(best_scores >= 0)
        mentee.append(block.mentees[rows])
        mentor.append(block.mentors[best[rows, ranks]])
        score.append(best_scores[rows, ranks].astype(np.int64))
    np.savez(
        path,
        priority=np.zeros(len(blocks.encoded.priority), bool),
        capacity=blocks.encoded.places,
        mentee=np.concatenate(mentee),
        mentor=np.concatenate(mentor),
        score=np.concatenate(score),
    )


ROW = Row(
    name="optimum",
    what="CPU time of the best assignment, with its certificate, of 18,640 mentees and 4,920 "
    "mentors of the history, 3.7 million pairs (--quick: a twentieth)",
    baseline="scipy min_weight_full_bipartite_matching of the same pairs, a column for each place",
    unit="CPU s",
    aim=0.25,
    prepare=prepare,
    less_is_better=True,
    pairs=1,
    longest=900,
    metrics=[
        Metric(
            name="peak memory",
            unit="MB",
            figure=lambda taken: taken.also["peak_mb"],
            comparison=Comparison.RATIO,
        )
    ],
)
