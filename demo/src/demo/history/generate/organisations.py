"""Organisations: those that the articles name, and invented ones.

Kinds and sectors are weighted; names are invented from a word of the air and a commune, and belong
to no one. Sizes have a long tail: a few large employers bring most of the mentors.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from stdnum import luhn

from demo.history import territories
from demo.history.csv_rows import Organisation
from demo.history.days import BEGUN_ON
from demo.history.generate import department_weights
from demo.history.generate.plan import Period
from demo.history.generate.seasons import seasonal
from demo.history.generate.seeded_random import Chance, Weighted
from demo.history.named_organisations import NAMED

KINDS = Weighted(
    {"company": 715, "association": 95, "public_body": 85, "social_landlord": 60, "federation": 45}
)
MEMBER_KINDS = Weighted({"company": 640, "social_landlord": 200, "association": 160})

NAMES = {
    "company": Weighted(
        {
            "Banque {air} {of}": 9,
            "Assurances {air} {of}": 8,
            "Mutuelle {air} {of}": 5,
            "Transports {air} {of}": 9,
            "Énergies {air} {of}": 6,
            "Bâtiment {air} {of}": 9,
            "Distribution {air} {of}": 9,
            "Télécoms {air} {of}": 5,
            "Conseil {air} {of}": 12,
            "Logiciels {air} {of}": 10,
            "Ateliers {air} {of}": 8,
            "Laboratoires {air} {of}": 5,
            "Éditions {air} {of}": 3,
            "Hôtellerie {air} {of}": 2,
        }
    ),
    "association": Weighted({"Association {air} {of}": 7, "Maison {air} {of}": 3}),
    "public_body": Weighted({"Agence {air} {of}": 6, "Régie {air} {of}": 4}),
    "social_landlord": Weighted({"Habitat {air} {of}": 7, "Foyers {air} {of}": 3}),
    "federation": Weighted({"Union {air} {of}": 6, "Fédération {air} {of}": 4}),
}
AIR = (  # noqa: SIM905  (seventy lines else)
    "Alizé Alouette Aquilon Arbalète Autan Avocette Balbuzard Barge Bergeronnette Bernache Bise "
    "Bouvreuil Brise Bruant Busard Buse Cigogne Cincle Circaète Colombe Courlis Cumulus Cygne "
    "Engoulevent Envolée Épervier Étourneau Faucon Fauvette Foulque Fulmar Geai Girouette Goéland "
    "Grèbe Grive Grue Guêpier Héron Hirondelle Huppe Huîtrier Linotte Loriot Martinet Merle "
    "Mésange Milan Mistral Mouette Noroît Outarde Palombe Pinson Pipit Pluvier Ramier Roitelet "
    "Rossignol Sarcelle Sirocco Sittelle Sterne Suroît Tadorne Tarier Tourterelle Tramontane "
    "Traquet Vanneau Verdier Voilier Zéphyr"
).split()

VOWELS = "AEIOUYÂÉÈÊÎÔŒ"


def siren(number: int) -> str:
    """Return an unassigned SIREN with a valid check digit."""
    body = f"99{number:06}"
    return body + str(luhn.calc_check_digit(body))


def siret(siren_: str) -> str:
    """Return the SIRET of an organisation's first establishment."""
    body = f"{siren_}0001"
    return body + str(luhn.calc_check_digit(body))


def of(commune: str) -> str:
    """Return the French genitive of a commune: « d'Évry », « du Havre », « des Mureaux »."""
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if commune.startswith(article):
            return contracted + commune.removeprefix(article)
    return f"d'{commune}" if commune[0] in VOWELS else f"de {commune}"


def named() -> dict[str, Organisation]:
    """Return the organisations of the articles by name."""
    return {
        one.name: _organisation(number, one.name, one.kind, one.department, one.registered_on)
        for number, one in enumerate(NAMED, 1)
    }


@cache
def siren_of(name: str) -> str:
    """Return the SIREN of a named organisation."""
    return named()[name].siren


class Register:
    """A register of invented organisations, each with a unique name and number."""

    def __init__(self) -> None:
        self.chance = Chance("organisations")
        self.taken = {one.name for one in NAMED}

    def registrations(
        self, period: Period, count: int, kinds: Weighted[str]
    ) -> Iterator[tuple[Organisation, date]]:
        """Yield `count` organisations of `period`, with the day on which they sign or join."""
        for engaged_on in seasonal(self.chance, count, period.first, period.last):
            first_contact_on = engaged_on - timedelta(days=self.chance.between(3, 70))
            registered_on = max(first_contact_on, BEGUN_ON)
            yield self._invent(self.chance.of(kinds), registered_on), engaged_on

    def _invent(self, kind: str, registered_on: date) -> Organisation:
        department = self.chance.of(department_weights.mentors_on(registered_on))
        words, name = 1, self._name(kind, department, words=1)
        while name in self.taken:
            words += 1
            name = self._name(kind, department, words=words)
        self.taken.add(name)
        return _organisation(1000 + len(self.taken), name, kind, department, registered_on)

    def _name(self, kind: str, department: str, *, words: int) -> str:
        communes = territories.communes()[department]
        nearest = self.chance.below(self.chance.below(len(communes)) + 1)
        air = "-".join(self.chance.one_of(AIR) for _ in range(words))
        return self.chance.of(NAMES[kind]).format(air=air, of=of(communes[nearest]))


def _organisation(
    number: int, name: str, kind: str, department: str, registered_on: date
) -> Organisation:
    number_ = siren(number)
    return Organisation(name, kind, number_, siret(number_), department, registered_on)
