"""What several rules do, and how a life begins: commands with all that they need."""

from typing import Any
from uuid import UUID

from tests.model.lives import Row, siren
from tests.model.workers import Workers

ORGANISATIONS = "SELECT id FROM organisation WHERE merged_into IS NULL ORDER BY id"
MENTEES = "SELECT id FROM mentee WHERE merged_into IS NULL AND NOT erased ORDER BY id"
RUNNING = "SELECT id FROM pairing WHERE starts_on IS NOT NULL AND ended_on IS NULL ORDER BY id"
MENTORS = "SELECT id, capacity FROM mentor WHERE NOT erased ORDER BY id"


class Acts(Workers):
    """Commands that rules share."""

    def found_organisation(self, kind: str, number: int, department: str = "75") -> Any:
        body = {"kind": kind, "department": department, "siren": siren(number)}
        return self.post("partners", "/organisations", name=f"Organisation {number}", **body)

    def terms(self, one: int, other: int, ends_in: int | None, *, renews: bool) -> dict[str, Any]:
        ids = [str(r["id"]) for n in {one, other} if (r := self.pick("partners", ORGANISATIONS, n))]
        ids = list(dict.fromkeys(ids))
        body: dict[str, Any] = {
            "kind": "framework" if len(ids) > 1 else "own",
            "signatories": [{"organisation_id": each} for each in ids],
        }
        if ends_in is not None:
            body["ends_on"] = self.day(-ends_in)
            if renews:
                body |= {"renews_for_months": 12, "notice_days": 30}
        return body

    def take_application(
        self, number: int, department: str, *, phone: bool, priority: str = "unknown", ago: int = 0
    ) -> str | None:
        made = self.post(
            "matching",
            "/mentees",
            given_name="Amina",
            family_name=f"Diallo {number}",
            email=f"amina{number}@example.org",
            phone=f"+3363998{number:04}" if phone else None,
            department=department,
            degree_level=5,
            birth_date=f"2000-01-{number:02}",
            priority_neighbourhood=priority,
            applied_on=self.day(ago),
            confirmed=number % 2 == 0,
            remote=True,
        )
        return made and str(made["id"])

    def take_mentor(
        self, number: int, department: str, capacity: int, organisation: str, *, ago: int = 0
    ) -> str | None:
        made = self.post(
            "matching",
            "/mentors",
            given_name="Claire",
            family_name=f"Martin {number}",
            email=f"claire{number}@example.com",
            department=department,
            organisation_id=organisation,
            capacity=capacity,
            enrolled_on=self.day(ago),
            charter_accepted_on=self.day(ago),
            remote=True,
        )
        return made and str(made["id"])

    def propose_pair(self, mentee: int, mentor: int, *, ago: int) -> Row | None:
        one, other = self.pick("matching", MENTEES, mentee), self.pick("matching", MENTORS, mentor)
        if not one or not other:
            return None
        body = {"mentee_id": str(one["id"]), "mentor_id": str(other["id"])}
        return self.post("matching", "/pairings", proposed_on=self.day(ago), **body)

    def begin_pair(self, mentee: int, mentor: int) -> None:
        if made := self.propose_pair(mentee, mentor, ago=0):
            for side in ("mentee", "mentor"):
                self.accept_pair(made["id"], side, ago=0)

    def accept_pair(self, pairing: Any, side: str, *, ago: int) -> None:
        path = f"/pairings/{pairing}/acceptances"
        self.post("matching", path, by=side, accepted_on=self.day(ago))

    def of_running(self, which: int, step: str, **body: Any) -> Row | None:
        found = self.pick("matching", RUNNING, which)
        return found and self.post("matching", f"/pairings/{found['id']}/{step}", **body)

    def make_round(self, ago: int = 0, quota: int = 0) -> Row | None:
        made = self.post("matching", "/rounds", on=self.day(ago), min_priority=quota)
        if made:
            self.do(self.world.work_rounds_out())
            query = "SELECT mentee_id, mentor_id FROM round_proposal WHERE round_id = :id"
            rows = self.rows("matching", query, id=made["id"])
            self.world.proved[UUID(made["id"])] = {(r["mentee_id"], r["mentor_id"]) for r in rows}
        return made
