"""A sample of days and instants on which the two implementations are compared."""

from datetime import UTC, date, datetime, timedelta

from contracts import (
    ContactCorrected,
    ContactWithdrawn,
    MenteesMerged,
    OrganisationsMerged,
    OutcomeCorrected,
    OutcomeWithdrawn,
)
from demo.client import EnvolClient
from tests.figures.comparison import Compared, compare
from tests.figures.facts import DAYS, Published, day_of

SAMPLES = 6
CORRECTIONS = (
    *(ContactCorrected, ContactWithdrawn, OutcomeCorrected, OutcomeWithdrawn),
    *(MenteesMerged, OrganisationsMerged),
)


def compare_sampled(envol: EnvolClient, published: Published) -> Compared:
    """Compare totals on each sampled day and two of them by all breakdowns.

    Each is asked as known now and as known before anything was corrected, if anything was.
    """
    days, before = sampled_days(published), before_corrections(published)
    at = [None] if before is None else [None, before]
    totals = compare(envol, published, days=days, known_at=at)
    last = compare(envol, published, days=(), broken_down=days[-1:])
    middle = days[len(days) // 2]
    return (
        totals + last + compare(envol, published, days=(), broken_down=[middle], known_at=at[-1:])
    )


def sampled_days(published: Published) -> list[date]:
    """Return days on which something happened, as many facts between any two of them."""
    today = datetime.now(UTC).date()
    dated = (day_of(fact) for fact in published if type(fact) in DAYS)
    days = sorted(day for day in dated if day <= today)
    return sorted({days[(len(days) - 1) * (n + 1) // SAMPLES] for n in range(SAMPLES)})


def before_corrections(published: Published) -> datetime | None:
    """Return the last instant at which nothing was corrected yet."""
    corrected = [fact.recorded_at for kind in CORRECTIONS for fact in published.all(kind)]
    return min(corrected) - timedelta(microseconds=1) if corrected else None
