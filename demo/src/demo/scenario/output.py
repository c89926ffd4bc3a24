"""Printed output of the story: its steps, figures, messages, alerts and verdict."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.table import Table

from demo.client import EnvolClient
from demo.scenario import partners
from demo.scenario.figures import CheckedFigure, SentMessages
from demo.scenario.steps import Round, ScenarioLedger

TITLES = {
    "pairings_begun": "Pairs",
    "contacts": "Contacts",
    "outcomes": "Outcomes",
}
PARTS = {
    "region": "by region",
    "organisation": "by organisation",
    "umbrella": "by umbrella",
    "programme_year": "by programme year",
}


def print_existing(console: Console, envol: EnvolClient) -> None:
    """Print today's figures of a story that was run before."""
    console.print("The story is there from an earlier start. Its figures today:")
    for figure in envol.get("reporting", "/figures", role="viewer")["figures"]:
        console.print(f"  {figure['label']['en']:<52} {_format(figure['value'], figure['unit'])}")


def print_story(console: Console, ledger: ScenarioLedger) -> None:
    """Print in sentences what the story did."""
    for people, imported in ledger.imported.items():
        refused = f", {imported['refused']} not eligible" if imported["refused"] else ""
        known = f", {imported['unchanged']} known before" if imported["unchanged"] else ""
        console.print(
            f"{imported['rows']} {people} in the file: "
            f"{imported['created']} new{known}{refused}, {imported['wrong']} wrong.",
            soft_wrap=True,
        )
        for fault in imported["faults"]:
            console.print(
                f"  line {fault['line']}, {fault['column']}: {fault['reason']}", soft_wrap=True
            )
    for held in ledger.rounds:
        print_round(console, held)
    console.print(
        f"{len(ledger.pairs)} pairs began on {format_day(ledger.calendar.begins_on)}; "
        f"{ledger.declined} proposal was declined, and another mentor found.",
        soft_wrap=True,
    )
    console.print(
        f"{partners.GIVER} gave {partners.GIFT // 100:,} €, whose receipt is at partners' "
        f"{ledger.receipt}; USH has a stand at the national meeting, and its seat was convened.",
        soft_wrap=True,
    )


def print_round(console: Console, held: Round) -> None:
    """Print a round's result, and why it proposed one pair and not another."""
    report, pairs = held.report, held.report["pairs"]
    console.print(
        f"The round of {format_day(held.on)}: {report['proposed']} of {report['mentees']} mentees, "
        f"{report['priority_proposed']} from priority neighbourhoods; {report['score']} points, "
        f"the most that {pairs['eligible']} eligible pairs of {pairs['pairs']} allow: proved.",
        soft_wrap=True,
    )
    if held.why:
        added = held.why["contributions"].items()
        parts = " + ".join(f"{name} {points}" for name, points in added if points)
        console.print(f"  One pair, {held.why['score']} points: {parts}.", soft_wrap=True)
    if held.why_not:
        console.print(f"  And why not another: {held.why_not['said']}", soft_wrap=True)


def print_alerts(console: Console, envol: EnvolClient, ledger: ScenarioLedger) -> None:
    """Print a pair's timeline, and the open alerts."""
    ended = next((pair for pair in ledger.pairs if pair.ended_on), None)
    if ended is not None:
        path = f"/pairings/{ended.pairing_id}/timeline"
        steps = envol.pages("matching", path)
        parts = (
            f"{date.fromisoformat(step['happened_on']):%d/%m} {step['what'].replace('_', ' ')}"
            for step in steps
        )
        console.print(f"[bold]A pair, day by day[/bold]: {', '.join(parts)}", soft_wrap=True)
    for alert in envol.pages("matching", "/alerts"):
        console.print(
            f"[bold]Alert[/bold]: {alert['rule'].replace('_', ' ')}, due on "
            f"{format_day(date.fromisoformat(alert['due_on']))}.",
            soft_wrap=True,
        )


def print_figures(console: Console, envol: EnvolClient, checked: Sequence[CheckedFigure]) -> None:
    """Print the totals as of the checked days, then today's breakdowns."""
    days = sorted({one.expected.as_of for one in checked if not one.expected.by})
    table = Table(title="Figures as of", title_justify="left", box=None, pad_edge=False)
    table.add_column("", min_width=29)
    for as_of in days:
        table.add_column(f"{as_of.day} {as_of:%b %Y}", justify="right", no_wrap=True)
    values = {(o.expected.figure, o.expected.as_of): o for o in checked if not o.expected.by}
    response = envol.get("reporting", "/figures", role="viewer")
    by_name = {figure["name"]: figure for figure in response["figures"]}
    for name in dict.fromkeys(one.expected.figure for one in checked):
        figure = by_name[name]
        cells = [_format_cell(values.get((name, as_of)), figure["unit"]) for as_of in days]
        table.add_row(figure["label"]["en"], *cells)
    console.print(table)
    for one in checked:
        if one.expected.by and one.breakdown:
            _print_breakdown(console, one)


def _print_breakdown(console: Console, one: CheckedFigure) -> None:
    title = f"{TITLES[one.expected.figure]} {PARTS[one.expected.by or '']}"
    parts = ", ".join(f"{name} {value}" for name, value in sorted((one.breakdown or {}).items()))
    console.print(f"[bold]{title}[/bold]: {parts}", soft_wrap=True)


def _format_cell(one: CheckedFigure | None, unit: str) -> str:
    if one is None:
        return "-"
    shown = _format(one.value, unit)
    return shown if one.agrees else f"[red]{shown} (expected {one.expected.value})[/red]"


def _format(value: float | None, unit: str) -> str:
    """Return a value as text: shares in per cent, cents in euros."""
    if value is None:
        return "-"
    if unit == "cents":
        return f"{value // 100:,} €"
    return f"{value:.0%}" if unit == "share" else str(value)


def print_messages(console: Console, messages: SentMessages) -> None:
    """Print the numbers of messages sent, by rule and channel."""
    parts = [
        f"{count} {channel} ({rule.replace('_', ' ')})"
        for (rule, channel), count in sorted(messages.sent.items())
    ]
    console.print(f"[bold]Written[/bold]: {', '.join(parts)}", soft_wrap=True)


def print_verdict(
    console: Console, checked: Sequence[CheckedFigure], messages: SentMessages
) -> bool:
    """Print each difference from the expected figures; return whether there is none."""
    wrong = [one for one in checked if not one.agrees]
    for one in wrong:
        where = f" by {one.expected.by}" if one.expected.by else ""
        console.print(
            f"[red]{one.expected.figure}{where} as of {one.expected.as_of}: "
            f"{one.breakdown if one.expected.by else one.value}, "
            f"expected {one.expected.breakdown if one.expected.by else one.expected.value}[/red]"
        )
    if not messages.agrees:
        console.print(
            f"[red]Messages: {dict(messages.sent)}, expected {dict(messages.expected)}[/red]"
        )
    if wrong or not messages.agrees:
        return False
    console.print(f"All {len(checked)} figures and {messages.sent.total()} messages agree.")
    return True


def format_day(on: date) -> str:
    """Return a day as in “3 March 2014”."""
    return f"{on.day} {on:%B %Y}"
