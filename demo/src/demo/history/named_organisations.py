"""Organisations that the articles name, with their dates; their register numbers are invented."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation, its umbrella, and the own convention it signs, if it does."""

    name: str
    kind: str
    department: str
    registered_on: date
    umbrella: str | None = None
    signed_on: date | None = None
    effective_on: date | None = None


MEDEF_93 = "MEDEF 93 Ouest"
USH = "Union sociale pour l'habitat"
IMMOBILIERE_3F = "Immobilière 3F"
SNI = "SNI"
AROSH = "AROSH Poitou-Charentes"
SOLENDI = "Solendi"

SIGNED_BY_USH = date(2012, 7, 10)
IN_FORCE_FOR_USH = date(2012, 9, 1)
SIGNED_BY_AROSH = date(2015, 6, 9)

_FEDERATION, _LANDLORD = "federation", "social_landlord"

NAMED = [
    Named(USH, _FEDERATION, "75", date(2012, 7, 2), None, SIGNED_BY_USH, IN_FORCE_FOR_USH),
    Named(IMMOBILIERE_3F, _LANDLORD, "75", date(2012, 9, 25), USH, date(2013, 3, 14)),
    Named(SNI, _LANDLORD, "75", date(2012, 9, 25), USH, date(2013, 10, 2)),
    Named(AROSH, _FEDERATION, "86", date(2014, 9, 15), USH),
    Named("Rochefort Habitat Océan", _LANDLORD, "17", date(2014, 10, 6), AROSH),
    Named("Habitat 17", _LANDLORD, "17", date(2014, 10, 6), AROSH),
    Named("SA Atlantic Aménagement", _LANDLORD, "17", date(2014, 11, 17), AROSH),
    Named("SA HLM des Deux-Sèvres", _LANDLORD, "79", date(2014, 11, 17), AROSH),
    Named("SA régionale Hlm de Poitiers", _LANDLORD, "86", date(2015, 1, 12), AROSH),
    Named("Habitat Sud-Deux-Sèvres", _LANDLORD, "79", date(2015, 1, 12), AROSH),
    Named(MEDEF_93, _FEDERATION, "93", date(2006, 1, 9), None, date(2006, 1, 16)),
    Named(SOLENDI, "association", "75", date(2012, 3, 12)),
]
"""Solendi was approached first and signs none."""

APPROACHED_SOLENDI, GAVE_UP_SOLENDI = date(2012, 3, 12), date(2012, 6, 4)
HEARD_OF_AQUITAINE = date(2015, 6, 22)

LANDLORDS = [one.name for one in NAMED if one.umbrella == AROSH]
"""The six that sign the framework convention with AROSH."""

ENROLMENTS = {
    MEDEF_93: {date(2006, 2, 1): 12, date(2006, 9, 18): 6, date(2008, 10, 6): 8},
    USH: {date(2012, 9, 17): 6, date(2013, 1, 21): 3},
    IMMOBILIERE_3F: {date(2013, 3, 25): 7, date(2013, 10, 14): 3},
    SNI: {date(2013, 10, 7): 5},
    "Rochefort Habitat Océan": {date(2015, 6, 15): 2},
    "Habitat 17": {date(2015, 6, 15): 2},
    "SA HLM des Deux-Sèvres": {date(2015, 6, 22): 1},
    "SA régionale Hlm de Poitiers": {date(2015, 6, 22): 2},
}
"""Mentors whose day is given. They count in the plan; others of theirs may follow in 2014."""
