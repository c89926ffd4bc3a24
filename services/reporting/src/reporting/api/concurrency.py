"""Limits how many long responses (streams, exports) a process serves at a time."""

from collections.abc import AsyncIterator, Callable

from fastapi import Request

from backbone.errors import Unavailable


class TooManyConcurrentRequests(Unavailable, kind="no-place-left"):
    """As many as a process serves at once are being served."""


class ConcurrencyLimit:
    """A number of slots, each taken by one request until its response has been sent."""

    def __init__(self, slots: int) -> None:
        self.free = slots

    def acquire(self) -> None:
        if not self.free:
            raise TooManyConcurrentRequests(
                "Too many requests of this kind are being served. Try again in a moment."
            )
        self.free -= 1

    def release(self) -> None:
        self.free += 1


def limit(kind: str) -> Callable[[Request], AsyncIterator[None]]:
    """Return a dependency that holds a slot of limit `kind` until the response is sent."""

    async def slot(request: Request) -> AsyncIterator[None]:
        slots: ConcurrencyLimit = request.app.state.limits[kind]
        slots.acquire()
        try:
            yield
        finally:
            slots.release()

    return slot
