"""Figures of the territories where the programme is open."""

from typing import Final

from reporting.figures.model import BY_PLACE, Count, Subjects, Text, parse_code

FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="departments_open",
        label=Text("Départements ouverts", "Departments open"),
        definition=Text(
            "Départements où le programme est ouvert à cette date.",
            "Departments in which the programme was open by then.",
        ),
        breakdowns=BY_PLACE,
        source="opening",
        id="department",
        read_id=parse_code,
        day="opened_on",
        about=Subjects(department="department"),
    ),
    Count(
        name="regions_covered",
        label=Text("Régions couvertes", "Regions covered"),
        definition=Text(
            "Régions métropolitaines, telles qu'elles étaient ce jour-là (22 avant 2016, 13"
            " depuis), dont tous les départements sont ouverts à cette date. Datées de l'ouverture"
            " du dernier. L'outre-mer est compté à part.",
            "Metropolitan regions as they were on that day (22 before 2016, 13 since), all of whose"
            " departments were open by then. Dated by the opening of the last one. Overseas regions"
            " are a figure of their own.",
        ),
        breakdowns=("region", "programme_year"),
        source="covered_region WHERE NOT overseas",
        id="region",
        read_id=parse_code,
        day="since",
        about=Subjects(region="region"),
        is_flow=False,
    ),
    Count(
        name="overseas_regions_covered",
        label=Text("Régions d'outre-mer couvertes", "Overseas regions covered"),
        definition=Text(
            "Régions d'outre-mer où le programme est ouvert à cette date ; chacune a un seul"
            " département.",
            "Overseas regions in which the programme was open by then; each has one department.",
        ),
        breakdowns=("region", "programme_year"),
        source="covered_region WHERE overseas",
        id="region",
        read_id=parse_code,
        day="since",
        about=Subjects(region="region"),
    ),
)
