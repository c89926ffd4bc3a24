"""The corrections of a history, made through the public APIs once its files were loaded.

They can be interrupted and made again: what was corrected is not corrected twice. The first is made
alone, so that the instant before all others stays known; the last shows that all were made.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from demo.client import EnvolClient
from demo.history.csv_rows import History
from demo.history.load.corrections import conventions, pairings, partners, people
from demo.history.load.corrections.ids import Ids, contact_id, outcome_id
from demo.history.load.corrections.tasks import several


def make(envol: EnvolClient, history: History) -> Iterator[tuple[int, int]]:
    """Make all corrections, several at a time; yield how many of how many are made."""
    made = history.corrections
    if not made.contacts:
        return
    first, (last, *outcomes) = made.contacts[0], made.outcomes
    if _corrections(envol, f"/outcomes/{outcome_id(envol, last.first)}"):
        yield len(made), len(made)
        return
    pairings.correct_contact(envol, contact_id(envol, history, first.first), first.true)
    ids, others = Ids(envol, history), replace(made, contacts=made.contacts[1:], outcomes=outcomes)
    parts = (pairings, people, conventions, partners)
    tasks = list(chain(*(part.tasks(envol, ids, others) for part in parts)))
    yield from ((done, len(tasks)) for done in several(tasks))
    pairings.correct_outcome(envol, outcome_id(envol, last.first), last.true)


def begun_at(envol: EnvolClient, history: History) -> str | None:
    """Return the instant of the first correction, whose fact is recorded just after it."""
    if not history.corrections.contacts:
        return None
    first = contact_id(envol, history, history.corrections.contacts[0].first)
    made = _corrections(envol, f"/contacts/{first}")
    return str(made[0]["corrected_at"]) if made else None


def _corrections(envol: EnvolClient, path: str) -> list[dict[str, Any]]:
    return list(envol.pages("matching", f"{path}/corrections"))
