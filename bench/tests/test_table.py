from collections import defaultdict
from dataclasses import replace

from bench.__main__ import ROWS
from bench.harness.cpu import Cpu
from bench.harness.measure import Comparison, Row
from bench.harness.results import Previous
from bench.harness.table import caption, table
from bench.harness.verdicts import Measured, Verdict
from bench.tests.samples import ALONE, BASELINE, CANDIDATE, CPU, RATE, taken

SERVER = {"fsync": "on"}
UNSEEN = taken(520, cpu=Cpu(0.6))


class Same(Previous):
    """Previous results that were the same."""

    def median(self, row: Row, verdict: Verdict) -> float | None:  # noqa: ARG002
        return verdict.median


def lines(*measured: Measured, quick: bool = False) -> list[str]:
    """Return the lines below the head, cells divided by bars."""
    _, _, *below = table(measured, Previous(), quick=quick).splitlines()
    return ["|".join(filter(None, map(str.strip, line.split("  ")))) for line in below]


def test_a_row_shows_its_ratio_its_aim_and_the_cpu_of_both_sides() -> None:
    own, _ = lines(Measured(RATE, [(CANDIDATE, BASELINE)]))

    assert own == (
        "command|0.20|0.20 to 0.20|≥ 0.3 no|—|520|2,600|requests/s|600/300/20 µs|200/150/0"
    )


def test_a_further_metric_has_a_line_with_an_aim_of_its_own() -> None:
    _, further = lines(Measured(RATE, [(CANDIDATE, BASELINE)]))

    assert further == "CPU|—|0.92 to 0.92|≤ 1.8 yes|—|0.92|—|ms"


def test_a_difference_has_its_sign() -> None:
    event = replace(CPU, name="event", unit="µs", comparison=Comparison.DIFFERENCE, aim=250)
    microseconds = replace(event, figure=lambda taken: 1e6 * taken.spent.cpu_each)

    _, further = lines(Measured(replace(RATE, metrics=[microseconds]), [(CANDIDATE, BASELINE)]))

    assert further == "event|+570|+570 to +570|≤ 250 no|—|920|350|µs"


def test_a_ratio_by_cpu_is_marked_and_explained() -> None:
    busy = Measured(RATE, [(CANDIDATE, BASELINE)], cores=0)

    assert "|0.38 CPU|0.38 to 0.38|" in lines(busy)[0]
    assert "90% of the cores busy" in caption([busy], SERVER, quick=False)


def test_cpu_that_is_not_visible_is_a_dash_and_the_caption_says_why() -> None:
    unseen = Measured(ALONE, [(UNSEEN, None)])

    assert lines(unseen)[0].endswith("|600/—/— µs|—")
    assert "their CPU is not visible" in caption([unseen], SERVER, quick=False)


def test_of_smaller_sizes_ratios_have_aims_and_figures_have_none() -> None:
    own, further = lines(Measured(RATE, [(CANDIDATE, BASELINE)]), quick=True)
    alone, _ = lines(Measured(ALONE, [(CANDIDATE, None)]), quick=True)

    assert "≥ 0.3 no" in own
    assert "≤" not in further
    assert "≤" not in alone


def test_the_table_of_all_rows_and_its_caption_fit_140_columns() -> None:
    widest = taken(1_234.5, cpu=Cpu(3.0, postgresql=2.0, kafka=1.0))
    side = replace(widest, also=defaultdict(lambda: 1_234.5))
    all_rows = [
        Measured(row, [(side, side if row.baseline else None)], cores=0) for row in ROWS.values()
    ]

    printed = f"{table(all_rows, Same(), quick=False)}\n{caption(all_rows, SERVER, quick=False)}"

    assert max(map(len, printed.splitlines())) <= 140
