"""Opt-outs: persons who do not wish to be contacted."""

from datetime import datetime

from notifications.domain.tables import OptOut, Refusal


def widen(opt_out: OptOut, channel: Refusal, *, now: datetime) -> None:
    """Extend an opt-out by `channel`: two different channels make it one of all."""
    if opt_out.channel in {channel, Refusal.ALL}:
        return
    opt_out.channel, opt_out.opted_out_at = Refusal.ALL, now
    opt_out.version += 1
