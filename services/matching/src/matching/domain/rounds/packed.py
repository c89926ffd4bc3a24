"""What is kept of a round as compressed JSON: it is large, and read as a whole."""

import zlib
from typing import TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def packed(kept: BaseModel) -> bytes:
    return zlib.compress(kept.model_dump_json().encode())


def unpacked(kind: type[M], kept: bytes | None) -> M:
    """What was packed; raises `ValueError` when nothing was."""
    if kept is None:
        raise ValueError("Nothing is kept.")
    return kind.model_validate_json(json_of(kept))


def json_of(kept: bytes) -> bytes:
    """Return the JSON of what was packed, without reading it."""
    return zlib.decompress(kept)
