"""The table at the end, and what stands below it."""

from collections.abc import Mapping, Sequence
from textwrap import fill

from bench.harness.cpu import CORES, Cpu
from bench.harness.measure import PAIRS, Comparison, Metric
from bench.harness.results import Previous
from bench.harness.verdicts import BUSY, Measured, Verdict, median_cpu

HEAD = (
    *("row", "ratio", "range", "aim", "change", "candidate", "baseline", "unit"),
    *("CPU each", "baseline's"),
)
WORDS = {HEAD.index("row"), HEAD.index("unit")}
NONE = "—"
WIDTH = 140  # columns of a terminal
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))


def table(measured: Sequence[Measured], previous: Previous, *, quick: bool) -> str:
    """Return a line for each row and one for each of its metrics, in columns.

    Figures of smaller sizes are not held against an aim, ratios are.
    """
    lines = [HEAD, *(line for each in measured for line in _lines(each, previous, quick=quick))]
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


def _lines(measured: Measured, previous: Previous, *, quick: bool) -> list[tuple[str, ...]]:
    names = [measured.row.name, *(f"  {metric.name}" for metric in measured.row.metrics)]
    cpu = [_cpu_columns(measured), *(("", "") for _ in measured.row.metrics)]
    return [
        (name, *_cells(verdict, previous.median(measured.row, verdict), quick=quick), *of)
        for name, verdict, of in zip(names, measured.verdicts, cpu, strict=True)
    ]


def _cells(verdict: Verdict, before: float | None, *, quick: bool) -> tuple[str, ...]:
    """Return ratio, range, aim, change, candidate, baseline, unit."""
    metric = verdict.metric
    has_aim = metric.aim is not None and (metric.comparison is Comparison.RATIO or not quick)
    return (
        NONE if metric.comparison is Comparison.NONE else _ratio(verdict),
        " to ".join(_judged(metric, of(verdict.judged)) for of in (min, max)),
        _aim(verdict) if has_aim else NONE,
        NONE if before is None else _change(verdict, before),
        _figure(verdict.candidate),
        NONE if verdict.baseline is None else _figure(verdict.baseline),
        metric.unit,
    )


def _ratio(verdict: Verdict) -> str:
    return _judged(verdict.metric, verdict.median) + (" CPU" if verdict.is_by_cpu else "")


def _change(verdict: Verdict, before: float) -> str:
    return " → ".join(_judged(verdict.metric, value) for value in (before, verdict.median))


def _judged(metric: Metric, value: float) -> str:
    match metric.comparison:
        case Comparison.RATIO:
            return f"{value:.2f}"
        case Comparison.DIFFERENCE:
            return f"{value:+,.0f}"
    return _figure(value)


def _figure(figure: float) -> str:
    digits = 2 if figure < 10 else 1 if figure < 100 else 0
    return f"{figure:,.{digits}f}"


def _aim(verdict: Verdict) -> str:
    sign = "≤" if verdict.metric.less_is_better else "≥"
    return f"{sign} {verdict.metric.aim:,g} {'yes' if verdict.is_reached else 'no'}"


def _cpu_columns(measured: Measured) -> tuple[str, str]:
    """Return the CPU of a unit of work by group, in a unit of time that suits the candidate's."""
    candidate = median_cpu(measured.candidates)
    unit = next((unit for unit in UNITS if candidate.total >= unit[1]), UNITS[-1])
    baselines = measured.baselines
    baseline = _cpu(median_cpu(baselines), unit) if baselines else NONE
    return f"{_cpu(candidate, unit)} {unit[0]}", baseline


def _cpu(each: Cpu, unit: tuple[str, float]) -> str:
    _, seconds = unit
    digits = 2 if each.total < 10 * seconds else 1 if each.total < 100 * seconds else 0
    groups = (each.python, each.postgresql, each.kafka)
    figures = (NONE if of is None else f"{of / seconds:,.{digits}f}" for of in groups)
    return "/".join(figures)


def caption(measured: Sequence[Measured], server: Mapping[str, str], *, quick: bool) -> str:
    """Return what the rows compare, and on what they were taken."""
    lines = [_sides(each) for each in measured]
    if quick:
        lines.append("Smaller sizes (--quick).")
    lines += _about_cpu(measured)
    if any(each.row.pairs > 1 for each in measured):
        settings = ", ".join(f"{name} {value}" for name, value in server.items())
        lines += [f"Median of {PAIRS} pairs taken in turns. PostgreSQL: {settings}."]
    return "\n".join(fill(line, WIDTH, subsequent_indent="  ") for line in lines)


def _about_cpu(measured: Sequence[Measured]) -> list[str]:
    lines = [f"CPU each: of a unit of work, Python/PostgreSQL/Kafka, on {CORES} cores."]
    if not all(each.is_seen_whole for each in measured):
        lines.append(
            "The environment's servers are not this program's processes: their CPU is not visible, "
            "and no aim is about it."
        )
    if any(each.is_by_cpu for each in measured):
        lines.append(f"A ratio of CPU: both sides kept {BUSY:.0%} of the cores busy or more.")
    return lines


def _sides(measured: Measured) -> str:
    row = measured.row
    sides = f"{row.name}: {row.what}" + (f"; to {row.baseline}." if row.baseline else ".")
    return sides + (" Sample once." if row.pairs == 1 else "")
