"""The figures, as data, in the order in which a reader meets them."""

from typing import Final

from reporting.queries.figure import Figure
from reporting.queries.figures import (
    networks,
    organisations,
    outcomes,
    pairings,
    patronage,
    people,
    support,
    territories,
)

FIGURES: Final[dict[str, Figure]] = {
    figure.name: figure
    for figure in (
        *organisations.FIGURES,
        *patronage.FIGURES,
        *networks.FIGURES,
        *people.FIGURES,
        *pairings.FIGURES,
        *support.FIGURES,
        *outcomes.FIGURES,
        *territories.FIGURES,
    )
}
