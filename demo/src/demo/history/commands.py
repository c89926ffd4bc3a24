"""The commands that write and load the history, with their printed progress and figures."""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from demo.client import EnvolClient
from demo.history.check import published_figures
from demo.history.check.expected_figures import (
    BEFORE_CORRECTIONS,
    Value,
    count,
    expected_figures,
    totals,
)
from demo.history.check.expected_messages import expected_messages
from demo.history.check.published_figures import ComparedFigure, Reporting
from demo.history.coverage import Coverage
from demo.history.csv_rows import History
from demo.history.days import ENDS_ON, PUBLISHED_ON
from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history
from demo.history.ledger import Ledger
from demo.history.load import corrections, late_outcome, loader, referrals_housing
from demo.history.statements import uncorrected_history
from demo.scenario import output

COLUMNS = (
    TextColumn("{task.description:<34}"),
    BarColumn(bar_width=30),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)
MOST_SHOWN = 20
SOURCES = ("published", "files", "Envol")
LONGEST = max(map(len, published_figures.QUERIES))


def write(console: Console, folder: Path, *, scale: float) -> History:
    """Generate the history and write its files; they are the same on every machine."""
    generated = generate_history(scale)
    rows = csv_files.write_files(generated, folder)
    counts = ", ".join(f"{number:,} {kind}" for kind, number in rows.items())
    console.print(f"Generated in {folder}: {counts}.", soft_wrap=True)
    return generated


def load(envol: EnvolClient, console: Console, folder: Path, *, scale: float) -> bool:
    """Load the history, compare its figures with the published ones; return whether they agree."""
    generated, began = write(console, folder, scale=scale), time.monotonic()
    ledger = Ledger(generated)
    show_progress(console, load_steps(envol, folder, generated))
    published_figures.set_targets(envol)
    console.print(f"Loaded and reported in {time.monotonic() - began:.0f} s.\n")
    known_at = late_outcome.recorded_at(envol)
    agreed = _compare(console, envol, ledger, known_at=known_at, whole=scale == 1)
    agreed &= _check(console, envol, ledger, known_at=known_at)
    agreed &= _check_before(console, envol, generated)
    agreed &= _check_no_messages(console, envol)
    _record_late_outcome(console, envol, ledger)
    return agreed


def load_steps(envol: EnvolClient, folder: Path, generated: History) -> Generator[loader.Progress]:
    """Load the files in `folder`, then apply the corrections of `generated`; yield the progress."""
    stated = uncorrected_history(generated)
    yield from loader.load(
        envol,
        folder,
        covered=covered_counts(stated),
        expected=expected_messages(stated),
        after_files=lambda: referrals_housing.record_referrals_and_housing(envol, Ledger(stated)),
    )
    applied = corrections.apply_corrections(envol, generated)
    yield from loader.correct(envol, applied, expected=expected_messages(generated))


def covered_counts(generated: History) -> dict[date, int]:
    """Return the number of covered organisations at each end of a programme year."""
    coverage = Coverage.of(generated)
    days = [date(year, 8, 31) for year in range(2006, 2015)] + [ENDS_ON]
    sirens = [organisation.siren for organisation in generated.organisations]
    return {day: sum(coverage.covers(siren, day) for siren in sirens) for day in days}


def show_progress(console: Console, steps: Iterator[loader.Progress]) -> None:
    """Show the progress of a load: rows of each file, and messages applied."""
    with Progress(*COLUMNS, console=console) as bars:
        tasks = {kind: bars.add_task(f"{kind}, rows", total=None) for kind in loader.FILES}
        tasks["corrections"] = bars.add_task("corrections", total=None)
        messages = {
            service: bars.add_task(f"{service}, messages", total=None)
            for service in ("reporting", "notifications")
        }
        for step in steps:
            for kind, (taken, rows) in step.rows.items():
                bars.update(tasks[kind], completed=taken, total=rows)
            for service, applied in step.applied.items():
                number = step.expected[service]
                bars.update(messages[service], completed=min(applied, number), total=number)


def _compare(
    console: Console, envol: EnvolClient, ledger: Ledger, *, known_at: str | None, whole: bool
) -> bool:
    """Print published, counted and reported figures; a part of the history need not match."""
    compared = list(published_figures.compare(envol, ledger, known_at=known_at))
    _print(console, compared)
    if not whole:
        console.print("This is a part of the history: the published figures are those of all.")
        return all(one.reported.value == one.line.value for one in compared)
    return all(one.agrees for one in compared)


def _print(console: Console, compared: Sequence[ComparedFigure]) -> None:
    """Print a table of the numbers, the names in full, and how each figure is counted."""
    names = [one for one in compared if isinstance(one.line.value, tuple)]
    numbers = [one for one in compared if one not in names]
    for as_of in sorted({one.line.as_of for one in numbers}):
        console.print()
        console.print(_table(as_of, [one for one in numbers if one.line.as_of == as_of]))
    for one in names:
        title = f"{one.line.figure}, {output.format_day(one.line.as_of)}"
        console.print(f"\n[bold]{title}[/]  {_verdict(one)}")
        console.print(_grid(zip(SOURCES, _values(one), strict=True)))
    console.print("\n[bold]How each figure is counted[/]")
    console.print(
        _grid((one.line.figure, f"[dim]{one.reported.definition}[/]") for one in compared)
    )


def _grid(rows: Iterable[tuple[str, str]]) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        grid.add_row(*row)
    return Padding(grid, (0, 0, 0, 2))


def _table(as_of: date, compared: Iterable[ComparedFigure]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(f"As of {output.format_day(as_of)}", min_width=LONGEST)
    for source in SOURCES:
        table.add_column(source, justify="right", no_wrap=True)
    table.add_column("")
    for one in compared:
        table.add_row(one.line.figure, *_values(one), _verdict(one))
    return table


def _values(one: ComparedFigure) -> tuple[str, str, str]:
    """Return a figure as published, counted from the files and reported."""
    return one.line.published, _written(one.line.value), _written(one.reported.value)


def _verdict(one: ComparedFigure) -> str:
    return "[green]agrees[/]" if one.agrees else "[red]differs[/]"


def _written(value: Value) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case float():
            return f"{value:.2%}"
    return f"{value:,}"


def _check(console: Console, envol: EnvolClient, ledger: Ledger, *, known_at: str | None) -> bool:
    """Compare all other figures with those counted from the rows."""
    expected = list(expected_figures(ledger))
    differences = list(published_figures.differences(envol, expected, known_at=known_at))
    for one, reported in differences[:MOST_SHOWN]:
        by = f" by {one.by}" if one.by else ""
        console.print(f"[red]{one.figure}{by} as of {one.as_of}: {one.value}, not {reported}[/]")
    agree = f"{len(expected) - len(differences)} of {len(expected)}"
    console.print(
        f"\n{agree} figures (in total, by region of the date, organisation, umbrella, programme "
        "year) agree with the rows.",
        soft_wrap=True,
    )
    return not differences


def _check_before(console: Console, envol: EnvolClient, generated: History) -> bool:
    """Compare figures as known before the corrections with those counted from the files."""
    known_at = corrections.first_applied_at(envol, generated)
    if known_at is None:
        return True
    first, now = Ledger(uncorrected_history(generated)), Ledger(generated)
    expected = list(totals(first, BEFORE_CORRECTIONS))
    differences = list(published_figures.differences(envol, expected, known_at=known_at))
    for one, reported in differences[:MOST_SHOWN]:
        console.print(f"[red]{one.figure} as of {one.as_of} before: {one.value}, not {reported}[/]")
    agree = f"{len(expected) - len(differences)} of {len(expected)}"
    changes = ", ".join(
        f"{figure.replace('_', ' ')} {count(first, figure, PUBLISHED_ON):,} → "
        f"{count(now, figure, PUBLISHED_ON):,}"
        for figure in ("contacts", "outcomes", "mentees_in_fitting_work")
    )
    console.print(
        f"{agree} figures as known before the corrections agree with the files. As of "
        f"{PUBLISHED_ON}, before and since: {changes}.",
        soft_wrap=True,
    )
    return not differences


def _check_no_messages(console: Console, envol: EnvolClient) -> bool:
    message = next(envol.pages("notifications", "/messages"), None)
    console.print(
        "Nobody was written to." if message is None else "[red]People were written to![/]"
    )
    return message is None


def _record_late_outcome(console: Console, envol: EnvolClient, ledger: Ledger) -> None:
    """Record an outcome of 2013 late; print the figure with and without it."""
    before = late_outcome.record(envol, ledger)
    before_count = Reporting(envol, known_at=before).figure("outcomes", PUBLISHED_ON)["value"]
    now_count = Reporting(envol, known_at=None).figure("outcomes", PUBLISHED_ON)["value"]
    console.print(
        f"An outcome of {late_outcome.FOUND_ON} was recorded late: {now_count:,} outcomes as of "
        f"{PUBLISHED_ON}; as known before it was recorded, {before_count:,}.",
        soft_wrap=True,
    )
