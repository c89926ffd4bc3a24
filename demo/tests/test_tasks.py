"""Several requests at once."""

import threading
import time

import pytest

from demo.history.load.corrections.tasks import run_concurrently


def test_all_tasks_are_done_several_at_a_time() -> None:
    together = threading.Barrier(4)

    assert list(run_concurrently([lambda: together.wait(30)] * 8)) == list(range(1, 9))


def test_what_was_not_begun_is_left_out_once_a_task_fails() -> None:
    begun = list[int]()

    def begin() -> None:
        begun.append(1)
        time.sleep(0.1)

    def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        list(run_concurrently([fail, *([begin] * 1_000)]))
    assert len(begun) < 1_000
