"""Queries for the lists of the API."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.domain.tables import Bounce, Channel, Message, OptOut, Rule, State
from notifications.read_model import Person
from notifications.store import Departments, in_scope, visible_to

T = TypeVar("T", Bounce, OptOut)


def messages(  # noqa: PLR0913  (filters)
    *,
    within: Departments,
    state: State | None,
    channel: Channel | None,
    rule: Rule | None,
    person_id: UUID | None,
    pairing_id: UUID | None,
) -> SelectOfScalar[Message]:
    """Select the messages about mentees of these departments."""
    values = {
        Message.state: state,
        Message.channel: channel,
        Message.rule: rule,
        Message.person_id: person_id,
        Message.pairing_id: pairing_id,
    }
    filters = [column == value for column, value in values.items() if value is not None]
    return select(Message).where(visible_to(within), *filters)


def bounces(*, within: Departments) -> SelectOfScalar[Bounce]:
    """Select the bounces of mentors, and of mentees and contact persons in these departments."""
    return _of_people(Bounce, within)


def opt_outs(*, within: Departments) -> SelectOfScalar[OptOut]:
    """Select the opt-outs of mentors, and of mentees and contact persons in these departments."""
    return _of_people(OptOut, within)


def _of_people(table: type[T], within: Departments) -> SelectOfScalar[T]:
    if within is None:
        return select(table)
    has_person = exists().where(col(Person.person_id) == table.person_id, in_scope(within))
    return select(table).where(has_person)
