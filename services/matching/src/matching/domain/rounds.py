"""The states of a round: a draft is published or cancelled."""

from datetime import datetime

from backbone.errors import Refused
from matching.domain.tables import TO_WORK_OUT, Round, RoundState


class NotDraft(Refused, kind="not-draft"):
    """Only a draft can be reviewed and published."""


class RoundOver(Refused, kind="round-over"):
    """A round that is published or over can no longer be cancelled."""


class DraftStale(Refused, kind="draft-stale"):
    """Something changed since the draft was solved."""


def require_draft(found: Round) -> None:
    if found.state in TO_WORK_OUT:
        raise NotDraft("This round is still being worked out. Wait until it is a draft.")
    if found.state != RoundState.DRAFT:
        raise NotDraft(f"This round is {found.state}. Ask for a new one.")


def cancel(found: Round, *, now: datetime) -> None:
    """Cancel a round that is not published."""
    if found.state not in TO_WORK_OUT | {RoundState.DRAFT}:
        raise RoundOver(f"This round is {found.state}: there is nothing to give up.")
    found.state, found.finished_at = RoundState.CANCELLED, found.finished_at or now
    found.version += 1


def publish(found: Round, *, now: datetime) -> datetime:
    """Record that the draft's pairs are proposed; return the time."""
    found.state, found.published_at = RoundState.PUBLISHED, now
    found.version += 1
    return now
