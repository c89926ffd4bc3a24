"""What partners do and give, by file."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.lives import AGO, needs, siren
from tests.model.rules.files import NUMBERS, Sending

AGAIN = st.booleans()
WHO = st.sampled_from([1, 2, 1, 2, 3])


class PartnerFiles(Sending):
    """Rules of files of partners' facts, of one line each."""

    @rule(one=WHO, other=NUMBERS, ago=AGO, again=AGAIN)
    def import_membership(self, one: int, other: int, ago: int, again: bool) -> None:
        row = {"siren": siren(one), "umbrella_siren": siren(other), "joined_on": self.day(ago)}
        self.send("partners", "memberships", again=again, **row)

    @needs("partners:conventions")
    @rule(number=NUMBERS, who=WHO, due_in=st.sampled_from([1, 20]), given=st.booleans())
    def import_commitment(self, number: int, who: int, due_in: int, given: bool) -> None:
        row: Any = {"siren": siren(who), "party": "partner", "kind": "stand", "quantity": 2}
        days: Any = {"made_on": self.day(0), "due_on": self.day(-due_in)}
        days["given_on"] = self.day(0) if given else ""
        self.send("partners", "commitments", convention=f"K{number}", **row, **days)

    @rule(who=WHO, ago=AGO, again=AGAIN)
    def import_pledge(self, who: int, ago: int, again: bool) -> None:
        row = {"siren": siren(who), "amount": "100,00", "pledged_on": self.day(ago)}
        self.send("partners", "pledges", again=again, **row)

    @rule(who=WHO, number=NUMBERS, ago=AGO, again=AGAIN)
    def import_speaker(self, who: int, number: int, ago: int, again: bool) -> None:
        name = {"given_name": "Noé", "family_name": f"Roux {number}"}
        row = {"siren": siren(who), "roles": "convention", "from_on": self.day(ago)}
        email = f"noe{number}@example.net"
        self.send("partners", "contact-persons", again=again, email=email, **row, **name)

    @rule(who=WHO, number=NUMBERS, ago=AGO, again=AGAIN)
    def import_referral(self, who: int, number: int, ago: int, again: bool) -> None:
        name = {"given_name": "Amina", "family_name": f"Diallo {number}"}
        days = {"consented_on": self.day(ago), "referred_on": self.day(ago)}
        row = {"siren": siren(who), "email": f"amina{number}@example.org", "department": "93"}
        self.send("partners", "referrals", again=again, **row, **name, **days)

    @rule(number=NUMBERS, who=WHO, ahead=st.sampled_from([0, 20]), again=AGAIN)
    def import_event(self, number: int, who: int, ahead: int, again: bool) -> None:
        day = self.day(-ahead)
        row = {"reference": f"E{number}", "kind": "afterwork", "name": "Rencontre"}
        place = {"department": "75", "starts_on": day, "organised_by_siren": siren(who)}
        self.send("partners", "events", again=again, **row, **place)
        session = {"event": f"E{number}", "session": "Atelier", "held_on": day, "capacity": 1}
        self.send("partners", "event-sessions", again=again, **session)

    @needs("partners:event-sessions")
    @rule(number=NUMBERS, who=WHO, state=st.sampled_from(["registered", "waiting"]))
    def import_registration(self, number: int, who: int, state: str) -> None:
        row: Any = {"event": f"E{number}", "session": "Atelier", "state": state}
        attendee: Any = {"attendee_kind": "organisation", "attendee": siren(who)}
        self.send("partners", "registrations", **row, **attendee)

    @rule(number=st.integers(1, 2), who=WHO, ago=AGO, left=st.booleans(), again=AGAIN)
    def import_network_member(
        self, number: int, who: int, ago: int, left: bool, again: bool
    ) -> None:
        row = {"network": f"Network {number}", "siren": siren(who), "joined_on": self.day(ago)}
        left_on = self.day(0) if left else ""
        self.send("partners", "network-members", again=again, left_on=left_on, **row)

    @rule(who=WHO, ago=AGO, ends_in=st.sampled_from([None, 90]), again=AGAIN)
    def import_seat(self, who: int, ago: int, ends_in: int | None, again: bool) -> None:
        ends_on = "" if ends_in is None else self.day(-ends_in)
        row = {"siren": siren(who), "starts_on": self.day(ago), "term_ends_on": ends_on}
        self.send("partners", "board-seats", again=again, **row)
