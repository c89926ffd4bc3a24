"""Degree fields, wished functions and sectors of mentees; functions and sectors of mentors.

A degree's field leads to a function, a function to sectors; an organisation's name gives the sector
of its mentors. Codes: ISCED-F 2013 broad fields, ROME domains, NAF sections. Drawn from streams of
their own, so that all else stays as it was.
"""

from collections.abc import Iterable

from demo.history.csv_rows import Mentee, Mentor, Organisation
from demo.history.generate.seeded_random import Chance, Weighted

FIELDS = Weighted(
    {"04": 400, "03": 150, "06": 110, "07": 120, "02": 80, "05": 60, "09": 30, "01": 20, "10": 30}
)
FUNCTIONS_OF = {
    "01": Weighted({"K": 60, "M15": 30, "M14": 10}),
    "02": Weighted({"E": 55, "L": 10, "B": 5, "M17": 20, "M16": 10}),
    "03": Weighted({"M15": 30, "M14": 25, "E": 20, "K": 15, "M17": 10}),
    "04": Weighted({"M12": 28, "C": 20, "M17": 20, "M15": 12, "D": 10, "M11": 6, "M13": 4}),
    "05": Weighted({"H": 40, "M14": 30, "M18": 20, "J": 10}),
    "06": Weighted({"M18": 85, "M14": 15}),
    "07": Weighted({"H": 40, "F": 20, "M18": 15, "I": 10, "N": 10, "M14": 5}),
    "09": Weighted({"J": 55, "K": 35, "M14": 10}),
    "10": Weighted({"G": 50, "N": 25, "D": 25}),
}
"""By degree field, the functions that graduates wish for."""

SECTORS_OF = {
    "B": Weighted({"R": 1}),
    "C": Weighted({"K": 75, "L": 25}),
    "D": Weighted({"G": 80, "I": 20}),
    "E": Weighted({"J": 70, "R": 20, "M": 10}),
    "F": Weighted({"F": 80, "L": 20}),
    "G": Weighted({"I": 80, "R": 20}),
    "H": Weighted({"C": 75, "D": 15, "E": 10}),
    "I": Weighted({"C": 50, "D": 50}),
    "J": Weighted({"Q": 80, "C": 20}),
    "K": Weighted({"Q": 50, "O": 30, "S": 20}),
    "L": Weighted({"R": 1}),
    "M18": Weighted({"J": 60, "K": 20, "M": 20}),
    "N": Weighted({"H": 90, "G": 10}),
}
"""By function, its sectors; support functions are everywhere."""
ANYWHERE = Weighted({"K": 20, "M": 20, "J": 15, "C": 12, "G": 10, "L": 8, "O": 8, "H": 7})

SECTOR_OF_NAME = {
    "Banque": "K",
    "Assurances": "K",
    "Mutuelle": "K",
    "Transports": "H",
    "Énergies": "D",
    "Bâtiment": "F",
    "Distribution": "G",
    "Télécoms": "J",
    "Conseil": "M",
    "Logiciels": "J",
    "Ateliers": "C",
    "Laboratoires": "C",
    "Éditions": "J",
    "Hôtellerie": "I",
}
SECTOR_OF_KIND = {"association": "S", "public_body": "O", "social_landlord": "L", "federation": "S"}
FUNCTIONS_IN = {
    "K": Weighted({"C": 50, "M12": 18, "M18": 16, "M15": 8, "M17": 8}),
    "H": Weighted({"N": 55, "M14": 15, "M18": 10, "M15": 10, "M11": 10}),
    "D": Weighted({"H": 45, "I": 15, "M14": 15, "M12": 15, "M15": 10}),
    "F": Weighted({"F": 60, "M12": 15, "M11": 10, "M15": 15}),
    "G": Weighted({"D": 45, "M17": 25, "M11": 15, "M15": 15}),
    "J": Weighted({"M18": 55, "E": 20, "M17": 15, "M15": 10}),
    "M": Weighted({"M14": 40, "M13": 15, "M18": 20, "M12": 15, "M15": 10}),
    "C": Weighted({"H": 50, "M11": 15, "M12": 15, "M17": 10, "M15": 10}),
    "I": Weighted({"G": 70, "M17": 15, "M15": 15}),
    "S": Weighted({"K": 30, "M13": 25, "M15": 20, "E": 15, "M12": 10}),
    "O": Weighted({"K": 35, "M14": 25, "M15": 20, "M12": 20}),
    "L": Weighted({"C": 45, "F": 15, "M12": 15, "M15": 15, "M14": 10}),
}
"""By sector, the functions of its mentors."""

WOMAN, GENDER_UNKNOWN = 580, 60
SECOND_FUNCTION, SECOND_SECTOR, WISHES_OF_MENTORS = 600, 700, 450
LANGUAGES = Weighted({"fr": 40, "fr en": 42, "fr en es": 8, "fr ar": 6, "fr pt": 2, "fr en de": 2})
LANGUAGES_OF_MENTORS = Weighted({"fr": 35, "fr en": 55, "fr en es": 6, "fr en de": 4})


def set_mentee_careers(mentees: Iterable[Mentee]) -> None:
    """Set each mentee's gender, degree field, wishes and languages."""
    chance = Chance("careers of mentees")
    for mentee in mentees:
        is_stated = not chance.happens(GENDER_UNKNOWN)
        mentee.gender = ("woman" if chance.happens(WOMAN) else "man") if is_stated else None
        mentee.degree_field = chance.of(FIELDS)
        functions = [chance.of(FUNCTIONS_OF[mentee.degree_field])]
        if chance.happens(SECOND_FUNCTION):
            functions.append(chance.of(FUNCTIONS_OF[mentee.degree_field]))
        mentee.wished_functions = tuple(dict.fromkeys(functions))
        sectors = [chance.of(SECTORS_OF.get(functions[0], ANYWHERE))]
        if chance.happens(SECOND_SECTOR):
            sectors.append(chance.of(SECTORS_OF.get(functions[-1], ANYWHERE)))
        mentee.wished_sectors = tuple(dict.fromkeys(sectors))
        mentee.languages = _languages(mentee.language, chance.of(LANGUAGES))


def set_mentor_careers(mentors: Iterable[Mentor], organisations: Iterable[Organisation]) -> None:
    """Set each mentor's sector (the organisation's), function, languages and perhaps wishes."""
    chance, by_siren = Chance("careers of mentors"), {one.siren: one for one in organisations}
    for mentor in mentors:
        mentor.sector = _sector(by_siren[mentor.organisation_siren])
        mentor.function = chance.of(FUNCTIONS_IN[mentor.sector])
        mentor.languages = _languages(mentor.language, chance.of(LANGUAGES_OF_MENTORS))
        if chance.happens(WISHES_OF_MENTORS):
            mentor.wished_fields = (_field(chance, mentor.function),)


def _sector(organisation: Organisation) -> str:
    word = organisation.name.split()[0]
    return SECTOR_OF_KIND.get(organisation.kind) or SECTOR_OF_NAME.get(word, "M")


def _field(chance: Chance, function: str) -> str:
    """Return a field that leads to the mentor's own function, or any if there is none."""
    leading = [field for field, to in FUNCTIONS_OF.items() if function in to.things]
    return chance.one_of(leading) if leading else chance.of(FIELDS)


def _languages(written: str, drawn: str) -> tuple[str, ...]:
    """Return the languages, first the one for messages."""
    return tuple(dict.fromkeys([written, *drawn.split()]))
