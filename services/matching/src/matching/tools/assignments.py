"""The commands `solve` (optimal assignment of CSV files) and `verify` (its certificate)."""

import argparse
import csv
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backbone.service import OfflineCommand
from matching.solver.assignment import Certificate, certify, violations
from matching.solver.assignment.problem import Bools, Ints, Problem
from matching.tools.files import MENTEES, MENTORS, PAIRS, Files, InvalidFile, lines, read

PROPOSALS, CERTIFICATE = "proposals.csv", "certificate.json"
INPUTS, OPTIONS = "inputs", "asked.json"
WRONG_FILES, NOT_PROVED = 2, 1


def _solve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mentees", type=Path, required=True, help="CSV: mentee_id,priority (0, 1)"
    )
    parser.add_argument("--mentors", type=Path, required=True, help="CSV: mentor_id,capacity")
    parser.add_argument("--pairs", type=Path, required=True, help="CSV: mentee_id,mentor_id,score")
    parser.add_argument("--min-priority", type=_number, default=0, metavar="N",
                        help="how many with priority are to have a mentor")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="where proposals.csv and certificate.json go")  # fmt: skip


def _number(value: str) -> int:
    if not value.isdecimal():
        raise argparse.ArgumentTypeError(f"{value!r} is no number from 0 on")
    return int(value)


def _solve(options: argparse.Namespace) -> int:
    began = time.monotonic()
    given = {MENTEES: options.mentees, MENTORS: options.mentors, PAIRS: options.pairs}
    try:
        files = read(*given.values(), min_priority=options.min_priority)
    except InvalidFile as wrong:
        sys.stderr.write(f"{wrong}\nNothing was written.\n")
        return WRONG_FILES
    from matching.solver.assignment.column_generation import solve  # noqa: PLC0415  (`verify` does without)

    solution = solve(files.problem)
    proof = certify(files.problem, solution)
    try:
        _write(options.out, files, solution.formed, proof, given)
    except OSError as failure:
        sys.stderr.write(f"{options.out} cannot be written: {failure.strerror}.\n")
        return WRONG_FILES
    print(_summary(files.problem, proof), f"{time.monotonic() - began:.1f} s.")
    return 0


def _summary(problem: Problem, proof: Certificate) -> str:
    sentence = (
        f"{proof.matched:,} of {problem.mentees:,} mentees have a mentor; "
        f"the scores add up to {proof.score:,}; {proof.priority_matched:,} have priority."
    )
    if proof.shortfall:
        sentence += (
            f" {proof.shortfall:,} fewer than the {proof.min_priority:,} asked for: no more can."
        )
    return sentence


def _write(
    folder: Path, files: Files, formed: Bools, proof: Certificate, given: Mapping[str, Path]
) -> None:
    """Write all files or none, by way of a temporary folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        draft = Path(temporary) / "made"
        (draft / INPUTS).mkdir(parents=True)
        for name, path in given.items():
            shutil.copyfile(path, draft / INPUTS / name)
        _write_proposals(draft / PROPOSALS, files, formed)
        solve_options = {"min_priority": files.problem.min_priority}
        (draft / INPUTS / OPTIONS).write_text(json.dumps(solve_options) + "\n")
        (draft / CERTIFICATE).write_text(json.dumps(_as_json(files, proof), indent=1) + "\n")
        folder.mkdir(exist_ok=True)
        for name in (PROPOSALS, CERTIFICATE):
            (draft / name).replace(folder / name)
        shutil.rmtree(folder / INPUTS, ignore_errors=True)
        (draft / INPUTS).replace(folder / INPUTS)


def _write_proposals(path: Path, files: Files, formed: Bools) -> None:
    problem = files.problem
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("mentee_id", "mentor_id", "score"))
        columns = (problem.mentee, problem.mentor, problem.score)
        for mentee, mentor, score in zip(*(c[formed].tolist() for c in columns), strict=True):
            rows.writerow((files.mentees[mentee], files.mentors[mentor], score))


def _as_json(files: Files, proof: Certificate) -> dict[str, Any]:
    first = proof.priority_cover
    return {
        "matched": proof.matched,
        "score": proof.score,
        "priority_matched": proof.priority_matched,
        "min_priority": proof.min_priority,
        "priority_shortfall": proof.shortfall,
        "upper_bound": proof.upper_bound,
        "optimal": proof.optimal,
        "per_pair": proof.per_pair,
        "per_priority": proof.per_priority,
        "mentee_prices": dict(zip(files.mentees, proof.of_mentees.tolist(), strict=True)),
        "mentor_prices": dict(zip(files.mentors, proof.of_mentors.tolist(), strict=True)),
        "cover": _covering(files, proof.cover),
        "priority_cover": _covering(files, first) if first else None,
    }


def _covering(files: Files, cover: tuple[Bools, Bools]) -> dict[str, list[str]]:
    mentees, mentors = (np.flatnonzero(marks).tolist() for marks in cover)
    return {
        "mentees": [files.mentees[at] for at in mentees],
        "mentors": [files.mentors[at] for at in mentors],
    }


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="what `solve` wrote")


def _verify(options: argparse.Namespace) -> int:
    try:
        files, formed, proof, wrong = _read_back(options.folder)
    except InvalidFile as unreadable:
        sys.stderr.write(f"{unreadable}\n")
        return WRONG_FILES
    wrong += violations(files.problem, formed, proof)
    if wrong:
        sys.stderr.write("\n".join(["It is not proved.", *wrong]) + "\n")
        return NOT_PROVED
    summary = _summary(files.problem, proof)
    print(f"Proved: no assignment is better. {summary}")
    return 0


def _read_back(folder: Path) -> tuple[Files, Ints, Certificate, list[str]]:
    """Return the problem, its formed pairs, the certificate, and the faults found on the way."""
    path = folder / CERTIFICATE
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        inputs = folder / INPUTS
        solve_options = json.loads((inputs / OPTIONS).read_text(encoding="utf-8"))
        files = read(
            inputs / MENTEES,
            inputs / MENTORS,
            inputs / PAIRS,
            min_priority=_whole(solve_options, "min_priority"),
        )
        proof = _certificate(files, document)
        wrong = _contradictions(proof, document)
    except OSError as missing:
        raise InvalidFile([f"{missing.filename} cannot be read: {missing.strerror}."]) from missing
    except (ValueError, KeyError, TypeError) as unreadable:
        raise InvalidFile([f"{path} is no certificate: {unreadable!r}."]) from unreadable
    formed, strangers = _formed(files, folder / PROPOSALS)
    return files, formed, proof, wrong + strangers


def _contradictions(proof: Certificate, document: Mapping[str, Any]) -> list[str]:
    """Return the derived fields of the certificate that contradict its numbers."""
    wrong = []
    if document["optimal"] is not True:
        wrong.append("It does not call itself optimal.")
    if document["priority_shortfall"] != proof.shortfall:
        wrong.append(
            f"{proof.shortfall} with priority are missing, not {document['priority_shortfall']}."
        )
    return wrong


def _certificate(files: Files, document: Mapping[str, Any]) -> Certificate:
    covered = document["priority_cover"]
    return Certificate(
        matched=_whole(document, "matched"),
        score=_whole(document, "score"),
        priority_matched=_whole(document, "priority_matched"),
        min_priority=_whole(document, "min_priority"),
        upper_bound=_whole(document, "upper_bound"),
        of_mentees=_prices(files.mentees, document["mentee_prices"]),
        of_mentors=_prices(files.mentors, document["mentor_prices"]),
        per_pair=_whole(document, "per_pair"),
        per_priority=_whole(document, "per_priority"),
        cover=_marks(files, document["cover"]),
        priority_cover=_marks(files, covered) if covered is not None else None,
    )


def _whole(document: Mapping[str, Any], name: str) -> int:
    if type(document[name]) is not int:
        raise ValueError(f"{name} is no whole number")
    return int(document[name])


def _prices(ids: Sequence[str], prices: Mapping[str, Any]) -> Ints:
    return np.array([_whole(prices, one) for one in ids], np.int64)


def _marks(files: Files, cover: Mapping[str, Sequence[str]]) -> tuple[Bools, Bools]:
    mentees, mentors = set(cover["mentees"]), set(cover["mentors"])
    return (
        np.array([one in mentees for one in files.mentees], bool),
        np.array([one in mentors for one in files.mentors], bool),
    )


def _formed(files: Files, path: Path) -> tuple[Ints, list[str]]:
    """Return the positions of the proposed pairs, and a fault for each that is unknown."""
    problem, formed, wrong = files.problem, list[int](), list[str]()
    mentees = {one: at for at, one in enumerate(files.mentees)}
    mentors = {one: at for at, one in enumerate(files.mentors)}
    pairs = problem.mentee * problem.mentors + problem.mentor  # ascending, for searchsorted
    for line, (mentee, mentor, score) in lines(path, ("mentee_id", "mentor_id", "score")):
        pair = mentees.get(mentee, -1) * problem.mentors + mentors.get(mentor, -1)
        at = int(np.searchsorted(pairs, pair))
        known = mentee in mentees and mentor in mentors and at < len(pairs) and pairs[at] == pair
        if not known:
            wrong.append(f"{path}, line {line}: {mentee} and {mentor} are no pair of the problem.")
        elif score != str(problem.score[at]):
            wrong.append(f"{path}, line {line}: their score is {problem.score[at]}, not {score}.")
        else:
            formed.append(at)
    return np.array(formed, np.int64), wrong


SOLVE = OfflineCommand(
    "solve", "assign mentees to mentors as well as can be, and prove it", _solve_arguments, _solve
)
VERIFY = OfflineCommand(
    "verify", "check what `solve` wrote, without the solver", _verify_arguments, _verify
)
