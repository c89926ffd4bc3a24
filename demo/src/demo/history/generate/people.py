"""People: names by Faker, addresses at reserved domains, phone numbers reserved for fiction.

None is real. A tenth of the programme's people has no phone, some have no e-mail, all have
one of the two.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from faker.providers.person.en_GB import Provider as English
from faker.providers.person.fr_DZ import Provider as Algerian
from faker.providers.person.fr_FR import Provider as French
from faker.providers.person.pt_PT import Provider as Portuguese

from demo.history.generate.seeded_random import Chance, Weighted


class Names(NamedTuple):
    given: Sequence[str]
    family: Sequence[str]


class Person(NamedTuple):
    """The columns that mentors and mentees share."""

    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: str


def _names(men: Iterable[str], women: Iterable[str], family: Iterable[str]) -> Names:
    return Names([*men, *women], [*family])


FRENCH = _names(French.first_names_male, French.first_names_female, French.last_names)
ALGERIAN = _names(Algerian.first_names_male, Algerian.first_names_female, Algerian.last_names)
PORTUGUESE = _names(
    Portuguese.first_names_male, Portuguese.first_names_female, Portuguese.last_names
)
ENGLISH = _names(English.first_names_male, English.first_names_female, English.last_names)

ORIGINS = [FRENCH, ALGERIAN, PORTUGUESE, ENGLISH]
MENTEES = Weighted({0: 640, 1: 270, 2: 60, 3: 30})
MENTORS = Weighted({0: 880, 1: 60, 2: 40, 3: 20})

DOMAINS = Weighted({"example.org": 60, "example.com": 25, "example.net": 15})
WITHOUT_PHONE = 90
WITHOUT_EMAIL = 40
IN_ENGLISH = 600
"""Per mille of those with English names who get messages in English."""


def person(chance: Chance, origins: Weighted[int], number: int) -> Person:
    """Return a person whose address and phone number follow from `number`."""
    names = ORIGINS[chance.of(origins)]
    given, family = chance.one_of(names.given), chance.one_of(names.family)
    email: str | None = f"{_plain(given)}.{_plain(family)}.{number}@{chance.of(DOMAINS)}"
    phone: str | None = f"+336399{80000 + number * 7919 % 10000}"
    if chance.happens(WITHOUT_PHONE):
        phone = None
    elif chance.happens(WITHOUT_EMAIL):
        email = None
    english = names is ENGLISH and chance.happens(IN_ENGLISH)
    return Person(given, family, email, phone, "en" if english else "fr")


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.lower())
    return "".join(part for part in parts if part.isascii() and part.isalpha())
