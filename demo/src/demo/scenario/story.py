"""The story's data: a pair's first month and the partners around it, dated from the day of the run.

The organisations are those of the programme's history; their register numbers, like all people
here, are invented (numbers reserved for fiction, addresses at a reserved domain).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from stdnum import luhn


def siren(number: int) -> str:
    """Return an unassigned SIREN with a valid check digit."""
    body = f"99000{number:03}"
    return body + luhn.calc_check_digit(body)


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    kind: str
    department: str
    number: int
    umbrella: str | None = None

    @property
    def siren(self) -> str:
        return siren(self.number)


@dataclass(frozen=True, slots=True)
class Convention:
    kind: str
    signed_on: date
    effective_on: date
    signatories: Sequence[str]


@dataclass(frozen=True, slots=True)
class Mentor:
    given_name: str
    family_name: str
    organisation: str
    department: str
    capacity: int
    function: str
    languages: str = "fr"
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Mentee:
    """A graduate, and what becomes of the pair, by days since the pair began.

    `wishes` are functions (ROME domains), the dearest first; `degree_field` is ISCED-F's.
    """

    given_name: str
    family_name: str
    department: str
    region: str
    degree_level: int
    born_in: int
    neighbourhood: str
    degree_field: str
    wishes: str
    language: str = "fr"
    remote: bool = False
    admitted: bool = True
    declines_first: bool = False
    interview: int = 4
    contacts: Sequence[tuple[int, str]] = ((20, "phone"), (35, "meeting"))
    outcome: dict[str, object] = field(default_factory=dict)


USH = "Union sociale pour l'habitat"
AROSH = "AROSH Poitou-Charentes"

ORGANISATIONS = [
    Organisation(USH, "federation", "75", 1),
    Organisation("Immobilière 3F", "social_landlord", "75", 2, USH),
    Organisation("SNI", "social_landlord", "75", 3, USH),
    Organisation(AROSH, "federation", "86", 4, USH),
    Organisation("Rochefort Habitat Océan", "social_landlord", "17", 5, AROSH),
    Organisation("Habitat 17", "social_landlord", "17", 6, AROSH),
    Organisation("SA Atlantic Aménagement", "social_landlord", "17", 7, AROSH),
    Organisation("SA HLM des Deux-Sèvres", "social_landlord", "79", 8, AROSH),
    Organisation("SA régionale Hlm de Poitiers", "social_landlord", "86", 9, AROSH),
    Organisation("Habitat Sud-Deux-Sèvres", "social_landlord", "79", 10, AROSH),
]
LANDLORDS = [o.name for o in ORGANISATIONS if o.umbrella == AROSH]

CONVENTIONS = [
    Convention("own", date(2012, 7, 10), date(2012, 9, 1), [USH]),
    Convention("own", date(2013, 3, 14), date(2013, 3, 14), ["Immobilière 3F"]),
    Convention("own", date(2013, 10, 2), date(2013, 10, 2), ["SNI"]),
    Convention("framework", date(2015, 6, 9), date(2015, 6, 9), [AROSH, *LANDLORDS]),
]

MENTORS = [
    Mentor("Hélène", "Lavigne", USH, "75", 4, "M15", "fr en", remote=True),
    Mentor("Karim", "Belkacem", "Immobilière 3F", "75", 3, "C"),
    Mentor("Sophie", "Marchetti", "Immobilière 3F", "93", 1, "M12"),
    Mentor("Paul", "Kerouédan", "SNI", "75", 1, "M18", "fr en", remote=True),
    Mentor("Awa", "Ndiaye", "SNI", "69", 2, "F"),
    Mentor("Luc", "Fontanel", "Habitat 17", "17", 1, "C"),
    Mentor("Inès", "Garrigue", "SA régionale Hlm de Poitiers", "86", 1, "M12"),
    Mentor("Marc", "Vauthier", "SA HLM des Deux-Sèvres", "79", 1, "M15"),
]

_TODAY_NA = "Nouvelle-Aquitaine"
_FITS = {"contract": "cdi", "fits_qualification": True, "evidence": "contract_seen"}
_SHORT = {"contract": "cdd", "months": 6, "fits_qualification": False, "evidence": "declared"}

MENTEES = [
    Mentee("Amina", "Diarra", "93", "Île-de-France", 5, 1998, "in", "04", "M12 C", outcome=_FITS),
    Mentee("Thomas", "Rousselot", "93", "Île-de-France", 4, 1999, "out", "07", "M18"),
    Mentee("Fatou", "Camara", "95", "Île-de-France", 5, 2000, "in", "04", "C"),
    Mentee(
        "Julien",
        "Peyrac",
        "92",
        "Île-de-France",
        5,
        1997,
        "unknown",
        "04",
        "C M12",
        declines_first=True,
    ),
    Mentee("Nadia", "Ferhat", "91", "Île-de-France", 3, 1999, "in", "03", "M15", admitted=False),
    Mentee(
        "Hugo", "Delmas", "69", "Auvergne-Rhône-Alpes", 3, 2001, "out", "07", "F", outcome=_SHORT
    ),
    Mentee("Yasmine", "Azzouzi", "69", "Auvergne-Rhône-Alpes", 4, 1999, "in", "07", "F M11"),
    Mentee("Claire", "Boisseau", "17", _TODAY_NA, 3, 2000, "out", "04", "C"),
    Mentee("Mehdi", "Saïdi", "86", _TODAY_NA, 5, 1998, "in", "04", "M12", contacts=()),
    Mentee("Émilie", "Texier", "79", _TODAY_NA, 3, 2000, "unknown", "03", "M15"),
    Mentee("Kévin", "Hoarau", "974", "La Réunion", 3, 2000, "in", "06", "M18", remote=True),
    Mentee(
        "Océane", "Célestine", "971", "Guadeloupe", 4, 1999, "unknown", "03", "M15", remote=True
    ),
    Mentee(
        "Grace", "Okafor", "75", "Île-de-France", 5, 1999, "out", "06", "M18 M15", language="en"
    ),
    Mentee("Benoît", "Lacaze", "31", "Occitanie", 5, 1985, "out", "07", "H", admitted=False),
]


@dataclass(frozen=True, slots=True)
class StoryCalendar:
    """The days of the story's steps, counted back from the day of the run."""

    run_on: date

    def before(self, days: int) -> date:
        return self.run_on - timedelta(days=days)

    @property
    def enrolled_on(self) -> date:
        return self.before(75)

    @property
    def applied_on(self) -> date:
        return self.before(60)

    @property
    def round_on(self) -> date:
        return self.before(45)

    @property
    def declined_on(self) -> date:
        return self.before(42)

    @property
    def begins_on(self) -> date:
        return self.before(40)

    def since(self, days: int) -> date:
        """Return the day that is `days` after the pairs began."""
        return self.begins_on + timedelta(days=days)


MENTOR_COLUMNS = [
    *("reference", "given_name", "family_name", "email", "phone", "department"),
    *("organisation_siren", "capacity", "enrolled_on", "remote"),
    *("sector", "function", "languages", "charter_accepted_on"),
]
MENTEE_COLUMNS = [
    *("reference", "given_name", "family_name", "email", "phone", "language", "department"),
    *("degree_level", "birth_date", "priority_neighbourhood", "remote", "applied_on"),
    *("degree_field", "wished_functions", "wished_sectors", "languages"),
]


def mentors_csv(calendar: StoryCalendar) -> str:
    """Return the CSV file of mentors, as a partner's human resources would send it."""
    sirens = {organisation.name: organisation.siren for organisation in ORGANISATIONS}
    rows = [
        ",".join(MENTOR_COLUMNS),
    ]
    rows += [
        f"P{n:03},{m.given_name},{m.family_name},mentor{n}@example.org,+336399800{n:02},"
        f"{m.department},{sirens[m.organisation]},{m.capacity},{calendar.enrolled_on},"
        f"{'oui' if m.remote else 'non'},L,{m.function},{m.languages},{calendar.enrolled_on}"
        for n, m in enumerate(MENTORS, 1)
    ]
    return "\n".join(rows)


def mentees_csv(calendar: StoryCalendar) -> str:
    """Return the CSV file of a first cohort; its last row has an invalid date."""
    rows = [
        ";".join(MENTEE_COLUMNS),
    ]
    rows += [
        f"F{n:03};{m.given_name};{m.family_name};mentee{n}@example.org;+336399801{n:02};"
        f"{m.language};{m.department};{m.degree_level};{m.born_in}-05-04;{m.neighbourhood};"
        f"{'oui' if m.remote else 'non'};{calendar.applied_on};{m.degree_field};{m.wishes};L;"
        f"{'en fr' if m.language == 'en' else 'fr'}"
        for n, m in enumerate(MENTEES, 1)
    ]
    rows.append(
        "F099;Sans;Date;mentee99@example.org;;fr;75;5;le 4 mai;unknown;non;"
        f"{calendar.applied_on};;;;"
    )
    return "\n".join(rows)
