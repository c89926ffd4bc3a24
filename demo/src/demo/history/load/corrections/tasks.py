"""Requests that do not depend on each other, sent over some connections at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeAlias

AT_ONCE = 16  # a service answers with one process; consumers spend less on several than on each

Task: TypeAlias = Callable[[], object]


def several(tasks: Sequence[Task]) -> Iterator[int]:
    """Do the tasks; yield how many are done. When one fails, those not begun are left out."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                yield done
        finally:
            pool.shutdown(cancel_futures=True)
