"""The board: who holds its seats, who speaks for them, and when it meets."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import ORGANISATIONS, Acts
from tests.model.lives import AGO, WHICH, Row, needs

SEATS = "SELECT id, organisation_id FROM board_seat ORDER BY left_on IS NULL DESC, id"
MEETINGS = "SELECT id FROM board_meeting ORDER BY takes_place_at DESC, id"
PRESENCES = st.sampled_from(["present", "excused", "absent"])


class Board(Acts):
    """Rules of the board."""

    @rule(who=WHICH, ago=AGO, ends_in=st.sampled_from([None, 30, 400]))
    def take_seat(self, who: int, ago: int, ends_in: int | None) -> None:
        self._take_seat(who, ago, ends_in)

    def _take_seat(self, who: int, ago: int, ends_in: int | None) -> Row | None:
        found = self.pick("partners", ORGANISATIONS, who)
        term = {} if ends_in is None else {"term_ends_on": self.day(-ends_in)}
        body = {"organisation_id": found and str(found["id"]), "starts_on": self.day(ago)}
        return found and self.post("partners", "/board/seats", **body, **term)

    @needs("partners:seats")
    @rule(which=WHICH, ago=AGO)
    def leave_seat(self, which: int, ago: int) -> None:
        if found := self.pick("partners", SEATS, which):
            path = f"/board/seats/{found['id']}/end"
            self.post("partners", path, left_on=self.day(ago))

    @needs("partners:seats")
    @rule(which=WHICH, number=st.integers(1, 4))
    def represent_seat(self, which: int, number: int) -> None:
        if found := self.pick("partners", SEATS, which):
            self._represent(found, number)

    def _represent(self, seat: Row, number: int) -> None:
        """Name somebody of an organisation who speaks for its seat."""
        who = {"given_name": "Ada", "family_name": f"Roy {number}", "from_on": self.day(0)}
        path = f"/organisations/{seat['organisation_id']}/contacts"
        email = f"ada{number}@example.net"
        if made := self.post("partners", path, roles=["board"], email=email, **who):
            body = {"person_id": made["id"], "from_on": self.day(0)}
            self.post("partners", f"/board/seats/{seat['id']}/representatives", **body)

    @rule(ahead=st.sampled_from([0, 10, 40]))
    def plan_meeting(self, ahead: int) -> None:
        self._plan_meeting(ahead)

    def _plan_meeting(self, ahead: int) -> Row | None:
        at = f"{self.day(-ahead)}T14:00:00Z"
        return self.post("partners", "/board/meetings", takes_place_at=at, agenda=["Comptes"])

    @rule(who=WHICH, number=st.integers(1, 4), ahead=st.sampled_from([10, 40]))
    def convene_board(self, who: int, number: int, ahead: int) -> None:
        """Convene a board on which somebody speaks for an organisation."""
        if seat := self._take_seat(who, 0, None):
            self._represent(seat, number)
        if meeting := self._plan_meeting(ahead):
            self.post("partners", f"/board/meetings/{meeting['id']}/invitation")

    @needs("partners:meetings")
    @rule(which=WHICH)
    def convene(self, which: int) -> None:
        if found := self.pick("partners", MEETINGS, which):
            self.post("partners", f"/board/meetings/{found['id']}/invitation")

    @needs("partners:meetings")
    @rule(which=WHICH)
    def cancel_meeting(self, which: int) -> None:
        if found := self.pick("partners", MEETINGS, which):
            self.post("partners", f"/board/meetings/{found['id']}/cancellation")

    @needs("partners:meetings")
    @rule(which=WHICH, seat=WHICH, presence=PRESENCES)
    def hold_meeting(self, which: int, seat: int, presence: str) -> None:
        found, held = self.pick("partners", MEETINGS, which), self.pick("partners", SEATS, seat)
        if found and held:
            there = [{"seat_id": str(held["id"]), "presence": presence}]
            path = f"/board/meetings/{found['id']}/record"
            self.ask("PUT", "partners", path, json={"presences": there})
