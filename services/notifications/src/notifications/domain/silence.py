"""When a pair has been silent for too long: a sign of life a month at least is expected."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count, takewhile
from uuid import UUID

from dateutil.relativedelta import relativedelta

from contracts.territories import zone_of
from notifications.domain.messages import Patience, Plan
from notifications.domain.tables import Channel, Rule


def months_due(last_sign_on: date, today: date) -> Iterator[date]:
    """Each day, up to today, on which another month without a sign is over, in their order.

    Counted from the sign itself: after the 31 January come 28 February and 31 March.
    """
    months = (last_sign_on + relativedelta(months=n) for n in count(1))
    return takewhile(lambda due_on: due_on <= today, months)


def reminder(  # noqa: PLR0913  (a pair, as it is known)
    *,
    pairing_id: UUID,
    mentor_id: UUID,
    mentee_id: UUID,
    last_sign_on: date,
    department: str,
    now: datetime,
    patience: Patience,
    months: int,
) -> Plan | None:
    """Remind the mentor of the latest month due where they live, unless that is long past.

    A pair that has been silent for more than `months` is a matter for the coordinator.
    """
    zone = zone_of(department)
    due = list(months_due(last_sign_on, now.astimezone(zone).date()))
    if not due or len(due) > months:
        return None
    begins = datetime.combine(due[-1], time(), zone)
    if patience.is_long_past(begins, now):
        return None
    return Plan(
        rule=Rule.SILENT_PAIR,
        channel=Channel.EMAIL,
        pairing_id=pairing_id,
        person_id=mentor_id,
        counterpart_id=mentee_id,
        due_on=due[-1],
        since_on=last_sign_on,
        happened_at=begins,
    )
