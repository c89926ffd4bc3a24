"""What holds wherever everything has arrived: services are compared with each other.

An invariant is a coroutine that raises `Broken`; `@invariant` adds it to those that are checked.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from tests.figures.answers import number
from tests.figures.facts import Known, Programme, Published
from tests.model.mailbox import Question
from tests.model.world import Broken, Remembered, World
from verification.comparison import Difference
from verification.reconciliation import reconcile

Invariant: TypeAlias = Callable[[World], Awaitable[None]]
INVARIANTS: list[Invariant] = []


def invariant(check: Invariant) -> Invariant:
    INVARIANTS.append(check)
    return check


async def check_all(world: World) -> None:
    """Raise `Broken` for the first invariant that does not hold."""
    for check in INVARIANTS:
        await check(world)


def require_equal(what: str, one: object, other: object) -> None:
    """Raise `Broken` with what each side has that the other has not."""
    if one == other:
        return
    if isinstance(one, set) and isinstance(other, set):
        first, second = sorted(map(str, one - other)), sorted(map(str, other - one))
        said = f"only the one: {first}; only the other: {second}"
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        names = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
        said = "; ".join(f"{name}: {one.get(name)} is not {other.get(name)}" for name in names)
    else:
        said = f"{one} is not {other}"
    raise Broken(f"{what}: {said}")


async def table(world: World, service: str, query: str, **values: Any) -> set[tuple[Any, ...]]:
    """Rows of a service's database as a set, to be compared with another's."""
    return {tuple(row.values()) for row in await world.rows(service, query, **values)}


@invariant
async def nothing_failed(world: World) -> None:
    """No task failed, no message was set aside, no row is a dead letter."""
    if world.failures:
        raise Broken(f"A task failed: {world.failures}")
    for service in world.running:
        for row in await world.rows(service, "SELECT task, about, cause FROM dead_letter"):
            raise Broken(f"{service} has a dead letter: {dict(row)}")
        for row in await world.rows(service, "SELECT topic, key, cause FROM set_aside"):
            raise Broken(f"{service} set aside: {dict(row)}")


@invariant
async def coverage_is_one(world: World) -> None:
    """Matching covers today exactly those whom partners covers."""
    on = str(world.clock.today)
    found = await world.ask(
        "GET", "matching", "/covered-organisations", params={"on": on, "limit": 200}
    )
    covered = {row["organisation_id"] for row in found.json()["items"] if row["covered"]}
    path, asked = "/organisations", {"covered_on": on, "limit": 200}
    wanted = await world.ask("GET", "partners", path, params=asked)
    require_equal("covered today", {row["id"] for row in wanted.json()["items"]}, covered)


@invariant
async def places_are_not_taken_twice(world: World) -> None:
    """No mentor accompanies more than they offer to; no place and no mentee is asked twice."""
    for row in await world.rows("matching", PLACES):
        if row["running"] != row["mentees"]:
            raise Broken(f"A mentor counts {row['mentees']} mentees: {dict(row)}")
        if row["running"] > row["capacity"]:
            raise Broken(f"A mentor accompanies more than they offer to: {dict(row)}")
    twice = (
        "SELECT mentee_id FROM pairing WHERE state = 'proposed' OR (starts_on IS NOT NULL AND"
        " ended_on IS NULL) GROUP BY mentee_id HAVING count(*) > 1"
    )
    if found := await table(world, "matching", twice):
        raise Broken(f"A mentee has two open pairings: {found}")


PLACES = """
SELECT mentor.id, capacity, mentees,
       count(*) FILTER (WHERE starts_on IS NOT NULL AND ended_on IS NULL) AS running,
       count(*) FILTER (WHERE state = 'proposed') AS proposed
FROM mentor LEFT JOIN pairing ON mentor_id = mentor.id GROUP BY mentor.id
"""


@invariant
async def places_are_not_asked_twice(world: World) -> None:
    """As many proposals are open as a mentor has places left, unless they offer fewer by now."""
    changed = "SELECT DISTINCT key FROM stream WHERE topic = 'matching.mentors' AND sequence > 1"
    fewer = {row["key"] for row in await world.rows("matching", changed)}
    for row in await world.rows("matching", PLACES):
        if row["running"] + row["proposed"] > row["capacity"] and str(row["id"]) not in fewer:
            raise Broken(f"A mentor's place is proposed twice: {dict(row)}")


@invariant
async def only_proved_rounds_are_called_optimal(world: World) -> None:
    """A round whose pairs are not those that were proved does not say that it is the best."""
    pairs = await world.rows(
        "matching", "SELECT round_id, mentee_id, mentor_id FROM round_proposal"
    )
    merged = await world.rows(
        "matching", "SELECT id, merged_into FROM mentee WHERE merged_into IS NOT NULL"
    )
    kept = {row["id"]: row["merged_into"] for row in merged}
    for row in await world.rows(
        "matching", "SELECT id, changed FROM round WHERE state = 'published'"
    ):
        chosen = {(p["mentee_id"], p["mentor_id"]) for p in pairs if p["round_id"] == row["id"]}
        # A merge moves the proposals of the duplicate; of two in one round, one may be left.
        proved = {(stayed(mentee, kept), mentor) for mentee, mentor in world.proved[row["id"]]}
        if len({mentee for mentee, _ in proved}) < len(world.proved[row["id"]]):
            continue
        if row["changed"] != (chosen != proved):
            raise Broken(f"A round says changed: {row['changed']}, with the pairs {chosen}")


@invariant
async def opt_outs_are_kept(world: World) -> None:
    """What somebody refused holds, under whatever id they are known by now."""
    rows = await world.rows("notifications", "SELECT person_id, channel FROM opt_out")
    both = {"email", "sms"}
    found = {r["person_id"]: both if r["channel"] == "all" else {r["channel"]} for r in rows}
    wanted = {person: channels for person, channels in world.mailbox.opted_out.items() if channels}
    if found != wanted:
        raise Broken(f"Opt-outs are {found}, and must be {wanted}")


@invariant
async def every_question_is_asked_once(world: World) -> None:
    """Each open question has one message, by its channel; none was dropped without a reason."""
    query = "SELECT rule, channel, person_id, pairing_id, due_on, state FROM message"
    states = dict[Question, list[str]]()
    for row in await world.rows("notifications", query):
        asked = Question(**{name: row[name] for name in Question._fields})
        states.setdefault(asked, []).append(row["state"])
    mailbox = world.mailbox
    for question in mailbox.questions:
        if mailbox.kept(question.person_id) in mailbox.excused:
            continue
        found = states.get(question, [])
        if len(found) != 1:
            raise Broken(f"{question} has {len(found)} messages")
        if found[0] in DROPPED and not mailbox.may_be_dropped(question, world.clock.now):
            raise Broken(f"{question} was dropped: {found[0]}")


DROPPED = {"stale", "suppressed", "failed"}


@invariant
async def figures_are_right_and_stay(world: World) -> None:
    """Reporting says what the second implementation says, and says it for ever of that instant."""
    for as_of, known_at, answers in world.remembered:
        again = await _figures(world, as_of, known_at)
        require_equal(f"figures of {as_of}, known at {known_at}, then and now", answers, again)
    now = world.clock.now
    known = Known(Published(world.network.published), now)
    for ago in DAYS_AGO:
        as_of = now.date() - timedelta(days=ago)
        found, programme = await _figures(world, as_of, now), Programme(known, as_of)
        second = {name: number(programme, name).value for name in found}
        require_equal(f"figures of {as_of}, reporting's and the second", found, second)
        world.remembered.append(Remembered(as_of, now, found))
    del world.remembered[: -len(DAYS_AGO)]


DAYS_AGO = (0, 12)


async def _figures(world: World, as_of: date, known_at: datetime) -> Mapping[str, Any]:
    asked = {"as_of": str(as_of), "known_at": known_at.isoformat()}
    found = (await world.ask("GET", "reporting", "/figures", params=asked)).json()["figures"]
    return {figure["name"]: figure["value"] for figure in found}


@invariant
async def the_erased_are_forgotten(world: World) -> None:
    """No service stores a name or an address of an erased person."""
    erased = "SELECT id FROM mentee WHERE erased UNION ALL SELECT id FROM mentor WHERE erased"
    gone = {row["id"] for row in await world.rows("matching", erased)}
    known = await world.rows("notifications", "SELECT person_id FROM person")
    if left := gone & {row["person_id"] for row in known}:
        raise Broken(f"Notifications knows people who were erased: {left}")
    kept = "SELECT person_id FROM message WHERE address IS NOT NULL OR text IS NOT NULL"
    if left := gone & {row["person_id"] for row in await world.rows("notifications", kept)}:
        raise Broken(f"Notifications keeps what was written to people who were erased: {left}")


@invariant
async def places_at_events_are_kept(world: World) -> None:
    """A session counts those who have a place: nobody who is gone, and none stands empty."""
    for row in await world.rows("partners", SESSIONS):
        if row["taken"] != row["registered"]:
            raise Broken(f"A session counts {row['taken']} places: {dict(row)}")
        is_full = row["capacity"] is not None and row["taken"] >= row["capacity"]
        if row["waiting"] and not is_full and row["to_come"]:
            raise Broken(f"Somebody waits for a place that is free: {dict(row)}")
    gone = "SELECT id FROM mentee WHERE erased OR merged_into IS NOT NULL"
    erased = "SELECT id FROM mentor WHERE erased"
    ids = {row["id"] for each in (gone, erased) for row in await world.rows("matching", each)}
    held = (
        "SELECT attendee_id FROM registration WHERE state IN ('registered', 'waiting')"
        " AND session_id IN (SELECT id FROM event_session WHERE starts_at > now())"
    )
    if left := ids & {row["attendee_id"] for row in await world.rows("partners", held)}:
        raise Broken(f"Those who are gone keep their places: {left}")


SESSIONS = """
SELECT event_session.id, capacity, taken, starts_at > now() AND cancelled_on IS NULL AS to_come,
       count(registration.id) FILTER (WHERE state NOT IN ('waiting', 'cancelled')) AS registered,
       count(registration.id) FILTER (WHERE state = 'waiting') AS waiting
FROM event_session JOIN event ON event.id = event_id
LEFT JOIN registration ON session_id = event_session.id
GROUP BY event_session.id, event.cancelled_on
"""


@invariant
async def the_erased_take_part_in_nothing(world: World) -> None:
    """An erased person is in no open pairing, and in no list of referred youths."""
    open_ = (
        "SELECT pairing.id FROM pairing JOIN mentee ON mentee.id = mentee_id JOIN mentor ON"
        " mentor.id = mentor_id WHERE (mentee.erased OR mentor.erased) AND (state = 'proposed' OR"
        " (starts_on IS NOT NULL AND ended_on IS NULL))"
    )
    if found := await table(world, "matching", open_):
        raise Broken(f"People who were erased are in open pairs: {found}")
    taken = (
        "SELECT youth_id FROM youth_taken JOIN mentee ON mentee.id = mentee_id"
        " WHERE erased AND merged_into IS NULL"
    )
    known = await table(world, "partners", "SELECT id FROM referred_youth WHERE NOT forgotten")
    if left := known & await table(world, "matching", taken):
        raise Broken(f"Youths are remembered whose mentees were erased: {left}")


@invariant
async def databases_are_reconciled(world: World) -> None:
    """The four databases say the same of all that one publishes and another stores."""
    urls = {name: url_of(running.settings.database_url) for name, running in world.running.items()}
    found = await reconcile(urls, patience=0)
    differing = [each for each in found.differences if not _passes(each, world)]
    if differing or found.unapplied:
        raise Broken("\n".join(f"{each.correspondence.name}: {each}" for each in differing))


def _passes(difference: Difference, world: World) -> bool:
    """Whether it is a message to somebody who was erased before: dropped in time, unsent."""
    name = difference.correspondence.name
    return name == TO_BE_SENT and UUID(difference.key[0]) in world.mailbox.erased


TO_BE_SENT = "messages to be sent in notifications"


def url_of(database_url: str) -> str:
    return database_url.replace("postgresql+asyncpg://", "postgresql://", 1)


def stayed(mentee_id: UUID, kept: Mapping[UUID, UUID]) -> UUID:
    """Return the mentee that stayed of all with whom this one was merged."""
    while mentee_id in kept:
        mentee_id = kept[mentee_id]
    return mentee_id
