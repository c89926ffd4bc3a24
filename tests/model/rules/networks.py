"""Networks of organisations, and what their members do together."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import ORGANISATIONS, Acts
from tests.model.lives import AGO, WHICH, needs

NETWORKS = "SELECT id FROM network ORDER BY id"
MEMBERS = (
    "SELECT network_id, organisation_id FROM network_member WHERE left_on IS NULL"
    " ORDER BY network_id, organisation_id"
)
ACTIONS = "SELECT id, network_id FROM joint_action ORDER BY id"


class Networks(Acts):
    """Rules of networks."""

    @rule(number=st.integers(1, 2), who=WHICH, ago=AGO)
    def form_network(self, number: int, who: int, ago: int) -> None:
        if made := self.post("partners", "/networks", name=f"Network {number}"):
            for which in (who, who + 1):
                self._join(made["id"], which, ago)

    @needs("partners:networks")
    @rule(which=WHICH, who=WHICH, ago=AGO)
    def join_network(self, which: int, who: int, ago: int) -> None:
        if found := self.pick("partners", NETWORKS, which):
            self._join(str(found["id"]), who, ago)

    def _join(self, network: str, who: int, ago: int) -> None:
        if found := self.pick("partners", ORGANISATIONS, who):
            body = {"organisation_id": str(found["id"]), "joined_on": self.day(ago)}
            self.post("partners", f"/networks/{network}/members", **body)

    @needs("partners:members")
    @rule(which=WHICH, ago=AGO)
    def leave_network(self, which: int, ago: int) -> None:
        if found := self.pick("partners", MEMBERS, which):
            path = f"/networks/{found['network_id']}/members/{found['organisation_id']}"
            self.post("partners", f"{path}/end", left_on=self.day(ago))

    @needs("partners:members")
    @rule(which=WHICH, ago=AGO)
    def begin_action(self, which: int, ago: int) -> None:
        if found := self.pick("partners", MEMBERS, which):
            body = {"name": "Forum", "organisations": [str(found["organisation_id"])]}
            path = f"/networks/{found['network_id']}/actions"
            self.post("partners", path, begun_on=self.day(ago), **body)

    @needs("partners:actions")
    @rule(which=WHICH, quantity=st.sampled_from([0, 5, 7]), ago=AGO)
    def count_action(self, which: int, quantity: int, ago: int) -> None:
        if found := self.pick("partners", ACTIONS, which):
            path = f"/networks/{found['network_id']}/actions/{found['id']}/counts/youths_met"
            body = {"quantity": quantity, "counted_on": self.day(ago)}
            self.ask("PUT", "partners", path, json=body)
