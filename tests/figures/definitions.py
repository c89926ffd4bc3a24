"""Every figure by its name: the rows that it counts, or the two counts that a share is made of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from contracts import (
    ApplicationTurnedDown,
    AttendanceNoted,
    BoardMeetingHeld,
    BoardSeatLeft,
    BoardSeatTaken,
    CheckInHeld,
    DepartmentOpened,
    EventCancelled,
    EventPlanned,
    FirstInterviewHeld,
    FirstInterviewMissed,
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
    MenteePaired,
    MenteeRefused,
    MentorEnrolled,
    OrganisationRegistered,
    OutcomeAsked,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingProposed,
    PromoterNamed,
    ReceiptCancelled,
    ReceiptIssued,
    ReturnGiven,
    RoundPublished,
    StandBooked,
    StandReleased,
    YouthReferred,
)
from contracts.enums import (
    ActionMeasure,
    ConventionKind,
    HousingEnd,
    IntroductionResult,
    LeadStage,
    OrganisationKind,
    PriorityNeighbourhood,
)
from contracts.territories import DEPARTMENTS, is_overseas, region_of
from tests.figures import conventions, pairs, people
from tests.figures.conventions import Signature
from tests.figures.facts import Known, Programme, derived

TO_WORK = {IntroductionResult.INTERVIEW, IntroductionResult.OFFER, IntroductionResult.HIRED}


class OfPair(Protocol):
    """What names a mentee and a mentor."""

    @property
    def mentee_id(self) -> UUID: ...
    @property
    def mentor_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of those that a figure counts, on its day, and where it belongs; or what it adds up."""

    id: UUID | str
    on: date
    adds: int = 1
    organisation: UUID | None = None
    department: str | None = None
    region: str | None = None
    convention: UUID | None = None


Rows = Iterable[Row]
Implementation = Callable[[Programme], Rows]

COUNTS: dict[str, Implementation] = {}
SHARES = {
    "priority_neighbourhoods": (
        "mentees_from_priority_neighbourhoods",
        "mentees_neighbourhood_known",
    ),
    "outcomes_fitting": ("mentees_in_fitting_work", "mentees_accompanied"),
    "lead_conversion": ("leads_signed", "leads_heard_of"),
    "returns_of_gifts": ("returns_given", "gifts_received"),
}


def figure(implementation: Implementation) -> Implementation:
    """Register a figure under its function's name."""
    COUNTS[implementation.__name__] = implementation
    return implementation


# Where rows belong


def of_pair(programme: Programme, fact: OfPair, row_id: UUID | str, on: date) -> Row:
    """Return the row of what a pair did: its mentor's organisation, its mentee's department."""
    return Row(
        id=row_id,
        on=on,
        organisation=people.employers(programme.known).get(fact.mentor_id),
        department=people.departments(programme.known).get(fact.mentee_id),
    )


@derived
def _organisations(known: Known) -> dict[UUID, OrganisationRegistered]:
    return {o.organisation_id: o for o in known.published.all(OrganisationRegistered)}


def of_organisation(
    programme: Programme,
    organisation_id: UUID,
    row_id: UUID | str,
    on: date,
    *,
    convention: UUID | None = None,
    adds: int = 1,
) -> Row:
    """Return the row of what an organisation did, in the department of its seat."""
    registered = _organisations(programme.known).get(organisation_id)
    return Row(
        id=row_id,
        on=on,
        adds=adds,
        organisation=organisation_id,
        department=registered.department if registered else None,
        convention=convention,
    )


def of_signature(programme: Programme, signature: Signature, row_id: UUID, on: date) -> Row:
    signed = signature.convention.convention_id
    return of_organisation(programme, signature.organisation_id, row_id, on, convention=signed)


# Organisations


@figure
def organisations_engaged(programme: Programme) -> Rows:
    for signature in conventions.signatures(programme):
        yield of_signature(programme, signature, signature.organisation_id, signature.signed_on)


@figure
def organisations_covered(programme: Programme) -> Rows:
    for organisation_id, since in conventions.covered(programme):
        yield of_organisation(programme, organisation_id, organisation_id, since)


@figure
def conventions_in_force(programme: Programme) -> Rows:
    """Yield each once under each signatory it binds; under nobody where it binds nobody."""
    binding = set[UUID]()
    for signature in conventions.bound(programme):
        convention = signature.convention
        binding.add(convention.convention_id)
        yield of_signature(programme, signature, convention.convention_id, convention.effective_on)
    for convention in conventions.in_force(programme):
        if convention.convention_id not in binding:
            yield Row(id=convention.convention_id, on=convention.effective_on)


def _signatures(programme: Programme, kind: ConventionKind) -> Iterator[Signature]:
    for signature in conventions.signatures(programme):
        if signature.convention.convention_kind == kind:
            yield signature


@figure
def own_conventions_signed(programme: Programme) -> Rows:
    for signature in _signatures(programme, ConventionKind.OWN):
        signed = signature.convention.convention_id
        yield of_signature(programme, signature, signed, signature.signed_on)


@figure
def framework_conventions_signed(programme: Programme) -> Rows:
    for signature in _signatures(programme, ConventionKind.FRAMEWORK):
        signed = signature.convention.convention_id
        yield of_signature(programme, signature, signed, signature.signed_on)


@figure
def framework_signatories(programme: Programme) -> Rows:
    for signature in _signatures(programme, ConventionKind.FRAMEWORK):
        yield of_signature(programme, signature, signature.organisation_id, signature.signed_on)


@figure
def leads_heard_of(programme: Programme) -> Rows:
    for lead in programme.happened(LeadHeardOf):
        yield _of_lead(lead, lead.heard_on)


@figure
def leads_signed(programme: Programme) -> Rows:
    leads = {lead.lead_id: lead for lead in programme.happened(LeadHeardOf)}
    for move in programme.happened(LeadMoved):
        if move.stage == LeadStage.SIGNED:
            yield _of_lead(leads[move.lead_id], move.moved_on)


def _of_lead(lead: LeadHeardOf, on: date) -> Row:
    """Return the row of a lead, in its department, under the organisation that introduced it."""
    return Row(id=lead.lead_id, on=on, organisation=lead.introduced_by, department=lead.department)


@figure
def commitments_made(programme: Programme) -> Rows:
    for commitment in conventions.owed(programme):
        yield of_organisation(
            programme, commitment.organisation_id, commitment.commitment_id, commitment.made_on
        )


@figure
def commitments_kept(programme: Programme) -> Rows:
    for commitment in conventions.fulfilled(programme):
        yield of_organisation(
            programme, commitment.organisation_id, commitment.commitment_id, commitment.made_on
        )


@figure
def conventions_under_notice(programme: Programme) -> Rows:
    """Yield each notice under each signatory its convention binds."""
    for notice in conventions.under_notice(programme):
        signed = notice.convention_id
        bound = [s for s in conventions.bound(programme) if s.convention.convention_id == signed]
        for signature in bound:
            yield of_signature(programme, signature, signed, notice.given_on)
        if not bound:
            yield Row(id=signed, on=notice.given_on)


@figure
def promoters(programme: Programme) -> Rows:
    for fact in programme.happened(PromoterNamed):
        promoter = fact.organisation_id
        yield of_organisation(programme, promoter, promoter, fact.named_on)


@figure
def partners_from_leads(programme: Programme) -> Rows:
    for fact in programme.happened(LeadConverted):
        partner, signed = fact.organisation_id, fact.convention_id
        yield of_organisation(programme, partner, partner, fact.converted_on, convention=signed)


# Networks


@figure
def network_members(programme: Programme) -> Rows:
    for membership in conventions.in_networks(programme.known):
        if membership.joined_on <= programme.as_of <= membership.left_on:
            member = membership.organisation_id
            yield of_organisation(programme, member, member, membership.joined_on)


@figure
def joint_actions(programme: Programme) -> Rows:
    for action in programme.happened(JointActionBegun):
        for taking_part in action.organisations:
            member = programme.known.organisation(taking_part)
            yield of_organisation(programme, member, action.action_id, action.begun_on)


def _came_to(measure: ActionMeasure) -> Implementation:
    """Return the figure that adds up the last count of each action by a measure."""

    def rows(programme: Programme) -> Rows:
        counts = {
            count.action_id: count
            for count in programme.happened(JointActionCounted)
            if count.measure == measure
        }
        for action in programme.happened(JointActionBegun):
            if (count := counts.get(action.action_id)) is None:
                continue
            for taking_part in action.organisations:
                member = programme.known.organisation(taking_part)
                yield of_organisation(
                    programme, member, action.action_id, count.counted_on, adds=count.quantity
                )

    return rows


for each_measure in ActionMeasure:
    COUNTS[f"joint_actions_{each_measure}"] = _came_to(each_measure)


# Patronage, events, the board, sourcing and housing


def _gifts(programme: Programme) -> Iterator[GiftReceived]:
    cancelled = {gift.gift_id for gift in programme.happened(GiftCancelled)}
    for gift in programme.happened(GiftReceived):
        if gift.gift_id not in cancelled:
            yield gift


@figure
def patrons(programme: Programme) -> Rows:
    for gift in _gifts(programme):
        giver = gift.organisation_id
        yield of_organisation(programme, giver, giver, gift.given_on)


@figure
def landlord_patrons(programme: Programme) -> Rows:
    for gift in _gifts(programme):
        giver = gift.organisation_id
        registered = _organisations(programme.known).get(giver)
        if registered and registered.organisation_kind == OrganisationKind.SOCIAL_LANDLORD:
            yield of_organisation(programme, giver, giver, gift.given_on)


@figure
def gifts_received(programme: Programme) -> Rows:
    for gift in _gifts(programme):
        giver = gift.organisation_id
        yield of_organisation(programme, giver, gift.gift_id, gift.given_on, adds=gift.amount)


@figure
def gifts_pledged(programme: Programme) -> Rows:
    for pledge in programme.happened(GiftPledged):
        patron, on = pledge.organisation_id, pledge.pledged_on
        yield of_organisation(programme, patron, pledge.pledge_id, on, adds=pledge.amount)


@figure
def pledges_overdue(programme: Programme) -> Rows:
    paid = Counter[UUID | None]()
    for gift in _gifts(programme):
        paid[gift.pledge_id] += gift.amount
    for pledge in programme.happened(GiftPledged):
        due_on = pledge.due_on or date.max
        if due_on < programme.as_of and paid[pledge.pledge_id] < pledge.amount:
            patron = pledge.organisation_id
            yield of_organisation(programme, patron, pledge.pledge_id, due_on)


@figure
def returns_given(programme: Programme) -> Rows:
    for fact in programme.happened(ReturnGiven):
        patron, on = fact.organisation_id, fact.given_on
        yield of_organisation(programme, patron, fact.return_id, on, adds=fact.amount)


def _receipts(programme: Programme) -> Iterator[ReceiptIssued]:
    void = {(r.cancels_year, r.cancels_number) for r in programme.happened(ReceiptCancelled)}
    for receipt in programme.happened(ReceiptIssued):
        if (receipt.year, receipt.number) not in void:
            yield receipt


@figure
def tax_receipts(programme: Programme) -> Rows:
    for receipt in _receipts(programme):
        patron, number = receipt.organisation_id, f"{receipt.year}-{receipt.number}"
        yield of_organisation(programme, patron, number, receipt.issued_on)


@figure
def tax_receipts_amount(programme: Programme) -> Rows:
    for receipt in _receipts(programme):
        patron, number = receipt.organisation_id, f"{receipt.year}-{receipt.number}"
        on, amount = receipt.issued_on, receipt.amount
        yield of_organisation(programme, patron, number, on, adds=amount)


def _cancelled_events(programme: Programme) -> set[UUID]:
    return {event.event_id for event in programme.known.all(EventCancelled)}


@figure
def events_held(programme: Programme) -> Rows:
    for event in programme.happened(EventPlanned):
        if event.event_id not in _cancelled_events(programme):
            yield Row(
                id=event.event_id,
                on=event.starts_on,
                organisation=event.organised_by,
                department=event.department,
            )


@figure
def stands_held(programme: Programme) -> Rows:
    """Yield the stands that were not given up, at events that were not cancelled."""
    given_up = {stand.booking_id for stand in programme.known.all(StandReleased)}
    cancelled = _cancelled_events(programme)
    events = {event.event_id: event for event in programme.happened(EventPlanned)}
    for stand in programme.happened(StandBooked):
        if stand.booking_id not in given_up and stand.event_id not in cancelled:
            yield Row(
                id=stand.booking_id,
                on=stand.held_on,
                organisation=stand.organisation_id,
                department=events[stand.event_id].department,
            )


@figure
def attendances(programme: Programme) -> Rows:
    """Yield the registrations of which it was last noted that somebody came."""
    noted = {note.registration_id: note for note in programme.happened(AttendanceNoted)}
    events = {event.event_id: event for event in programme.happened(EventPlanned)}
    for note in noted.values():
        if note.attended:
            yield Row(
                id=note.registration_id,
                on=note.held_on,
                department=events[note.event_id].department,
            )


@figure
def board_seats(programme: Programme) -> Rows:
    """Yield the organisations whose seat's term is not over and that have not left it."""
    left = {seat.seat_id: seat.left_on for seat in programme.happened(BoardSeatLeft)}
    for seat in programme.happened(BoardSeatTaken):
        last_day = min(seat.term_ends_on or date.max, left.get(seat.seat_id, date.max))
        if programme.as_of <= last_day:
            holder = seat.organisation_id
            yield of_organisation(programme, holder, holder, seat.starts_on)


@figure
def board_meetings_held(programme: Programme) -> Rows:
    for meeting in programme.happened(BoardMeetingHeld):
        yield Row(id=meeting.meeting_id, on=meeting.held_on)


@figure
def youths_referred(programme: Programme) -> Rows:
    for referral in programme.happened(YouthReferred):
        if referral.first:
            yield Row(
                id=referral.youth_id,
                on=referral.referred_on,
                organisation=referral.organisation_id,
                department=referral.department,
            )


@figure
def homes_needed(programme: Programme) -> Rows:
    for need in programme.happened(HousingNeeded):
        yield Row(id=need.need_id, on=need.asked_on, department=need.department)


@figure
def homes_found(programme: Programme) -> Rows:
    for need in programme.happened(HousingClosed):
        if need.end == HousingEnd.HOUSED:
            yield Row(
                id=need.need_id,
                on=need.closed_on,
                organisation=need.organisation_id,
                department=need.department,
            )


@figure
def homes_offered(programme: Programme) -> Rows:
    for offer in programme.happened(HousingOffered):
        yield _of_offer(offer, offer.offered_on)


@figure
def homes_accepted(programme: Programme) -> Rows:
    offers = {offer.offer_id: offer for offer in programme.happened(HousingOffered)}
    for answer in programme.happened(HousingAnswered):
        if answer.accepted:
            yield _of_offer(offers[answer.offer_id], answer.answered_on)


def _of_offer(offer: HousingOffered, on: date) -> Row:
    landlord = offer.organisation_id
    return Row(id=offer.offer_id, on=on, organisation=landlord, department=offer.department)


# People


def _of_mentor(programme: Programme, mentor: MentorEnrolled, on: date) -> Row:
    return Row(
        id=mentor.mentor_id,
        on=on,
        organisation=people.employers(programme.known)[mentor.mentor_id],
        department=mentor.department,
    )


@figure
def mentors(programme: Programme) -> Rows:
    for mentor in programme.happened(MentorEnrolled):
        yield _of_mentor(programme, mentor, mentor.enrolled_on)


@figure
def mentors_active(programme: Programme) -> Rows:
    enrolled = {m.mentor_id: m for m in programme.known.published.all(MentorEnrolled)}
    for pairing in pairs.active(programme):
        yield _of_mentor(programme, enrolled[pairing.mentor_id], pairing.starts_on)


@figure
def mentors_with_room(programme: Programme) -> Rows:
    for mentor in people.with_room(programme):
        yield _of_mentor(programme, mentor, mentor.enrolled_on)


def _admitted(mentees: Iterable[MenteeAdmitted]) -> Rows:
    for mentee in mentees:
        yield Row(id=mentee.mentee_id, on=mentee.admitted_on, department=mentee.department)


def _living(programme: Programme, *where: PriorityNeighbourhood) -> Rows:
    """Return the mentees admitted of whom it is known that they lived there."""
    return _admitted(
        mentee
        for mentee in programme.happened(MenteeAdmitted)
        if people.neighbourhood(programme, mentee) in where
    )


@figure
def mentees_admitted(programme: Programme) -> Rows:
    return _admitted(programme.happened(MenteeAdmitted))


@figure
def mentees_refused(programme: Programme) -> Rows:
    for refused in programme.happened(MenteeRefused):
        yield Row(id=refused.mentee_id, on=refused.refused_on, department=refused.department)


@figure
def mentees_waiting(programme: Programme) -> Rows:
    return _admitted(people.waiting(programme))


@figure
def mentees_neighbourhood_known(programme: Programme) -> Rows:
    return _living(programme, PriorityNeighbourhood.IN, PriorityNeighbourhood.OUT)


@figure
def mentees_from_priority_neighbourhoods(programme: Programme) -> Rows:
    return _living(programme, PriorityNeighbourhood.IN)


@figure
def applications_turned_down(programme: Programme) -> Rows:
    for turned in programme.happened(ApplicationTurnedDown):
        yield Row(id=turned.mentee_id, on=turned.turned_down_on, department=turned.department)


@figure
def promises_broken(programme: Programme) -> Rows:
    for mentee, due_on in people.without_mentor_in_time(programme):
        yield Row(id=mentee.mentee_id, on=due_on, department=mentee.department)


# Pairs


@figure
def pairings_proposed(programme: Programme) -> Rows:
    for fact in programme.happened(PairingProposed):
        yield of_pair(programme, fact, fact.pairing_id, fact.proposed_on)


@figure
def pairings_declined(programme: Programme) -> Rows:
    for fact in programme.happened(PairingDeclined):
        yield of_pair(programme, fact, fact.pairing_id, fact.declined_on)


@figure
def proposals_expired(programme: Programme) -> Rows:
    for fact in programme.happened(PairingExpired):
        yield of_pair(programme, fact, fact.pairing_id, fact.expired_on)


@figure
def pairings_begun(programme: Programme) -> Rows:
    for fact in programme.happened(MenteePaired):
        yield of_pair(programme, fact, fact.pairing_id, fact.starts_on)


@figure
def pairings_active(programme: Programme) -> Rows:
    for fact in pairs.active(programme):
        yield of_pair(programme, fact, fact.pairing_id, fact.starts_on)


@figure
def pairings_ended(programme: Programme) -> Rows:
    for fact in programme.happened(PairingEnded):
        if fact.ended_on < programme.as_of:
            yield of_pair(programme, fact, fact.pairing_id, fact.ended_on)


@figure
def silent_pairings(programme: Programme) -> Rows:
    for pairing, last_sign_on in pairs.silent(programme):
        yield of_pair(programme, pairing, pairing.pairing_id, last_sign_on)


@figure
def first_interviews(programme: Programme) -> Rows:
    for fact in programme.happened(FirstInterviewHeld):
        yield of_pair(programme, fact, fact.pairing_id, fact.held_on)


@figure
def first_interviews_late(programme: Programme) -> Rows:
    for pairing, due_on in pairs.late_interviews(programme):
        yield of_pair(programme, pairing, pairing.pairing_id, due_on)


@figure
def first_interviews_missed(programme: Programme) -> Rows:
    for fact in programme.happened(FirstInterviewMissed):
        yield of_pair(programme, fact, fact.id, fact.missed_on)


@figure
def contacts(programme: Programme) -> Rows:
    for contact in pairs.contacts(programme):
        yield of_pair(programme, contact, contact.id, contact.on)


@figure
def contacts_attempted(programme: Programme) -> Rows:
    for attempt in pairs.attempts(programme):
        yield of_pair(programme, attempt, attempt.id, attempt.on)


@figure
def months_of_silence(programme: Programme) -> Rows:
    for month in pairs.months_of_silence(programme):
        yield of_pair(programme, month.pairing, month.id, month.due_on)


@figure
def rematches(programme: Programme) -> Rows:
    first = pairs.first_pairings(programme)
    for fact in programme.happened(MenteePaired):
        if fact.pairing_id != first[fact.mentee_id].pairing_id:
            yield of_pair(programme, fact, fact.pairing_id, fact.starts_on)


@figure
def introductions(programme: Programme) -> Rows:
    for fact in programme.happened(IntroductionMade):
        yield of_pair(programme, fact, fact.introduction_id, fact.introduced_on)


@figure
def introductions_to_interviews(programme: Programme) -> Rows:
    last = {
        answer.introduction_id: answer.result for answer in programme.happened(IntroductionAnswered)
    }
    for fact in programme.happened(IntroductionMade):
        if last.get(fact.introduction_id) in TO_WORK:
            yield of_pair(programme, fact, fact.introduction_id, fact.introduced_on)


@figure
def check_ins(programme: Programme) -> Rows:
    for fact in programme.happened(CheckInHeld):
        yield of_pair(programme, fact, fact.check_in_id, fact.held_on)


@figure
def outcomes_asked(programme: Programme) -> Rows:
    for fact in programme.happened(OutcomeAsked):
        yield of_pair(programme, fact, fact.id, fact.due_on)


@figure
def rounds_published(programme: Programme) -> Rows:
    for fact in programme.happened(RoundPublished):
        yield Row(id=fact.round_id, on=fact.on)


@figure
def pairings_proposed_by_rounds(programme: Programme) -> Rows:
    for fact in programme.happened(RoundPublished):
        yield Row(id=fact.round_id, on=fact.on, adds=fact.proposed)


# What came of it


@figure
def outcomes(programme: Programme) -> Rows:
    """Yield what mentees found, under the organisation of the pairing that led to it, if any."""
    begun = {p.pairing_id: p for p in programme.known.published.all(MenteePaired)}
    for found in pairs.outcomes(programme):
        pairing = begun.get(found.pairing_id) if found.pairing_id else None
        employer = people.employers(programme.known).get(pairing.mentor_id) if pairing else None
        yield Row(
            id=found.id,
            on=found.found_on,
            organisation=employer,
            department=people.departments(programme.known).get(found.mentee_id),
        )


def _accompanied(programme: Programme, pairings: Iterable[MenteePaired]) -> Rows:
    for pairing in pairings:
        yield of_pair(programme, pairing, pairing.mentee_id, pairing.starts_on)


@figure
def mentees_accompanied(programme: Programme) -> Rows:
    return _accompanied(programme, programme.happened(MenteePaired))


@figure
def mentees_newly_accompanied(programme: Programme) -> Rows:
    return _accompanied(programme, pairs.first_pairings(programme).values())


@figure
def mentees_newly_accompanied_from_priority_neighbourhoods(programme: Programme) -> Rows:
    priority = {
        mentee.mentee_id
        for mentee in programme.happened(MenteeAdmitted)
        if people.neighbourhood(programme, mentee) == PriorityNeighbourhood.IN
    }
    first = pairs.first_pairings(programme).values()
    return _accompanied(programme, (p for p in first if p.mentee_id in priority))


@figure
def mentees_in_fitting_work(programme: Programme) -> Rows:
    at_work = people.in_fitting_work(programme)
    begun = programme.happened(MenteePaired)
    return _accompanied(programme, (p for p in begun if p.mentee_id in at_work))


# Territories


@derived
def _openings(programme: Programme) -> dict[str, date]:
    return {o.department: o.opened_on for o in programme.happened(DepartmentOpened)}


@figure
def departments_open(programme: Programme) -> Rows:
    for department, opened_on in _openings(programme).items():
        yield Row(id=department, on=opened_on, department=department)


def _regions(programme: Programme, *, overseas: bool) -> Rows:
    """Yield the regions of the day all of whose departments are open, by the last opening."""
    departments = [d for d in DEPARTMENTS if is_overseas(d) == overseas]
    for region in {region_of(department, programme.as_of).code for department in departments}:
        its_own = [d for d in departments if region_of(d, programme.as_of).code == region]
        opened = [_openings(programme).get(department) for department in its_own]
        days = [day for day in opened if day is not None]
        if len(days) == len(its_own):
            yield Row(id=region, on=max(days), region=region)


@figure
def regions_covered(programme: Programme) -> Rows:
    return _regions(programme, overseas=False)


@figure
def overseas_regions_covered(programme: Programme) -> Rows:
    return _regions(programme, overseas=True)
