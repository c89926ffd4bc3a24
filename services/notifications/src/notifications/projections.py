"""Projections: the read model, from the events and cards of matching and partners, in any order."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, func, update
from sqlmodel import delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array, insert_missing, insert_rows, rows_from, upsert
from backbone.database.tables import table_of
from backbone.messaging.inbox import Handlers
from contracts import (
    Card,
    ContactLogged,
    ContactPersonCard,
    FirstInterviewHeld,
    MenteePaired,
    MenteesMerged,
    OccasionCard,
    OrganisationCard,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingLate,
    PairingProposed,
    PersonCard,
)
from contracts.enums import Contract
from contracts.territories import department_name
from notifications.read_model import (
    FittingOutcome,
    Merge,
    Occasion,
    Organisation,
    Pair,
    Person,
    ReadModelTable,
)

projections = Handlers()

CARD = (
    "person_id",
    "given_name",
    "family_name",
    "email",
    "phone",
    "language",
    "department",
)
DATES = ("proposed_on", "starts_on", "last_sign_on", "ended_on")

PairEvent: TypeAlias = (
    PairingProposed
    | MenteePaired
    | FirstInterviewHeld
    | ContactLogged
    | PairingEnded
    | PairingDeclined
    | PairingExpired
)
Dates: TypeAlias = dict[str, date]


@projections.on(PersonCard)
async def store_person_cards(session: AsyncSession, cards: Sequence[PersonCard]) -> None:
    """Store the last card of each mentee and mentor; delete those that were erased.

    Raise `UnknownDepartment`: such a card becomes a dead letter, because its time zone is unknown.
    """
    await _replace_cards(session, Person, cards, *CARD, "side")


@projections.on(ContactPersonCard)
async def store_contact_person_cards(
    session: AsyncSession, cards: Sequence[ContactPersonCard]
) -> None:
    """Store the last card of each contact person, in the table of mentees and mentors."""
    await _replace_cards(session, Person, cards, *CARD, "organisation_id")


@projections.on(OrganisationCard)
async def store_organisation_cards(
    session: AsyncSession, cards: Sequence[OrganisationCard]
) -> None:
    await _replace_cards(session, Organisation, cards, "organisation_id", "name")


@projections.on(OccasionCard)
async def store_occasion_cards(session: AsyncSession, cards: Sequence[OccasionCard]) -> None:
    await _replace_cards(session, Occasion, cards, *Occasion.model_fields)


async def _replace_cards(
    session: AsyncSession, table: type[ReadModelTable], cards: Sequence[Card], *columns: str
) -> None:
    """Upsert the last card of each key, and delete those that were erased."""
    last = {card.key: card for card in cards}.values()
    current = [card for card in last if not card.erased]
    for department in {card.department for card in current if hasattr(card, "department")}:
        department_name(department)
    await upsert(session, table, rows_from(current, *columns))
    if erased := [UUID(card.key) for card in last if card.erased]:
        key = table_of(table).c[columns[0]]
        await (await session.connection()).execute(delete(table).where(key.in_(erased)))


@projections.on(MenteesMerged)
async def merge_mentees(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    """Record merged applications, and re-key their pairs to the surviving one."""
    rows = [
        {"duplicate_id": duplicate, "mentee_id": event.mentee_id}
        for event in events
        for duplicate in event.duplicates
    ]
    await insert_missing(session, Merge, rows)
    duplicates = {row["duplicate_id"] for row in rows}
    await _rekey_pairs(session, in_array(Pair.mentee_id, duplicates))


@projections.on(PairingProposed)
async def record_proposals(session: AsyncSession, events: Sequence[PairingProposed]) -> None:
    await _upsert_dates(session, ((e, {"proposed_on": e.proposed_on}) for e in events))


@projections.on(MenteePaired)
async def record_starts(session: AsyncSession, events: Sequence[MenteePaired]) -> None:
    await _upsert_dates(
        session, ((e, {"starts_on": e.starts_on, "last_sign_on": e.starts_on}) for e in events)
    )


@projections.on(FirstInterviewHeld)
async def record_interviews(session: AsyncSession, events: Sequence[FirstInterviewHeld]) -> None:
    await _upsert_dates(session, ((e, {"last_sign_on": e.held_on}) for e in events))


@projections.on(ContactLogged)
async def record_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    await _upsert_dates(session, ((e, {"last_sign_on": e.contact_on}) for e in events))


@projections.on(PairingLate)
async def record_last_signs(session: AsyncSession, events: Sequence[PairingLate]) -> None:
    """Overwrite the last sign of life: `PairingLate` takes corrected contacts into account."""
    last = {event.pairing_id: event.last_sign_on for event in events}
    connection, pair = await session.connection(), table_of(Pair)
    for pairing_id, day in last.items():
        late = pair.c.pairing_id == pairing_id
        await connection.execute(update(pair).where(late).values(last_sign_on=day))


@projections.on(PairingEnded)
async def record_ends(session: AsyncSession, events: Sequence[PairingEnded]) -> None:
    await _upsert_dates(session, ((e, {"ended_on": e.ended_on}) for e in events))


@projections.on(PairingDeclined)
async def record_declines(session: AsyncSession, events: Sequence[PairingDeclined]) -> None:
    await _upsert_dates(session, ((e, {"ended_on": e.declined_on}) for e in events))


@projections.on(PairingExpired)
async def record_expiries(session: AsyncSession, events: Sequence[PairingExpired]) -> None:
    await _upsert_dates(session, ((e, {"ended_on": e.expired_on}) for e in events))


@projections.on(OutcomeRecorded)
async def record_outcomes(session: AsyncSession, events: Sequence[OutcomeRecorded]) -> None:
    await _store_fitting(session, events)


@projections.on(OutcomeCorrected)
async def correct_outcomes(session: AsyncSession, events: Sequence[OutcomeCorrected]) -> None:
    await _store_fitting(session, events)


@projections.on(OutcomeWithdrawn)
async def withdraw_outcomes(session: AsyncSession, events: Sequence[OutcomeWithdrawn]) -> None:
    await _delete_outcomes(session, {event.outcome_id for event in events})


async def _store_fitting(
    session: AsyncSession, events: Sequence[OutcomeRecorded | OutcomeCorrected]
) -> None:
    """Store the outcomes that fit the qualification, by their latest values."""
    last = {event.outcome_id: event for event in events}
    fitting = [
        event
        for event in last.values()
        if event.fits_qualification and event.contract != Contract.STUDIES
    ]
    await upsert(session, FittingOutcome, rows_from(fitting, "outcome_id", "mentee_id"))
    await _delete_outcomes(session, last.keys() - {event.outcome_id for event in fitting})


async def _delete_outcomes(session: AsyncSession, outcomes: Collection[UUID]) -> None:
    connection, table = await session.connection(), table_of(FittingOutcome)
    await connection.execute(delete(table).where(table.c.outcome_id.in_(outcomes)))


async def _upsert_dates(session: AsyncSession, changes: Iterable[tuple[PairEvent, Dates]]) -> None:
    """Upsert the latest of each date per pair, so that the order of events does not matter."""
    rows: dict[UUID, dict[str, object]] = {}
    for event, dates in changes:
        row = rows.setdefault(event.pairing_id, _row(event))
        row |= {name: max(day, row[name] or day) for name, day in dates.items()}  # type: ignore[call-overload]
    statement, pair = insert_rows(Pair, list(rows.values())), table_of(Pair)
    later = {name: func.greatest(pair.c[name], statement.excluded[name]) for name in DATES}
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=["pairing_id"], set_=later)
    )
    await _rekey_pairs(session, in_array(Pair.pairing_id, rows))


async def _rekey_pairs(session: AsyncSession, pairs: ColumnElement[bool]) -> None:
    """Re-key these pairs to the surviving application, after all merges known so far."""
    pair, merge, later = table_of(Pair), table_of(Merge), table_of(Merge).alias("later")
    merged_again = select(later.c.duplicate_id).where(later.c.duplicate_id == merge.c.mentee_id)
    await (await session.connection()).execute(
        update(pair)
        .values(mentee_id=merge.c.mentee_id)
        .where(pairs, merge.c.duplicate_id == pair.c.mentee_id, ~merged_again.exists())
    )


def _row(event: PairEvent) -> dict[str, object]:
    return {
        "pairing_id": event.pairing_id,
        "mentee_id": event.mentee_id,
        "mentor_id": event.mentor_id,
        **dict.fromkeys(DATES),
    }
