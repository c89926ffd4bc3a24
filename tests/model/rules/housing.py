"""Homes that mentees need, and that landlords offer."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import MENTEES, Acts
from tests.model.lives import AGO, WHICH, needs

NEEDS = "SELECT id FROM housing_need ORDER BY asked_on DESC, id"
OFFERS = (
    "SELECT housing_offer.id, need_id FROM housing_offer JOIN housing_need AS need"
    ' ON need.id = need_id ORDER BY (need."end" IS NULL) DESC, housing_offer.id'
)
LANDLORDS = (
    "SELECT id FROM organisation WHERE kind = 'social_landlord' AND merged_into IS NULL ORDER BY id"
)
ENDS = st.sampled_from(["housed", "found_elsewhere", "no_offer", "consent_withdrawn"])


class Housing(Acts):
    """Rules of homes, from the question to the key."""

    @rule(number=st.integers(3, 6), which=WHICH, department=st.sampled_from(["75", "93"]))
    def ask_landlord(self, number: int, which: int, department: str) -> None:
        """Register a landlord in a department where somebody needs a home."""
        self.found_organisation("social_landlord", number, department)
        self._ask(which, department, 0)

    @rule(which=WHICH, department=st.sampled_from(["75", "93"]), ago=AGO)
    def ask_for_home(self, which: int, department: str, ago: int) -> None:
        self._ask(which, department, ago)

    def _ask(self, which: int, department: str, ago: int) -> None:
        if found := self.pick("matching", MENTEES, which):
            body = {"mentee_id": str(found["id"]), "department": department, "rooms": 1}
            days = {"consented_on": self.day(ago), "asked_on": self.day(ago)}
            self.post("partners", "/housing-needs", **body, **days)

    @needs("partners:housing-needs")
    @rule(which=WHICH, who=WHICH, ago=AGO)
    def offer_home(self, which: int, who: int, ago: int) -> None:
        need, by = self.pick("partners", NEEDS, which), self.pick("partners", LANDLORDS, who)
        if need and by:
            body = {"organisation_id": str(by["id"]), "offered_on": self.day(ago)}
            path = f"/housing-needs/{need['id']}/offers"
            self.post("partners", path, description="Studio", rent=48_000, **body)

    @needs("partners:offers")
    @rule(which=WHICH, accepted=st.booleans())
    def answer_offer(self, which: int, accepted: bool) -> None:
        if found := self.pick("partners", OFFERS, which):
            path = f"/housing-needs/{found['need_id']}/offers/{found['id']}/answer"
            self.post("partners", path, accepted=accepted, answered_on=self.day(0))

    @needs("partners:housing-needs")
    @rule(which=WHICH, end=ENDS)
    def close_need(self, which: int, end: str) -> None:
        if found := self.pick("partners", NEEDS, which):
            path = f"/housing-needs/{found['id']}/end"
            self.post("partners", path, end=end, closed_on=self.day(0))
