"""The command line of the embedded stack."""

import argparse
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

if sys.version_info < (3, 11):  # noqa: UP036 - the message for an older one
    sys.exit("Python 3.11 or newer is needed: install it and start again.")

from envol_local import console, down, look, run, servers
from envol_local.errors import Trouble
from envol_local.ports import SERVICES
from envol_local.signals import run_until_signal

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - has no other name

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says; gives the exit code."""
    options = _parser().parse_args(words)
    command: Command = options.command
    try:
        return run_until_signal(lambda: command(options))
    except Trouble as trouble:
        console.explain(trouble)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m envol_local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    _add(commands, "run", lambda _: run.run(), "start everything and stay until Ctrl-C")
    _add(commands, "demo", lambda _: run.demo(), "start everything, check the story, stop")
    history = _add(
        commands,
        "history",
        lambda options: run.history(stay=options.stay),
        "start everything, load the programme's history, check its figures, stop",
    )
    history.add_argument("--stay", action="store_true", help="stay until Ctrl-C, to look at it")
    _add(commands, "round", lambda _: run.year(), "hold a round of the history's last year, stop")
    _add(commands, "down", lambda _: down.down(), "stop what `run` started")
    _add(commands, "reset", lambda _: down.reset(), "stop, and delete data and logs")
    _add_servers(commands)
    env = _add(
        commands,
        "env",
        lambda options: look.print_environment(options.service),
        "print shell lines with the running stack's environment",
    )
    env.add_argument("service", nargs="?", default="", choices=("", *SERVICES))
    _add_verification(commands)
    topic = _add(
        commands, "topic", lambda options: look.print_topic(options.topic), "print a Kafka topic"
    )
    topic.add_argument("topic")
    return parser


def _add_verification(commands: "Commands") -> None:
    reconcile = _add(
        commands,
        "reconcile",
        lambda options: look.verify("reconcile", "--patience", str(options.patience)),
        "compare the databases of the four services: those of the running stack, or those that"
        " MATCHING_DATABASE_URL, PARTNERS_DATABASE_URL, NOTIFICATIONS_DATABASE_URL and"
        " REPORTING_DATABASE_URL name",
    )
    reconcile.add_argument("--patience", type=float, default=120.0, help="seconds to become idle")
    trace = _add(
        commands,
        "trace",
        lambda options: look.verify("trace", options.id),
        "show where an id is in the databases that `reconcile` reads and in Kafka, of the running"
        " stack or at KAFKA_BOOTSTRAP_SERVERS: its rows, events, dead letters and differences",
    )
    trace.add_argument("id")


def _add_servers(commands: "Commands") -> None:
    parser = _add(
        commands,
        "servers",
        lambda options: servers.serve(options.names or tuple(servers.STARTS)),
        "start servers for tests, all when none is named, until stdin closes",
    )
    for name in servers.STARTS:
        parser.add_argument(f"--{name}", dest="names", action="append_const", const=name)


def _add(commands: "Commands", name: str, command: Command, text: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
