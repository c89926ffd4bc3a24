"""Bounds how much of something long a process does at once."""

from collections.abc import AsyncIterator, Callable

from fastapi import Request

from backbone.errors import Unavailable


class NoPlaceLeft(Unavailable, kind="no-place-left"):
    """As many as a process serves at once are being served."""


class Places:
    """So many places, each taken for the length of a request."""

    def __init__(self, most: int) -> None:
        self.free = most

    def take(self) -> None:
        if not self.free:
            raise NoPlaceLeft("All places are taken just now. Try again in a moment.")
        self.free -= 1

    def leave(self) -> None:
        self.free += 1


def place_among(kind: str) -> Callable[[Request], AsyncIterator[None]]:
    """A dependency that holds one of the app's places of a kind until the answer has left."""

    async def place(request: Request) -> AsyncIterator[None]:
        places: Places = request.app.state.places[kind]
        places.take()
        try:
            yield
        finally:
            places.leave()

    return place
