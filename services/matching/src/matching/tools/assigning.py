"""`solve` and `verify`: the best assignment of two files' people, and its proof checked."""

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

from backbone.service import Tool
from matching.domain.assignment import Certificate, certificate, faults
from matching.domain.assignment.problem import Bools, Ints, Problem
from matching.tools.files import MENTEES, MENTORS, PAIRS, Files, Wrong, lines, read

PROPOSALS, CERTIFICATE = "proposals.csv", "certificate.json"
INPUTS, ASKED = "inputs", "asked.json"
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


def _number(said: str) -> int:
    if not said.isdecimal():
        raise argparse.ArgumentTypeError(f"{said!r} is no number from 0 on")
    return int(said)


def _solve(options: argparse.Namespace) -> int:
    began = time.monotonic()
    given = {MENTEES: options.mentees, MENTORS: options.mentors, PAIRS: options.pairs}
    try:
        files = read(*given.values(), min_priority=options.min_priority)
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\nNothing was written.\n")
        return WRONG_FILES
    from matching.domain.assignment.solving import solve  # noqa: PLC0415  (`verify` does without)

    solution = solve(files.problem)
    proof = certificate(files.problem, solution)
    try:
        _write(options.out, files, solution.formed, proof, given)
    except OSError as failure:
        sys.stderr.write(f"{options.out} cannot be written: {failure.strerror}.\n")
        return WRONG_FILES
    print(_told(files.problem, proof), f"{time.monotonic() - began:.1f} s.")  # noqa: T201
    return 0


def _told(problem: Problem, proof: Certificate) -> str:
    said = (
        f"{proof.matched:,} of {problem.mentees:,} mentees have a mentor; "
        f"the scores add up to {proof.score:,}; {proof.priority_matched:,} have priority."
    )
    if proof.shortfall:
        said += (
            f" {proof.shortfall:,} fewer than the {proof.min_priority:,} asked for: no more can."
        )
    return said


def _write(
    folder: Path, files: Files, formed: Bools, proof: Certificate, given: Mapping[str, Path]
) -> None:
    """Write all of it, or nothing: into a folder of its own, which then takes the place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        made = Path(beside) / "made"
        (made / INPUTS).mkdir(parents=True)
        for name, path in given.items():
            shutil.copyfile(path, made / INPUTS / name)
        _write_proposals(made / PROPOSALS, files, formed)
        asked = {"min_priority": files.problem.min_priority}
        (made / INPUTS / ASKED).write_text(json.dumps(asked) + "\n")
        (made / CERTIFICATE).write_text(json.dumps(_as_json(files, proof), indent=1) + "\n")
        folder.mkdir(exist_ok=True)
        for name in (PROPOSALS, CERTIFICATE):
            (made / name).replace(folder / name)
        shutil.rmtree(folder / INPUTS, ignore_errors=True)
        (made / INPUTS).replace(folder / INPUTS)


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
        files, formed, told, wrong = _read_back(options.folder)
    except Wrong as unreadable:
        sys.stderr.write(f"{unreadable}\n")
        return WRONG_FILES
    wrong += faults(files.problem, formed, told)
    if wrong:
        sys.stderr.write("\n".join(["It is not proved.", *wrong]) + "\n")
        return NOT_PROVED
    said = _told(files.problem, told)
    print(f"Proved: no assignment is better. {said}")  # noqa: T201
    return 0


def _read_back(folder: Path) -> tuple[Files, Ints, Certificate, list[str]]:
    """The problem, the pairs that were formed, the certificate; and what its own sums get wrong."""
    path = folder / CERTIFICATE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        inputs = folder / INPUTS
        asked = json.loads((inputs / ASKED).read_text(encoding="utf-8"))
        files = read(
            inputs / MENTEES,
            inputs / MENTORS,
            inputs / PAIRS,
            min_priority=_whole(asked, "min_priority"),
        )
        told = _certificate(files, said)
        wrong = _contradictions(told, said)
    except OSError as missing:
        raise Wrong([f"{missing.filename} cannot be read: {missing.strerror}."]) from missing
    except (ValueError, KeyError, TypeError) as unreadable:
        raise Wrong([f"{path} is no certificate: {unreadable!r}."]) from unreadable
    formed, strangers = _formed(files, folder / PROPOSALS)
    return files, formed, told, wrong + strangers


def _contradictions(told: Certificate, said: Mapping[str, Any]) -> list[str]:
    """What the certificate says of itself beside the numbers that say so."""
    wrong = []
    if said["optimal"] is not True:
        wrong.append("It does not call itself optimal.")
    if said["priority_shortfall"] != told.shortfall:
        wrong.append(
            f"{told.shortfall} with priority are missing, not {said['priority_shortfall']}."
        )
    return wrong


def _certificate(files: Files, said: Mapping[str, Any]) -> Certificate:
    covered = said["priority_cover"]
    return Certificate(
        matched=_whole(said, "matched"),
        score=_whole(said, "score"),
        priority_matched=_whole(said, "priority_matched"),
        min_priority=_whole(said, "min_priority"),
        upper_bound=_whole(said, "upper_bound"),
        of_mentees=_prices(files.mentees, said["mentee_prices"]),
        of_mentors=_prices(files.mentors, said["mentor_prices"]),
        per_pair=_whole(said, "per_pair"),
        per_priority=_whole(said, "per_priority"),
        cover=_marks(files, said["cover"]),
        priority_cover=_marks(files, covered) if covered is not None else None,
    )


def _whole(said: Mapping[str, Any], name: str) -> int:
    if type(said[name]) is not int:
        raise ValueError(f"{name} is no whole number")
    return int(said[name])


def _prices(ids: Sequence[str], said: Mapping[str, Any]) -> Ints:
    return np.array([_whole(said, one) for one in ids], np.int64)


def _marks(files: Files, said: Mapping[str, Sequence[str]]) -> tuple[Bools, Bools]:
    mentees, mentors = set(said["mentees"]), set(said["mentors"])
    return (
        np.array([one in mentees for one in files.mentees], bool),
        np.array([one in mentors for one in files.mentors], bool),
    )


def _formed(files: Files, path: Path) -> tuple[Ints, list[str]]:
    """The pairs of the problem that are proposed, by their place; and proposals that are none."""
    problem, formed, wrong = files.problem, list[int](), list[str]()
    mentees = {one: at for at, one in enumerate(files.mentees)}
    mentors = {one: at for at, one in enumerate(files.mentors)}
    pairs = problem.mentee * problem.mentors + problem.mentor  # which ascend
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


SOLVE = Tool(
    "solve", "assign mentees to mentors as well as can be, and prove it", _solve_arguments, _solve
)
VERIFY = Tool("verify", "check what `solve` wrote, without the solver", _verify_arguments, _verify)
