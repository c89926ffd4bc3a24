from dataclasses import replace
from pathlib import Path

import pytest

from bench.harness.cpu import Cpu
from bench.harness.measure import Pair, Row
from bench.harness.results import NotKept, Previous, keep, rows_in, save
from bench.harness.table import table
from bench.harness.verdicts import Measured
from bench.tests.samples import ALONE, BASELINE, CANDIDATE, RATE, taken

SERVER = {"fsync": "on"}
HALF_AS_FAST = (replace(CANDIDATE, figure=260.0), BASELINE)


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    return tmp_path / "previous.json"


def run(previous: Path, *measured: Measured, quick: bool = False) -> Path:
    """Save a run next to the previous results."""
    return save(measured, SERVER, quick=quick, folder=previous.parent / measured[0].row.name)


def line(row: Row, pair: Pair, previous: Path, *, nth: int = 0) -> str:
    """Return a line of the table below its head."""
    shown = table([Measured(row, [pair])], Previous(rows_in(previous)), quick=False)
    return shown.splitlines()[2 + nth]


def test_a_ratio_shows_its_change_against_the_previous_release(previous: Path) -> None:
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)

    assert " 0.10 → 0.20 " in line(RATE, (CANDIDATE, BASELINE), previous)


def test_a_metric_is_computed_again_from_the_previous_pairs(previous: Path) -> None:
    keep([run(previous, Measured(RATE, [(BASELINE, BASELINE)]))], previous=previous)

    assert " 0.35 → 0.92 " in line(RATE, (CANDIDATE, BASELINE), previous, nth=1)


def test_a_ratio_by_cpu_is_compared_with_the_previous_one_by_cpu(previous: Path) -> None:
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)
    busy = Measured(RATE, [(CANDIDATE, BASELINE)], cores=0)

    shown = table([busy], Previous(rows_in(previous)), quick=False)

    assert " 0.38 → 0.38 " in shown


def test_a_ratio_by_cpu_is_not_compared_with_one_whose_servers_were_unseen(previous: Path) -> None:
    unseen = taken(520, cpu=Cpu(0.6))
    keep([run(previous, Measured(RATE, [(unseen, unseen)]))], previous=previous)
    busy = Measured(RATE, [(CANDIDATE, BASELINE)], cores=0)

    assert Previous(rows_in(previous)).median(RATE, busy.verdicts[0]) is None


def test_without_previous_results_a_row_has_a_dash(previous: Path) -> None:
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)
    new = replace(RATE, name="upload")

    assert "→" not in line(new, (CANDIDATE, BASELINE), previous)
    assert "→" not in line(RATE, (CANDIDATE, BASELINE), previous.parent / "absent.json")


@pytest.mark.parametrize(
    "changed", [replace(RATE, unit="ms"), replace(RATE, baseline="other SQL"), ALONE]
)
def test_a_row_that_measures_something_else_now_is_not_compared(
    previous: Path, changed: Row
) -> None:
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)

    assert "→" not in line(changed, (CANDIDATE, BASELINE if changed.baseline else None), previous)


def test_rows_of_another_run_are_added_and_those_measured_again_replaced(previous: Path) -> None:
    slow = replace(RATE, name="history")
    keep([run(previous, Measured(slow, [HALF_AS_FAST]))], previous=previous)
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)

    names = keep([run(previous, Measured(RATE, [(BASELINE, BASELINE)]))], previous=previous)

    assert names == ["command"]
    assert " 0.10 → 0.20 " in line(slow, (CANDIDATE, BASELINE), previous)
    assert " 1.00 → 0.20 " in line(RATE, (CANDIDATE, BASELINE), previous)


def test_a_kept_row_says_when_and_where_it_was_measured(previous: Path) -> None:
    keep([run(previous, Measured(RATE, [HALF_AS_FAST]))], previous=previous)

    [row] = rows_in(previous)
    assert {"at", "machine", "cores", "postgresql"} <= row["run"].keys()


def test_results_of_smaller_sizes_are_not_kept(previous: Path) -> None:
    smaller = run(previous, Measured(RATE, [HALF_AS_FAST]), quick=True)

    with pytest.raises(NotKept, match="smaller sizes"):
        keep([smaller], previous=previous)

    assert not previous.exists()
