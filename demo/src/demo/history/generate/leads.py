"""Leads that the articles name."""

from collections.abc import Iterable

from demo.history import named_organisations
from demo.history.csv_rows import Lead, Organisation


def leads(organisations: Iterable[Organisation]) -> list[Lead]:
    """Return Solendi, which did not sign, and Aquitaine, a lead of AROSH Poitou-Charentes."""
    arosh = next(one.siren for one in organisations if one.name == named_organisations.AROSH)
    return [
        Lead(
            reference="L00001",
            name=named_organisations.SOLENDI,
            kind="association",
            department="75",
            heard_on=named_organisations.APPROACHED_SOLENDI,
            introduced_by_siren=None,
            stage="lost",
            moved_on=named_organisations.GAVE_UP_SOLENDI,
            lost_for="not_now",
        ),
        Lead(
            reference="L00002",
            name="Bailleurs sociaux d'Aquitaine",
            kind="federation",
            department="33",
            heard_on=named_organisations.HEARD_OF_AQUITAINE,
            introduced_by_siren=arosh,
            stage="heard_of",
            moved_on=None,
            lost_for=None,
        ),
    ]
