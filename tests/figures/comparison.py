"""Reporting's figures next to those of the second implementation."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from demo.client import Envol
from tests.figures.answers import Number, groups, number
from tests.figures.facts import Known, Programme, Published

AT_ONCE = 4
"""Questions asked at a time: a process of reporting answers several."""


class Question(NamedTuple):
    """A figure, in total or by a breakdown."""

    programme: Programme
    figure: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A number on which the two implementations differ; None where one has no such group."""

    question: Question
    key: str | None
    reporting: Number | None
    second: Number | None

    def __str__(self) -> str:
        programme = self.question.programme
        part = f" by {self.question.by}, {self.key}" if self.question.by else ""
        known = f", known at {programme.known.at.isoformat()}" if programme.known.at else ""
        return (
            f"{self.question.figure}{part} as of {programme.as_of}{known}: reporting says"
            f" {_written(self.reporting)}, the second implementation {_written(self.second)}"
        )


def _written(number: Number | None) -> str:
    if number is None:
        return "nothing"
    of = "" if number.denominator is None else f" ({number.numerator} of {number.denominator})"
    return f"{number.value}{of}"


@dataclass(frozen=True, slots=True)
class Compared:
    """How many numbers were compared, and those that differ."""

    numbers: int
    differences: list[Difference]


def compare(
    envol: Envol,
    published: Published,
    *,
    days: Iterable[date],
    known_at: Iterable[datetime | None],
) -> Compared:
    """Ask every figure, in total and by each breakdown, as of these days, known at these times."""
    days, declared = list(days), _declared(envol)
    numbers, differences = 0, list[Difference]()
    for known in [Known(published, at) for at in known_at]:
        for programme in [Programme(known, day) for day in days]:
            questions = [Question(programme, figure, by) for figure, by in declared]
            for question, answer in zip(questions, _ask_all(envol, questions), strict=True):
                second = _second(question)
                numbers += len(second)
                differences += _differing(question, _said(answer), second)
    return Compared(numbers, differences)


def _declared(envol: Envol) -> list[tuple[str, str | None]]:
    """Return every figure with each of its breakdowns."""
    figures = envol.get("reporting", "/figures", role="viewer")["figures"]
    return [(f["name"], by) for f in figures for by in (f["breakdowns"] or [None])]


def _ask_all(envol: Envol, questions: Iterable[Question]) -> Iterator[Any]:
    envol.token("viewer")  # once, not by each thread
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(lambda question: _ask(envol, question), questions)


def _ask(envol: Envol, question: Question) -> Any:
    programme = question.programme
    asked = {"as_of": str(programme.as_of)} | ({"by": question.by} if question.by else {})
    if programme.known.at is not None:
        asked["known_at"] = programme.known.at.isoformat()
    return envol.get("reporting", f"/figures/{question.figure}", role="viewer", **asked)


def _said(answer: Any) -> dict[str | None, Number]:
    """Return what reporting says in total (under None) and of each group."""
    return {None: _number(answer)} | {group["key"]: _number(group) for group in answer["rows"]}


def _number(said: Any) -> Number:
    if said["numerator"] is None:
        return Number(said["value"])
    return Number(said["value"], said["numerator"]["value"], said["denominator"]["value"])


def _second(question: Question) -> dict[str | None, Number]:
    programme, figure, by = question
    total: dict[str | None, Number] = {None: number(programme, figure)}
    return total | (groups(programme, figure, by) if by else {})


def _differing(
    question: Question,
    reporting: dict[str | None, Number],
    second: dict[str | None, Number],
) -> Iterator[Difference]:
    for key in {**reporting, **second}:
        if reporting.get(key) != second.get(key):
            yield Difference(question, key, reporting.get(key), second.get(key))
