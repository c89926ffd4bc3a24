"""A small story whose figures were worked out by hand; every date in it matters to some test."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backbone.service import Service
from backbone.testing.fixtures import ClientOf, Topics
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
    ContactLogged,
    ConventionAcceded,
    ConventionAmended,
    ConventionNoticeGiven,
    ConventionSigned,
    DepartmentOpened,
    EventCancelled,
    EventPlanned,
    FirstInterviewHeld,
    FirstInterviewLate,
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
    MenteePaired,
    MenteeRefused,
    MenteeWaiting,
    MentorCapacityChanged,
    MentorEnrolled,
    Message,
    NetworkJoined,
    NetworkLeft,
    OrganisationCard,
    OrganisationRegistered,
    OutcomeAsked,
    OutcomeRecorded,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingLate,
    PairingProposed,
    PromoterNamed,
    ReceiptCancelled,
    ReceiptIssued,
    ReturnGiven,
    RoundPublished,
    Signatory,
    StandBooked,
    StandReleased,
    UmbrellaJoined,
    YouthReferred,
)
from contracts.enums import (
    ActionMeasure,
    AttendeeKind,
    CommitmentKind,
    Contract,
    ConventionKind,
    DeclineReason,
    EndReason,
    EventKind,
    Evidence,
    GiftKind,
    HousingEnd,
    IntroductionResult,
    LeadStage,
    Medium,
    OrganisationKind,
    Party,
    PriorityNeighbourhood,
    PromoterRole,
    RefusalReason,
    Side,
    TurnDownReason,
)
from reporting.__main__ import SERVICE


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE


def some(kind: int, number: int) -> UUID:
    return UUID(int=(kind << 64) + number)


class Story:
    """A story: USH and two members from 2012, AROSH and a landlord from 2015, and their mentees."""

    ush, i3f, sni, arosh, h17, atlantic = (some(1, n) for n in range(6))
    usual, own, framework = (some(2, n) for n in range(3))
    m1, m2, m3 = (some(3, n) for n in range(1, 4))
    amina, bilal, chloe, diego, refused = (some(4, n) for n in range(5))
    p1, p2, p3, p4, p5, p6 = (some(5, n) for n in range(1, 7))

    def territories(self) -> list[Message]:
        """Open three regions of the 27, one of the 18, a part of another, one overseas."""
        opened = {
            "2007-09-01": "75 77 78 91 92 93 94 95",
            "2013-06-01": "972",
            "2014-09-01": "27 53",
            "2014-10-01": "76",
            "2015-03-01": "16 17 79 86",
        }
        return [
            DepartmentOpened(department=department, opened_on=date.fromisoformat(on))
            for on, departments in opened.items()
            for department in departments.split()
        ]

    def partners(self) -> list[Message]:
        landlord, federation = OrganisationKind.SOCIAL_LANDLORD, OrganisationKind.FEDERATION
        return [
            self.organisation(self.ush, federation, "75"),
            self.organisation(self.i3f, landlord, "75"),
            self.organisation(self.sni, landlord, "75"),
            self.organisation(self.arosh, federation, "86"),
            self.organisation(self.h17, landlord, "17"),
            self.organisation(self.atlantic, landlord, "17"),
            *(
                OrganisationCard(organisation_id=who, name=name, siren="552141533")
                for who, name in (
                    (self.ush, "Union sociale pour l'habitat"),
                    (self.i3f, "Immobilière 3F"),
                    (self.sni, "SNI"),
                    (self.arosh, "AROSH Poitou-Charentes"),
                    (self.h17, "Habitat 17"),
                )
            ),
            self.member(self.i3f, self.ush, "2012-09-01"),
            self.member(self.sni, self.ush, "2012-09-01"),
            self.member(self.h17, self.arosh, "2015-01-01"),
            self.member(self.arosh, self.ush, "2015-06-01"),
            self.signed(self.usual, "2012-07-05", "2012-09-01", None, self.ush),
            self.signed(self.own, "2013-03-01", "2013-03-01", "2015-12-31", self.i3f),
            self.signed(self.framework, "2015-07-01", "2015-09-01", None, self.arosh, self.h17),
            ConventionAcceded(
                convention_id=self.framework,
                organisation_id=self.atlantic,
                accedes_on=date(2016, 2, 1),
            ),
            *self.notices(),
            *self.promises(),
        ]

    def notices(self) -> list[Message]:
        """Give notice of the conventions of Immobilière 3F, and of USH, which was given a term."""
        term = date(2019, 12, 31)
        return [
            ConventionNoticeGiven(
                convention_id=self.own,
                party=Party.PARTNER,
                given_on=date(2015, 9, 15),
                ends_on=date(2015, 12, 31),
            ),
            ConventionAmended(
                convention_id=self.usual,
                amended_on=date(2015, 9, 1),
                ends_on=term,
                renews_for_months=12,
                notice_days=90,
            ),
            ConventionNoticeGiven(
                convention_id=self.usual,
                party=Party.PROGRAMME,
                given_on=date(2016, 1, 15),
                ends_on=term,
            ),
        ]

    def promises(self) -> list[Message]:
        """Commit USH to two stands, both given; withdraw an afterwork of the programme."""
        stands = {"commitment_id": some(8, 1), "organisation_id": self.ush}
        afterwork = {"commitment_id": some(8, 2), "organisation_id": self.i3f}
        given = [
            CommitmentFulfilled(
                **stands, fulfilment_id=some(9, number), quantity=1, given_on=date.fromisoformat(on)
            )
            for number, on in ((1, "2012-09-25"), (2, "2013-09-24"))
        ]
        not_given = CommitmentFulfilled(
            **afterwork, fulfilment_id=some(9, 3), quantity=1, given_on=date(2013, 11, 7)
        )
        return [
            CommitmentMade(
                **stands,
                convention_id=self.usual,
                party=Party.PARTNER,
                commitment_kind=CommitmentKind.STAND,
                quantity=2,
                made_on=date(2012, 7, 5),
                due_on=date(2013, 9, 30),
            ),
            CommitmentMade(
                **afterwork,
                convention_id=self.own,
                party=Party.PROGRAMME,
                commitment_kind=CommitmentKind.AFTERWORK,
                quantity=1,
                made_on=date(2013, 3, 1),
                due_on=None,
            ),
            *given,
            not_given,
            FulfilmentWithdrawn(**afterwork, fulfilment_id=some(9, 3)),
            CommitmentWithdrawn(**afterwork, withdrawn_on=date(2015, 6, 1)),
        ]

    def people(self) -> list[Message]:
        return [
            self.mentor(self.m1, self.i3f, "75", 1, "2013-03-10"),
            self.mentor(self.m2, self.sni, "76", 2, "2013-10-01"),
            self.mentor(self.m3, self.h17, "17", 1, "2015-10-01"),
            MentorCapacityChanged(
                mentor_id=self.m3, capacity=2, occurred_at=datetime(2016, 1, 15, 12, tzinfo=UTC)
            ),
            self.mentee(self.amina, "93", PriorityNeighbourhood.IN, "2013-09-02"),
            self.mentee(self.bilal, "76", PriorityNeighbourhood.OUT, "2013-09-20"),
            self.mentee(self.chloe, "14", PriorityNeighbourhood.UNKNOWN, "2015-10-05"),
            self.mentee(self.diego, "974", PriorityNeighbourhood.IN, "2015-11-01"),
            MenteeRefused(
                mentee_id=self.refused,
                department="17",
                reason=RefusalReason.DEGREE_TOO_LOW,
                rule_version="2006",
                refused_on=date(2015, 11, 2),
            ),
        ]

    def pairs(self) -> list[Message]:
        first = {"pairing_id": self.p1, "mentee_id": self.amina, "mentor_id": self.m1}
        lapsed = {"pairing_id": self.p2, "mentee_id": self.bilal, "mentor_id": self.m2}
        again = {"pairing_id": self.p3, "mentee_id": self.bilal, "mentor_id": self.m3}
        quiet = {"pairing_id": self.p4, "mentee_id": self.chloe, "mentor_id": self.m2}
        declined = {"pairing_id": self.p5, "mentee_id": self.diego, "mentor_id": self.m1}
        return [
            PairingProposed(**first, proposed_on=date(2013, 9, 10)),
            MenteePaired(**first, starts_on=date(2013, 9, 15)),
            FirstInterviewHeld(**first, held_on=date(2013, 9, 20), minutes=60),
            self.contact(first, 1, "2013-10-10"),
            self.contact(first, 2, "2013-11-08"),
            PairingEnded(**first, reason=EndReason.EARLY_SUCCESS, ended_on=date(2014, 3, 31)),
            PairingProposed(**lapsed, proposed_on=date(2013, 10, 5)),
            MenteePaired(**lapsed, starts_on=date(2013, 10, 10)),
            self.contact(lapsed, 3, "2013-12-01"),
            PairingEnded(**lapsed, reason=EndReason.LAPSED, ended_on=date(2014, 8, 31)),
            PairingProposed(**again, proposed_on=date(2015, 10, 20)),
            MenteePaired(**again, starts_on=date(2015, 11, 2)),
            FirstInterviewHeld(**again, held_on=date(2015, 11, 10), minutes=None),
            self.contact(again, 4, "2015-12-20"),
            PairingProposed(**quiet, proposed_on=date(2015, 10, 20)),
            MenteePaired(**quiet, starts_on=date(2015, 12, 1)),
            PairingProposed(**declined, proposed_on=date(2015, 11, 5)),
            PairingDeclined(
                **declined,
                by=Side.MENTOR,
                reason=DeclineReason.UNAVAILABLE,
                declined_on=date(2015, 11, 8),
            ),
        ]

    def outcomes(self) -> list[Message]:
        return [
            self.outcome(1, self.amina, self.p1, Contract.CDI, "2014-03-20", fits=True),
            self.outcome(2, self.bilal, self.p2, Contract.CDD, "2014-07-01", fits=False),
            self.outcome(3, self.bilal, self.p3, Contract.CDI, "2016-01-10", fits=True),
            self.outcome(4, self.chloe, None, Contract.STUDIES, "2016-01-20", fits=True),
        ]

    def lives(self) -> list[Message]:
        """Return the facts of pairs besides contacts, and what is overdue."""
        first = {"pairing_id": self.p1, "mentee_id": self.amina, "mentor_id": self.m1}
        lapsed = {"pairing_id": self.p2, "mentee_id": self.bilal, "mentor_id": self.m2}
        again = {"pairing_id": self.p3, "mentee_id": self.bilal, "mentor_id": self.m3}
        unanswered = {"pairing_id": self.p6, "mentee_id": self.diego, "mentor_id": self.m3}
        return [
            self.missed(first, "2013-09-18"),
            self.attempt(first, 10, "2013-10-01"),
            CheckInHeld(
                **first, check_in_id=some(8, 1), by=Side.MENTEE, held_on=date(2013, 12, 15)
            ),
            self.introduction(first, 1, "2014-02-01"),
            self.answer(first, 1, IntroductionResult.NO_ANSWER, "2014-02-10"),
            self.answer(first, 1, IntroductionResult.INTERVIEW, "2014-02-20"),
            self.introduction(again, 2, "2015-12-01"),
            self.answer(again, 2, IntroductionResult.NO_ANSWER, "2015-12-30"),
            FirstInterviewLate(**lapsed, due_on=date(2013, 10, 25)),
            *(
                PairingLate(
                    **lapsed,
                    month=month,
                    last_sign_on=date(2013, 12, 1),
                    due_on=date(2014, month, 1),
                )
                for month in (1, 2)
            ),
            OutcomeAsked(**lapsed, months=3, due_on=date(2014, 11, 30)),
            PairingExpired(**unanswered, missing=(Side.MENTOR,), expired_on=date(2015, 11, 20)),
            MenteeWaiting(mentee_id=self.diego, days=20, due_on=date(2015, 11, 21)),
            ApplicationTurnedDown(
                mentee_id=some(4, 9),
                department="17",
                reason=TurnDownReason.FOUND_WORK,
                turned_down_on=date(2015, 11, 3),
            ),
        ]

    def leads(self) -> list[Message]:
        """Return a lead that AROSH introduced, and that signed; and one that nobody introduced."""
        given, found = some(10, 1), some(10, 2)
        federation, landlord = OrganisationKind.FEDERATION, OrganisationKind.SOCIAL_LANDLORD
        return [
            LeadHeardOf(
                lead_id=given,
                organisation_kind=federation,
                department="33",
                introduced_by=self.arosh,
                heard_on=date(2015, 7, 10),
            ),
            LeadHeardOf(
                lead_id=found,
                organisation_kind=landlord,
                department="75",
                introduced_by=None,
                heard_on=date(2013, 12, 1),
            ),
            LeadMoved(
                lead_id=given, stage=LeadStage.SIGNED, lost_for=None, moved_on=date(2016, 1, 20)
            ),
            LeadConverted(
                lead_id=given,
                organisation_id=self.atlantic,
                convention_id=self.framework,
                converted_on=date(2016, 1, 20),
            ),
        ]

    def everything(self) -> list[Message]:
        return [
            *self.leads(),
            *self.territories(),
            *self.partners(),
            *self.people(),
            *self.pairs(),
            *self.lives(),
            *self.outcomes(),
            *self.given(),
            *self.pledged(),
            *self.receipts(),
            *self.networks(),
            *self.rounds(),
            *self.events(),
            *self.board(),
            *self.found(),
        ]

    def given(self) -> list[Message]:
        """Return a gift of USH, two of Immobilière 3F, and a cancelled one of SNI."""
        gifts = [
            GiftReceived(
                gift_id=some(10, number),
                organisation_id=who,
                pledge_id=pledge_id,
                gift_kind=GiftKind.MONEY,
                amount=500_000,
                days=None,
                given_on=date.fromisoformat(on),
            )
            for number, (who, on, pledge_id) in enumerate(
                (
                    (self.ush, "2012-10-01", some(21, 1)),
                    (self.i3f, "2013-10-15", some(21, 2)),
                    (self.sni, "2014-02-01", None),
                    (self.i3f, "2014-11-01", None),
                )
            )
        ]
        none = date(2014, 3, 1)
        cancelled = GiftCancelled(gift_id=some(10, 2), organisation_id=self.sni, cancelled_on=none)
        return [*gifts, cancelled]

    def pledged(self) -> list[Message]:
        """Return pledges: USH paid half and got something in return, Immobilière 3F paid all."""
        pledges = ((self.ush, 1_000_000, "2013-12-31"), (self.i3f, 500_000, "2013-10-31"))
        return [
            *(
                GiftPledged(
                    pledge_id=some(21, number),
                    organisation_id=who,
                    amount=amount,
                    pledged_on=date(2012, 9, 1),
                    due_on=date.fromisoformat(due),
                )
                for number, (who, amount, due) in enumerate(pledges, 1)
            ),
            ReturnGiven(
                return_id=some(22, 1),
                organisation_id=self.ush,
                amount=100_000,
                given_on=date(2013, 1, 10),
            ),
            *(
                PromoterNamed(organisation_id=who, role=role, named_on=date.fromisoformat(on))
                for who, role, on in (
                    (self.ush, PromoterRole.AMBASSADOR, "2012-09-01"),
                    (self.ush, PromoterRole.RELAY, "2013-01-01"),
                    (self.arosh, PromoterRole.RELAY, "2015-07-01"),
                )
            ),
        ]

    def receipts(self) -> list[Message]:
        """Return a receipt of USH; of Immobilière 3F a cancelled one, and the next day another."""
        of_ush = {"organisation_id": self.ush, "gift_id": some(10, 0), "amount": 500_000}
        of_i3f = {"organisation_id": self.i3f, "gift_id": some(10, 1), "amount": 500_000}
        return [
            ReceiptIssued(**of_ush, year=2012, number=1, issued_on=date(2012, 12, 31)),
            ReceiptIssued(**of_i3f, year=2013, number=1, issued_on=date(2013, 12, 31)),
            ReceiptCancelled(
                **of_i3f,
                year=2014,
                number=1,
                cancels_year=2013,
                cancels_number=1,
                issued_on=date(2014, 2, 10),
            ),
            ReceiptIssued(**of_i3f, year=2014, number=2, issued_on=date(2014, 2, 11)),
        ]

    def networks(self) -> list[Message]:
        """Return a joint action of two landlords; SNI leaves their network, Habitat 17 joins."""
        network, action = {"network_id": some(23, 1)}, {"action_id": some(24, 1)}
        members = ((self.i3f, "2013-01-01"), (self.sni, "2013-01-01"), (self.h17, "2015-03-01"))
        counts = (
            (ActionMeasure.YOUTHS_MET, 40, "2013-12-01"),
            (ActionMeasure.MENTORS_FOUND, 3, "2013-12-01"),
            (ActionMeasure.YOUTHS_REFERRED, 12, "2013-12-01"),
            (ActionMeasure.YOUTHS_HOUSED, 2, "2014-02-01"),
            (ActionMeasure.JOBS_OFFERED, 7, "2014-02-01"),
            (ActionMeasure.YOUTHS_MET, 42, "2014-02-01"),
        )
        return [
            *(
                NetworkJoined(**network, organisation_id=who, joined_on=date.fromisoformat(on))
                for who, on in members
            ),
            NetworkLeft(
                **network,
                organisation_id=self.sni,
                joined_on=date(2013, 1, 1),
                left_on=date(2015, 12, 31),
            ),
            JointActionBegun(
                **network,
                **action,
                organisations=(self.i3f, self.sni),
                begun_on=date(2013, 10, 11),
            ),
            *(
                JointActionCounted(
                    **network,
                    **action,
                    measure=measure,
                    quantity=quantity,
                    counted_on=date.fromisoformat(on),
                )
                for measure, quantity, on in counts
            ),
        ]

    def rounds(self) -> list[Message]:
        return [
            RoundPublished(
                round_id=some(25, number),
                on=date.fromisoformat(on),
                criteria="usual",
                proposed=2,
                unmatched=number,
                min_priority=1,
                optimal=True,
            )
            for number, on in enumerate(("2013-09-10", "2015-10-20"))
        ]

    def events(self) -> list[Message]:
        """Return a national meeting, a congress of USH, a stand at each, and a cancelled event."""
        kinds = (EventKind.NATIONAL_MEETING, EventKind.CONGRESS, EventKind.AFTERWORK)
        days = (date(2012, 11, 20), date(2013, 9, 25), date(2014, 11, 20))
        planned = [
            EventPlanned(
                event_id=some(11, number),
                event_kind=kind,
                organised_by=self.ush if kind == EventKind.CONGRESS else None,
                department="75",
                starts_on=day,
                ends_on=day,
            )
            for number, (kind, day) in enumerate(zip(kinds, days, strict=True))
        ]
        stands = [
            {"event_id": some(11, number), "stand_id": some(12, number)} for number in range(3)
        ]
        booked = [
            StandBooked(
                **stand,
                booking_id=some(13, number),
                organisation_id=self.ush,
                commitment_id=None,
                starts_at=datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
                ends_at=datetime(day.year, day.month, day.day, 17, tzinfo=UTC),
                held_on=day,
            )
            for number, (stand, day) in enumerate(zip(stands, days, strict=True))
        ]
        came = [
            AttendanceNoted(
                event_id=some(11, 1),
                session_id=some(14, 0),
                registration_id=some(15, number),
                attendee_kind=AttendeeKind.MENTEE,
                attendee_id=who,
                attended=attended,
                held_on=days[1],
            )
            for number, (who, attended) in enumerate(((self.amina, True), (self.bilal, False)))
        ]
        off = EventCancelled(event_id=some(11, 2), cancelled_on=date(2014, 10, 1))
        free = StandReleased(**stands[2], booking_id=some(13, 2), organisation_id=self.ush)
        return [*planned, *booked, *came, off, free]

    def board(self) -> list[Message]:
        """Seat USH from 2015 on, Immobilière 3F to the end of that year."""
        seats = {"ush": (some(16, 1), self.ush), "i3f": (some(16, 2), self.i3f)}
        (ush, of_ush), (i3f, of_i3f) = seats.values()
        begun = {"term_ends_on": None}
        left = date(2015, 12, 31)
        return [
            BoardSeatTaken(
                seat_id=ush, organisation_id=of_ush, starts_on=date(2015, 1, 1), **begun
            ),
            BoardSeatTaken(
                seat_id=i3f, organisation_id=of_i3f, starts_on=date(2014, 6, 1), **begun
            ),
            BoardSeatLeft(seat_id=i3f, organisation_id=of_i3f, left_on=left),
            BoardMeetingHeld(
                meeting_id=some(17, 1),
                held_on=date(2015, 3, 12),
                seats=2,
                voters=2,
                quorate=True,
                adopted=1,
                rejected=0,
            ),
        ]

    def found(self) -> list[Message]:
        """Refer one youth by two landlords; house Amina at Immobilière 3F."""
        referred = [
            YouthReferred(
                referral_id=some(18, number),
                youth_id=some(19, 1),
                organisation_id=who,
                department="93",
                first=not number,
                referred_on=date(2013, 10, 1 + number),
            )
            for number, who in enumerate((self.i3f, self.sni))
        ]
        need = {"need_id": some(20, 1), "department": "93"}
        return [
            *referred,
            HousingNeeded(
                **need,
                mentee_id=self.amina,
                organisations=(self.i3f,),
                needed_by=None,
                asked_on=date(2013, 10, 4),
            ),
            HousingOffered(
                **need,
                offer_id=some(26, 1),
                organisation_id=self.i3f,
                offered_on=date(2013, 11, 1),
            ),
            HousingAnswered(
                **need,
                offer_id=some(26, 1),
                organisation_id=self.i3f,
                accepted=True,
                answered_on=date(2013, 12, 20),
            ),
            HousingClosed(
                **need,
                end=HousingEnd.HOUSED,
                organisation_id=self.i3f,
                closed_on=date(2014, 2, 1),
            ),
        ]

    @staticmethod
    def organisation(who: UUID, kind: OrganisationKind, department: str) -> Message:
        return OrganisationRegistered(
            organisation_id=who, organisation_kind=kind, department=department
        )

    @staticmethod
    def member(organisation: UUID, umbrella: UUID, on: str) -> Message:
        return UmbrellaJoined(
            organisation_id=organisation, umbrella_id=umbrella, joined_on=date.fromisoformat(on)
        )

    @staticmethod
    def signed(
        which: UUID, signed: str, effective: str, ends: str | None, *organisations: UUID
    ) -> Message:
        return ConventionSigned(
            convention_id=which,
            convention_kind=ConventionKind.FRAMEWORK
            if len(organisations) > 1
            else ConventionKind.OWN,
            signed_on=date.fromisoformat(signed),
            effective_on=date.fromisoformat(effective),
            ends_on=date.fromisoformat(ends) if ends else None,
            signatories=tuple(
                Signatory(organisation_id=who, accedes_on=date.fromisoformat(effective))
                for who in organisations
            ),
        )

    @staticmethod
    def mentor(who: UUID, organisation: UUID, department: str, capacity: int, on: str) -> Message:
        return MentorEnrolled(
            mentor_id=who,
            organisation_id=organisation,
            department=department,
            capacity=capacity,
            enrolled_on=date.fromisoformat(on),
        )

    @staticmethod
    def mentee(who: UUID, department: str, priority: PriorityNeighbourhood, on: str) -> Message:
        return MenteeAdmitted(
            mentee_id=who,
            department=department,
            degree_level=5,
            priority_neighbourhood=priority,
            rule_version="2006",
            admitted_on=date.fromisoformat(on),
        )

    @staticmethod
    def contact(pair: dict[str, UUID], number: int, on: str, **changes: Any) -> Message:
        return ContactLogged(
            **pair,
            contact_id=some(6, number),
            contact_on=date.fromisoformat(on),
            medium=Medium.PHONE,
            minutes=20,
            **changes,
        )

    @staticmethod
    def attempt(pair: dict[str, UUID], number: int, on: str) -> Message:
        return ContactAttempted(
            **pair,
            contact_id=some(6, number),
            attempted_on=date.fromisoformat(on),
            medium=Medium.PHONE,
        )

    @staticmethod
    def missed(pair: dict[str, UUID], on: str) -> Message:
        return FirstInterviewMissed(
            **pair, missing=(Side.MENTOR,), missed_on=date.fromisoformat(on)
        )

    @staticmethod
    def introduction(pair: dict[str, UUID], number: int, on: str) -> Message:
        return IntroductionMade(
            **pair,
            introduction_id=some(9, number),
            function="M18",
            sector="L",
            introduced_on=date.fromisoformat(on),
        )

    @staticmethod
    def answer(pair: dict[str, UUID], number: int, result: IntroductionResult, on: str) -> Message:
        return IntroductionAnswered(
            **pair,
            introduction_id=some(9, number),
            result=result,
            answered_on=date.fromisoformat(on),
        )

    @staticmethod
    def outcome(
        number: int, mentee: UUID, pairing: UUID | None, contract: Contract, on: str, *, fits: bool
    ) -> Message:
        return OutcomeRecorded(
            outcome_id=some(7, number),
            mentee_id=mentee,
            pairing_id=pairing,
            contract=contract,
            months=None,
            fits_qualification=fits,
            evidence=Evidence.DECLARED,
            found_on=date.fromisoformat(on),
        )


@pytest.fixture(scope="session")
def story() -> Story:
    return Story()


@pytest.fixture
async def published(story: Story, topics: Topics) -> Topics:
    """Publish the story; yield the topics, for more messages."""
    await topics.publish(*story.everything())
    return topics


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    """Return a client of reporting's API with the role `viewer`."""
    return client_of("viewer")


Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(client: AsyncClient) -> Ask:
    """Return a function that gets a path and returns its JSON."""

    async def ask(path: str, **params: Any) -> Any:
        answer = await client.get(path.removeprefix("/v1"), params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask
