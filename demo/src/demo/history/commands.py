"""What whoever loads the history sees: the files, the progress, the figures."""

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
from demo.history.check.expected_figures import BEFORE_CORRECTIONS, Value, count, expected, totals
from demo.history.check.expected_messages import messages
from demo.history.check.published_figures import Compared, Reporting
from demo.history.coverage import Coverage
from demo.history.csv_rows import History
from demo.history.days import ENDS_ON, TOLD_ON
from demo.history.generate import csv_files
from demo.history.generate.generator import history
from demo.history.ledger import Ledger
from demo.history.load import corrections, late_outcome, loader, referrals_housing
from demo.history.statements import first_stated
from demo.scenario import output

COLUMNS = (
    TextColumn("{task.description:<34}"),
    BarColumn(bar_width=30),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)
MOST_SHOWN = 20
SOURCES = ("published", "files", "Envol")
LONGEST = max(map(len, published_figures.ASK))


def write(console: Console, folder: Path, *, scale: float) -> History:
    """Generate the files, the same wherever it is done."""
    generated = history(scale)
    rows = csv_files.write(generated, folder)
    told = ", ".join(f"{number:,} {kind}" for kind, number in rows.items())
    console.print(f"Generated in {folder}: {told}.", soft_wrap=True)
    return generated


def load(envol: EnvolClient, console: Console, folder: Path, *, scale: float) -> bool:
    """Load the history and hold its figures against the published ones; whether they agree."""
    generated, began = write(console, folder, scale=scale), time.monotonic()
    ledger = Ledger(generated)
    show(console, steps(envol, folder, generated))
    published_figures.set_targets(envol)
    console.print(f"Loaded and reported in {time.monotonic() - began:.0f} s.\n")
    known_at = late_outcome.told_at(envol)
    agreed = _compare(console, envol, ledger, known_at=known_at, whole=scale == 1)
    agreed &= _check(console, envol, ledger, known_at=known_at)
    agreed &= _check_before(console, envol, generated)
    agreed &= _nobody_was_written_to(console, envol)
    _tell_late(console, envol, ledger)
    return agreed


def steps(envol: EnvolClient, folder: Path, generated: History) -> Generator[loader.Progress]:
    """Load the files of a history that was written to a folder, and correct what they state."""
    stated = first_stated(generated)
    yield from loader.load(
        envol,
        folder,
        covered=covered(stated),
        told=messages(stated),
        then=lambda: referrals_housing.tell(envol, Ledger(stated)),
    )
    made = corrections.make(envol, generated)
    yield from loader.correct(envol, made, told=messages(generated))


def covered(generated: History) -> dict[date, int]:
    """How many organisations have a convention in force at each end of a programme year."""
    coverage = Coverage.of(generated)
    days = [date(year, 8, 31) for year in range(2006, 2015)] + [ENDS_ON]
    sirens = [organisation.siren for organisation in generated.organisations]
    return {day: sum(coverage.covers(siren, day) for siren in sirens) for day in days}


def show(console: Console, steps: Iterator[loader.Progress]) -> None:
    """Show how far the load came, by rows of each file and by messages taken in."""
    with Progress(*COLUMNS, console=console) as bars:
        tasks = {kind: bars.add_task(f"{kind}, rows", total=None) for kind in loader.FILES}
        tasks["corrections"] = bars.add_task("corrections", total=None)
        heard = {
            service: bars.add_task(f"{service}, messages", total=None)
            for service in ("reporting", "notifications")
        }
        for step in steps:
            for kind, (taken, rows) in step.rows.items():
                bars.update(tasks[kind], completed=taken, total=rows)
            for service, taken_in in step.taken_in.items():
                number = step.told[service]
                bars.update(heard[service], completed=min(taken_in, number), total=number)


def _compare(
    console: Console, envol: EnvolClient, ledger: Ledger, *, known_at: str | None, whole: bool
) -> bool:
    """Print what was published, counted and reported; a part of the history need not match it."""
    compared = list(published_figures.compare(envol, ledger, known_at=known_at))
    _print(console, compared)
    if not whole:
        console.print("This is a part of the history: the published figures are those of all.")
        return all(one.told.value == one.line.value for one in compared)
    return all(one.agrees for one in compared)


def _print(console: Console, compared: Sequence[Compared]) -> None:
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
    console.print(_grid((one.line.figure, f"[dim]{one.told.definition}[/]") for one in compared))


def _grid(rows: Iterable[tuple[str, str]]) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for row in rows:
        grid.add_row(*row)
    return Padding(grid, (0, 0, 0, 2))


def _table(as_of: date, compared: Iterable[Compared]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(f"As of {output.format_day(as_of)}", min_width=LONGEST)
    for source in SOURCES:
        table.add_column(source, justify="right", no_wrap=True)
    table.add_column("")
    for one in compared:
        table.add_row(one.line.figure, *_values(one), _verdict(one))
    return table


def _values(one: Compared) -> tuple[str, str, str]:
    """Return a figure as published, counted from the files and reported."""
    return one.line.published, _written(one.line.value), _written(one.told.value)


def _verdict(one: Compared) -> str:
    return "[green]agrees[/]" if one.agrees else "[red]differs[/]"


def _written(value: Value) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case float():
            return f"{value:.2%}"
    return f"{value:,}"


def _check(console: Console, envol: EnvolClient, ledger: Ledger, *, known_at: str | None) -> bool:
    """Hold all other figures against the rows of the files."""
    wanted = list(expected(ledger))
    differences = list(published_figures.differing(envol, wanted, known_at=known_at))
    for one, said in differences[:MOST_SHOWN]:
        by = f" by {one.by}" if one.by else ""
        console.print(f"[red]{one.figure}{by} as of {one.as_of}: {one.value}, not {said}[/]")
    agree = f"{len(wanted) - len(differences)} of {len(wanted)}"
    console.print(
        f"\n{agree} figures (in total, by region of the date, organisation, umbrella, programme "
        "year) are what the rows come to.",
        soft_wrap=True,
    )
    return not differences


def _check_before(console: Console, envol: EnvolClient, generated: History) -> bool:
    """Hold figures as they were known before the corrections against what the files state."""
    known_at = corrections.begun_at(envol, generated)
    if known_at is None:
        return True
    first, now = Ledger(first_stated(generated)), Ledger(generated)
    wanted = list(totals(first, BEFORE_CORRECTIONS))
    differences = list(published_figures.differing(envol, wanted, known_at=known_at))
    for one, said in differences[:MOST_SHOWN]:
        console.print(f"[red]{one.figure} as of {one.as_of} before: {one.value}, not {said}[/]")
    agree = f"{len(wanted) - len(differences)} of {len(wanted)}"
    then = ", ".join(
        f"{figure.replace('_', ' ')} {count(first, figure, TOLD_ON):,} → "
        f"{count(now, figure, TOLD_ON):,}"
        for figure in ("contacts", "outcomes", "mentees_in_fitting_work")
    )
    console.print(
        f"{agree} figures as known before the corrections are what the files state first. As of "
        f"{TOLD_ON}, before and since: {then}.",
        soft_wrap=True,
    )
    return not differences


def _nobody_was_written_to(console: Console, envol: EnvolClient) -> bool:
    written = next(envol.pages("notifications", "/messages"), None)
    console.print(
        "Nobody was written to." if written is None else "[red]People were written to![/]"
    )
    return written is None


def _tell_late(console: Console, envol: EnvolClient, ledger: Ledger) -> None:
    """An outcome of 2013 is told after all was loaded."""
    before = late_outcome.tell(envol, ledger)
    then = Reporting(envol, known_at=before).figure("outcomes", TOLD_ON)["value"]
    now = Reporting(envol, known_at=None).figure("outcomes", TOLD_ON)["value"]
    console.print(
        f"An outcome of {late_outcome.FOUND_ON} was told late: {now:,} outcomes as of {TOLD_ON}; "
        f"as known before it was told, {then:,}.",
        soft_wrap=True,
    )
