"""Possible partners: heard of, moved on, signed or lost."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import ORGANISATIONS, Acts
from tests.model.lives import AGO, WHICH, needs, siren

LEADS = "SELECT id, heard_on FROM lead ORDER BY id"
STAGES = st.sampled_from(["contacted", "met", "negotiating", "lost", "lost"])
AHEAD = st.sampled_from([0, 3, 20, None])


class Leads(Acts):
    """Rules of possible partners."""

    @rule(number=st.integers(7, 9), who=WHICH, introduced=st.booleans(), ahead=AHEAD, ago=AGO)
    def hear_of_lead(
        self, number: int, who: int, introduced: bool, ahead: int | None, ago: int
    ) -> None:
        by = self.pick("partners", ORGANISATIONS, who) if introduced else None
        body: dict[str, Any] = {"name": f"Lead {number}", "kind": "company", "department": "75"}
        if by:
            body["introduced_by"] = str(by["id"])
        step = self._step(ahead)
        self.post("partners", "/leads", siren=siren(number), heard_on=self.day(ago), **body, **step)

    @needs("partners:leads")
    @rule(which=WHICH, ahead=AHEAD)
    def plan_step(self, which: int, ahead: int | None) -> None:
        if found := self.pick("partners", LEADS, which):
            path = f"/leads/{found['id']}/next-step"
            self.ask("PUT", "partners", path, json=self._step(ahead))

    def _step(self, ahead: int | None) -> dict[str, str]:
        return {} if ahead is None else {"next_step": "Call", "next_on": self.day(-ahead)}

    @needs("partners:leads")
    @rule(which=WHICH, stage=STAGES, ago=AGO)
    def move_lead(self, which: int, stage: str, ago: int) -> None:
        if found := self.pick("partners", LEADS, which):
            why = {"lost_for": "not_now"} if stage == "lost" else {}
            body = {"stage": stage, "moved_on": self.day(ago)}
            self.post("partners", f"/leads/{found['id']}/stage-changes", **body, **why)

    @needs("partners:leads")
    @rule(which=WHICH, ends_in=st.sampled_from([None, 40, 400]))
    def convert_lead(self, which: int, ends_in: int | None) -> None:
        if found := self.pick("partners", LEADS, which):
            ends_on = None if ends_in is None else str(self.today + timedelta(days=ends_in))
            body = {"signed_on": self.day(0), "ends_on": ends_on}
            self.post("partners", f"/leads/{found['id']}/conversion", **body)
