"""The same facts by file: what is new is created, what was sent before is unchanged."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.lives import AGO, DEPARTMENTS, Lives, needs, siren
from tests.model.world import Broken

NUMBERS = st.integers(1, 3)


class Sending(Lives):
    """How files are sent."""

    def send(self, service: str, file: str, /, *, again: bool = False, **row: Any) -> None:
        """Send a file of one row; sent again at once, it must change nothing."""
        content = f"{';'.join(row)}\n{';'.join(map(str, row.values()))}\n"
        for nth in range(1 + again):
            told = self.do(self.world.import_file(service, file, content))
            Lives.steps += 1
            taken = told["created"] + told["updated"]
            what = f"FILE {service}/{file}"
            if taken:
                self.made.add(f"{service}:{file}")
            (self.refused if told["wrong"] or told["refused"] else self.accepted)[what] += 1
            if nth and taken:
                raise Broken(f"A file of {file} that is sent again changes {taken}: {content}")


class Files(Sending):
    """Rules of imports. Each file is one line, and some are sent twice."""

    @rule(number=NUMBERS, department=st.sampled_from(DEPARTMENTS), ago=AGO, again=st.booleans())
    def import_mentee(self, number: int, department: str, ago: int, again: bool) -> None:
        self.send(
            "matching",
            "mentees",
            again=again,
            reference=f"F{number}",
            given_name="Bilal",
            family_name=f"Ba {number}",
            email=f"bilal{number}@example.org",
            department=department,
            degree_level=5,
            birth_date=f"1999-02-{number:02}",
            applied_on=self.day(ago),
            priority_neighbourhood="in",
            remote="oui",
        )

    @rule(number=NUMBERS, capacity=st.integers(1, 2), organisation=st.integers(1, 3), ago=AGO)
    def import_mentor(self, number: int, capacity: int, organisation: int, ago: int) -> None:
        self.send(
            "matching",
            "mentors",
            reference=f"P{number}",
            given_name="Jo",
            family_name=f"Le Goff {number}",
            email=f"jo{number}@example.com",
            department="75",
            organisation_siren=siren(organisation),
            capacity=capacity,
            enrolled_on=self.day(ago),
            charter_accepted_on=self.day(ago),
            remote="oui",
        )

    @rule(
        number=NUMBERS,
        mentee=NUMBERS,
        mentor=NUMBERS,
        ago=st.sampled_from([0, 3, 30]),
        ends=st.sampled_from([None, "completed", "lapsed"]),
        met=st.booleans(),
    )
    def import_pairing(
        self,
        number: int,
        mentee: int,
        mentor: int,
        ago: int,
        ends: str | None,
        met: bool,
    ) -> None:
        day = self.day(ago)
        self.send(
            "matching",
            "pairings",
            reference=f"J{number}",
            mentee=f"F{mentee}",
            mentor=f"P{mentor}",
            proposed_on=day,
            accepted_on=day,
            first_interview_on=day if met else "",
            first_interview_minutes=60 if met else "",
            ended_on=self.day(0) if ends else "",
            end_reason=ends or "",
        )

    @needs("matching:pairings")
    @rule(number=NUMBERS, pairing=NUMBERS, ago=AGO, again=st.booleans())
    def import_contact(self, number: int, pairing: int, ago: int, again: bool) -> None:
        row: Any = {
            "pairing": f"J{pairing}",
            "contact_on": self.day(ago),
            "medium": "phone",
            "minutes": 20,
        }
        self.send("matching", "contacts", again=again, reference=f"C{number}", **row)

    @needs("matching:mentees")
    @rule(number=NUMBERS, mentee=NUMBERS, ago=AGO, fits=st.sampled_from(["oui", "non", ""]))
    def import_outcome(self, number: int, mentee: int, ago: int, fits: str) -> None:
        self.send(
            "matching",
            "outcomes",
            reference=f"O{number}",
            mentee=f"F{mentee}",
            found_on=self.day(ago),
            contract="cdi",
            fits_qualification=fits,
            evidence="declared",
        )

    @rule(number=NUMBERS, kind=st.sampled_from(["company", "federation"]), again=st.booleans())
    def import_organisation(self, number: int, kind: str, again: bool) -> None:
        row: Any = {"name": f"Organisation {number}", "kind": kind, "department": "75"}
        registered: Any = {"siren": siren(number), "registered_on": self.day(0)}
        self.send("partners", "organisations", again=again, **row, **registered)

    @rule(number=NUMBERS, who=NUMBERS, ago=AGO, ends_in=st.sampled_from([None, 30, 200]))
    def import_convention(self, number: int, who: int, ago: int, ends_in: int | None) -> None:
        self.send(
            "partners",
            "conventions",
            reference=f"K{number}",
            kind="own",
            signed_on=self.day(ago),
            ends_on="" if ends_in is None else self.day(-ends_in),
            signatories=siren(who),
        )

    @rule(number=NUMBERS, who=NUMBERS, ago=AGO)
    def import_gift(self, number: int, who: int, ago: int) -> None:
        row: Any = {
            "siren": siren(who),
            "kind": "money",
            "amount": "100,00",
            "given_on": self.day(ago),
        }
        self.send("partners", "gifts", reference=f"G{number}", payment="transfer", **row)
