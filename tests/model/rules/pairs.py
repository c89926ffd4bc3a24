"""Pairs: proposed by hand or by a round, answered, living, ended, and what came of them."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import alerts
from tests.model.acts import MENTEES, MENTORS, RUNNING, Acts
from tests.model.lives import AGO, CHANCE, WHICH, needs
from tests.model.world import Broken

SIDES = st.sampled_from(["mentee", "mentor"])
PROPOSED = "SELECT id FROM pairing WHERE state = 'proposed' ORDER BY id"
BEGUN = "SELECT id, mentee_id FROM pairing WHERE starts_on IS NOT NULL ORDER BY id"
DRAFTS = "SELECT id FROM round WHERE state = 'draft' ORDER BY id"
CHOSEN = (
    "SELECT round_id, mentee_id, mentor_id FROM round_proposal JOIN round ON round.id = round_id"
    " WHERE state = 'draft' ORDER BY round_id, mentee_id"
)
CONTACTS = "SELECT id, contact_on FROM contact WHERE state <> 'withdrawn' ORDER BY id"
WAITING = (
    "SELECT id FROM mentee WHERE decided_on IS NOT NULL AND refusal IS NULL AND NOT erased"
    " AND merged_into IS NULL AND id NOT IN (SELECT mentee_id FROM pairing) ORDER BY id"
)
UNLOGGED = "SELECT id FROM contact WHERE state = 'draft' ORDER BY id"
OUTCOMES = "SELECT id FROM outcome WHERE NOT withdrawn ORDER BY id"
INTRODUCTIONS = "SELECT id FROM introduction ORDER BY id"
ENDS = st.sampled_from(["completed", "early_success", "withdrawn", "lapsed"])
CONTRACTS = st.sampled_from(["cdi", "cdd", "studies"])
MEDIA = st.sampled_from(["phone", "meeting", "email"])
FITS = st.sampled_from([True, True, False, None])


class Proposals(Acts):
    """Rules of proposals, made by hand, and of their answers."""

    @rule(mentee=WHICH, mentor=WHICH, ago=AGO)
    def propose(self, mentee: int, mentor: int, ago: int) -> None:
        self.propose_pair(mentee, mentor, ago=ago)

    @rule(mentee=WHICH, mentor=WHICH)
    def propose_to_two(self, mentee: int, mentor: int) -> None:
        """Propose one mentor, who may have one place, to two mentees."""
        for which in (mentee, mentee + 1):
            self.propose_pair(which, mentor, ago=0)

    @rule(mentee=WHICH, mentor=WHICH)
    def pair_at_once(self, mentee: int, mentor: int) -> None:
        self.begin_pair(mentee, mentor)

    @needs("matching:pairings", "matching:publication")
    @rule(which=WHICH, side=SIDES, ago=AGO)
    def accept(self, which: int, side: str, ago: int) -> None:
        if found := self.pick("matching", PROPOSED, which):
            self.accept_pair(found["id"], side, ago=ago)

    @needs("matching:pairings", "matching:publication")
    @rule(which=WHICH)
    def both_accept(self, which: int) -> None:
        if found := self.pick("matching", PROPOSED, which):
            for side in ("mentor", "mentee"):
                self.accept_pair(found["id"], side, ago=0)

    @needs("matching:pairings", "matching:publication")
    @rule(which=WHICH, side=SIDES, reason=st.sampled_from(["unavailable", "too_far"]))
    def decline(self, which: int, side: str, reason: str) -> None:
        if found := self.pick("matching", PROPOSED, which):
            body = {"by": side, "reason": reason, "declined_on": self.day(0)}
            self.post("matching", f"/pairings/{found['id']}/declines", **body)


class Rounds(Acts):
    """Rules of rounds, from their drafts to their publication."""

    @rule(ago=AGO, quota=st.integers(0, 2))
    def run_round(self, ago: int, quota: int) -> None:
        self.make_round(ago, quota)

    @rule(ago=AGO)
    def run_and_publish_round(self, ago: int) -> None:
        if made := self.make_round(ago):
            self.post("matching", f"/rounds/{made['id']}/publication")

    @needs("matching:rounds")
    @rule(which=WHICH)
    def publish_draft(self, which: int) -> None:
        if found := self.pick("matching", DRAFTS, which):
            self.post("matching", f"/rounds/{found['id']}/publication")

    @needs("matching:rounds")
    @rule(which=WHICH)
    def cancel_round(self, which: int) -> None:
        if found := self.pick("matching", DRAFTS, which):
            self.post("matching", f"/rounds/{found['id']}/cancellation")


class LateRounds(Acts):
    """A rule of rounds that are of a day in the past."""

    @rule(days=st.sampled_from([8, 3, 12]))
    def publish_round_of_past(self, days: int) -> None:
        """Publish a round of a day on which the same people waited."""
        self.pass_time(days=days)
        if made := self.make_round(days):
            self.post("matching", f"/rounds/{made['id']}/publication")


class Reviews(Acts):
    """Rules of drafts of rounds that coordinators change by hand."""

    @rule(mentor=WHICH, nobody=st.booleans())
    def review_and_publish_round(self, mentor: int, nobody: bool) -> None:
        """Propose somebody of a new draft to another mentor, then publish it."""
        if made := self.make_round():
            rows = "SELECT mentee_id FROM round_proposal WHERE round_id = :id ORDER BY mentee_id"
            other = self.pick("matching", MENTORS, mentor)
            for chosen in self.rows("matching", rows, id=made["id"])[:1]:
                path = f"/rounds/{made['id']}/proposals/{chosen['mentee_id']}"
                body = {"mentor_id": None if nobody or not other else str(other["id"])}
                self.ask("PUT", "matching", path, json=body)
            self.post("matching", f"/rounds/{made['id']}/publication")

    @needs("matching:rounds")
    @rule(which=WHICH, mentor=WHICH, nobody=st.booleans(), locked=st.booleans())
    def modify_draft(self, which: int, mentor: int, nobody: bool, locked: bool) -> None:
        if found := self.pick("matching", CHOSEN, which):
            other = self.pick("matching", MENTORS, mentor)
            chosen = None if nobody or not other else str(other["id"])
            path = f"/rounds/{found['round_id']}/proposals/{found['mentee_id']}"
            body = {"mentor_id": chosen, "locked": locked and chosen is not None}
            self.ask("PUT", "matching", path, json=body)


class Endings(Acts):
    """Rules of how pairs end."""

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, reason=ENDS, ago=AGO)
    def end_pair(self, which: int, reason: str, ago: int) -> None:
        self._end(which, "end", reason, ago)

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, reason=ENDS)
    def rematch(self, which: int, reason: str) -> None:
        self._end(which, "rematch", reason, 0)

    def _end(self, which: int, step: str, reason: str, ago: int) -> None:
        """End a pair; its place is announced if anybody else waits for one, and only then."""
        known, ended_on = self.known("matching", self.world.clock.now), self.day(ago)
        pair = self.pick("matching", RUNNING, which)
        if pair and self.of_running(which, step, reason=reason, ended_on=ended_on):
            mentee = known.by_id[pair["id"]]["mentee_id"]
            wanted = alerts.somebody_waits(known, self.today - timedelta(days=ago), mentee)
            query = "SELECT 1 FROM due WHERE rule = 'place_freed' AND about_id = :id"
            if wanted != bool(self.rows("matching", query, id=pair["id"])):
                raise Broken(f"Somebody waits for the place of {pair['id']}: {wanted}")


class Interviews(Acts):
    """Rules of first interviews."""

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, ahead=st.integers(0, 20))
    def plan_interview(self, which: int, ahead: int) -> None:
        if found := self.pick("matching", RUNNING, which):
            path = f"/pairings/{found['id']}/first-interview/plan"
            self.ask("PUT", "matching", path, json={"planned_on": self.day(-ahead)})

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, side=SIDES)
    def miss_interview(self, which: int, side: str) -> None:
        self.of_running(which, "first-interview/no-show", missing=[side])

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, ago=AGO)
    def hold_interview(self, which: int, ago: int) -> None:
        self.of_running(which, "first-interview", held_on=self.day(ago), minutes=60)


class Contacts(Acts):
    """Rules of contacts between the two of a pair."""

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, ago=AGO, medium=MEDIA, made=st.booleans(), draft=st.booleans())
    def log_contact(self, which: int, ago: int, medium: str, made: bool, draft: bool) -> None:
        if found := self.pick("matching", BEGUN, which):
            body = {"contact_on": self.day(ago), "medium": medium, "made": made, "draft": draft}
            self.post("matching", f"/pairings/{found['id']}/contacts", **body)

    @needs("matching:contacts")
    @rule(which=WHICH)
    def log_draft_of_contact(self, which: int) -> None:
        if found := self.pick("matching", UNLOGGED, which):
            self.post("matching", f"/contacts/{found['id']}/log")

    @needs("matching:contacts")
    @rule(which=WHICH, later=st.sampled_from([0, 0, 1, 3]), minutes=st.sampled_from([15, 30, None]))
    def correct_contact(self, which: int, later: int, minutes: int | None) -> None:
        if found := self.pick("matching", CONTACTS, which):
            day = found["contact_on"] + timedelta(days=later)
            body = {"contact_on": str(day), "minutes": minutes}
            self.ask("PATCH", "matching", f"/contacts/{found['id']}", json=body)

    @needs("matching:contacts")
    @rule(which=WHICH)
    def withdraw_contact(self, which: int) -> None:
        if found := self.pick("matching", CONTACTS, which):
            self.ask("DELETE", "matching", f"/contacts/{found['id']}")


class Pauses(Acts):
    """Rules of pairs' pauses."""

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, days=st.sampled_from([7, 40, None]))
    def pause_pair(self, which: int, days: int | None) -> None:
        until = None if days is None else self.day(-days)
        self.of_running(which, "pauses", from_on=self.day(0), until_on=until)

    @needs("matching:pauses")
    @rule(which=WHICH)
    def resume_pair(self, which: int) -> None:
        self.of_running(which, "resumption", resumed_on=self.day(0))


class Introductions(Acts):
    """Rules of introductions and check-ins."""

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, ago=AGO)
    def introduce(self, which: int, ago: int) -> None:
        body = {"introduced_on": self.day(ago), "agreed_on": self.day(ago)}
        self.of_running(which, "introductions", role="HR", organisation="Acme", **body)

    @needs("matching:introductions")
    @rule(which=WHICH, result=st.sampled_from(["no_answer", "advice", "hired"]))
    def answer_introduction(self, which: int, result: str) -> None:
        if found := self.pick("matching", INTRODUCTIONS, which):
            body = {"result": result, "answered_on": self.day(0)}
            self.ask("PUT", "matching", f"/introductions/{found['id']}/answer", json=body)

    @needs("matching:acceptances", "matching:pairings")
    @rule(which=WHICH, side=SIDES, rating=st.integers(1, 5))
    def check_in(self, which: int, side: str, rating: int) -> None:
        self.of_running(which, "check-ins", by=side, held_on=self.day(0), rating=rating)


class Outcomes(Acts):
    """Rules of what mentees found."""

    @rule(which=WHICH, contract=CONTRACTS, fits=FITS, ago=AGO, linked=st.booleans())
    def record_outcome(
        self,
        which: int,
        contract: str,
        fits: bool | None,
        ago: int,
        linked: bool,
    ) -> None:
        mentee = self.pick("matching", MENTEES, which)
        pair = self.pick("matching", BEGUN, which)
        if linked and pair:
            self._record(pair["mentee_id"], contract, fits, ago, pairing_id=str(pair["id"]))
        elif mentee:
            self._record(mentee["id"], contract, fits, ago)

    def _record(self, mentee: Any, contract: str, fits: bool | None, ago: int, **said: str) -> None:
        self.post(
            "matching",
            "/outcomes",
            mentee_id=str(mentee),
            contract=contract,
            months=6 if contract == "cdd" else None,
            fits_qualification=fits,
            evidence="declared",
            found_on=self.day(ago),
            **said,
        )

    @rule(which=WHICH, contract=CONTRACTS, fits=FITS, chance=CHANCE)
    def find_work_while_waiting(
        self, which: int, contract: str, fits: bool | None, chance: int
    ) -> None:
        """Let those who wait for a mentor be written to; one finds work before the mail goes."""
        self.pass_time(days=21)
        self.deliver_all(chance)
        if found := self.pick("matching", WAITING, which):
            self._record(found["id"], contract, fits, 0)
        self.deliver_all(chance)
        self.send_due()

    @needs("matching:outcomes")
    @rule(which=WHICH, fits=FITS)
    def correct_outcome(self, which: int, fits: bool | None) -> None:
        if found := self.pick("matching", OUTCOMES, which):
            body = {"fits_qualification": fits}
            self.ask("PATCH", "matching", f"/outcomes/{found['id']}", json=body)

    @needs("matching:outcomes")
    @rule(which=WHICH)
    def withdraw_outcome(self, which: int) -> None:
        if found := self.pick("matching", OUTCOMES, which):
            self.ask("DELETE", "matching", f"/outcomes/{found['id']}")


TOGETHER = (Endings, Interviews, Contacts, Pauses, Introductions)
"""All that happens in a pair's life."""
