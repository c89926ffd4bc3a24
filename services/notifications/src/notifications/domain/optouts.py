"""Who does not wish to be written to."""

from datetime import datetime

from notifications.domain.tables import OptOut, Refusal


def widen(opt_out: OptOut, channel: Refusal, *, now: datetime) -> None:
    """Add a channel to those that someone refused before; the same one changes nothing."""
    if opt_out.channel in {channel, Refusal.ALL}:
        return
    opt_out.channel, opt_out.opted_out_at = Refusal.ALL, now
    opt_out.version += 1
