"""`python -m demo story [--check]`: tell the story, print what happened and its figures.

With `--check` it exits 1 and says what differs, if a figure is not what the story comes to.

`python -m demo history write DIR [--scale 1.0]`: write the programme's history as CSV files.
`python -m demo history load DIR`: load them and check the published figures.
`python -m demo history round DIR`: the youths of one year alone, and a round for them.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo.client import Envol, Turned, from_environment
from demo.history import commands, yearly_round
from demo.history.load.loader import Stuck, Wrong
from demo.scenario import figures, output, steps
from demo.scenario.figures import Checked, Written
from demo.scenario.steps import NeverCame, Told
from demo.scenario.story import MENTEES, Days

STEPS = 7 + sum(mentee.admitted for mentee in MENTEES)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    story = commands.add_parser("story", help="tell the story through the public APIs")
    story.add_argument("--check", action="store_true", help="exit 1 if a figure differs")
    story.set_defaults(do=_story)
    history = commands.add_parser("history", help="the programme's history from 2006 to 2015")
    steps = history.add_subparsers(dest="step", required=True)
    for step, do, purpose in (
        ("write", _write, "generate the files"),
        ("load", _load, "load them through the public APIs, and check the published figures"),
        ("round", _round, "load the youths of one year, and hold a round for them"),
    ):
        chosen = steps.add_parser(step, help=purpose)
        chosen.add_argument("folder", type=Path)
        chosen.add_argument("--scale", type=float, default=1.0, help="1 is the real size")
        chosen.set_defaults(do=do)
    options = parser.parse_args()
    console = Console(highlight=False)
    try:
        agreed = options.do(options, console)
    except (Turned, NeverCame, Stuck, Wrong) as failure:
        sys.exit(f"The {options.command} stopped: {failure}")
    sys.exit(0 if agreed else 1)


def _story(options: argparse.Namespace, console: Console) -> bool:
    envol = from_environment()
    begun_on, told_before = steps.day_of_telling(envol)
    if told_before and not options.check:
        output.found(console, envol)
        return True
    return tell(envol, console, Days(begun_on)) or not options.check


def _write(options: argparse.Namespace, console: Console) -> bool:
    commands.write(console, options.folder, scale=options.scale)
    return True


def _load(options: argparse.Namespace, console: Console) -> bool:
    return commands.load(from_environment(), console, options.folder, scale=options.scale)


def _round(options: argparse.Namespace, console: Console) -> bool:
    return yearly_round.hold(from_environment(), console, options.folder, scale=options.scale)


def tell(envol: Envol, console: Console, days: Days) -> bool:
    """Tell the story, print it and its figures; answer whether all agree."""
    told = _with_progress(envol, days, console)
    checked, written = settle(envol, told)
    output.happened(console, told)
    output.figures(console, envol, checked)
    output.messages(console, written)
    output.watched(console, envol, told)
    return output.verdict(console, checked, written)


def settle(envol: Envol, told: Told) -> tuple[list[Checked], Written]:
    """Wait until the read models have followed; answer what they say then, right or not."""
    checked, written = list[Checked](), Written(Counter(), Counter())

    def all_agree() -> bool:
        nonlocal checked, written
        checked, written = figures.check(envol, told), figures.written(envol, told)
        return written.agrees and all(one.agrees for one in checked)

    try:
        steps.until(all_agree, "The figures did not settle")
    except NeverCame:
        return checked, written
    return checked, written


def _with_progress(envol: Envol, days: Days, console: Console) -> Told:
    columns = (
        TextColumn("{task.description:<46}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    told = Told(days)
    with Progress(*columns, console=console) as progress:
        telling_it = progress.add_task("The story", total=STEPS)
        for doing, told in steps.tell(envol, days):  # noqa: B007  (the last is the whole)
            progress.update(telling_it, advance=1, description=doing)
        progress.update(telling_it, description="The story is told", completed=STEPS)
    return told


if __name__ == "__main__":
    main()
