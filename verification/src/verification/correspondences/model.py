"""Correspondences: rows of a producer and the rows of a consumer that must equal them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

IN_READ_MODEL = re.compile(r"\b(?:FROM|JOIN) read_model\.(\w+)")
MERGES = frozenset({"merge", "merged", "organisation_merge"})
"""Tables that others are read by, to know which id stayed."""


@dataclass(frozen=True, slots=True)
class Side:
    """The rows of one service, as SQL that returns a column for each name of a correspondence."""

    service: str
    sql: str

    @property
    def tables(self) -> set[str]:
        """The tables of the read model whose rows these are."""
        found = set(IN_READ_MODEL.findall(self.sql))
        return found - MERGES or found


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """Rows of a producer, or of several, and what a consumer makes of them: the same rows.

    `key` identifies a row on both sides, `columns` are compared; values of `personal` ones are
    compared as hashes and never printed. With `is_subset`, the producers may have rows that the
    consumer has not.
    """

    name: str
    meaning: str
    key: Sequence[str]
    columns: Sequence[str]
    personal: Sequence[str]
    producers: Sequence[Side]
    consumer: Side
    is_subset: bool


def declare(  # noqa: PLR0913  (a correspondence has that many parts)
    name: str,
    meaning: str,
    *consumers: Side,
    producer: Side | Sequence[Side],
    key: Sequence[str],
    columns: Sequence[str] = (),
    personal: Sequence[str] = (),
    is_subset: bool = False,
) -> list[Correspondence]:
    """Return the correspondences between a producer, or several, and each of the consumers."""
    return [
        Correspondence(
            name=f"{name} in {consumer.service}",
            meaning=meaning,
            key=key,
            columns=columns,
            personal=personal,
            producers=[producer] if isinstance(producer, Side) else producer,
            consumer=consumer,
            is_subset=is_subset,
        )
        for consumer in consumers
    ]
