"""Figures of the organisations that carry the programme."""

from typing import Final

from reporting.queries.figure import ORGANISATION, Count, Text

FIGURES: Final[tuple[Count, ...]] = (
    Count(
        name="organisations_engaged",
        label=Text("Organismes partenaires engagés", "Partner organisations engaged"),
        definition=Text(
            "Organismes qui, à cette date, ont signé au moins une convention depuis l'origine.",
            "Organisations that had signed a convention by then, ever since the beginning.",
        ),
        source="signatory LEFT JOIN read_model.organisation USING (organisation_id)",
        id="organisation_id",
        day="signed_on",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="organisations_covered",
        label=Text("Organismes couverts", "Organisations covered"),
        definition=Text(
            "Organismes liés ce jour-là par une convention en vigueur, la leur ou celle d'une tête"
            " de réseau dont ils sont membres.",
            "Organisations bound on that day by a convention in force, their own or that of an"
            " umbrella they belong to.",
        ),
        source="""covered LEFT JOIN read_model.organisation USING (organisation_id)""",
        id="organisation_id",
        day="since",
        detail="organisation_kind",
        about=ORGANISATION,
        repeats=True,
    ),
    Count(
        name="conventions_in_force",
        label=Text("Conventions en vigueur", "Conventions in force"),
        definition=Text(
            "Conventions qui ont pris effet et ne sont pas finies ce jour-là, dernier jour compris."
            " Une convention-cadre compte une fois, et chez chacun de ses signataires.",
            "Conventions that have taken effect and have not ended on that day, their last day"
            " included. A framework convention counts once, and under each of its signatories.",
        ),
        source="""in_force LEFT JOIN bound USING (convention_id)
            LEFT JOIN read_model.organisation USING (organisation_id)""",
        id="convention_id",
        day="effective_on",
        detail="convention_kind",
        about=ORGANISATION,
        repeats=True,
    ),
)
