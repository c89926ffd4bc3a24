"""What all rules of a model stand on: asking the services, and picking what there is."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, TypeAlias, TypeVar

from httpx import Response
from hypothesis import strategies as st
from hypothesis.stateful import precondition
from stdnum import luhn

from tests.model.world import Broken, World

T = TypeVar("T")
Rule = TypeVar("Rule", bound=Callable[..., None])
Row: TypeAlias = Any  # a row of a database, or what an API answers

WHICH = st.integers(0, 11)
"""Which of those there are, counted round; small, so that the same is met again."""
AGO = st.sampled_from([0, 0, 0, 1, 3, 10, 40])
"""How many days ago something happened: mostly today."""
CHANCE = st.integers(0, 2**16)
"""What the network's chance begins with."""
DEPARTMENTS = ("93", "75", "69", "974")


def siren(number: int) -> str:
    """A register number that passes the check, and is nobody's."""
    body = f"99{number:06}"
    return body + luhn.calc_check_digit(body)


class Lives:
    """A model's access to the world. What is picked is read from the services' own rows."""

    world: ClassVar[World]
    runner: ClassVar[asyncio.Runner]
    accepted: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    steps: ClassVar[int] = 0
    made: set[str]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop that the whole run shares."""
        return self.runner.run(work)

    def ask(self, method: str, service: str, path: str, **said: Any) -> Response:
        """Send a request. A refusal is fine; a shape that no client sends is a mistake here."""
        answer = self.do(self.world.ask(method, service, path, **said))
        Lives.steps += 1
        what = f"{method} {service}/{kind_of(path)}"
        (self.accepted if answer.is_success else self.refused)[what] += 1
        if answer.is_success:
            self.made |= {f"{service}:{part}" for part in kind_of(path).split("/")}
        if answer.is_client_error and answer.json()["type"].endswith(("wrong-shape", "not-found")):
            raise Broken(f"The model asks what cannot be: {what} {said} {answer.text}")
        return answer

    def post(self, service: str, path: str, **body: Any) -> Row | None:
        """Post a command; what was made of it, or nothing if it was refused."""
        answer = self.ask("POST", service, path, json=body)
        return answer.json() if answer.is_success and answer.content else None

    def rows(self, service: str, query: str, **values: Any) -> Sequence[Row]:
        return self.do(self.world.rows(service, query, **values))

    def pick(self, service: str, query: str, which: int) -> Row | None:
        """One of the rows, in the order of their ids; none if there are none."""
        rows = self.rows(service, query)
        return rows[which % len(rows)] if rows else None

    @property
    def today(self) -> date:
        return self.world.clock.today

    def day(self, ago: int) -> str:
        """A day so many days ago, or ahead if the number is below zero."""
        return str(self.today - timedelta(days=ago))


def needs(*kinds: str) -> Callable[[Rule], Rule]:
    """Let a rule wait for a command on one of these, such as `matching:contacts`."""
    return precondition(lambda machine: not machine.made.isdisjoint(kinds))


def kind_of(path: str) -> str:
    """A path without its ids."""
    parts = ("{}" if "-" in part and part.count("-") == 4 else part for part in path.split("/"))
    return "/".join(parts).strip("/")
