"""Compressed JSON in which the inputs and the certificate of a round are stored."""

import zlib
from typing import TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def compress(model: BaseModel) -> bytes:
    return zlib.compress(model.model_dump_json().encode())


def decompress(kind: type[M], document: bytes | None) -> M:
    """Return the model of a compressed document; raise `ValueError` if there is none."""
    if document is None:
        raise ValueError("Nothing is stored.")
    return kind.model_validate_json(json_of(document))


def json_of(document: bytes) -> bytes:
    """Return the JSON of a compressed document, without parsing it."""
    return zlib.decompress(document)
