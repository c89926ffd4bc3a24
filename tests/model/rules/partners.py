"""Organisations and the conventions that cover them, with what is owed under them."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.acts import ORGANISATIONS, Acts
from tests.model.lives import AGO, WHICH, Row, needs

CONVENTIONS = "SELECT id, signed_on, ends_on FROM convention ORDER BY id"
DRAFTS = "SELECT id FROM draft ORDER BY id"
SIGNED = (
    "SELECT convention_id, organisation_id FROM signature ORDER BY convention_id, organisation_id"
)
MEMBERS = (
    "SELECT organisation_id, umbrella_id FROM membership ORDER BY organisation_id, umbrella_id"
)
COMMITMENTS = "SELECT id FROM commitment ORDER BY id"
FULFILMENTS = "SELECT id, commitment_id FROM fulfilment ORDER BY id"
KINDS = st.sampled_from(["company", "social_landlord", "federation"])
PARTIES = st.sampled_from(["programme", "partner"])
ENDS_IN = st.sampled_from([None, None, 20, 95, 400])


class Organisations(Acts):
    """Rules of organisations, and of the umbrellas to which they belong."""

    @rule(kind=KINDS, number=st.integers(1, 6), department=st.sampled_from(["75", "93"]))
    def register_organisation(self, kind: str, number: int, department: str) -> None:
        self.found_organisation(kind, number, department)

    @rule(one=WHICH, other=WHICH, ago=AGO)
    def join_umbrella(self, one: int, other: int, ago: int) -> None:
        member, umbrella = (self.pick("partners", ORGANISATIONS, n) for n in (one, other))
        if member and umbrella and member != umbrella:
            body = {"umbrella_id": str(umbrella["id"]), "joined_on": self.day(ago)}
            self.post("partners", f"/organisations/{member['id']}/umbrellas", **body)

    @needs("partners:umbrellas")
    @rule(which=WHICH)
    def leave_umbrella(self, which: int) -> None:
        if found := self.pick("partners", MEMBERS, which):
            path = f"{found['organisation_id']}/umbrellas/{found['umbrella_id']}/end"
            self.post("partners", f"/organisations/{path}", left_on=self.day(0))

    @rule(kept=WHICH, duplicate=WHICH)
    def merge_organisations(self, kept: int, duplicate: int) -> None:
        one, other = (self.pick("partners", ORGANISATIONS, n) for n in (kept, duplicate))
        if one and other and one != other:
            path = f"/organisations/{one['id']}/merge"
            self.post("partners", path, duplicate_id=str(other["id"]))


class Conventions(Acts):
    """Rules of conventions, from drafts to their ends."""

    @rule(one=WHICH, other=WHICH, ago=AGO, ends_in=ENDS_IN, renews=st.booleans())
    def sign(self, one: int, other: int, ago: int, ends_in: int | None, renews: bool) -> None:
        body = self.terms(one, other, ends_in, renews=renews)
        self.post("partners", "/conventions", signed_on=self.day(ago), **body)

    @rule(one=WHICH, other=WHICH, ends_in=ENDS_IN)
    def write_draft(self, one: int, other: int, ends_in: int | None) -> None:
        body = self.terms(one, other, ends_in, renews=False)
        self.post("partners", "/convention-drafts", title="A draft", proposal=body)

    @needs("partners:convention-drafts")
    @rule(which=WHICH)
    def sign_draft(self, which: int) -> None:
        if draft := self.pick("partners", DRAFTS, which):
            path = f"/convention-drafts/{draft['id']}/signature"
            self.post("partners", path, signed_on=self.day(0))

    @rule(which=WHICH, who=WHICH)
    def accede(self, which: int, who: int) -> None:
        found, by = (
            self.pick("partners", CONVENTIONS, which),
            self.pick("partners", ORGANISATIONS, who),
        )
        if found and by:
            body = {"organisation_id": str(by["id"]), "accedes_on": self.day(0)}
            self.post("partners", f"/conventions/{found['id']}/accessions", **body)

    @rule(which=WHICH)
    def withdraw_from_convention(self, which: int) -> None:
        if found := self.pick("partners", SIGNED, which):
            path = f"{found['convention_id']}/signatories/{found['organisation_id']}/withdrawal"
            self.post("partners", f"/conventions/{path}", withdrawn_on=self.day(0))

    @rule(which=WHICH, days=st.sampled_from([None, 10, 60]))
    def suspend(self, which: int, days: int | None) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            until = None if days is None else self.day(-days)
            path = f"/conventions/{found['id']}/suspension"
            self.post("partners", path, from_on=self.day(0), until_on=until)

    @needs("partners:suspension")
    @rule(which=WHICH)
    def resume(self, which: int) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            path = f"/conventions/{found['id']}/resumption"
            self.post("partners", path, resumed_on=self.day(0))

    @rule(which=WHICH, ago=AGO)
    def end_convention(self, which: int, ago: int) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            self.post("partners", f"/conventions/{found['id']}/end", ended_on=self.day(ago))

    @rule(which=WHICH, months=st.sampled_from([1, 6, 13]))
    def amend(self, which: int, months: int) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            said = {
                "amended_on": self.day(0),
                "summary": "Longer",
                "ends_on": self.day(-31 * months),
            }
            self.post("partners", f"/conventions/{found['id']}/amendments", **said)

    @rule(which=WHICH)
    def renew(self, which: int) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            said = {"renewed_on": self.day(0), "ends_on": self.day(-500)}
            self.post("partners", f"/conventions/{found['id']}/renewal", **said)

    @rule(which=WHICH, party=st.sampled_from(["programme", "partner"]))
    def give_notice(self, which: int, party: str) -> None:
        if found := self.pick("partners", CONVENTIONS, which):
            said = {"party": party, "given_on": self.day(0)}
            self.post("partners", f"/conventions/{found['id']}/notice", **said)


class Commitments(Acts):
    """Rules of what each side of a convention owes the other."""

    @rule(
        which=WHICH,
        party=PARTIES,
        kind=st.sampled_from(["stand", "afterwork", "amount"]),
        quantity=st.integers(1, 3),
        due_in=st.sampled_from([None, 0, 15, 30]),
    )
    def commit(self, which: int, party: str, kind: str, quantity: int, due_in: int | None) -> None:
        self._commit(which, party, kind, quantity, due_in)

    @rule(which=WHICH, party=PARTIES, quantity=st.integers(1, 2), given=st.integers(0, 2))
    def owe_twice(self, which: int, party: str, quantity: int, given: int) -> None:
        """Let the same be owed twice until it is overdue; then one of them is given, or a part."""
        owed = [self._commit(which, party, "afterwork", quantity, 1) for _ in range(2)]
        self.pass_time(days=2)
        if owed[0] and given:
            self._fulfil(owed[0]["id"], given)
        self.pass_time(days=1)

    def _commit(
        self, which: int, party: str, kind: str, quantity: int, due_in: int | None
    ) -> Row | None:
        found = self.pick("partners", SIGNED, which)
        if not found:
            return None
        body: dict[str, Any] = {"party": party, "kind": kind, "quantity": quantity}
        if due_in is not None:
            body["due_on"] = self.day(-due_in)
        path = f"/conventions/{found['convention_id']}/commitments"
        who = str(found["organisation_id"])
        return self.post("partners", path, organisation_id=who, made_on=self.day(0), **body)

    @needs("partners:commitments")
    @rule(which=WHICH, quantity=st.integers(1, 3))
    def fulfil(self, which: int, quantity: int) -> None:
        if found := self.pick("partners", COMMITMENTS, which):
            self._fulfil(found["id"], quantity)

    def _fulfil(self, commitment: Any, quantity: int) -> None:
        path = f"/commitments/{commitment}/fulfilments"
        self.post("partners", path, quantity=quantity, given_on=self.day(0))

    @needs("partners:fulfilments")
    @rule(which=WHICH)
    def take_fulfilment_back(self, which: int) -> None:
        if found := self.pick("partners", FULFILMENTS, which):
            path = f"/commitments/{found['commitment_id']}/fulfilments/{found['id']}"
            self.ask("DELETE", "partners", path)

    @needs("partners:commitments")
    @rule(which=WHICH)
    def withdraw_commitment(self, which: int) -> None:
        if found := self.pick("partners", COMMITMENTS, which):
            path = f"/commitments/{found['id']}/withdrawal"
            self.post("partners", path, withdrawn_on=self.day(0))
