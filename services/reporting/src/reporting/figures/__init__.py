"""The figures, as data, in the order of presentation."""

from typing import Final

from reporting.figures.definitions import (
    networks,
    organisations,
    outcomes,
    pairings,
    patronage,
    people,
    support,
    territories,
)
from reporting.figures.model import Figure

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
