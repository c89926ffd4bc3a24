"""`env` and `topic`: a look at the running stack by hand."""

import shlex
import sys

from envol_local import jars, kafka
from envol_local.errors import Trouble
from envol_local.places import Clone, find_clone
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


def _note(clone: Clone) -> Note:
    note = note_of(clone)
    if note is None or not note.environment:
        raise Trouble("Nothing runs here: start the stack with `make run`.")
    return note
