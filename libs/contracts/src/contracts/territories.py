"""Departments, their regions by date, their time zones, and programme years.

Department codes and names, and today's 18 regions, are those of INSEE's code officiel
géographique. Store the department; derive the region from it, for the day in question.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

MERGED_ON: Final = date(2016, 1, 1)
"""The day on which 22 metropolitan regions became 13; the five overseas ones did not change."""


class Region(NamedTuple):
    """A region by its INSEE code and official name. Some codes were reused in 2016."""

    code: str
    name: str


class UnknownDepartment(ValueError):
    """The error for a code that no department has."""

    shown_as = "UnknownDepartment"


def department_code(text: str) -> str:
    """Return a department's code as INSEE writes it: 01 for « 1 », 2A for « 2a »."""
    return text.strip().upper().zfill(2)


def department_name(department: str) -> str:
    """Return the French name of a department; raise `UnknownDepartment`."""
    return DEPARTMENTS[_known(department)]


def region_of(department: str, on: date) -> Region:
    """Return the region of a department on `on`: one of 27 before 2016, of 18 since."""
    return _regions_by_department(on)[_known(department)]


def regions(on: date) -> tuple[Region, ...]:
    """Return the regions that existed on `on`, by code."""
    return tuple(sorted(set(_regions_by_department(on).values())))


def is_overseas(department: str) -> bool:
    """Return whether a department is one of the five overseas, each a region by itself."""
    return _known(department) in _OVERSEAS.values()


def zone_of(department: str) -> ZoneInfo:
    """Return the time zone of a department."""
    return ZoneInfo(_ZONES.get(_known(department), "Europe/Paris"))


def phone_region_of(department: str) -> str:
    """Return the ISO 3166 code by which a local phone number is parsed."""
    return _PHONE_REGIONS.get(_known(department), "FR")


def programme_year(on: date, starts_month: int = 9) -> str:
    """Return the programme year of `on`: 2013-2014 is 1 September 2013 to 31 August 2014.

    A year that starts in January is named by that year alone.
    """
    if not 1 <= starts_month <= 12:  # noqa: PLR2004
        raise ValueError(f"A programme year starts in a month from 1 to 12, not {starts_month}.")
    if starts_month == 1:
        return f"{on.year:04}"
    first = on.year if on.month >= starts_month else on.year - 1
    return f"{first:04}-{first + 1:04}"


def _known(department: str) -> str:
    if department not in DEPARTMENTS:
        raise UnknownDepartment(
            f"{department!r} is no department: a code has two digits, such as 01 or 93, "
            "is 2A or 2B in Corsica, and overseas is one of 971, 972, 973, 974 and 976."
        )
    return department


def _regions_by_department(on: date) -> Mapping[str, Region]:
    return _SINCE_2016 if on >= MERGED_ON else _BEFORE_2016


def _by_department(members: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, Region]]:
    for (code, name), departments in members.items():
        for department in departments.split():
            yield department, Region(code, name)


_OVERSEAS: Final = {
    ("01", "Guadeloupe"): "971",
    ("02", "Martinique"): "972",
    ("03", "Guyane"): "973",
    ("04", "La Réunion"): "974",
    # A department since 31 March 2011; counted among the 27 at every date before 2016.
    ("06", "Mayotte"): "976",
}

_BEFORE_2016: Final = MappingProxyType(
    dict(
        _by_department(
            _OVERSEAS
            | {
                ("11", "Île-de-France"): "75 77 78 91 92 93 94 95",
                ("21", "Champagne-Ardenne"): "08 10 51 52",
                ("22", "Picardie"): "02 60 80",
                ("23", "Haute-Normandie"): "27 76",
                # Renamed Centre-Val de Loire on 17 January 2015, in the last year of this list:
                # figures use the old name before 2016 and the new one since.
                ("24", "Centre"): "18 28 36 37 41 45",
                ("25", "Basse-Normandie"): "14 50 61",
                ("26", "Bourgogne"): "21 58 71 89",
                ("31", "Nord-Pas-de-Calais"): "59 62",
                ("41", "Lorraine"): "54 55 57 88",
                ("42", "Alsace"): "67 68",
                ("43", "Franche-Comté"): "25 39 70 90",
                ("52", "Pays de la Loire"): "44 49 53 72 85",
                ("53", "Bretagne"): "22 29 35 56",
                ("54", "Poitou-Charentes"): "16 17 79 86",
                ("72", "Aquitaine"): "24 33 40 47 64",
                ("73", "Midi-Pyrénées"): "09 12 31 32 46 65 81 82",
                ("74", "Limousin"): "19 23 87",
                ("82", "Rhône-Alpes"): "01 07 26 38 42 69 73 74",
                ("83", "Auvergne"): "03 15 43 63",
                ("91", "Languedoc-Roussillon"): "11 30 34 48 66",
                ("93", "Provence-Alpes-Côte d'Azur"): "04 05 06 13 83 84",
                ("94", "Corse"): "2A 2B",
            }
        )
    )
)

_SINCE_2016: Final = MappingProxyType(
    dict(
        _by_department(
            _OVERSEAS
            | {
                ("11", "Île-de-France"): "75 77 78 91 92 93 94 95",
                ("24", "Centre-Val de Loire"): "18 28 36 37 41 45",
                ("27", "Bourgogne-Franche-Comté"): "21 25 39 58 70 71 89 90",
                ("28", "Normandie"): "14 27 50 61 76",
                ("32", "Hauts-de-France"): "02 59 60 62 80",
                ("44", "Grand Est"): "08 10 51 52 54 55 57 67 68 88",
                ("52", "Pays de la Loire"): "44 49 53 72 85",
                ("53", "Bretagne"): "22 29 35 56",
                ("75", "Nouvelle-Aquitaine"): "16 17 19 23 24 33 40 47 64 79 86 87",
                ("76", "Occitanie"): "09 11 12 30 31 32 34 46 48 65 66 81 82",
                ("84", "Auvergne-Rhône-Alpes"): "01 03 07 15 26 38 42 43 63 69 73 74",
                ("93", "Provence-Alpes-Côte d'Azur"): "04 05 06 13 83 84",
                ("94", "Corse"): "2A 2B",
            }
        )
    )
)

_ZONES: Final = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}

_PHONE_REGIONS: Final = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}

DEPARTMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "01": "Ain",
        "02": "Aisne",
        "03": "Allier",
        "04": "Alpes-de-Haute-Provence",
        "05": "Hautes-Alpes",
        "06": "Alpes-Maritimes",
        "07": "Ardèche",
        "08": "Ardennes",
        "09": "Ariège",
        "10": "Aube",
        "11": "Aude",
        "12": "Aveyron",
        "13": "Bouches-du-Rhône",
        "14": "Calvados",
        "15": "Cantal",
        "16": "Charente",
        "17": "Charente-Maritime",
        "18": "Cher",
        "19": "Corrèze",
        "21": "Côte-d'Or",
        "22": "Côtes-d'Armor",
        "23": "Creuse",
        "24": "Dordogne",
        "25": "Doubs",
        "26": "Drôme",
        "27": "Eure",
        "28": "Eure-et-Loir",
        "29": "Finistère",
        "2A": "Corse-du-Sud",
        "2B": "Haute-Corse",
        "30": "Gard",
        "31": "Haute-Garonne",
        "32": "Gers",
        "33": "Gironde",
        "34": "Hérault",
        "35": "Ille-et-Vilaine",
        "36": "Indre",
        "37": "Indre-et-Loire",
        "38": "Isère",
        "39": "Jura",
        "40": "Landes",
        "41": "Loir-et-Cher",
        "42": "Loire",
        "43": "Haute-Loire",
        "44": "Loire-Atlantique",
        "45": "Loiret",
        "46": "Lot",
        "47": "Lot-et-Garonne",
        "48": "Lozère",
        "49": "Maine-et-Loire",
        "50": "Manche",
        "51": "Marne",
        "52": "Haute-Marne",
        "53": "Mayenne",
        "54": "Meurthe-et-Moselle",
        "55": "Meuse",
        "56": "Morbihan",
        "57": "Moselle",
        "58": "Nièvre",
        "59": "Nord",
        "60": "Oise",
        "61": "Orne",
        "62": "Pas-de-Calais",
        "63": "Puy-de-Dôme",
        "64": "Pyrénées-Atlantiques",
        "65": "Hautes-Pyrénées",
        "66": "Pyrénées-Orientales",
        "67": "Bas-Rhin",
        "68": "Haut-Rhin",
        "69": "Rhône",
        "70": "Haute-Saône",
        "71": "Saône-et-Loire",
        "72": "Sarthe",
        "73": "Savoie",
        "74": "Haute-Savoie",
        "75": "Paris",
        "76": "Seine-Maritime",
        "77": "Seine-et-Marne",
        "78": "Yvelines",
        "79": "Deux-Sèvres",
        "80": "Somme",
        "81": "Tarn",
        "82": "Tarn-et-Garonne",
        "83": "Var",
        "84": "Vaucluse",
        "85": "Vendée",
        "86": "Vienne",
        "87": "Haute-Vienne",
        "88": "Vosges",
        "89": "Yonne",
        "90": "Territoire de Belfort",
        "91": "Essonne",
        "92": "Hauts-de-Seine",
        "93": "Seine-Saint-Denis",
        "94": "Val-de-Marne",
        "95": "Val-d'Oise",
        "971": "Guadeloupe",
        "972": "Martinique",
        "973": "Guyane",
        "974": "La Réunion",
        "976": "Mayotte",
    }
)
"""The 101 departments by code."""
