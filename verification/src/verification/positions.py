"""How far each consumer is: the position at which both sides can be compared.

A producer counts the messages of each key in `stream`, in the transaction that decided them; a
consumer's `seen` has the number of the last one applied, in the transaction that applied it. So two
snapshots describe the same facts exactly when these numbers are equal for every key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verification.comparison import Difference, differences
from verification.correspondences.model import Correspondence, Side, declare
from verification.databases import SERVICES, Snapshots

CONSUMED: Mapping[str, Sequence[str]] = {
    "matching": (
        *("partners.contacts", "partners.conventions", "partners.organisations"),
        *("partners.sourcing", "partners.youths"),
    ),
    "partners": ("matching.mentees", "matching.mentors", "matching.pairings"),
    "notifications": (
        *("matching.mentees", "matching.mentors", "matching.pairings", "matching.people"),
        *("partners.board", "partners.commitments", "partners.contacts", "partners.conventions"),
        *("partners.events", "partners.housing", "partners.occasions", "partners.people"),
    ),
    "reporting": (
        *("matching.mentees", "matching.mentors", "matching.pairings", "matching.rounds"),
        *("partners.board", "partners.commitments", "partners.contacts", "partners.conventions"),
        *("partners.events", "partners.housing", "partners.leads", "partners.networks"),
        *("partners.organisations", "partners.patronage", "partners.sourcing"),
        "partners.territories",
    ),
}
"""The topics that each service consumes."""

LIVE: Mapping[str, str] = {
    "matching.people": "SELECT id FROM mentee WHERE NOT erased"
    " UNION ALL SELECT id FROM mentor WHERE NOT erased",
    "partners.contacts": "SELECT id FROM organisation WHERE merged_into IS NULL",
    "partners.occasions": "SELECT id FROM event UNION ALL SELECT id FROM board_meeting",
    "partners.people": "SELECT id FROM contact_person WHERE NOT erased AND until_on IS NULL",
    "partners.youths": "SELECT id FROM referred_youth WHERE NOT forgotten",
}
"""Compacted topics, and the keys that have a card. Of others, a rebuilt read model may never hear:
Kafka has removed all of their messages, the tombstone too."""


def _positions(service: str) -> Iterator[Correspondence]:
    topics = ", ".join(f"'{topic}'" for topic in CONSUMED[service])
    columns = f"SELECT topic, key, sequence FROM {{}} WHERE topic IN ({topics})"
    producers = sorted({topic.partition(".")[0] for topic in CONSUMED[service]})
    yield from declare(
        "positions",
        "The number of the last message of each key: decided by the producer, applied here.",
        Side(service, columns.format("read_model.seen")),
        producer=[Side(producer, columns.format("stream")) for producer in producers],
        key=("topic", "key"),
        columns=("sequence",),
    )


POSITIONS = [position for service in SERVICES for position in _positions(service)]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message or task that a service could not process, and why; `behind` are parked messages.

    Of a message, `about` is its topic and key; of a producer that cannot send, maybe a topic alone.
    """

    service: str
    task: str
    about: str
    cause: str
    behind: int

    def __str__(self) -> str:
        waits = f", {self.behind} messages wait behind it" if self.behind else ""
        return f"{self.service}: {self.task} of {self.about}: {self.cause}{waits}"

    def blocks(self, unapplied: Difference) -> bool:
        """Return whether it explains that a consumer did not apply the last message of a key."""
        topic, key = unapplied.key
        if self.task == "relay":
            return self.about in {topic, f"{topic} {key}"}
        return self.service == unapplied.correspondence.consumer.service and self.about.startswith(
            f"{topic} {key}"
        )


SET_ASIDE = """
    SELECT a.topic || ' ' || coalesce(a.key, '(no key)') || ', number '
            || coalesce(a.sequence::text, 'unknown') || ' (' || coalesce(a.type, 'unknown type')
            || ') at offset ' || a."offset" AS about, a.cause, count(w.topic) AS behind
    FROM read_model.set_aside AS a
    LEFT JOIN read_model.set_aside AS w
        ON w.waits AND w.topic = a.topic AND w.key = a.key AND w.sequence > a.sequence
    WHERE NOT a.waits GROUP BY a.topic, a.partition, a."offset" ORDER BY about
"""
OF_TASKS = "SELECT task, about, cause FROM dead_letter ORDER BY task, about"


async def dead_letters(databases: Snapshots) -> list[DeadLetter]:
    """Return the dead letters of all services."""
    found = list[DeadLetter]()
    for service, database in databases.items():
        for about, cause, behind in await database.fetch(SET_ASIDE):
            found.append(DeadLetter(service, "application", about, cause, behind))
        for task, about, cause in await database.fetch(OF_TASKS):
            found.append(DeadLetter(service, task, about, cause, 0))
    return found


async def unapplied(databases: Snapshots) -> list[Difference]:
    """Return the keys of which a consumer has not applied the last message, or never will."""
    found = list[Difference]()
    live = dict[str, set[str]]()
    for position in POSITIONS:
        async for difference in differences(position, databases):
            topic, key = difference.key
            if topic in LIVE and difference.column is None:
                if topic not in live:
                    live[topic] = await _live(topic, databases)
                if key not in live[topic]:
                    continue
            found.append(difference)
    return found


async def _live(topic: str, databases: Snapshots) -> set[str]:
    producer = databases[topic.partition(".")[0]]
    return {str(key) for (key,) in await producer.fetch(LIVE[topic])}
