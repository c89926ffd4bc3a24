"""A life of the programme, entered over HTTP: stated first, corrected since, corrected again.

Much of it is entered long after it happened, and some of it is dated in days to come.
"""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from running import until
from stdnum import luhn

from contracts.local_time import today_in
from demo.client import EnvolClient

PATIENCE = 240  # seconds until matching knows what partners published, on a busy machine
NUMBERS = count(71_000_000)
YEAR = 365


def ago(days: int) -> str:
    return str(today_in("93") - timedelta(days=days))


class Life:
    """Organisations and pairs by name, and what they do; `state` first, then `correct` twice."""

    def __init__(self, envol: EnvolClient) -> None:
        self.envol = envol
        self.organisations: dict[str, str] = {}
        self.mentees: dict[str, str] = {}
        self.pairs: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.family_name = f"Diarra {uuid4().hex[:6]}"  # nobody else's: nobody applied before

    def do(self, service: str, path: str, **body: Any) -> Any:
        role = "partner_manager" if service == "partners" else "coordinator"
        return self.envol.post(
            service, path, body, role=role, idempotency_key=str(uuid4()), any_version=True
        )

    def put(self, service: str, path: str, **body: Any) -> None:
        role = "partner_manager" if service == "partners" else "coordinator"
        self.envol.put(service, path, body, role=role, any_version=True)

    def state(self) -> None:
        """Enter what happened, some of it wrongly."""
        self._partners()
        self._given()
        self._events()
        self._pairs()

    def _organisation(self, name: str, kind: str, department: str) -> None:
        number = str(next(NUMBERS))
        known = {"kind": kind, "department": department}
        known["siren"] = number + luhn.calc_check_digit(number)
        created = self.do("partners", "/organisations", name=name, **known)
        self.organisations[name] = created["id"]

    def _join(self, name: str, umbrella: str, on: str) -> None:
        joined = {"umbrella_id": self.organisations[umbrella], "joined_on": on}
        self.do("partners", f"/organisations/{self.organisations[name]}/umbrellas", **joined)

    def _leave(self, name: str, umbrella: str, on: str) -> None:
        path = f"/organisations/{self.organisations[name]}/umbrellas"
        self.do("partners", f"{path}/{self.organisations[umbrella]}/end", left_on=on)

    def _sign(self, name: str, kind: str, *who: str, on: str, **terms: Any) -> None:
        signatories = [{"organisation_id": self.organisations[each]} for each in who]
        body = {"kind": kind, "signed_on": on, "signatories": signatories} | terms
        self.ids[name] = self.do("partners", "/conventions", **body)["id"]

    def _convention(self, name: str, step: str, **body: Any) -> Any:
        return self.do("partners", f"/conventions/{self.ids[name]}/{step}", **body)

    def _partners(self) -> None:
        for name, kind, department in (
            ("Fédération", "federation", "75"),
            ("Union", "federation", "69"),
            ("Bailleur", "social_landlord", "93"),
            ("Bailleur SA", "social_landlord", "93"),
            ("Entreprise", "company", "69"),
            ("Autre", "company", "972"),
            ("Membre", "company", "13"),
        ):
            self._organisation(name, kind, department)
        self.do("partners", "/departments", department="972", opened_on=ago(2 * YEAR))
        self._join("Union", "Fédération", ago(3 * YEAR))
        self._join("Entreprise", "Union", ago(2 * YEAR))
        self._join("Bailleur", "Fédération", ago(2 * YEAR))
        self._join("Bailleur SA", "Fédération", ago(2 * YEAR))
        self._join("Autre", "Union", ago(YEAR))
        self._leave("Autre", "Union", ago(20))
        self._join("Membre", "Union", ago(YEAR))  # covered as a member alone
        self._leave("Membre", "Union", ago(20))
        own = {"effective_on": ago(2 * YEAR), "ends_on": ago(-30)}
        self._sign("usual", "own", "Fédération", on=ago(2 * YEAR + 20), **own)
        both = ("Bailleur", "Bailleur SA", "Entreprise")
        self._sign("framework", "framework", *both, on=ago(YEAR))
        other = self.organisations["Autre"]
        self._convention("framework", "accessions", organisation_id=other, accedes_on=ago(50))
        left = f"signatories/{self.organisations['Bailleur SA']}/withdrawal"
        self._convention("framework", left, withdrawn_on=ago(15))
        self._sign("own", "own", "Autre", on=ago(300))
        self._convention("own", "suspension", from_on=ago(100), until_on=ago(40))
        self._convention("usual", "suspension", from_on=ago(-10), until_on=ago(-20))
        self._sign("over", "own", "Entreprise", on=ago(400))
        self._convention("over", "end", ended_on=ago(60))

    def _given(self) -> None:
        union, landlord = self.organisations["Union"], self.organisations["Bailleur SA"]
        lead = {"name": "Piste", "kind": "federation", "department": "33", "heard_on": ago(90)}
        self.ids["lead"] = self.do("partners", "/leads", introduced_by=union, **lead)["id"]
        move = f"/leads/{self.ids['lead']}/stage-changes"
        self.do("partners", move, stage="met", moved_on=ago(80))
        owed = {"party": "partner", "kind": "stand", "quantity": 1}
        for name in ("kept", "withdrawn"):
            created = self._convention("usual", "commitments", **owed, organisation_id=self._head)
            self.ids[name] = created["id"]
            path = f"/commitments/{created['id']}/fulfilments"
            self.do("partners", path, quantity=1, given_on=ago(70))
        for name in ("gift", "cancelled gift"):
            gift = {"amount": 100_00, "payment": "transfer", "given_on": ago(100)}
            path = f"/organisations/{landlord}/gifts"
            self.ids[name] = self.do("partners", path, **gift)["id"]
        seat = {"organisation_id": union, "starts_on": ago(200)}
        self.ids["seat"] = self.do("partners", "/board/seats", **seat)["id"]
        youth = {"given_name": "Ines", "family_name": self.family_name}
        youth |= {"email": f"{uuid4().hex}@example.org"}
        youth |= {"department": "93", "consented_on": ago(60)}
        for name, day in (("Bailleur SA", 60), ("Bailleur", 50)):
            path = f"/organisations/{self.organisations[name]}/referrals"
            self.do("partners", path, referred_on=ago(day), **youth)

    @property
    def _head(self) -> str:
        return self.organisations["Fédération"]

    def _events(self) -> None:
        for name in ("held", "called off"):
            planned = {"kind": "afterwork", "name": name, "department": "69", "starts_on": ago(9)}
            event = self.do("partners", "/events", ends_on=ago(-9), **planned)["id"]
            self.ids[name] = f"/events/{event}"
            hours = {"starts_at": f"{ago(9)}T10:00:00Z", "ends_at": f"{ago(9)}T12:00:00Z"}
            stand = self.do("partners", f"/events/{event}/stands", name="Stand")["id"]
            holder = self.organisations["Bailleur SA"]
            booked = f"/events/{event}/stands/{stand}/bookings"
            self.do("partners", booked, organisation_id=holder, **hours)
        path = f"{self.ids['held']}/sessions"
        session = self.do("partners", path, name="Atelier", **hours)["id"]
        who = {"attendee_kind": "organisation", "attendee_id": self._head}
        created = self.do("partners", f"{path}/{session}/registrations", **who)
        self.ids["attendance"] = f"{path}/{session}/registrations/{created['id']}/attendance"
        self.put("partners", self.ids["attendance"], attended=True)

    def _apply(self, name: str, department: str = "93", level: int = 5, **decision: Any) -> None:
        known = {"birth_date": ago(24 * YEAR), "degree_level": level, "department": department}
        known |= {"email": f"{uuid4().hex}@example.org", "applied_on": ago(140)}
        known["remote"] = True
        named = {"given_name": name, "family_name": self.family_name}
        created = self.do("matching", "/mentees", **named, **known)
        self.mentees[name] = created["id"]
        body = {"admit": True, "decided_on": ago(130)} | decision
        self.do("matching", f"/mentees/{created['id']}/decision", **body)

    def _enrol(self, name: str, organisation: str) -> None:
        known = {"email": f"{uuid4().hex}@example.org", "department": "75", "remote": True}
        known |= {"organisation_id": self.organisations[organisation], "capacity": 5}
        known |= {"enrolled_on": ago(125), "charter_accepted_on": ago(125)}
        mentor = self.do("matching", "/mentors", given_name=name, family_name="Martin", **known)
        self.ids[name] = mentor["id"]

    def _pair(self, mentee: str, mentor: str, *, begun: int | None) -> str:
        ids = {"mentee_id": self.mentees[mentee], "mentor_id": self.ids[mentor]}
        on = ago(begun or 122)
        path = f"/pairings/{self.do('matching', '/pairings', proposed_on=on, **ids)['id']}"
        self.pairs[mentee] = path
        if begun is not None:
            for side in ("mentee", "mentor"):
                self.do("matching", f"{path}/acceptances", by=side, accepted_on=on)
        return path

    def _contact(self, mentee: str, days: int, **more: Any) -> str:
        body = {"contact_on": ago(days), "medium": "phone"} | more
        path = f"{self.pairs[mentee]}/contacts"
        return f"/contacts/{self.do('matching', path, **body)['id']}"

    def _end(self, mentee: str, reason: str, days: int) -> None:
        self.do("matching", f"{self.pairs[mentee]}/end", reason=reason, ended_on=ago(days))

    def _found(self, mentee: str, days: int, **more: Any) -> str:
        body = {"contract": "cdi", "fits_qualification": True, "evidence": "declared"} | more
        mentee_id = self.mentees[mentee]
        created = self.do("matching", "/outcomes", mentee_id=mentee_id, found_on=ago(days), **body)
        return f"/outcomes/{created['id']}"

    def _pairs(self) -> None:
        self._await_coverage("Entreprise", "Bailleur SA")
        self._enrol("Claire", "Entreprise")
        self._enrol("Denis", "Bailleur SA")
        self._apply("Refusée", level=2, admit=False, reason="degree_too_low")
        self._apply("Awa")
        self._apply("Binta", "972")
        for name in ("Coumba", "Dado", "Eva", "Fatou", "Gaelle", "Hawa", "Hawaou", "Ines"):
            self._apply(name, "69")
        self._apply("Jade", admit=False, reason="found_work")
        self._pair("Awa", "Claire", begun=120)
        met = {"held_on": ago(117)}
        self.do("matching", f"{self.pairs['Awa']}/first-interview", **met)
        self.ids["moved"] = self._contact("Awa", 90)
        self.ids["void"] = self._contact("Awa", 60)
        self.ids["tried"] = self._contact("Awa", 55, made=False)
        self._pair("Binta", "Denis", begun=118)
        pauses = f"{self.pairs['Binta']}/pauses"
        self.do("matching", pauses, from_on=ago(110), until_on=ago(70))
        self.do("matching", pauses, from_on=ago(30))
        self._pair("Coumba", "Denis", begun=100)
        self._end("Coumba", "lapsed", 80)
        self._pair("Coumba", "Claire", begun=79)
        self._pair("Dado", "Denis", begun=100)
        self._end("Dado", "completed", 5)
        self._pair("Eva", "Claire", begun=None)
        self._pair("Hawa", "Claire", begun=60)
        self._pair("Hawaou", "Denis", begun=100)
        self._end("Hawaou", "withdrawn", 65)
        self.ids["outcome"] = self._found("Dado", 10)
        self.ids["void outcome"] = self._found("Fatou", 20)
        introduced = {"introduced_on": ago(85), "agreed_on": ago(85)}
        introduced |= {"role": "Cadre", "organisation": "Son réseau"}
        created = self.do("matching", f"{self.pairs['Awa']}/introductions", **introduced)
        self.ids["introduction"] = f"/introductions/{created['id']}/answer"
        self._answer("interview", 80)
        rated = {"by": "mentee", "held_on": ago(40), "rating": 4}
        self.do("matching", f"{self.pairs['Awa']}/check-ins", **rated)

    def _answer(self, result: str, days: int) -> None:
        path = self.ids["introduction"]
        self.put("matching", path, result=result, answered_on=ago(days))

    def _await_coverage(self, *names: str) -> None:
        wanted = {self.organisations[name] for name in names}

        def covers() -> bool:
            found = self.envol.pages("matching", "/covered-organisations", on=ago(125))
            return wanted <= {each["organisation_id"] for each in found if each["covered"]}

        until(covers, f"Matching never knew that {names} are covered", PATIENCE)

    def correct(self) -> None:
        """Correct what was stated: move, withdraw, cancel and merge it."""
        envol, head = self.envol, "coordinator"
        envol.patch("matching", self.ids["moved"], {"contact_on": ago(91)}, role=head)
        envol.delete("matching", self.ids["void"], role=head)
        envol.delete("matching", self.ids["tried"], role=head)
        change = {"found_on": ago(400), "fits_qualification": False}
        envol.patch("matching", self.ids["outcome"], change, role=head)
        envol.delete("matching", self.ids["void outcome"], role=head)
        self._answer("no_answer", 70)
        envol.patch("matching", f"/mentors/{self.ids['Denis']}", {"capacity": 1}, role=head)
        lived = f"/mentees/{self.mentees['Awa']}/neighbourhood-corrections"
        self.do("matching", lived, priority_neighbourhood="in")
        duplicate = {"duplicate_id": self.mentees["Hawaou"]}
        self.do("matching", f"/mentees/{self.mentees['Hawa']}/merge", **duplicate)
        self.do("matching", f"{self.pairs['Binta']}/resumption", resumed_on=ago(30))
        self.do("matching", f"{self.pairs['Binta']}/resumption", resumed_on=ago(80))
        path = f"/mentees/{self.mentees['Ines']}/personal-data"
        envol.delete("matching", path, role="admin")
        self._correct_partners()

    def _correct_partners(self) -> None:
        duplicate = {"duplicate_id": self.organisations["Bailleur SA"]}
        self.do("partners", f"/organisations/{self.organisations['Bailleur']}/merge", **duplicate)
        self._convention("own", "resumption", resumed_on=ago(60))
        amended = {"amended_on": ago(45), "summary": "Un an de plus", "ends_on": ago(-YEAR)}
        self._convention("usual", "amendments", **amended)
        path = f"/commitments/{self.ids['withdrawn']}/withdrawal"
        self.do("partners", path, withdrawn_on=ago(45))
        gift = f"/gifts/{self.ids['cancelled gift']}/cancellation"
        self.do("partners", gift, cancelled_on=ago(50))
        self.do("partners", f"/board/seats/{self.ids['seat']}/end", left_on=ago(12))
        cancelled = {"cancelled_on": ago(11)}
        self.do("partners", f"{self.ids['called off']}/cancellation", **cancelled)
        self.put("partners", self.ids["attendance"], attended=False)
        self._leave("Entreprise", "Union", ago(7))

    def correct_again(self) -> None:
        """Correct what was corrected before."""
        envol = self.envol
        envol.patch("matching", self.ids["moved"], {"contact_on": ago(35)}, role="coordinator")
        change = {"found_on": ago(8), "fits_qualification": True}
        envol.patch("matching", self.ids["outcome"], change, role="coordinator")
        self.do("matching", f"{self.pairs['Binta']}/resumption", resumed_on=ago(90))
        self.do("matching", f"{self.pairs['Binta']}/pauses", from_on=ago(30), until_on=ago(3))
        self._convention("own", "resumption", resumed_on=ago(70))
        self.put("partners", self.ids["attendance"], attended=True)
        self._answer("offer", 3)
