"""The item that a figure counts."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from demo.history.ledger import Ledger


class Item(NamedTuple):
    """A counted item, its department and organisation; a repeated id counts once.

    In a sum, `quantity` is added.
    """

    id: str
    on: date
    department: str = ""
    siren: str = ""
    quantity: int = 1


Count = Callable[[Ledger, date], Iterable[Item]]
