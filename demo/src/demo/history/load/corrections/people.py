"""Corrections of priority neighbourhoods, and merges of mentees."""

from collections.abc import Iterator
from functools import partial

from demo.client import EnvolClient
from demo.history.corrections import Correction, Corrections, MenteeMerge
from demo.history.csv_rows import Mentee
from demo.history.load.corrections.ids import Ids, mentee_id
from demo.history.load.corrections.tasks import Task


def tasks(envol: EnvolClient, ids: Ids, corrections: Corrections) -> Iterator[Task]:
    """Yield a task for each correction."""
    for correction in corrections.neighbourhoods:
        yield partial(_neighbourhood, envol, ids, correction)
    for merge in corrections.merges:
        yield partial(_merge, envol, merge)


def _neighbourhood(envol: EnvolClient, ids: Ids, correction: Correction[Mentee]) -> None:
    true = correction.true or correction.first
    envol.post(
        "matching",
        f"/mentees/{ids.mentees[true.reference]}/neighbourhood-corrections",
        {"priority_neighbourhood": true.priority_neighbourhood},
        role="coordinator",
        idempotency_key=f"history/neighbourhood/{true.reference}",
    )


def _merge(envol: EnvolClient, merge: MenteeMerge) -> None:
    duplicate = merge.duplicate.reference
    envol.post(
        "matching",
        f"/mentees/{mentee_id(envol, merge.kept)}/merge",
        {"duplicate_id": mentee_id(envol, duplicate)},
        role="coordinator",
        idempotency_key=f"history/merge/{duplicate}",
    )
