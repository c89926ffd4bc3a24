"""The results of a run as JSON."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.cpu import CORES
from bench.verdicts import Measured, Verdict

RESULTS = Path(__file__).parent / "results"


def save(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> Path:
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
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return file


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
