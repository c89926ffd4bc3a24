"""Pauses of mentors, who get no new mentee, and of pairs, of whom no contact is expected."""

from collections.abc import Iterable
from datetime import date

from backbone.errors import Refused
from contracts import PairingPaused, PairingResumed
from matching.domain.pairings import NotRunning, require_not_before
from matching.domain.tables import RUNNING, MentorPause, Pairing, PairingPause


class AlreadyPaused(Refused, kind="already-paused"):
    """Pauses of one mentor or pair do not overlap."""


class NotPaused(Refused, kind="not-paused"):
    """Only a pause in force can be ended."""


def require_apart(pause: MentorPause, others: Iterable[MentorPause]) -> None:
    """Raise `AlreadyPaused` if a mentor's pause shares a day with another."""
    _require_apart(pause, others, who="The mentor")


def _require_apart(
    pause: MentorPause | PairingPause, others: Iterable[MentorPause | PairingPause], *, who: str
) -> None:
    for other in others:
        if pause.from_on <= (other.until_on or date.max) and other.from_on <= (
            pause.until_on or date.max
        ):
            until = f"until {other.until_on}" if other.until_on else "without an end"
            raise AlreadyPaused(
                f"{who} pauses from {other.from_on} {until}. Take that pause back first, or "
                "give other days."
            )


def pause(
    pairing: Pairing, others: Iterable[PairingPause], *, from_on: date, until_on: date | None
) -> tuple[PairingPause, PairingPaused]:
    """Pause a running pair: no contact is expected on these days."""
    if pairing.state not in RUNNING:
        raise NotRunning("Only a running pair pauses. Look at its state.")
    require_not_before(pairing.starts_on, from_on, what="The pause")
    pairing_pause = PairingPause(pairing_id=pairing.id, from_on=from_on, until_on=until_on)
    _require_apart(pairing_pause, others, who="The pair")
    return pairing_pause, PairingPaused(
        **pairing.ids,
        from_on=from_on,
        until_on=until_on,
    )


def resume(
    pairing: Pairing, pauses: Iterable[PairingPause], *, on: date
) -> tuple[PairingPause, PairingResumed]:
    """End the pause in force on `on` the day before, so that it is empty if it began on `on`."""
    lasting = (p for p in pauses if p.from_on <= on <= (p.until_on or date.max))
    found = next(lasting, None)
    if found is None:
        raise NotPaused(f"The pair does not pause on {on}. Look at its pauses.")
    found.until_on = date.fromordinal(on.toordinal() - 1)
    return found, PairingResumed(
        **pairing.ids,
        from_on=found.from_on,
        resumed_on=on,
    )
