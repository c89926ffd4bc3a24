"""What stands in a request, turned into a question that can be answered."""

from typing import Annotated

from fastapi import Depends, Path, Request

from backbone.errors import Invalid, NotFound
from contracts.territories import regions
from reporting.queries.answers import narrowable, possible_filters
from reporting.queries.asked import Asked, AskedNames
from reporting.queries.breakdowns import BREAKDOWNS, Breakdown
from reporting.queries.figure import Count, Figure
from reporting.queries.figures import FIGURES
from reporting.queries.headlines import Headlines


class NoSuchFigure(NotFound, kind="no-such-figure"):
    """No figure has this name."""


class NoSuchBreakdown(Invalid, kind="no-such-breakdown"):
    """The figure cannot be told by this."""


class NoSuchFilter(Invalid, kind="no-such-filter"):
    """The figure cannot be narrowed to this."""


class NoTargetPossible(Invalid, kind="no-target-possible"):
    """The figure is a share, or tells what is so on a day."""


class NoSuchRegion(Invalid, kind="no-such-region"):
    """There was no such region on that day."""


def figure_named(name: str) -> Figure:
    """The figure of that name; raises `NoSuchFigure`, which names those that there are."""
    if figure := FIGURES.get(name):
        return figure
    raise NoSuchFigure(f"There is no figure “{name}”. There are: {', '.join(FIGURES)}.")


def programme_year_starts(request: Request) -> int:
    starts: int = request.app.state.settings.programme_year_starts
    return starts


def headlines_of(request: Request) -> Headlines:
    headlines: Headlines = request.app.state.headlines
    return headlines


Name = Annotated[str, Path(max_length=100, examples=["mentees_accompanied"])]
Starts = Annotated[int, Depends(programme_year_starts)]
Answers = Annotated[Headlines, Depends(headlines_of)]


def breakdown_of(figure: Figure, by: str) -> Breakdown:
    """Raise `NoSuchBreakdown` when the figure cannot be told by that."""
    if by in figure.breakdowns:
        return BREAKDOWNS[by]
    possible = ", ".join(figure.breakdowns)
    raise NoSuchBreakdown(f"“{figure.name}” cannot be told by “{by}”. It can by: {possible}.")


def fitting(asked: Asked, figure: Figure) -> Figure:
    """The figure, if it can be narrowed to what was asked for; else raises."""
    possible = possible_filters(figure)
    if foreign := sorted(set(asked.filters) - possible):
        raise NoSuchFilter(
            f"“{figure.name}” cannot be narrowed by {', '.join(foreign)}."
            f" It can by: {', '.join(sorted(possible))}."
        )
    must_exist(asked)
    return figure


def figures_named(asked: AskedNames) -> list[Figure]:
    """Return the figures asked for by name, each once; else all that can be narrowed as asked.

    Raises `NoSuchFigure`, and `NoSuchFilter` when one of them cannot be narrowed to that.
    """
    must_exist(asked)
    if asked.names:
        return [fitting(asked, figure_named(name)) for name in dict.fromkeys(asked.names)]
    return narrowable(FIGURES.values(), asked)


def adding_up(figure: Figure) -> Count:
    """The figure, if what it counts adds up over a period; else raises."""
    if isinstance(figure, Count) and figure.lasting:
        return figure
    possible = [f.name for f in FIGURES.values() if isinstance(f, Count) and f.lasting]
    raise NoTargetPossible(
        f"“{figure.name}” does not add up over a period, so it cannot have a target."
        f" These can: {', '.join(possible)}."
    )


def must_exist(asked: Asked) -> None:
    """Raise when the region asked for did not exist on that day."""
    there_were = regions(asked.as_of)
    if asked.region not in {None, "unknown", *(region.code for region in there_were)}:
        names = ", ".join(f"{region.code} {region.name}" for region in there_were)
        raise NoSuchRegion(f"No region has the code {asked.region} on {asked.as_of}: {names}.")
