"""Times in which a mentor takes nobody new."""

from collections.abc import Iterable
from datetime import date

from backbone.errors import Refused
from matching.domain.tables import MentorPause


class AlreadyPaused(Refused):
    """A mentor has one pause at a time."""


def require_apart(pause: MentorPause, others: Iterable[MentorPause]) -> None:
    """A pause shares no day with another."""
    for other in others:
        if pause.from_on <= (other.until_on or date.max) and other.from_on <= (
            pause.until_on or date.max
        ):
            until = f"until {other.until_on}" if other.until_on else "without an end"
            raise AlreadyPaused(
                f"The mentor pauses from {other.from_on} {until}. Take that pause back first, or "
                "give other days."
            )
