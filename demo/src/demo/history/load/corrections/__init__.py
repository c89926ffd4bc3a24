"""Corrections of a history, applied through the public APIs once its files are loaded.

They can be interrupted and repeated. The first is applied alone, so that the instant before all
others is known; the last shows that all were applied.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from demo.client import EnvolClient
from demo.history.csv_rows import History
from demo.history.load.corrections import conventions, pairings, partners, people
from demo.history.load.corrections.ids import Ids, contact_id, outcome_id
from demo.history.load.corrections.tasks import run_concurrently


def apply_corrections(envol: EnvolClient, history: History) -> Iterator[tuple[int, int]]:
    """Apply all corrections, several at a time; yield the number applied and the total."""
    corrections = history.corrections
    if not corrections.contacts:
        return
    first, (last, *outcomes) = corrections.contacts[0], corrections.outcomes
    if _corrections_of(envol, f"/outcomes/{outcome_id(envol, last.first)}"):
        yield len(corrections), len(corrections)
        return
    pairings.correct_contact(envol, contact_id(envol, history, first.first), first.true)
    ids, others = (
        Ids(envol, history),
        replace(corrections, contacts=corrections.contacts[1:], outcomes=outcomes),
    )
    parts = (pairings, people, conventions, partners)
    tasks = list(chain(*(part.tasks(envol, ids, others) for part in parts)))
    yield from ((done, len(tasks)) for done in run_concurrently(tasks))
    pairings.correct_outcome(envol, outcome_id(envol, last.first), last.true)


def first_applied_at(envol: EnvolClient, history: History) -> str | None:
    """Return the instant of the first correction, whose fact is recorded just after it."""
    if not history.corrections.contacts:
        return None
    first = contact_id(envol, history, history.corrections.contacts[0].first)
    corrections = _corrections_of(envol, f"/contacts/{first}")
    return str(corrections[0]["corrected_at"]) if corrections else None


def _corrections_of(envol: EnvolClient, path: str) -> list[dict[str, Any]]:
    return list(envol.pages("matching", f"{path}/corrections"))
