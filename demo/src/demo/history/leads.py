"""The possible partners that the articles tell of: who was approached, who is next."""

from collections.abc import Iterable

from demo.history import named
from demo.history.rows import Lead, Organisation


def leads(organisations: Iterable[Organisation]) -> list[Lead]:
    """Solendi, which did not sign; and Aquitaine, a lead that AROSH Poitou-Charentes gave."""
    arosh = next(one.siren for one in organisations if one.name == named.AROSH)
    return [
        Lead(
            reference="L00001",
            name=named.SOLENDI,
            kind="association",
            department="75",
            heard_on=named.APPROACHED_SOLENDI,
            introduced_by_siren=None,
            stage="lost",
            moved_on=named.GAVE_UP_SOLENDI,
            lost_for="not_now",
        ),
        Lead(
            reference="L00002",
            name="Bailleurs sociaux d'Aquitaine",
            kind="federation",
            department="33",
            heard_on=named.HEARD_OF_AQUITAINE,
            introduced_by_siren=arosh,
            stage="heard_of",
            moved_on=None,
            lost_for=None,
        ),
    ]
