"""A round for the history's youths of one year, as many as the programme's yearly target."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo.client import EnvolClient
from demo.history import commands
from demo.history.corrections import Corrections
from demo.history.csv_rows import History
from demo.history.days import ENDS_ON
from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history

YOUTHS, WITH_PRIORITY = 6_000, 2_000
"""The target of the year that the published articles give."""
REQUEST = {"on": str(ENDS_ON), "min_priority": WITH_PRIORITY}
POLL_SECONDS = 0.3


def hold_round(envol: EnvolClient, console: Console, folder: Path, *, scale: float) -> bool:
    """Load the year, request its round, print and check the result; return whether it is proved."""
    generated = history_of_one_year(generate_history(scale), youths=int(YOUTHS * scale))
    rows = csv_files.write_files(generated, folder)
    counts = ", ".join(f"{number:,} {kind}" for kind, number in rows.items() if number)
    console.print(f"Generated in {folder}: {counts}.", soft_wrap=True)
    commands.show_progress(console, commands.load_steps(envol, folder, generated))
    request = REQUEST | {"min_priority": int(WITH_PRIORITY * scale)}
    began = time.monotonic()
    round_ = _computed_round(envol, console, request)
    console.print(f"Requested and computed in {time.monotonic() - began:.0f} s.\n")
    if round_["state"] != "draft":
        console.print(f"[red]The round is {round_['state']}: {round_['failure']}[/]")
        return False
    _print(console, round_["report"])
    proposals = list(envol.pages("matching", f"{_path(round_)}/proposals"))
    _explain(envol, console, round_, proposals)
    return _check(envol, console, folder, round_, proposals)


def history_of_one_year(whole: History, *, youths: int) -> History:
    """Return the last `youths` mentees who were accompanied, as if none had a pairing yet."""
    paired = {pairing.mentee for pairing in whole.pairings if pairing.accepted_on}
    applied = sorted((m.applied_on, m.reference) for m in whole.mentees if m.reference in paired)
    references = {reference for _, reference in applied[-youths:]}
    waiting = [mentee for mentee in whole.mentees if mentee.reference in references]
    nothing: dict[str, list[Any]] = {
        "pairings": [],
        "contacts": [],
        "outcomes": [],
        "referrals": [],
        "homes": [],
    }
    return replace(whole, mentees=waiting, corrections=Corrections(), **nothing)


def _path(round_: Mapping[str, Any]) -> str:
    return f"/rounds/{round_['id']}"


def _computed_round(
    envol: EnvolClient, console: Console, request: Mapping[str, Any]
) -> dict[str, Any]:
    """Request the round, once for the same files; return it when it is computed."""
    key = f"yearly/{request['on']}/{request['min_priority']}"
    round_: dict[str, Any] = envol.post(
        "matching", "/rounds", request, role="coordinator", idempotency_key=key
    )
    columns = (TextColumn("{task.description:<34}"), BarColumn(bar_width=30))
    with Progress(*columns, MofNCompleteColumn(), TimeElapsedColumn(), console=console) as bars:
        task = bars.add_task("the round", total=None)
        for now in _poll(envol, round_):
            round_ = now
            bars.update(task, completed=now["done"], total=now["of"], description=now["step"])
        bars.update(task, completed=round_["of"], description="the round")
    return round_


def _poll(envol: EnvolClient, round_: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    while True:
        now = dict(envol.get("matching", _path(round_), role="coordinator"))
        yield now
        if now["state"] not in {"waiting", "running"}:
            return
        time.sleep(POLL_SECONDS)


def _print(console: Console, report: Mapping[str, Any]) -> None:
    """Print the round's result, the price of its quota, and those served by simpler methods."""
    pairs = report["pairs"]
    forbidden = ", ".join(
        f"{number:,} {rule.replace('_', ' ')}"
        for rule, number in pairs.items()
        if rule not in {"pairs", "eligible"} and number
    )
    console.print(
        f"{report['proposed']:,} of {report['mentees']:,} mentees, {report['priority_proposed']:,} "
        f"from priority neighbourhoods ({report['priority_asked']:,} asked for); "
        f"{report['score']:,} points.\n{pairs['eligible']:,} eligible pairs of "
        f"{pairs['pairs']:,}; forbidden: {forbidden}.\nThe last mentee whom the "
        f"quota brings in costs {report['price_of_priority']} points.",
        soft_wrap=True,
    )
    for place in report["prices_of_places"][:3]:
        console.print(
            f"  One more place with {place['mentor_id']} is worth {place['mentees']} mentee and "
            f"{place['points']:+.0f} points."
        )
    for method, served in report["fairness"].items():
        whole = served["all"]
        console.print(f"  {method.replace('_', ' '):<12} {_served(whole)}")


def _served(statistics: Mapping[str, Any]) -> str:
    mean = f"{statistics['mean_score']:.1f} points a pair"
    return f"{statistics['served']:,} served ({statistics['coverage']:.1%}), {mean}"


def _explain(
    envol: EnvolClient, console: Console, round_: Mapping[str, Any], proposals: list[dict[str, Any]]
) -> None:
    """Print the explanations of one proposed pair and of one not proposed."""
    first = proposals[0]
    other = next(each for each in proposals if each["mentor_id"] != first["mentor_id"])
    for mentor in (first, other):
        query = {"mentee_id": first["mentee_id"], "mentor_id": mentor["mentor_id"]}
        explanation = envol.get(
            "matching", f"{_path(round_)}/explanation", role="coordinator", **query
        )
        parts = " + ".join(f"{name} {n}" for name, n in explanation["contributions"].items() if n)
        console.print(f"\n{explanation['said']}", soft_wrap=True)
        if parts:
            console.print(f"  {explanation['score']} points: {parts}", soft_wrap=True)


def _check(
    envol: EnvolClient,
    console: Console,
    folder: Path,
    round_: Mapping[str, Any],
    proposals: list[dict[str, Any]],
) -> bool:
    """Check the round's certificate, as the API returns it, in a process without the solver."""
    documents = {
        "inputs": envol.get("matching", f"{_path(round_)}/inputs", role="coordinator"),
        "draft": {
            "proposed": proposals,
            "certificate": envol.get(
                "matching", f"{_path(round_)}/certificate", role="coordinator"
            ),
        },
    }
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "matching", "check"]
    paths = [str(folder / f"{name}.json") for name in documents]
    checked = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)  # noqa: S603  (our own tool)
    console.print(f"\n[bold]{(checked.stdout or checked.stderr).strip()}[/]", soft_wrap=True)
    console.print(f"Check it: python -m matching check {' '.join(paths)}", soft_wrap=True)
    return checked.returncode == 0
