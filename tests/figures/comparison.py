"""Reporting's figures next to those of the second implementation."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from demo.client import EnvolClient
from tests.figures.answers import Number, groups, number
from tests.figures.facts import Known, Programme, Published

AT_ONCE = 4
"""Questions asked at a time: a process of reporting answers several."""


PATIENCE = 240.0
"""Seconds until reporting has applied all that was decided, on a busy machine."""


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

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.numbers + other.numbers, self.differences + other.differences)


def compare(
    envol: EnvolClient,
    published: Published,
    *,
    days: Iterable[date],
    broken_down: Iterable[date] = (),
    known_at: Iterable[datetime | None] = (None,),
) -> Compared:
    """Ask every figure in total as of `days`, and by each breakdown as of those `broken_down`."""
    days, broken_down = list(days), list(broken_down)
    numbers, differences = 0, list[Difference]()
    for known in [Known(published, at) for at in known_at]:
        for programme in [Programme(known, day) for day in days]:
            for view, question in _totals(envol, programme):
                numbers += 1
                differences += _differing(question, view, _second(question))
        for programme in [Programme(known, day) for day in broken_down]:
            for view, question in _by_breakdowns(envol, programme):
                second = _second(question)
                numbers += len(second)
                differences += _differing(question, view, second)
    return Compared(numbers, differences)


Said = dict[str | None, Number]
"""A figure's number in total (under None) and of each group."""


def _totals(envol: EnvolClient, programme: Programme) -> Iterator[tuple[Said, Question]]:
    """Ask for all figures at once."""
    answer = envol.get("reporting", "/figures", role="viewer", **_when(programme))
    for view in answer["figures"]:
        yield {None: _number(view)}, Question(programme, view["name"], None)


def _by_breakdowns(envol: EnvolClient, programme: Programme) -> Iterator[tuple[Said, Question]]:
    figures = envol.get("reporting", "/figures", role="viewer")["figures"]
    questions = [
        Question(programme, figure["name"], by) for figure in figures for by in figure["breakdowns"]
    ]
    yield from zip(_ask_all(envol, questions), questions, strict=True)


def _ask_all(envol: EnvolClient, questions: Iterable[Question]) -> Iterator[Said]:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(lambda question: _ask(envol, question), questions)


def _ask(envol: EnvolClient, question: Question) -> Said:
    asked = _when(question.programme) | {"by": str(question.by)}
    answer = envol.get("reporting", f"/figures/{question.figure}", role="viewer", **asked)
    return {None: _number(answer)} | {group["key"]: _number(group) for group in answer["rows"]}


def _when(programme: Programme) -> dict[str, str]:
    at = programme.known.at
    return {"as_of": str(programme.as_of)} | ({"known_at": at.isoformat()} if at else {})


def _number(view: Any) -> Number:
    if view["numerator"] is None:
        return Number(view["value"])
    return Number(view["value"], view["numerator"]["value"], view["denominator"]["value"])


def _second(question: Question) -> Said:
    programme, figure, by = question
    total: Said = {None: number(programme, figure)}
    return total | (groups(programme, figure, by) if by else {})


def _differing(question: Question, reporting: Said, second: Said) -> Iterator[Difference]:
    for key in {**reporting, **second}:
        if reporting.get(key) != second.get(key):
            yield Difference(question, key, reporting.get(key), second.get(key))


def wait_until_settled(envol: EnvolClient) -> None:
    """Wait until all that was decided is published and applied; raise `TimeoutError` if never."""
    patience = time.monotonic() + PATIENCE
    while not _is_settled(envol):
        if time.monotonic() > patience:
            raise TimeoutError("Reporting never applied all facts. Look at the workers' health.")
        time.sleep(1)


def _is_settled(envol: EnvolClient) -> bool:
    health = {service: envol.health(service) for service in ("matching", "partners", "reporting")}
    published = not any(health[service].get("backlog", 1) for service in ("matching", "partners"))
    return published and health["reporting"].get("lag") == 0
