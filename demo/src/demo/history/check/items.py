"""What is counted: an item for each that a figure counts, and where it belongs."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from demo.history.ledger import Ledger


class Item(NamedTuple):
    """One of those that are counted, and where it belongs. An id that comes twice counts once.

    Of a sum, `quantity` is what it adds.
    """

    id: str
    on: date
    department: str = ""
    siren: str = ""
    quantity: int = 1


Count = Callable[[Ledger, date], Iterable[Item]]
