"""The results of a run as JSON, and those of the previous release, to compare with.

Each run writes a file of its own, which git ignores. `previous.json` is committed: `keep` makes it
from such files, row by row, as the rows that take minutes are measured in a run of their own.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter

from bench.harness.cpu import CORES
from bench.harness.measure import Metric, Pair, Row
from bench.harness.verdicts import Measured, Verdict

RESULTS = Path(__file__).parents[1] / "results"
PREVIOUS = RESULTS / "previous.json"
PAIRS = TypeAdapter(list[Pair])


class NotKept(Exception):
    """Results of smaller sizes, with which nothing can be compared."""


def save(
    measured: Sequence[Measured],
    server: Mapping[str, str],
    *,
    quick: bool,
    folder: Path = RESULTS,
) -> Path:
    """Write every pair to a new file, and return where."""
    now = datetime.now(UTC)
    content = {
        "at": now,
        "quick": quick,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": CORES,
        "postgresql": server,
        "rows": [_saved(each) for each in measured],
    }
    folder.mkdir(exist_ok=True)
    file = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    _write(content, file)
    return file


def _write(content: object, file: Path) -> None:
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    file.write_bytes(orjson.dumps(content, option=options))


def _saved(measured: Measured) -> dict[str, Any]:
    row = measured.row
    return {
        "name": row.name,
        "what": row.what,
        "baseline": row.baseline,
        "verdicts": [_verdict(verdict) for verdict in measured.verdicts],
        "pairs": [
            {"candidate": asdict(candidate), "baseline": baseline and asdict(baseline)}
            for candidate, baseline in measured.pairs
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    metric = verdict.metric
    return {
        "metric": metric.name,
        "unit": metric.unit,
        "aim": metric.aim,
        "less_is_better": metric.less_is_better,
        "comparison": metric.comparison,
        "by_cpu": verdict.is_by_cpu,
        "candidate": verdict.candidate,
        "baseline": verdict.baseline,
        "median": verdict.median,
        "of_pairs": verdict.judged,
        "is_reached": verdict.is_reached,
    }


def keep(files: Sequence[Path], *, previous: Path = PREVIOUS) -> list[str]:
    """Replace the files' rows in the previous results; return their names.

    Each row keeps the conditions of its run. Raise `NotKept` for results of smaller sizes.
    """
    rows = {row["name"]: row for row in rows_in(previous)}
    new = dict[str, Any]()
    for file in files:
        run = orjson.loads(file.read_bytes())
        if run.pop("quick"):
            raise NotKept(f"{file} is of smaller sizes (--quick). Measure without --quick.")
        new |= {row["name"]: row | {"run": run} for row in run.pop("rows")}
    _write({"rows": list((rows | new).values())}, previous)
    return list(new)


def rows_in(previous: Path) -> list[dict[str, Any]]:
    """Return the rows of the previous results; none without a file."""
    if not previous.exists():
        return []
    return list(orjson.loads(previous.read_bytes())["rows"])


class Previous:
    """Results of earlier runs by row, to compare verdicts with."""

    def __init__(self, rows: Sequence[dict[str, Any]] = ()) -> None:
        self._rows = {row["name"]: row for row in rows}

    def median(self, row: Row, verdict: Verdict) -> float | None:
        """Return what the verdict's metric was, by CPU if it is now; None if it cannot be said.

        A metric with another unit or comparison, and a row with another baseline, are not the same.
        """
        found = self._rows.get(row.name)
        if found is None or not _is_same(found, row, verdict.metric):
            return None
        pairs = PAIRS.validate_python([(p["candidate"], p["baseline"]) for p in found["pairs"]])
        before = Measured(row, pairs)
        if verdict.is_by_cpu and not before.is_seen_whole:
            return None
        return before.verdict(verdict.metric, by_cpu=verdict.is_by_cpu).median


def _is_same(found: dict[str, Any], row: Row, metric: Metric) -> bool:
    same = {"metric": metric.name, "unit": metric.unit, "comparison": metric.comparison.value}
    return found["baseline"] == row.baseline and any(
        same.items() <= verdict.items() for verdict in found["verdicts"]
    )
