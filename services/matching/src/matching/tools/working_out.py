"""`work-out`: a round from its inputs, as the worker does it; so anybody can do it again."""

import argparse
import json
import sys

from pydantic import ValidationError

from backbone.errors import Refused, reason
from backbone.service import Tool
from matching.domain.rounds.inputs import Inputs

REFUSED = 2


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("inputs", nargs="?", type=argparse.FileType("rb"), default=sys.stdin.buffer,
                        help="a round's inputs as JSON; else what comes in")  # fmt: skip


def _run(options: argparse.Namespace) -> int:
    """Print the draft; tell the steps as lines of JSON beside it."""
    try:
        inputs = Inputs.model_validate_json(options.inputs.read())
    except ValidationError as wrong:
        sys.stderr.write(json.dumps({"failure": f"These are no inputs: {reason(wrong)}"}) + "\n")
        return REFUSED
    from matching.domain.rounds.deciding import decide  # noqa: PLC0415  (costs half a second)

    def progress(step: str, done: int, of: int) -> None:
        sys.stderr.write(json.dumps({"step": step, "done": done, "of": of}) + "\n")
        sys.stderr.flush()

    try:
        draft = decide(inputs, progress)
    except Refused as refusal:
        sys.stderr.write(json.dumps({"failure": str(refusal)}) + "\n")
        return REFUSED
    sys.stdout.write(draft.model_dump_json() + "\n")
    return 0


WORK_OUT = Tool(
    "work-out", "work a round out from its inputs, as the worker does", _arguments, _run
)
