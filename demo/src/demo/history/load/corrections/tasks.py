"""Independent requests, sent concurrently."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeAlias

AT_ONCE = 16  # a service answers with one process; consumers spend less on several than on each

Task: TypeAlias = Callable[[], object]


def run_concurrently(tasks: Sequence[Task]) -> Iterator[int]:
    """Run the tasks; yield the number done. When one fails, those not started are cancelled."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                yield done
        finally:
            pool.shutdown(cancel_futures=True)
