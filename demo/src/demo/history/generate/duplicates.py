"""Duplicates in the files: mentees who applied twice, and an organisation with two numbers.

A mentee applies again after a pair ended, and later rows belong to the second application; some are
not matched again. An organisation signs again under another number, for which some of
its executives enrol.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from demo.history.corrections import MenteeMerge, OrganisationMerge
from demo.history.csv_rows import Convention, History, Mentee, Organisation, Outcome, Pairing
from demo.history.days import ENDS_ON, after
from demo.history.generate import organisations
from demo.history.generate.plan import scaled
from demo.history.generate.seeded_random import Chance
from demo.history.ledger import is_admitted

MATCHED_AGAIN, WAITING_AGAIN = 6, 4
APPLIES_BEFORE, APPLIES_AFTER = 10, 40
"""Days: before the next proposal, or after the end of a pair that none follows."""
SECOND_NUMBER = 999_000
"""In the register number of the organisation's second registration."""


def generate_mentee_merges(
    history: History, apart: Collection[str], scale: float
) -> list[MenteeMerge]:
    """Return the merges of mentees who applied twice, except those in `apart`."""
    chance = Chance("mentees who applied twice")
    lives, found = defaultdict[str, list[Pairing]](list), defaultdict[str, list[Outcome]](list)
    for pairing in history.pairings:
        lives[pairing.mentee].append(pairing)
    for outcome in history.outcomes:
        found[outcome.mentee].append(outcome)
    merges: dict[int, list[MenteeMerge]] = {1: [], 2: []}
    for row in history.mentees:
        life = lives[row.reference]
        on = _applied_again_on(life)
        if on and row.reference not in apart and is_admitted(again := replace(row, applied_on=on)):
            merges[len(life)].append(_merge(again, life, found[row.reference]))
    chosen = [
        *chance.sample(merges[2], max(1, scaled(MATCHED_AGAIN, scale))),
        *chance.sample(merges[1], max(1, scaled(WAITING_AGAIN, scale))),
    ]
    for number, merge in enumerate(chosen, len(history.mentees) + 1):
        merge.duplicate.reference = f"F{number:05}"
    return chosen


def _applied_again_on(life: list[Pairing]) -> date | None:
    """Return the day of the second application; None for a life in which there can be none."""
    if not life or len(life) > 2 or life[0].ended_on is None:  # noqa: PLR2004
        return None
    ended_on = life[0].ended_on
    if len(life) == 1:
        later = after(ended_on, APPLIES_AFTER)
        return later if life[0].end_reason != "early_success" and later <= ENDS_ON else None
    return max(after(ended_on, 1), after(life[1].proposed_on, -APPLIES_BEFORE))


def _merge(again: Mentee, life: list[Pairing], found: list[Outcome]) -> MenteeMerge:
    """Return the merge with the pairings and outcomes since; the first pair keeps its outcomes."""
    since = {pairing.reference for pairing in life if pairing.proposed_on >= again.applied_on}
    later = [
        row.reference
        for row in found
        if row.pairing in since or (row.pairing is None and row.found_on >= again.applied_on)
    ]
    return MenteeMerge(again, again.reference, tuple(sorted(since)), tuple(later))


def generate_organisation_merge(history: History) -> tuple[Convention, OrganisationMerge]:
    """Return the company with most mentors, as registered again, and its second convention.

    It is signed when one half of its mentors have enrolled; the others are stated to be of the
    second number.
    """
    largest = _largest(history)
    enrolled = sorted(
        (row.enrolled_on, row.reference)
        for row in history.mentors
        if row.organisation_siren == largest.siren
    )
    signed_on, _ = enrolled[len(enrolled) // 2]
    number = organisations.siren(SECOND_NUMBER)
    duplicate = replace(
        largest,
        name=f"{largest.name} SA",
        siren=number,
        siret=organisations.siret(number),
        registered_on=signed_on,
    )
    reference = f"CV{len(history.conventions) + 1:05}"
    convention = Convention(reference, "own", signed_on, signed_on, None, (largest.siren,))
    since = tuple(reference for on, reference in enrolled if on >= signed_on)
    return convention, OrganisationMerge(duplicate, largest.siren, reference, since)


def _largest(history: History) -> Organisation:
    mentors = Counter(row.organisation_siren for row in history.mentors)
    companies = [row for row in history.organisations if row.kind == "company"]
    return max(companies, key=lambda row: (mentors[row.siren], row.siren))
