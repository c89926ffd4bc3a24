"""Outcomes of mentees: fitting work; before it or instead of it, other work or studies.

Evidence improves: in the first years most is only declared.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from demo.history.csv_rows import Outcome
from demo.history.days import ENDS_ON, after, working_day_from
from demo.history.generate.applications import Applicant
from demo.history.generate.lives import Life
from demo.history.generate.seeded_random import Chance, Spread, Weighted

FITTING = Weighted(
    {"cdi": 575, "cdd": 305, "civil_service": 50, "self_employed": 40, "apprenticeship": 30}
)
OTHER = Weighted(
    {"cdd": 400, "temporary": 290, "studies": 140, "apprenticeship": 70, "self_employed": 60}
    | {"cdi": 40}
)
MONTHS = {
    "cdd": Weighted({3: 10, 6: 32, 9: 10, 12: 32, 18: 12, 24: 4}),
    "temporary": Weighted({1: 40, 2: 25, 3: 20, 6: 15}),
    "apprenticeship": Weighted({12: 60, 24: 40}),
}
MONTHS_UNKNOWN = 80
OTHER_FIRST = 170
"""Per mille of paired mentees who take something else before fitting work."""
OTHER_AFTER = Spread((0, 10), (50, 70), (90, 160), (100, 260))
FITS = {"studies": Weighted({True: 15, False: 15, None: 70})}
FITS_OTHERWISE = Weighted({False: 80, None: 20})
"""Studies may fit too; they are no work for that."""

EVIDENCE = Weighted({"declared": 72, "contract_seen": 20, "employer_confirmed": 8})
EVIDENCE_SINCE_2011 = Weighted({"declared": 44, "contract_seen": 40, "employer_confirmed": 16})
LATE = 500
"""Per mille of outcomes after the last pairing that name it."""


def outcomes(applicants: Iterable[Applicant], begun: Iterable[Life]) -> list[Outcome]:
    """Return all outcomes until the end of the history, by day."""
    chance, pairs = Chance("outcomes"), dict[str, list[Life]]()
    for life in begun:
        if life.begins_on <= ENDS_ON:
            pairs.setdefault(life.row.mentee, []).append(life)
    rows = [
        row
        for applicant in applicants
        if applicant.row.reference in pairs
        for row in _of(chance, applicant, pairs[applicant.row.reference])
        if row.found_on <= ENDS_ON
    ]
    rows.sort(key=lambda row: (row.found_on, row.mentee))
    for number, row in enumerate(rows, 1):
        row.reference = f"I{number:05}"
    return rows


def _of(chance: Chance, applicant: Applicant, pairs: list[Life]) -> Iterator[Outcome]:
    other_on = working_day_from(after(pairs[0].begins_on, chance.along(OTHER_AFTER)))
    finds_on = applicant.finds_on
    if chance.happens(OTHER_FIRST) and (finds_on is None or other_on < finds_on):
        contract = chance.of(OTHER)
        fits = chance.of(FITS.get(contract, FITS_OTHERWISE))
        yield _row(chance, pairs, other_on, contract, fits=fits)
    if finds_on:
        yield _row(chance, pairs, finds_on, chance.of(FITTING), fits=True)


def _row(
    chance: Chance, pairs: list[Life], found_on: date, contract: str, *, fits: bool | None
) -> Outcome:
    months = chance.of(MONTHS[contract]) if contract in MONTHS else None
    evidence = EVIDENCE if found_on.year < 2011 else EVIDENCE_SINCE_2011  # noqa: PLR2004
    return Outcome(
        reference="",
        mentee=pairs[0].row.mentee,
        pairing=_pairing(chance, pairs, found_on),
        found_on=found_on,
        contract=contract,
        months=None if chance.happens(MONTHS_UNKNOWN) else months,
        fits_qualification=fits,
        evidence=chance.of(evidence),
    )


def _pairing(chance: Chance, pairs: list[Life], found_on: date) -> str | None:
    """Return the pairing on `found_on`; if it had ended, that one or None."""
    last = [life for life in pairs if life.begins_on <= found_on][-1]
    return last.row.reference if found_on <= last.ends_on or chance.happens(LATE) else None
