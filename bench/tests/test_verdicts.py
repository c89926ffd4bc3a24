from dataclasses import replace

import pytest

from bench.harness.cpu import Cpu
from bench.harness.measure import Row, Sample, Spent
from bench.harness.verdicts import Measured, median_cpu
from bench.tests.samples import ALONE, RATE, TIME, taken

CORES = 2


def seen(cpu: float) -> Cpu:
    return Cpu(cpu, postgresql=0.0, kafka=0.0)


BUSY = taken(100, wall=1.0, cpu=seen(1.9))
BUSY_TWICE_AS_LONG = taken(50, wall=2.0, cpu=seen(3.6))
WAITING = taken(200, wall=0.5, cpu=seen(0.5))


def measured(row: Row, candidate: Sample, baseline: Sample | None) -> Measured:
    return Measured(row, [(candidate, baseline)], cores=CORES)


def test_where_both_sides_keep_the_cores_busy_a_rate_is_judged_by_cpu() -> None:
    busy = measured(RATE, BUSY_TWICE_AS_LONG, BUSY)

    assert busy.is_by_cpu
    assert busy.verdicts[0].median == pytest.approx(1.9 / 3.6)


def test_a_time_by_cpu_is_more_where_the_candidate_needs_more() -> None:
    busy = measured(TIME, BUSY_TWICE_AS_LONG, BUSY)

    assert busy.verdicts[0].median == pytest.approx(3.6 / 1.9)


def test_the_cpu_compared_is_that_of_a_unit_of_work() -> None:
    a_tenth = taken(100, wall=0.1, cpu=seen(0.2), units=100)

    assert measured(RATE, a_tenth, BUSY).verdicts[0].median == pytest.approx(0.019 / 0.02)


def test_where_one_side_waits_the_wall_time_counts() -> None:
    for candidate, baseline in ((BUSY, WAITING), (WAITING, BUSY)):
        one_waits = measured(RATE, candidate, baseline)

        assert not one_waits.is_by_cpu
        assert one_waits.verdicts[0].median == candidate.figure / baseline.figure


def test_a_single_turn_that_was_disturbed_does_not_change_how_a_row_is_judged() -> None:
    pairs = [(BUSY, BUSY), (BUSY, WAITING), (BUSY, BUSY)]

    assert Measured(RATE, pairs, cores=CORES).is_by_cpu


def test_memory_and_latency_are_never_judged_by_cpu() -> None:
    row = replace(TIME, is_speed=False)

    assert measured(row, BUSY_TWICE_AS_LONG, BUSY).verdicts[0].median == 0.5


def test_a_row_is_not_judged_by_cpu_while_that_of_a_server_is_unknown() -> None:
    unseen = taken(100, cpu=Cpu(1.9, postgresql=0.0, kafka=None))

    assert not measured(RATE, unseen, unseen).is_by_cpu


def test_a_part_of_the_cpu_is_not_held_against_an_aim_of_all_of_it() -> None:
    unseen = taken(100, cpu=Cpu(0.1))

    _, cpu = measured(RATE, unseen, unseen).verdicts
    own, _ = measured(replace(RATE, is_servers_cpu=True), unseen, unseen).verdicts

    assert cpu.is_reached is None
    assert own.is_reached is None


def test_a_row_without_a_baseline_shows_its_figure() -> None:
    alone = measured(ALONE, BUSY, None)

    assert not alone.is_by_cpu
    assert alone.verdicts[0].median == BUSY.figure


def test_a_group_s_cpu_is_its_median_for_a_unit() -> None:
    side = [
        Sample(1, Spent(1.0, Cpu(seconds, postgresql=10 * seconds, kafka=None), 10))
        for seconds in (1.0, 9.0, 2.0)
    ]

    assert median_cpu(side) == Cpu(0.2, postgresql=2.0, kafka=None)
