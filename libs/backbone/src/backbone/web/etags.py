"""Versions of what can be changed: the `ETag` of a response, and `If-Match` of a change."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends, Header

from backbone.errors import PreconditionRequired, VersionConflict

P = ParamSpec("P")
R = TypeVar("R")

returned_version: ContextVar[int | None] = ContextVar("returned_version", default=None)
"""The version of what the endpoint of the current request returned."""


def noting_version(endpoint: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Return `endpoint`, wrapped: the version of what it returns is in `returned_version`."""

    @wraps(endpoint)
    async def noted(*args: P.args, **kwargs: P.kwargs) -> R:
        result = await endpoint(*args, **kwargs)
        version = getattr(result, "version", None)
        returned_version.set(version if isinstance(version, int) else None)
        return result

    return noted


class ExpectedVersion:
    """The version that a change was decided on, from `If-Match`."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def require(self, version: int) -> None:
        """Raise `VersionConflict` unless this is the version there is."""
        if self.tag not in {"*", etag(version)}:
            raise VersionConflict("It was changed since you read it. Read it again, then decide.")


def etag(version: int) -> str:
    return f'"{version}"'


async def if_match(if_match: Annotated[str | None, Header()] = None) -> ExpectedVersion:
    if if_match is None:
        raise PreconditionRequired("Say which version you change: If-Match: <its ETag>.")
    return ExpectedVersion(if_match.removeprefix("W/").strip())


IfMatch = Annotated[ExpectedVersion, Depends(if_match)]
