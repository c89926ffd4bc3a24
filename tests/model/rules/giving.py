"""Events with their places and stands, gifts, and those who speak for partners."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import ORGANISATIONS
from tests.model.lives import AGO, WHICH, Lives, needs
from tests.model.rules.partners import COMMITMENTS
from tests.model.rules.people import EVERYBODY

EVENTS = "SELECT id, starts_on FROM event ORDER BY id"
SESSIONS = "SELECT id, event_id FROM event_session ORDER BY id"
REGISTRATIONS = (
    "SELECT registration.id, session_id, event_id FROM registration"
    " JOIN event_session ON event_session.id = session_id WHERE state <> 'cancelled'"
    " ORDER BY starts_at DESC, registration.id"
)
STANDS = "SELECT id, event_id FROM stand ORDER BY id"
BOOKINGS = (
    "SELECT stand_booking.id, stand_id, event_id FROM stand_booking"
    " JOIN stand ON stand.id = stand_id ORDER BY stand_booking.id"
)
PLEDGES = "SELECT id, organisation_id FROM pledge ORDER BY id"
GIFTS = "SELECT id FROM gift ORDER BY id"
CONTACTS = "SELECT id, organisation_id FROM contact_person WHERE NOT erased ORDER BY id"
AHEAD = st.sampled_from([5, 40, 0])
NINE, ELEVEN = "T09:00:00Z", "T11:00:00Z"


class Events(Lives):
    """Rules of events, of who has a place or a stand there."""

    @rule(ahead=AHEAD, capacity=st.sampled_from([None, 1, 2]), who=WHICH)
    def plan_event(self, ahead: int, capacity: int | None, who: int) -> None:
        self._plan_event(ahead, capacity, who)

    @rule(ahead=AHEAD, capacity=st.integers(1, 2), who=WHICH)
    def fill_event(self, ahead: int, capacity: int, who: int) -> None:
        """Plan an event that more people wish to attend than can."""
        if path := self._plan_event(ahead, capacity, who):
            for number in range(who, who + 3):
                self._register(path, number, may_wait=True)

    def _plan_event(self, ahead: int, capacity: int | None, who: int) -> str | None:
        """Plan an event with a stand and a session; return the path of the session."""
        day = self.day(-ahead)
        host = self.pick("partners", ORGANISATIONS, who)
        body = {"kind": "afterwork", "name": "Rencontre", "department": "75", "starts_on": day}
        by = {"organised_by": str(host["id"])} if host and who % 2 else {}
        event = self.post("partners", "/events", **body, **by)
        if not event:
            return None
        path = f"/events/{event['id']}"
        hours = {"starts_at": day + NINE, "ends_at": day + ELEVEN}
        self.post("partners", f"{path}/stands", name="A1")
        sessions = f"{path}/sessions"
        made = self.post("partners", sessions, name="Atelier", capacity=capacity, **hours)
        return made and f"{sessions}/{made['id']}"

    @needs("partners:events")
    @rule(which=WHICH, who=WHICH, may_wait=st.booleans())
    def register(self, which: int, who: int, may_wait: bool) -> None:
        if found := self.pick("partners", SESSIONS, which):
            path = f"/events/{found['event_id']}/sessions/{found['id']}"
            self._register(path, who, may_wait=may_wait)

    def _register(self, session: str, who: int, *, may_wait: bool) -> None:
        if person := self.pick("matching", EVERYBODY, who):
            mentee = self.rows("matching", "SELECT 1 FROM mentee WHERE id = :id", id=person["id"])
            kind = "mentee" if mentee else "mentor"
            body = {"attendee_kind": kind, "attendee_id": str(person["id"]), "may_wait": may_wait}
            self.post("partners", f"{session}/registrations", **body)

    @needs("partners:registrations")
    @rule(which=WHICH)
    def cancel_registration(self, which: int) -> None:
        if found := self.pick("partners", REGISTRATIONS, which):
            self.ask("DELETE", "partners", self._place(found))

    @needs("partners:registrations")
    @rule(which=WHICH, attended=st.booleans())
    def note_attendance(self, which: int, attended: bool) -> None:
        if found := self.pick("partners", REGISTRATIONS, which):
            path = f"{self._place(found)}/attendance"
            self.ask("PUT", "partners", path, json={"attended": attended})

    @staticmethod
    def _place(found: object) -> str:
        row: dict[str, object] = dict(found)  # type: ignore[call-overload]
        return f"/events/{row['event_id']}/sessions/{row['session_id']}/registrations/{row['id']}"

    @needs("partners:events")
    @rule(which=WHICH, capacity=st.sampled_from([None, 1, 3]))
    def change_places(self, which: int, capacity: int | None) -> None:
        if found := self.pick("partners", SESSIONS, which):
            path = f"/events/{found['event_id']}/sessions/{found['id']}/capacity"
            self.ask("PUT", "partners", path, json={"capacity": capacity})

    @needs("partners:events")
    @rule(which=WHICH)
    def cancel_event(self, which: int) -> None:
        if found := self.pick("partners", EVENTS, which):
            self.post("partners", f"/events/{found['id']}/cancellation")

    @needs("partners:events")
    @rule(which=WHICH, who=WHICH, commitment=WHICH, counted=st.booleans())
    def book_stand(self, which: int, who: int, commitment: int, counted: bool) -> None:
        stand, by = self.pick("partners", STANDS, which), self.pick("partners", ORGANISATIONS, who)
        if not stand or not by:
            return
        [event] = self.rows(
            "partners", "SELECT starts_on FROM event WHERE id = :id", id=stand["event_id"]
        )
        owed = self.pick("partners", COMMITMENTS, commitment) if counted else None
        body = {
            "starts_at": f"{event['starts_on']}{NINE}",
            "ends_at": f"{event['starts_on']}{ELEVEN}",
        }
        for_it = {"commitment_id": str(owed["id"])} if owed else {}
        path = f"/events/{stand['event_id']}/stands/{stand['id']}/bookings"
        self.post("partners", path, organisation_id=str(by["id"]), **body, **for_it)

    @needs("partners:bookings")
    @rule(which=WHICH)
    def release_stand(self, which: int) -> None:
        if found := self.pick("partners", BOOKINGS, which):
            path = f"/events/{found['event_id']}/stands/{found['stand_id']}/bookings/{found['id']}"
            self.ask("DELETE", "partners", path)


class Gifts(Lives):
    """Rules of pledges and gifts."""

    @rule(who=WHICH, amount=st.sampled_from([100, 250]), ago=AGO)
    def pledge(self, who: int, amount: int, ago: int) -> None:
        if found := self.pick("partners", ORGANISATIONS, who):
            path = f"/organisations/{found['id']}/pledges"
            self.post("partners", path, amount=amount, pledged_on=self.day(ago))

    @rule(which=WHICH, amount=st.sampled_from([1, 2, 100]), ago=AGO, pledged=st.booleans())
    def give(self, which: int, amount: int, ago: int, pledged: bool) -> None:
        giver = self.pick("partners", ORGANISATIONS, which)
        of = self.pick("partners", PLEDGES, which) if pledged else None
        if giver:
            who = of["organisation_id"] if of else giver["id"]
            body = {"amount": amount, "given_on": self.day(ago), "payment": "transfer"}
            more = {"pledge_id": str(of["id"])} if of else {}
            self.post("partners", f"/organisations/{who}/gifts", **body, **more)

    @needs("partners:gifts")
    @rule(which=WHICH)
    def cancel_gift(self, which: int) -> None:
        if found := self.pick("partners", GIFTS, which):
            self.post("partners", f"/gifts/{found['id']}/cancellation", cancelled_on=self.day(0))


class Speakers(Lives):
    """Rules of those who speak for partners."""

    @rule(who=WHICH, number=st.integers(1, 4))
    def name_contact(self, who: int, number: int) -> None:
        if found := self.pick("partners", ORGANISATIONS, who):
            said = {"given_name": "Luc", "family_name": f"Petit {number}", "from_on": self.day(0)}
            roles = ["convention", "events"]
            path = f"/organisations/{found['id']}/contacts"
            self.post("partners", path, roles=roles, email=f"luc{number}@example.net", **said)

    @needs("partners:contacts")
    @rule(which=WHICH)
    def erase_contact(self, which: int) -> None:
        if found := self.pick("partners", CONTACTS, which):
            path = f"/organisations/{found['organisation_id']}/contacts/{found['id']}"
            self.ask("DELETE", "partners", f"{path}/personal-data")

    @needs("partners:contacts")
    @rule(which=WHICH)
    def let_contact_leave(self, which: int) -> None:
        if found := self.pick("partners", CONTACTS, which):
            path = f"/organisations/{found['organisation_id']}/contacts/{found['id']}/end"
            self.post("partners", path, until_on=str(self.today - timedelta(days=1)))
