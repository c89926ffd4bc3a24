"""Rebuilding the read models of a stack that runs, to see whether each is equal to the live one."""

import re
import time
from dataclasses import dataclass

from envol_local import console, stack
from envol_local.errors import Failed, read
from envol_local.ports import SERVICES
from envol_local.process import complete, describe_exit
from envol_local.site import Site

MESSAGES = re.compile(r"([\d,]+) of [\d,]+ messages")
TABLE = re.compile(r"^\S+ \d+ rows \S+ (as before|differs)$", re.MULTILINE)


@dataclass(frozen=True)
class Rebuild:
    """The output of a service's rebuild; only the exit code says whether it is equal."""

    service: str
    output: str
    seconds: float

    def __str__(self) -> str:
        messages, states = MESSAGES.findall(self.output), TABLE.findall(self.output)
        different = sum(state != "as before" for state in states)
        parts = [
            *(f"{number} messages" for number in messages[-1:]),
            *([f"{len(states)} tables"] if states else []),
            f"{different} not as before" if different else "all as before",
            f"{self.seconds:.0f} s",
        ]
        return f"{self.service}: {', '.join(parts)}"


async def rebuild_all(site: Site) -> bool:
    """Rebuild the services' read models one after the other; return whether each is equal."""
    console.say("\nThe read models are rebuilt from the first message on, next to the live ones:")
    return all([await _rebuild(site, service) for service in SERVICES])


async def _rebuild(site: Site, service: str) -> bool:
    program, began = stack.rebuild_program(site, service), time.monotonic()
    code = await complete(program)
    assert program.log is not None  # it is written to a file
    if code != 0:
        sentence = f"{service}: the rebuilt read model is not the live one ({describe_exit(code)})."
        console.explain(Failed(sentence, program.log))
        return False
    console.say(str(Rebuild(service, read(program.log), time.monotonic() - began)))
    return True
