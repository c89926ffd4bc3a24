"""The table at the end, and the same as JSON."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.measure import PAIRS, Measured

RESULTS = Path(__file__).parent / "results"
HEAD = ("row", "ratio", "lowest to highest", "to reach", "then", "candidate", "baseline", "unit")


def table(measured: Sequence[Measured]) -> str:
    """One line per row, in columns; figures on the right, words on the left."""
    lines = [HEAD, *(_cells(each) for each in measured)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    words = {0, len(HEAD) - 1}
    rendered = [
        "  ".join(
            cell.ljust(width) if nth in words else cell.rjust(width)
            for nth, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rendered.insert(1, "-" * max(map(len, rendered)))
    return "\n".join(rendered)


def _cells(measured: Measured) -> tuple[str, ...]:
    row, ratios = measured.row, measured.ratios
    return (
        row.name,
        f"{measured.ratio:.2f}",
        f"{min(ratios):.2f} to {max(ratios):.2f}",
        _target(measured, row.to_reach),
        _target(measured, row.then),
        f"{measured.candidate:,.1f}" if row.less_is_better else f"{measured.candidate:,.0f}",
        f"{measured.baseline:,.1f}" if row.less_is_better else f"{measured.baseline:,.0f}",
        row.unit,
    )


def _target(measured: Measured, target: float) -> str:
    sign = "≤" if measured.row.less_is_better else "≥"
    reached = "yes" if measured.row.reaches(measured.ratio, target) else "no"
    return f"{sign} {target:g} {reached}"


def caption(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> str:
    """What the rows compare, and on what they were taken."""
    sides = [f"{each.row.name}: {each.row.what}; to {each.row.baseline}." for each in measured]
    settings = ", ".join(f"{name} {value}" for name, value in server.items())
    how = f"Median of {PAIRS} pairs taken in turns{', smaller sizes (--quick)' if quick else ''}."
    return "\n".join([*sides, how, f"PostgreSQL: {settings}."])


def save(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> Path:
    """Write every pair down, and return where."""
    now = datetime.now(UTC)
    content = {
        "at": now,
        "quick": quick,
        "python": platform.python_version(),
        "machine": platform.machine(),
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
        "unit": row.unit,
        "to_reach": row.to_reach,
        "then": row.then,
        "less_is_better": row.less_is_better,
        "ratio": measured.ratio,
        "ratios": measured.ratios,
        "pairs": [{"candidate": asdict(c), "baseline": asdict(b)} for c, b in measured.pairs],
    }
