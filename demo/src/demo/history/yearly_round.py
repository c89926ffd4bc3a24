"""A round of the history's youths of one year: as many as the programme wants to reach in one."""

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
from demo.history.generate.generator import history

YOUTHS, WITH_PRIORITY = 6_000, 2_000
"""The target of the year that the published articles give."""
ASKED = {"on": str(ENDS_ON), "min_priority": WITH_PRIORITY}
LOOK_EVERY = 0.3  # seconds


def hold(envol: EnvolClient, console: Console, folder: Path, *, scale: float) -> bool:
    """Load the year, ask for its round, print and check what it comes to; whether it is proved."""
    generated = a_year(history(scale), youths=int(YOUTHS * scale))
    rows = csv_files.write(generated, folder)
    told = ", ".join(f"{number:,} {kind}" for kind, number in rows.items() if number)
    console.print(f"Generated in {folder}: {told}.", soft_wrap=True)
    commands.show(console, commands.steps(envol, folder, generated))
    asked = ASKED | {"min_priority": int(WITH_PRIORITY * scale)}
    began = time.monotonic()
    found = _worked_out(envol, console, asked)
    console.print(f"Asked for and worked out in {time.monotonic() - began:.0f} s.\n")
    if found["state"] != "draft":
        console.print(f"[red]The round is {found['state']}: {found['failure']}[/]")
        return False
    _print(console, found["report"])
    proposals = list(envol.pages("matching", f"{_path(found)}/proposals"))
    _explain(envol, console, found, proposals)
    return _check(envol, console, folder, found, proposals)


def a_year(whole: History, *, youths: int) -> History:
    """The last who were accompanied before the history ends, as if none had been yet."""
    paired = {pairing.mentee for pairing in whole.pairings if pairing.accepted_on}
    applied = sorted((m.applied_on, m.reference) for m in whole.mentees if m.reference in paired)
    kept = {reference for _, reference in applied[-youths:]}
    waiting = [mentee for mentee in whole.mentees if mentee.reference in kept]
    nothing: dict[str, list[Any]] = {
        "pairings": [],
        "contacts": [],
        "outcomes": [],
        "referrals": [],
        "homes": [],
    }
    return replace(whole, mentees=waiting, corrections=Corrections(), **nothing)


def _path(found: Mapping[str, Any]) -> str:
    return f"/rounds/{found['id']}"


def _worked_out(envol: EnvolClient, console: Console, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for the round, once for the same files, and wait until it is worked out."""
    key = f"yearly/{asked['on']}/{asked['min_priority']}"
    found: dict[str, Any] = envol.post(
        "matching", "/rounds", asked, role="coordinator", idempotency_key=key
    )
    columns = (TextColumn("{task.description:<34}"), BarColumn(bar_width=30))
    with Progress(*columns, MofNCompleteColumn(), TimeElapsedColumn(), console=console) as bars:
        task = bars.add_task("the round", total=None)
        for now in _looks(envol, found):
            found = now
            bars.update(task, completed=now["done"], total=now["of"], description=now["step"])
        bars.update(task, completed=found["of"], description="the round")
    return found


def _looks(envol: EnvolClient, found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    while True:
        now = dict(envol.get("matching", _path(found), role="coordinator"))
        yield now
        if now["state"] not in {"waiting", "running"}:
            return
        time.sleep(LOOK_EVERY)


def _print(console: Console, report: Mapping[str, Any]) -> None:
    """What the round came to, how it was decided, and whom it serves beside simpler ways."""
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
    for way, served in report["fairness"].items():
        whole = served["all"]
        console.print(f"  {way.replace('_', ' '):<12} {_served(whole)}")


def _served(told: Mapping[str, Any]) -> str:
    mean = f"{told['mean_score']:.1f} points a pair"
    return f"{told['served']:,} served ({told['coverage']:.1%}), {mean}"


def _explain(
    envol: EnvolClient, console: Console, found: Mapping[str, Any], proposals: list[dict[str, Any]]
) -> None:
    """One pair explained, and one that was not proposed."""
    first = proposals[0]
    other = next(each for each in proposals if each["mentor_id"] != first["mentor_id"])
    for mentor in (first, other):
        asked = {"mentee_id": first["mentee_id"], "mentor_id": mentor["mentor_id"]}
        told = envol.get("matching", f"{_path(found)}/explanation", role="coordinator", **asked)
        parts = " + ".join(f"{name} {n}" for name, n in told["contributions"].items() if n)
        console.print(f"\n{told['said']}", soft_wrap=True)
        if parts:
            console.print(f"  {told['score']} points: {parts}", soft_wrap=True)


def _check(
    envol: EnvolClient,
    console: Console,
    folder: Path,
    found: Mapping[str, Any],
    proposals: list[dict[str, Any]],
) -> bool:
    """Check what the API tells of the round, in a process that knows no solver."""
    told = {
        "inputs": envol.get("matching", f"{_path(found)}/inputs", role="coordinator"),
        "draft": {
            "proposed": proposals,
            "certificate": envol.get("matching", f"{_path(found)}/certificate", role="coordinator"),
        },
    }
    for name, document in told.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "matching", "check"]
    paths = [str(folder / f"{name}.json") for name in told]
    checked = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)  # noqa: S603  (our own tool)
    console.print(f"\n[bold]{(checked.stdout or checked.stderr).strip()}[/]", soft_wrap=True)
    console.print(f"Check it: python -m matching check {' '.join(paths)}", soft_wrap=True)
    return checked.returncode == 0
