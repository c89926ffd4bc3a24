"""`python -m demo story [--check]`: run the story, print its steps and figures.

With `--check` it exits 1 and prints the differences, if a figure is not as expected.

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

from demo.client import ApiError, EnvolClient, from_environment
from demo.history import commands, yearly_round
from demo.history.load.loader import LoadStalled, RowsRejected
from demo.scenario import figures, output, steps
from demo.scenario.figures import CheckedFigure, SentMessages
from demo.scenario.steps import ScenarioLedger, TimedOut
from demo.scenario.story import MENTEES, StoryCalendar

STEPS = 7 + sum(mentee.admitted for mentee in MENTEES)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    story = commands.add_parser("story", help="run the story through the public APIs")
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
        agrees = options.do(options, console)
    except (ApiError, TimedOut, LoadStalled, RowsRejected) as failure:
        sys.exit(f"The {options.command} stopped: {failure}")
    sys.exit(0 if agrees else 1)


def _story(options: argparse.Namespace, console: Console) -> bool:
    envol = from_environment()
    start, is_complete = steps.story_start(envol)
    if is_complete and not options.check:
        output.print_existing(console, envol)
        return True
    return run_and_print(envol, console, StoryCalendar(start)) or not options.check


def _write(options: argparse.Namespace, console: Console) -> bool:
    commands.write(console, options.folder, scale=options.scale)
    return True


def _load(options: argparse.Namespace, console: Console) -> bool:
    return commands.load(from_environment(), console, options.folder, scale=options.scale)


def _round(options: argparse.Namespace, console: Console) -> bool:
    return yearly_round.hold_round(from_environment(), console, options.folder, scale=options.scale)


def run_and_print(envol: EnvolClient, console: Console, calendar: StoryCalendar) -> bool:
    """Run the story, print it and its figures; return whether all agree."""
    ledger = _with_progress(envol, calendar, console)
    checked, messages = await_figures(envol, ledger)
    output.print_story(console, ledger)
    output.print_figures(console, envol, checked)
    output.print_messages(console, messages)
    output.print_alerts(console, envol, ledger)
    return output.print_verdict(console, checked, messages)


def await_figures(
    envol: EnvolClient, ledger: ScenarioLedger
) -> tuple[list[CheckedFigure], SentMessages]:
    """Wait until figures and messages are as expected; return the last ones read, right or not."""
    checked, messages = list[CheckedFigure](), SentMessages(Counter(), Counter())

    def all_agree() -> bool:
        nonlocal checked, messages
        checked, messages = figures.check(envol, ledger), figures.sent_messages(envol, ledger)
        return messages.agrees and all(one.agrees for one in checked)

    try:
        steps.wait_until(all_agree, "The figures did not settle")
    except TimedOut:
        return checked, messages
    return checked, messages


def _with_progress(envol: EnvolClient, calendar: StoryCalendar, console: Console) -> ScenarioLedger:
    columns = (
        TextColumn("{task.description:<46}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    ledger = ScenarioLedger(calendar)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("The story", total=STEPS)
        for step, ledger in steps.run_story(envol, calendar):  # noqa: B007  (the last is the whole)
            progress.update(task, advance=1, description=step)
        progress.update(task, description="The story is complete", completed=STEPS)
    return ledger


if __name__ == "__main__":
    main()
