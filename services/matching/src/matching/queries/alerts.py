"""Alerts by department, rule and state."""

from collections.abc import Collection

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from matching.domain.tables import ALERTS, Due, DueRule, Mentee


def alerts(
    *, within: Collection[str] | None, rule: DueRule | None, settled: bool
) -> SelectOfScalar[Due]:
    """Select the open or settled alerts about mentees of these departments."""
    open_ = col(Due.settled_at).is_(None)
    query = select(Due).where(col(Due.rule).in_(ALERTS), ~open_ if settled else open_)
    if within is not None:
        query = query.join(Mentee).where(col(Mentee.department).in_(within))
    return query if rule is None else query.where(Due.rule == rule)
