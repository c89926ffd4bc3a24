"""A look at the running stack by hand: its environment, its topics, whether its databases agree."""

import os
import shlex
import sys
from collections.abc import Mapping

from envol_local import jars, kafka, stack
from envol_local.environment import database_variable
from envol_local.errors import Trouble
from envol_local.places import Clone, find_clone
from envol_local.ports import SERVICES
from envol_local.process import complete
from envol_local.running import Note, note_of


async def print_environment(service: str) -> int:
    """Print shell lines that give a program what the stack gives to its own."""
    variables = _note(find_clone()).environment[service]
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()]
    sys.stdout.write("".join(lines))
    return 0


async def print_topic(topic: str) -> int:
    """Print what a topic holds, from its beginning, by Kafka's own console consumer."""
    clone = find_clone()
    servers = _note(clone).environment[""]["KAFKA_BOOTSTRAP_SERVERS"]
    await jars.fetch(clone)
    return await complete(kafka.console_consumer(clone, servers=servers, topic=topic))


async def verify(*words: str) -> int:
    """Run `python -m verification` on the databases that the environment names, or the stack's."""
    clone = find_clone()
    given = [name for name in map(database_variable, SERVICES) if os.environ.get(name)]
    env: Mapping[str, str] = {} if given else _note(clone).environment[""]
    return await complete(stack.verification(clone, *words, env=env))


def _note(clone: Clone) -> Note:
    note = note_of(clone)
    if note is None or not note.environment:
        raise Trouble("Nothing runs here: start the stack with `make run`.")
    return note
