"""Mentees and mentors: who applies, is decided on, enrols, is merged, erased or told apart."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import MENTEES, MENTORS, ORGANISATIONS, Acts
from tests.model.lives import AGO, DEPARTMENTS, WHICH, Lives, needs

UNDECIDED = "SELECT id FROM mentee WHERE decided_on IS NULL AND NOT erased ORDER BY id"
EVERYBODY = (
    "SELECT id FROM (SELECT id FROM mentee UNION ALL SELECT id FROM mentor) AS p ORDER BY id"
)
PAUSES = "SELECT id, mentor_id FROM mentor_pause ORDER BY id"
YOUTHS = "SELECT youth_id FROM referred_youth ORDER BY youth_id"
EXCLUSIONS = "SELECT mentee_id, mentor_id FROM exclusion ORDER BY mentee_id, mentor_id"
NAMES = st.integers(1, 9)
NEIGHBOURHOODS = st.sampled_from(["in", "out", "unknown"])
REFUSALS = st.sampled_from(["found_work", "withdrawn", "incomplete", "degree_too_low"])


class Joining(Acts):
    """Rules of mentees and mentors, and of what is known of them."""

    @rule(
        number=NAMES,
        department=st.sampled_from(DEPARTMENTS),
        phone=st.booleans(),
        priority=NEIGHBOURHOODS,
        ago=AGO,
    )
    def apply(self, number: int, department: str, phone: bool, priority: str, ago: int) -> None:
        self.take_application(number, department, phone=phone, priority=priority, ago=ago)

    @rule(number=NAMES, department=st.sampled_from(DEPARTMENTS), ago=AGO)
    def enter_admission(self, number: int, department: str, ago: int) -> None:
        """Enter an application with its decision, both of the same day."""
        if made := self.take_application(number, department, phone=True, ago=ago):
            path = f"/mentees/{made}/decision"
            self.post("matching", path, admit=True, decided_on=self.day(ago))

    @rule(which=WHICH, ago=AGO)
    def admit(self, which: int, ago: int) -> None:
        if found := self.pick("matching", UNDECIDED, which):
            path = f"/mentees/{found['id']}/decision"
            self.post("matching", path, admit=True, decided_on=self.day(ago))

    @rule(which=WHICH, reason=REFUSALS)
    def refuse(self, which: int, reason: str) -> None:
        if found := self.pick("matching", UNDECIDED, which):
            path = f"/mentees/{found['id']}/decision"
            self.post("matching", path, admit=False, reason=reason, decided_on=self.day(0))

    @rule(
        number=NAMES,
        department=st.sampled_from(DEPARTMENTS),
        capacity=st.integers(1, 3),
        who=WHICH,
        ago=AGO,
    )
    def enrol(self, number: int, department: str, capacity: int, who: int, ago: int) -> None:
        if found := self.pick("partners", ORGANISATIONS, who):
            self.take_mentor(number, department, capacity, str(found["id"]), ago=ago)

    @rule(which=WHICH, capacity=st.integers(1, 4))
    def change_capacity(self, which: int, capacity: int) -> None:
        if found := self.pick("matching", MENTORS, which):
            self.ask("PATCH", "matching", f"/mentors/{found['id']}", json={"capacity": capacity})

    @rule(which=WHICH, number=NAMES)
    def change_address(self, which: int, number: int) -> None:
        if found := self.pick("matching", MENTEES, which):
            body = {"email": f"new{number}@example.org"}
            self.ask("PATCH", "matching", f"/mentees/{found['id']}", json=body)

    @rule(which=WHICH, priority=NEIGHBOURHOODS)
    def correct_neighbourhood(self, which: int, priority: str) -> None:
        if found := self.pick("matching", MENTEES, which):
            path = f"/mentees/{found['id']}/neighbourhood-corrections"
            self.post("matching", path, priority_neighbourhood=priority)

    @rule(which=WHICH, days=st.sampled_from([None, 5, 30]))
    def pause_mentor(self, which: int, days: int | None) -> None:
        if found := self.pick("matching", MENTORS, which):
            until = None if days is None else str(self.today + timedelta(days=days))
            path = f"/mentors/{found['id']}/pauses"
            self.post("matching", path, from_on=self.day(0), until_on=until)

    @needs("matching:pauses")
    @rule(which=WHICH)
    def take_mentor_pause_back(self, which: int) -> None:
        if found := self.pick("matching", PAUSES, which):
            self.ask("DELETE", "matching", f"/mentors/{found['mentor_id']}/pauses/{found['id']}")

    @rule(mentee=WHICH, mentor=WHICH, by=st.sampled_from(["mentee", "mentor", "coordinator"]))
    def exclude(self, mentee: int, mentor: int, by: str) -> None:
        one, other = self.pick("matching", MENTEES, mentee), self.pick("matching", MENTORS, mentor)
        if one and other:
            path = f"/mentees/{one['id']}/exclusions"
            self.post("matching", path, mentor_id=str(other["id"]), asked_by=by)

    @needs("matching:exclusions")
    @rule(which=WHICH)
    def take_exclusion_back(self, which: int) -> None:
        if found := self.pick("matching", EXCLUSIONS, which):
            path = f"/mentees/{found['mentee_id']}/exclusions/{found['mentor_id']}"
            self.ask("DELETE", "matching", path)


class Merges(Lives):
    """Rules of applications that turn out to be one person's."""

    @rule(kept=WHICH, duplicate=WHICH)
    def merge_mentees(self, kept: int, duplicate: int) -> None:
        one, other = (self.pick("matching", MENTEES, n) for n in (kept, duplicate))
        if one and other and one != other:
            path = f"/mentees/{one['id']}/merge"
            self.post("matching", path, duplicate_id=str(other["id"]))


class Erasures(Lives):
    """Rules of who asks to be forgotten."""

    @rule(which=WHICH)
    def erase_mentee(self, which: int) -> None:
        if found := self.pick("matching", MENTEES, which):
            self.ask("DELETE", "matching", f"/mentees/{found['id']}/personal-data")

    @rule(which=WHICH)
    def erase_mentor(self, which: int) -> None:
        if found := self.pick("matching", MENTORS, which):
            self.ask("DELETE", "matching", f"/mentors/{found['id']}/personal-data")


class Referrals(Acts):
    """Rules of youths whom partners refer."""

    @rule(who=WHICH, number=NAMES, ago=AGO)
    def refer_youth(self, who: int, number: int, ago: int) -> None:
        self._refer(who, number, ago)

    @rule(who=WHICH, number=NAMES, mentee=WHICH)
    def refer_applicant(self, who: int, number: int, mentee: int) -> None:
        """Refer a youth who applied already."""
        self._refer(who, number, 0)
        self.deliver_all()
        self._take(mentee, number)

    def _refer(self, who: int, number: int, ago: int) -> None:
        if found := self.pick("partners", ORGANISATIONS, who):
            self.post(
                "partners",
                f"/organisations/{found['id']}/referrals",
                given_name="Amina",
                family_name=f"Diallo {number}",
                email=f"amina{number}@example.org",
                department="93",
                consented_on=self.day(ago),
                referred_on=self.day(ago),
            )

    @needs("partners:referrals")
    @rule(mentee=WHICH, youth=WHICH)
    def take_referral(self, mentee: int, youth: int) -> None:
        self._take(mentee, youth)

    def _take(self, mentee: int, youth: int) -> None:
        one, other = self.pick("matching", MENTEES, mentee), self.pick("matching", YOUTHS, youth)
        if one and other:
            path = f"/mentees/{one['id']}/referral"
            self.post("matching", path, youth_id=str(other["youth_id"]))


class OptOuts(Lives):
    """Rules of who does not wish to be written to."""

    @rule(which=WHICH, channel=st.sampled_from(["email", "sms", "all"]))
    def opt_out(self, which: int, channel: str) -> None:
        known = "SELECT person_id AS id FROM person WHERE side IS NOT NULL ORDER BY person_id"
        if found := self.pick("notifications", known, which):
            body = {"person_id": str(found["id"]), "channel": channel}
            if self.post("notifications", "/opt-outs", **body):
                self.world.mailbox.opt_out(found["id"], channel)
