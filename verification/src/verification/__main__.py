"""The command line of the verification."""

import argparse
import asyncio
import os
import sys
from uuid import UUID

from verification.databases import Unusable, urls_from
from verification.reconciliation import PATIENCE, reconcile
from verification.traces import trace


def main() -> int:
    """Run what the command line names; return 1 if something differs."""
    options = _parser().parse_args()
    try:
        code: int = asyncio.run(options.run(options))
    except Unusable as unusable:
        _say(str(unusable))
        return 1
    return code


async def _reconcile(options: argparse.Namespace) -> int:
    found = await reconcile(urls_from(os.environ), patience=options.patience, say=_say)
    for line in found.lines():
        print(line)
    return 0 if found.is_clean else 1


async def _trace(options: argparse.Namespace) -> int:
    kafka = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if not kafka:
        raise Unusable("Set KAFKA_BOOTSTRAP_SERVERS to Kafka's addresses.")
    async for line in trace(urls_from(os.environ), kafka, options.id):
        print(line)
    return 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m verification", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    comparing = commands.add_parser("reconcile", help="compare the databases of the four services")
    comparing.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds to wait for messages in flight (default: %(default)s)",
    )
    comparing.set_defaults(run=_reconcile)
    tracing = commands.add_parser("trace", help="show where an id is: rows, events, dead letters")
    tracing.add_argument("id", type=UUID, help="of a mentee, a pair, a convention, a contact, …")
    tracing.set_defaults(run=_trace)
    return parser


if __name__ == "__main__":
    sys.exit(main())
