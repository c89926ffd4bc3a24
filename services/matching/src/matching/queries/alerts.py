"""Alerts by department, rule and state."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import ALERTS, Alert, AlertRule, Mentee


def alerts(
    *, within: Collection[str] | None, rule: AlertRule | None, settled: bool
) -> SelectOfScalar[Alert]:
    """Select the open or settled alerts about mentees of these departments."""
    open_ = col(Alert.settled_at).is_(None)
    query = select(Alert).where(col(Alert.rule).in_(ALERTS), ~open_ if settled else open_)
    if within is not None:
        query = query.join(Mentee).where(col(Mentee.department).in_(within))
    return query if rule is None else query.where(Alert.rule == rule)
