"""The table at the end, and the same as JSON."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.cpu import CORES, Cpu
from bench.measure import PAIRS, Row
from bench.verdicts import BUSY, Measured, median_cpu

RESULTS = Path(__file__).parent / "results"
HEAD = (
    *("row", "ratio", "lowest to highest", "to reach", "then", "candidate", "baseline", "unit"),
    *("CPU each", "baseline's"),
)
WORDS = {HEAD.index("row"), HEAD.index("unit")}
NONE = "—"
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))


def table(measured: Sequence[Measured], *, quick: bool) -> str:
    """One line per row, in columns; figures on the right, words on the left."""
    lines = [HEAD, *(_cells(each, quick=quick) for each in measured)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rendered = [
        "  ".join(
            cell.ljust(width) if nth in WORDS else cell.rjust(width)
            for nth, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    rendered.insert(1, "-" * max(map(len, rendered)))
    return "\n".join(rendered)


def _cells(measured: Measured, *, quick: bool) -> tuple[str, ...]:
    """The unit is the candidate's and the baseline's; without a baseline, also the targets'.

    Such targets say nothing of smaller sizes.
    """
    row = measured.row
    has_ratio = measured.baseline is not None
    has_targets = has_ratio or not quick
    lowest, highest = min(measured.shown), max(measured.shown)
    return (
        row.name,
        _ratio(measured) if has_ratio else NONE,
        f"{lowest:.2f} to {highest:.2f}" if has_ratio else NONE,
        _target(measured, row.to_reach) if has_targets else NONE,
        _target(measured, row.then) if has_targets else NONE,
        _figure(row, measured.candidate),
        _figure(row, measured.baseline),
        row.unit,
        *_cpu_columns(measured),
    )


def _ratio(measured: Measured) -> str:
    return f"{measured.median:.2f}" + (" CPU" if measured.is_by_cpu else "")


def _figure(row: Row, figure: float | None) -> str:
    if figure is None:
        return NONE
    return f"{figure:,.1f}" if row.less_is_better else f"{figure:,.0f}"


def _cpu_columns(measured: Measured) -> tuple[str, str]:
    """Return the CPU of a unit of work by group, in a unit of time that suits the candidate's."""
    candidate = median_cpu(measured.candidates)
    unit = next((unit for unit in UNITS if candidate.total >= unit[1]), UNITS[-1])
    baselines = measured.baselines
    return _cpu(candidate, unit), _cpu(median_cpu(baselines), unit) if baselines else NONE


def _cpu(each: Cpu, unit: tuple[str, float]) -> str:
    name, seconds = unit
    digits = 2 if each.total < 10 * seconds else 1 if each.total < 100 * seconds else 0
    groups = (each.python, each.postgresql, each.kafka)
    figures = (NONE if of is None else f"{of / seconds:,.{digits}f}" for of in groups)
    return f"{'/'.join(figures)} {name}"


def _target(measured: Measured, target: float) -> str:
    sign = "≤" if measured.row.less_is_better else "≥"
    unit = "" if measured.baseline is not None else f" {measured.row.unit}"
    reached = "yes" if measured.row.reaches(measured.median, target) else "no"
    return f"{sign} {target:g}{unit} {reached}"


def caption(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> str:
    """What the rows compare, and on what they were taken."""
    lines = [_sides(each) for each in measured]
    if quick:
        lines.append("Smaller sizes (--quick).")
    lines += _about_cpu(measured)
    if any(each.row.pairs > 1 for each in measured):
        settings = ", ".join(f"{name} {value}" for name, value in server.items())
        lines += [f"Median of {PAIRS} pairs taken in turns. PostgreSQL: {settings}."]
    return "\n".join(lines)


def _about_cpu(measured: Sequence[Measured]) -> list[str]:
    lines = [f"CPU each: of a unit of work, Python/PostgreSQL/Kafka, on {CORES} cores."]
    if not all(each.is_seen_whole for each in measured):
        lines.append(
            "The environment's servers are not this program's processes: their CPU is not visible."
        )
    if any(each.is_by_cpu for each in measured):
        lines.append(f"A ratio of CPU: both sides kept {BUSY:.0%} of the cores busy or more.")
    return lines


def _sides(measured: Measured) -> str:
    row = measured.row
    sides = f"{row.name}: {row.what}" + (f"; to {row.baseline}." if row.baseline else ".")
    once = " Taken once, on servers of its own." if row.pairs == 1 else ""
    return sides + once + (_beside(measured, row.beside) if row.beside else "")


def _beside(measured: Measured, name: str) -> str:
    """What else both sides showed."""
    told = (
        f" {name}: {c.also[name]:,.1f} to {b.also[name]:,.1f} = {c.also[name] / b.also[name]:.2f}."
        for c, b in measured.pairs
        if b
    )
    return "".join(told)


def save(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> Path:
    """Write every pair down, and return where."""
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
        "unit": row.unit,
        "to_reach": row.to_reach,
        "then": row.then,
        "less_is_better": row.less_is_better,
        "by_cpu": measured.is_by_cpu,
        "median": measured.median,
        "shown": measured.shown,
        "pairs": [
            {"candidate": asdict(candidate), "baseline": baseline and asdict(baseline)}
            for candidate, baseline in measured.pairs
        ],
    }
