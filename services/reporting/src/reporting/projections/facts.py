"""Projections of facts into the read model. Of events with the same key, the last one wins."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, get_args

from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing, rows_from, upsert
from backbone.database.tables import table_of
from backbone.messaging.inbox import Handlers
from contracts import (
    ApplicationTurnedDown,
    AttendanceNoted,
    BoardMeetingHeld,
    BoardSeatLeft,
    BoardSeatTaken,
    CheckInHeld,
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    ContactAttempted,
    ContactCorrected,
    ContactLogged,
    ContactWithdrawn,
    ConventionAcceded,
    ConventionAmended,
    ConventionEnded,
    ConventionNoticeGiven,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    DepartmentOpened,
    Event,
    EventCancelled,
    EventPlanned,
    FirstInterviewHeld,
    FirstInterviewMissed,
    FulfilmentWithdrawn,
    GiftCancelled,
    GiftPledged,
    GiftReceived,
    HousingAnswered,
    HousingClosed,
    HousingNeeded,
    HousingOffered,
    IntroductionAnswered,
    IntroductionMade,
    JointActionBegun,
    JointActionCounted,
    LeadConverted,
    LeadHeardOf,
    LeadMoved,
    MenteeAdmitted,
    MenteeErased,
    MenteePaired,
    MenteeRefused,
    MenteesMerged,
    MentorCapacityChanged,
    MentorEnrolled,
    NetworkJoined,
    NetworkLeft,
    OrganisationCard,
    OrganisationRegistered,
    OrganisationsMerged,
    OutcomeAsked,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingPaused,
    PairingProposed,
    PairingResumed,
    PriorityNeighbourhoodCorrected,
    PromoterNamed,
    ReceiptCancelled,
    ReceiptIssued,
    ReturnGiven,
    RoundPublished,
    SignatoryWithdrew,
    StandBooked,
    StandReleased,
    UmbrellaJoined,
    UmbrellaLeft,
    YouthReferred,
)
from contracts.bounds import days_after
from reporting import read_model
from reporting.projections.versions import add_versions, add_withdrawals
from reporting.read_model import ConventionTerm, Fact, Signatory
from reporting.store import silences

TABLES: dict[type[Event], type[Fact]] = {
    DepartmentOpened: read_model.DepartmentOpening,
    OrganisationRegistered: read_model.Organisation,
    UmbrellaJoined: read_model.Membership,
    UmbrellaLeft: read_model.MembershipEnd,
    ConventionSigned: read_model.Convention,
    ConventionEnded: read_model.ConventionEnd,
    ConventionNoticeGiven: read_model.ConventionNotice,
    SignatoryWithdrew: read_model.SignatoryEnd,
    CommitmentMade: read_model.Commitment,
    CommitmentWithdrawn: read_model.CommitmentEnd,
    CommitmentFulfilled: read_model.Fulfilment,
    FulfilmentWithdrawn: read_model.FulfilmentWithdrawal,
    PromoterNamed: read_model.Promotion,
    GiftPledged: read_model.Pledge,
    GiftReceived: read_model.Gift,
    GiftCancelled: read_model.GiftEnd,
    ReceiptIssued: read_model.Receipt,
    ReceiptCancelled: read_model.ReceiptEnd,
    ReturnGiven: read_model.GiftReturn,
    NetworkJoined: read_model.NetworkMember,
    NetworkLeft: read_model.NetworkMemberEnd,
    JointActionCounted: read_model.JointActionCount,
    EventPlanned: read_model.PartnerEvent,
    EventCancelled: read_model.PartnerEventEnd,
    StandBooked: read_model.StandBooking,
    StandReleased: read_model.StandRelease,
    BoardSeatTaken: read_model.Seat,
    BoardSeatLeft: read_model.SeatEnd,
    BoardMeetingHeld: read_model.BoardMeeting,
    YouthReferred: read_model.Referral,
    HousingNeeded: read_model.HousingNeed,
    HousingOffered: read_model.HousingOffer,
    HousingAnswered: read_model.HousingAnswer,
    HousingClosed: read_model.HousingEnd,
    LeadHeardOf: read_model.Lead,
    LeadMoved: read_model.LeadMove,
    LeadConverted: read_model.LeadConversion,
    MenteeAdmitted: read_model.Mentee,
    MenteeRefused: read_model.Refusal,
    PriorityNeighbourhoodCorrected: read_model.NeighbourhoodCorrection,
    MentorEnrolled: read_model.Mentor,
    MentorCapacityChanged: read_model.CapacityChange,
    PairingProposed: read_model.Proposal,
    PairingDeclined: read_model.Decline,
    MenteePaired: read_model.Pairing,
    FirstInterviewHeld: read_model.FirstInterview,
    PairingExpired: read_model.ProposalExpiry,
    FirstInterviewMissed: read_model.MissedInterview,
    IntroductionMade: read_model.Introduction,
    IntroductionAnswered: read_model.IntroductionAnswer,
    CheckInHeld: read_model.CheckIn,
    OutcomeAsked: read_model.OutcomeRequest,
    ApplicationTurnedDown: read_model.ApplicationRejection,
    PairingEnded: read_model.PairingEnd,
}
"""Facts that become one row, field by field."""

PairFact: TypeAlias = (
    MenteePaired
    | FirstInterviewHeld
    | ContactLogged
    | ContactCorrected
    | ContactWithdrawn
    | PairingEnded
    | PairingPaused
    | PairingResumed
)
"""A fact on which a pair's months of silence depend."""

projections = Handlers()


def register(fact: type[Event], table: type[Fact]) -> None:
    """Register a projection that stores those fields of `fact` for which `table` has columns."""
    columns = [column.name for column in table_of(table).c if column.name in fact.model_fields]

    @projections.on(fact)
    async def store_facts(session: AsyncSession, events: Sequence[Event]) -> None:
        await upsert(session, table, rows_from(events, *columns))


for fact, table in TABLES.items():
    register(fact, table)


CONTACT = ("contact_id", "pairing_id", "mentee_id", "mentor_id", "recorded_at", "medium")
OUTCOME = ("outcome_id", "mentee_id", "recorded_at", "pairing_id", "contract", "months")
OUTCOME_DETAILS = ("fits_qualification", "evidence", "sector", "found_on")
CONTACT_DETAILS = ("contact_on", "minutes", "contact_kind")
SUSPENSION = ("convention_id", "from_on", "until_on", "recorded_at")
PAUSE = ("pairing_id", "mentee_id", "mentor_id", "from_on", "recorded_at")


@projections.on(ContactLogged)
async def store_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    await upsert(session, read_model.Contact, rows_from(events, *CONTACT, *CONTACT_DETAILS))


@projections.on(ContactAttempted)
async def store_attempts(session: AsyncSession, events: Sequence[ContactAttempted]) -> None:
    await upsert(session, read_model.ContactAttempt, rows_from(events, *CONTACT, "attempted_on"))


@projections.on(ContactCorrected)
async def correct_contacts(session: AsyncSession, events: Sequence[ContactCorrected]) -> None:
    contacts = [event for event in events if event.made]
    await add_versions(session, read_model.Contact, rows_from(contacts, *CONTACT, *CONTACT_DETAILS))
    attempts = [event for event in events if not event.made]
    rows = rows_from(attempts, *CONTACT, attempted_on="contact_on")
    await add_versions(session, read_model.ContactAttempt, rows)


@projections.on(ContactWithdrawn)
async def withdraw_contacts(session: AsyncSession, events: Sequence[ContactWithdrawn]) -> None:
    for table, is_contact in ((read_model.Contact, True), (read_model.ContactAttempt, False)):
        withdrawn = [event for event in events if event.made == is_contact]
        await add_withdrawals(session, table, rows_from(withdrawn, "contact_id", "recorded_at"))


@projections.on(OutcomeRecorded)
async def store_outcomes(session: AsyncSession, events: Sequence[OutcomeRecorded]) -> None:
    await upsert(session, read_model.Outcome, rows_from(events, *OUTCOME, *OUTCOME_DETAILS))


@projections.on(OutcomeCorrected)
async def correct_outcomes(session: AsyncSession, events: Sequence[OutcomeCorrected]) -> None:
    await add_versions(session, read_model.Outcome, rows_from(events, *OUTCOME, *OUTCOME_DETAILS))


@projections.on(OutcomeWithdrawn)
async def withdraw_outcomes(session: AsyncSession, events: Sequence[OutcomeWithdrawn]) -> None:
    await add_withdrawals(
        session, read_model.Outcome, rows_from(events, "outcome_id", "recorded_at")
    )


@projections.on(AttendanceNoted)
async def store_attendances(session: AsyncSession, events: Sequence[AttendanceNoted]) -> None:
    fields = ("registration_id", "event_id", "attendee_kind", "attendee_id", "attended", "held_on")
    await add_versions(session, read_model.Attendance, rows_from(events, *fields, "recorded_at"))


@projections.on(ConventionSuspended)
async def suspend_conventions(session: AsyncSession, events: Sequence[ConventionSuspended]) -> None:
    await add_versions(session, read_model.ConventionSuspension, rows_from(events, *SUSPENSION))


@projections.on(ConventionResumed)
async def resume_conventions(session: AsyncSession, events: Sequence[ConventionResumed]) -> None:
    await add_versions(session, read_model.ConventionSuspension, rows_from(events, *SUSPENSION))


@projections.on(PairingPaused)
async def pause_pairs(session: AsyncSession, events: Sequence[PairingPaused]) -> None:
    await add_versions(session, read_model.Pause, rows_from(events, *PAUSE, "until_on"))


@projections.on(PairingResumed)
async def resume_pairs(session: AsyncSession, events: Sequence[PairingResumed]) -> None:
    """Add a version of each pause that ends on the day before `resumed_on`."""
    last_days = [{"until_on": days_after(event.resumed_on, -1)} for event in events]
    pauses = rows_from(events, *PAUSE)
    rows = [{**pause, **last_day} for pause, last_day in zip(pauses, last_days, strict=True)]
    await add_versions(session, read_model.Pause, rows)


@projections.derive(*get_args(PairFact))
async def refresh_silences(session: AsyncSession, facts: Sequence[PairFact] | None) -> None:
    """Store the months of silence of the pairs of these facts, or of all pairs.

    All facts of a pair have its key: no other transaction applies one at the same time.
    """
    if facts is None:
        await silences.refresh_all(session)
    else:
        await silences.refresh(session, {fact.pairing_id for fact in facts})


@projections.on(ConventionSigned)
async def store_signatories(session: AsyncSession, events: Sequence[ConventionSigned]) -> None:
    """Store who signed and when.

    A signatory bound by the convention's effective date signs with it, else on accession.
    """
    rows = [
        {
            "convention_id": event.convention_id,
            "organisation_id": signatory.organisation_id,
            "signed_on": event.signed_on
            if signatory.accedes_on <= event.effective_on
            else signatory.accedes_on,
            "accedes_on": signatory.accedes_on,
            "recorded_at": event.recorded_at,
        }
        for event in events
        for signatory in event.signatories
    ]
    await upsert(session, Signatory, rows)


@projections.on(ConventionAcceded)
async def store_accessions(session: AsyncSession, events: Sequence[ConventionAcceded]) -> None:
    fields = ("convention_id", "organisation_id", "accedes_on", "recorded_at")
    await upsert(session, Signatory, rows_from(events, *fields, signed_on="accedes_on"))


@projections.on(ConventionAmended)
async def store_amendments(session: AsyncSession, events: Sequence[ConventionAmended]) -> None:
    fields = ("id", "convention_id", "recorded_at", "ends_on")
    await upsert(session, ConventionTerm, rows_from(events, *fields, changed_on="amended_on"))


@projections.on(ConventionRenewed)
async def store_renewals(session: AsyncSession, events: Sequence[ConventionRenewed]) -> None:
    fields = ("id", "convention_id", "recorded_at", "ends_on")
    await upsert(session, ConventionTerm, rows_from(events, *fields, changed_on="renewed_on"))


@projections.on(JointActionBegun)
async def store_joint_actions(session: AsyncSession, events: Sequence[JointActionBegun]) -> None:
    """Store a row for each action and each organisation that takes part in it."""
    rows = [
        {
            "action_id": event.action_id,
            "organisation_id": organisation_id,
            "network_id": event.network_id,
            "begun_on": event.begun_on,
            "recorded_at": event.recorded_at,
        }
        for event in events
        for organisation_id in event.organisations
    ]
    await upsert(session, read_model.JointAction, rows)


@projections.on(RoundPublished)
async def store_rounds(session: AsyncSession, events: Sequence[RoundPublished]) -> None:
    fields = ("round_id", "proposed", "unmatched", "recorded_at")
    await upsert(session, read_model.MatchingRound, rows_from(events, *fields, round_on="on"))


@projections.on(MenteeErased)
async def store_erasures(session: AsyncSession, events: Sequence[MenteeErased]) -> None:
    """Store each mentee's first erasure: one repeated after a restore changes no figure."""
    await insert_missing(
        session, read_model.Erasure, rows_from(events, "mentee_id", "erased_on", "recorded_at")
    )


@projections.on(MenteesMerged)
async def store_merges(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    """Store which mentees are duplicates; a repeated merge does not change `recorded_at`."""
    rows = [
        {
            "duplicate_id": duplicate,
            "mentee_id": event.mentee_id,
            "recorded_at": event.recorded_at,
        }
        for event in events
        for duplicate in event.duplicates
    ]
    await insert_missing(session, read_model.Merge, rows)


@projections.on(OrganisationsMerged)
async def store_organisation_merges(
    session: AsyncSession, events: Sequence[OrganisationsMerged]
) -> None:
    """Store which organisations are duplicates; a repeated merge does not change `recorded_at`."""
    rows = [
        {
            "duplicate_id": duplicate,
            "organisation_id": event.organisation_id,
            "recorded_at": event.recorded_at,
        }
        for event in events
        for duplicate in event.duplicates
    ]
    await insert_missing(session, read_model.OrganisationMerge, rows)


@projections.on(OrganisationCard)
async def store_names(session: AsyncSession, cards: Sequence[OrganisationCard]) -> None:
    latest = {card.organisation_id: card for card in cards}.values()
    await _delete_erased(session, (card for card in latest if card.erased))
    named = [card for card in latest if not card.erased]
    rows = rows_from(named, "organisation_id", "name", "siren")
    await upsert(session, read_model.OrganisationCard, rows)


async def _delete_erased(session: AsyncSession, cards: Iterable[OrganisationCard]) -> None:
    if erased := [card.organisation_id for card in cards]:
        is_erased = col(read_model.OrganisationCard.organisation_id).in_(erased)
        connection = await session.connection()
        await connection.execute(delete(read_model.OrganisationCard).where(is_erased))
