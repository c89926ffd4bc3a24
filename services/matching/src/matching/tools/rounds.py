"""The command `work-out` solves a round from its inputs as JSON, as the worker does.

The command `check` checks a draft's certificate of optimality without the solver.
"""

import argparse
import json
import sys

from pydantic import ValidationError

from backbone.errors import Refused, reason
from backbone.service import OfflineCommand
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs

REFUSED = 2


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="?", type=argparse.FileType("rb"), default=sys.stdin.buffer,
                        help="a round's inputs as JSON; else what comes in")  # fmt: skip


def _run(options: argparse.Namespace) -> int:
    """Print the draft to standard output, and the steps as lines of JSON to standard error."""
    try:
        inputs = Inputs.model_validate_json(options.inputs.read())
    except ValidationError as wrong:
        sys.stderr.write(json.dumps({"failure": f"These are no inputs: {reason(wrong)}"}) + "\n")
        return REFUSED
    from matching.solver.solve_round import solve_round  # noqa: PLC0415  (costs half a second)

    def progress(step: str, done: int, of: int) -> None:
        sys.stderr.write(json.dumps({"step": step, "done": done, "of": of}) + "\n")
        sys.stderr.flush()

    try:
        draft = solve_round(inputs, progress)
    except Refused as refusal:
        sys.stderr.write(json.dumps({"failure": str(refusal)}) + "\n")
        return REFUSED
    sys.stdout.write(draft.model_dump_json() + "\n")
    return 0


WORK_OUT = OfflineCommand(
    "work-out", "work a round out from its inputs, as the worker does", _arguments, _run
)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", type=argparse.FileType("rb"), help="a round's inputs as JSON")
    parser.add_argument("draft", type=argparse.FileType("rb"),
                        help="its proposals (`proposed`) and `certificate` as JSON")  # fmt: skip


def _check(options: argparse.Namespace) -> int:
    """Print a sentence for each fault of a draft; return exit code 0 if there is none."""
    try:
        inputs = Inputs.model_validate_json(options.inputs.read())
        draft = Draft.model_validate_json(options.draft.read())
    except ValidationError as wrong:
        sys.stderr.write(f"These are no inputs, or no draft: {reason(wrong)}\n")
        return REFUSED
    from matching.solver.certificate_check import violations  # noqa: PLC0415  (as above)

    found, proof = violations(inputs, draft), draft.certificate
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        sys.stdout.write(
            f"Proved: {proof.matched} pairs, {proof.priority_matched} with priority; no choice has "
            f"more, and none of as many is worth more than {proof.worth} units.\n"
        )
    return 1 if found else 0


CHECK = OfflineCommand(
    "check", "check a round's draft by its prices alone", _check_arguments, _check
)
