"""Whatever people do with pairs, in whatever order: the rules hold, and facts tell it all."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from backbone.errors import Refused
from contracts import Event
from contracts.enums import DeclineReason, EndReason, Medium, PriorityNeighbourhood, Side
from matching.domain import contacts, interviews, pairings, pauses
from matching.domain.contacts import Exchange
from matching.domain.tables import (
    RUNNING,
    Contact,
    ContactState,
    Correction,
    Mentee,
    Mentor,
    Pairing,
    PairingPause,
    PairingState,
)

FIRST = date(2013, 9, 1)
A_DAY = timedelta(days=1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + days * A_DAY)
CLOSED = {PairingState.ENDED, PairingState.DECLINED, PairingState.EXPIRED}


def a_mentee() -> Mentee:
    return Mentee(
        reference=str(uuid4()),
        given_name="Amina",
        family_name="Diallo",
        department="93",
        priority_neighbourhood=PriorityNeighbourhood.IN,
        applied_on=FIRST,
        decided_on=FIRST,
    )


class Lives(RuleBasedStateMachine):
    """One mentor of two places, and as many mentees as are proposed to them."""

    pairs = Bundle("pairs")
    logged = Bundle("logged")

    @initialize(target=pairs)
    def begin(self) -> Any:
        """There is a pair that began some days ago."""
        self.mentor = Mentor(
            reference="P1",
            given_name="Jo",
            family_name="Martin",
            department="75",
            organisation_id=uuid4(),
            capacity=2,
            enrolled_on=FIRST,
        )
        self.mentees: dict[UUID, Mentee] = {}
        self.known: list[Pairing] = []
        self.contacts: dict[UUID, list[Contact]] = {}
        self.first_said: dict[UUID, dict[str, Any]] = {}
        self.corrections: dict[UUID, list[Correction]] = {}
        self.pauses: dict[UUID, list[PairingPause]] = {}
        self.told: list[Event] = []
        return self.propose(FIRST + 5 * A_DAY, tuple(Side))

    def tell(self, *events: Event | None) -> None:
        self.told += filter(None, events)

    @rule(target=pairs, on=DAYS, by=st.sampled_from([(), (Side.MENTOR,), tuple(Side)]))
    def ask(self, on: date, by: tuple[Side, ...]) -> Any:
        return self.propose(on, by)

    def propose(self, on: date, by: tuple[Side, ...]) -> Any:
        """Propose a pair, to which none, one or both of the two agree at once."""
        mentee = a_mentee()
        proposed = sum(pairing.state == PairingState.PROPOSED for pairing in self.known)
        try:
            pairing, told = pairings.propose(
                mentee, self.mentor, on=on, proposed=proposed, answer_by=on + 30 * A_DAY
            )
        except Refused:
            assert self.mentor.mentees + proposed == self.mentor.capacity
            return multiple()
        self.mentees[mentee.id] = mentee
        self.known.append(pairing)
        self.contacts[pairing.id], self.pauses[pairing.id] = [], []
        self.tell(told)
        for side in by:
            self.accept(pairing, side, on)
        return pairing

    @rule(pairing=pairs, side=st.sampled_from(Side), on=DAYS)
    def accept(self, pairing: Pairing, side: Side, on: date) -> None:
        mentee = self.mentees[pairing.mentee_id]
        self.attempt(lambda: pairings.accept(pairing, mentee, self.mentor, by=side, on=on))

    @rule(pairing=pairs, on=DAYS)
    def decline(self, pairing: Pairing, on: date) -> None:
        mentee, other = self.mentees[pairing.mentee_id], DeclineReason.OTHER
        self.attempt(lambda: pairings.decline(pairing, mentee, by=Side.MENTOR, reason=other, on=on))

    @rule(pairing=pairs, on=DAYS)
    def expire(self, pairing: Pairing, on: date) -> None:
        if pairings.is_overdue(pairing, today=on):
            self.tell(pairings.expire(pairing, self.mentees[pairing.mentee_id], on=on))

    @rule(pairing=pairs, on=DAYS)
    def meet(self, pairing: Pairing, on: date) -> None:
        mentee = self.mentees[pairing.mentee_id]
        self.attempt(lambda: interviews.hold(pairing, mentee, on=on, minutes=60))

    @rule(target=logged, pairing=pairs, on=DAYS, made=st.booleans())
    def log(self, pairing: Pairing, on: date, made: bool) -> Any:  # noqa: FBT001  (drawn)
        exchange = Exchange(contact_on=on, medium=Medium.PHONE, made=made)
        try:
            contact = contacts.draft(pairing, exchange, by="jo")
        except Refused:
            return multiple()
        self.tell(contacts.log(contact, pairing, "93"))
        self.contacts[pairing.id].append(contact)
        self.first_said[contact.id] = {"contact_on": on.isoformat()}
        self.corrections[contact.id] = []
        return contact

    @rule(contact=logged, on=DAYS)
    def correct(self, contact: Contact, on: date) -> None:
        pairing = self.pairing_of(contact)
        try:
            mended = contacts.correct(contact, pairing, {"contact_on": on}, by="claire")
        except Refused:
            return
        if mended is not None:
            self.corrections[contact.id].append(mended[0])
            self.tell(mended[1])

    @rule(contact=consumes(logged))
    def withdraw(self, contact: Contact) -> None:
        pairing = self.pairing_of(contact)
        correction, told = contacts.withdraw(contact, pairing, by="claire")
        self.corrections[contact.id].append(correction)
        self.tell(told)
        if not any(self.counts(other) for other in self.contacts[pairing.id]):
            contacts.out_of_touch(pairing)

    @rule(pairing=pairs, first=DAYS, days=st.none() | st.integers(0, 20))
    def pause(self, pairing: Pairing, first: date, days: int | None) -> None:
        until = None if days is None else first + timedelta(days=days)
        others = self.pauses[pairing.id]
        try:
            made, told = pauses.pause(pairing, others, from_on=first, until_on=until)
        except Refused:
            return
        others.append(made)
        self.tell(told)

    @rule(pairing=pairs, on=DAYS)
    def end(self, pairing: Pairing, on: date) -> None:
        mentee, reason = self.mentees[pairing.mentee_id], EndReason.COMPLETED
        days = [contact.contact_on for contact in self.contacts[pairing.id] if self.counts(contact)]
        last = max(days, default=None)
        self.attempt(
            lambda: pairings.end(
                pairing, mentee, self.mentor, reason=reason, on=on, last_contact_on=last
            )
        )

    def attempt(self, step: Any) -> None:
        """What is refused changes nothing."""
        before = [pairing.model_dump() for pairing in self.known], self.mentor.model_dump()
        try:
            self.tell(step())
        except Refused:
            after = [pairing.model_dump() for pairing in self.known], self.mentor.model_dump()
            assert after == before

    def pairing_of(self, contact: Contact) -> Pairing:
        return next(pairing for pairing in self.known if pairing.id == contact.pairing_id)

    @staticmethod
    def counts(contact: Contact) -> bool:
        return contact.made and contact.state == ContactState.LOGGED

    @invariant()
    def places_are_taken_by_those_who_run_and_never_more_than_offered(self) -> None:
        running = [pairing for pairing in self.known if pairing.state in RUNNING]
        assert self.mentor.mentees == len(running) <= self.mentor.capacity

    @invariant()
    def no_step_lies_outside_the_dates_of_its_pair(self) -> None:
        for pairing in self.known:
            if pairing.starts_on is None:
                assert not self.contacts[pairing.id]
                assert pairing.first_interview_on is None
                continue
            steps = [c.contact_on for c in self.contacts[pairing.id] if self.counts(c)]
            steps += filter(None, [pairing.first_interview_on])
            last = pairing.ended_on or date.max
            assert all(pairing.starts_on <= step <= last for step in steps)
            assert pairing.proposed_on <= pairing.starts_on <= last

    @invariant()
    def who_is_active_is_in_contact(self) -> None:
        for pairing in self.known:
            in_touch = any(self.counts(contact) for contact in self.contacts[pairing.id])
            if pairing.state in RUNNING:
                assert (pairing.state == PairingState.ACTIVE) == in_touch

    @invariant()
    def corrections_lead_from_what_was_said_first_to_what_is_said_now(self) -> None:
        for found in self.contacts.values():
            for contact in found:
                said = self.first_said[contact.id]["contact_on"]
                for correction in self.corrections[contact.id]:
                    assert correction.before["contact_on"] == said
                    said = (correction.after or correction.before)["contact_on"]
                assert said == contact.contact_on.isoformat()

    @invariant()
    def pauses_share_no_day(self) -> None:
        for found in self.pauses.values():
            spans = sorted((pause.from_on, pause.until_on or date.max) for pause in found)
            assert all(one[1] < other[0] for one, other in pairwise(spans))

    @invariant()
    def the_facts_tell_where_each_pair_is(self) -> None:
        told = Counter((event.type, getattr(event, "pairing_id", None)) for event in self.told)
        for pairing in self.known:
            once = {
                "mentee-paired.v1": pairing.starts_on is not None,
                "first-interview-held.v1": pairing.first_interview_on is not None,
                "pairing-ended.v1": pairing.state == PairingState.ENDED,
                "pairing-declined.v1": pairing.state == PairingState.DECLINED,
                "pairing-expired.v1": pairing.state == PairingState.EXPIRED,
            }
            for kind, happened in once.items():
                assert told[kind, pairing.id] == happened
            assert (pairing.state in CLOSED) <= (
                pairing.ended_on is not None or pairing.came_to_nothing_on is not None
            )


Lives.TestCase.settings = settings(max_examples=300, stateful_step_count=30, deadline=None)
TestLives = Lives.TestCase
