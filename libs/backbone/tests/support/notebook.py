"""A service as small as can be, to test the mechanism on: notebooks, whose notes are told.

Its projections double what they are told twice and mix up what comes out of order, so that the
mechanism cannot hide behind them.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ARRAY, Integer
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing, rows_from, upsert
from backbone.database.entities import Entity
from backbone.database.tables import NamedTable, read_model_registry, service_registry, table_of
from backbone.errors import NotFound, Refused
from backbone.imports.api import import_routes
from backbone.imports.registry import ImportResult, Imports, ParsedRow, Row
from backbone.messaging.inbox import Handlers
from backbone.messaging.outbox import emit
from backbone.service import Service
from backbone.settings import Settings
from backbone.web.app import create_app as create_backbone_app
from backbone.web.auth import Principal, require_roles
from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from contracts import Card, Event

RUN = os.environ.get("NOTEBOOK_RUN") or uuid4().hex[:8]
UNLUCKY = {13}  # words that the projection cannot take; a test may mend it


class NoteWritten(Event):
    topic: ClassVar[str] = f"test.notes.{RUN}"
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["note-written.v1"] = "note-written.v1"
    note_id: UUID = Field(default_factory=uuid4)
    notebook_id: UUID
    words: int = 1
    text: str = ""


class NoteTornOut(Event):
    topic: ClassVar[str] = NoteWritten.topic
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["note-torn-out.v1"] = "note-torn-out.v1"
    note_id: UUID
    notebook_id: UUID


class NotebookLost(Event):
    """Told on the same topic, and of no interest to anybody here."""

    topic: ClassVar[str] = NoteWritten.topic
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["notebook-lost.v1"] = "notebook-lost.v1"
    notebook_id: UUID


class NoteThanked(Event):
    topic: ClassVar[str] = f"test.thanks.{RUN}"
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["note-thanked.v1"] = "note-thanked.v1"
    notebook_id: UUID


class OwnerCard(Card):
    topic: ClassVar[str] = f"test.owners.{RUN}"
    keyed_by: ClassVar[str] = "owner_id"

    type: Literal["owner-card.v1"] = "owner-card.v1"
    owner_id: UUID
    name: str


def move_to(run: str) -> None:
    """Let the messages travel on topics of their own, so that a test has Kafka for itself."""
    for message in (NoteWritten, NoteTornOut, NotebookLost, NoteThanked, OwnerCard):
        message.topic = f"{message.topic.rsplit('.', 1)[0]}.{run}"


class Table(Entity, registry=service_registry()):
    pass


class Notebook(Table, table=True):
    __tablename__ = "notebook"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str = Field(unique=True)
    version: int = 1


class Thanks(Table, table=True):
    """How often a notebook's notes were thanked for: what the service did by itself."""

    __tablename__ = "thanks"

    notebook_id: UUID = Field(primary_key=True)
    times: int


class View(NamedTable, registry=read_model_registry()):
    pass


class Noted(View, table=True):
    __tablename__ = "noted"

    note_id: UUID = Field(primary_key=True)
    notebook_id: UUID
    words: int


class Story(View, table=True):
    """The words of a notebook's notes, in the order in which they were told."""

    __tablename__ = "story"

    notebook_id: UUID = Field(primary_key=True)
    words: list[int] = Field(sa_type=ARRAY(Integer))


class Owner(View, table=True):
    __tablename__ = "owner"

    owner_id: UUID = Field(primary_key=True)
    name: str


class BadWord(Exception):
    pass


projections, reactions = Handlers(), Handlers()


@projections.on(NoteWritten)
async def note(session: AsyncSession, events: Sequence[NoteWritten]) -> None:
    if unlucky := {event.words for event in events} & UNLUCKY:
        raise BadWord(f"{unlucky.pop()} words bring bad luck")
    await insert_missing(session, Noted, rows_from(events, "note_id", "notebook_id", "words"))


@projections.on(NoteWritten)
async def go_on(session: AsyncSession, events: Sequence[NoteWritten]) -> None:
    told = defaultdict[UUID, list[int]](list)
    for event in events:
        told[event.notebook_id].append(event.words)
    rows = [{"notebook_id": notebook, "words": words} for notebook, words in told.items()]
    statement = insert(table_of(Story)).values(rows)
    longer = col(Story.words) + statement.excluded.words
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=["notebook_id"], set_={"words": longer})
    )


@projections.on(NoteTornOut)
async def tear_out(session: AsyncSession, events: Sequence[NoteTornOut]) -> None:
    for event in events:
        torn = await session.get(Noted, event.note_id)
        assert torn, "a note must be written before it is torn out"
        await session.delete(torn)
        await session.flush()


@projections.on(OwnerCard)
async def know_owner(session: AsyncSession, cards: Sequence[OwnerCard]) -> None:
    for card in cards:
        if card.erased:
            owner = table_of(Owner)
            await (await session.connection()).execute(
                owner.delete().where(owner.c.owner_id == card.owner_id)
            )
        else:
            await upsert(session, Owner, [{"owner_id": card.owner_id, "name": card.name}])


@reactions.on(NoteWritten)
async def give_thanks(session: AsyncSession, events: Sequence[NoteWritten]) -> None:
    for event in events:
        thanks = await session.get(Thanks, event.notebook_id)
        thanks = thanks or Thanks(notebook_id=event.notebook_id, times=0)
        thanks.times += 1
        session.add(thanks)
        emit(session, NoteThanked(notebook_id=event.notebook_id))


imports = Imports()


class NotebookRow(Row):
    key: ClassVar[tuple[str, ...]] = ("title",)

    title: str = Field(min_length=1, title="Titre")
    words: int = 1


@imports.of("notebooks", NotebookRow)
async def take_notebooks(
    session: AsyncSession, lines: Sequence[ParsedRow[NotebookRow]], tally: ImportResult
) -> None:
    """Open notebooks with a first note each."""
    if unlucky := {line.row.words for line in lines} & UNLUCKY:
        raise BadWord(f"{unlucky.pop()} words bring bad luck")
    titles = [line.row.title for line in lines]
    taken = set(await session.exec(select(Notebook.title).where(col(Notebook.title).in_(titles))))
    for line in lines:
        with tally.reject_refused(line):
            if line.row.title in taken:
                raise TitleTaken(f"There is a notebook “{line.row.title}”. Choose another title.")
            notebook = Notebook(title=line.row.title)
            session.add(notebook)
            emit(session, NoteWritten(notebook_id=notebook.id, words=line.row.words))
            tally.created += 1


router = APIRouter(prefix="/notebooks", route_class=TransactionalRoute)
may_write = require_roles("writer")
Writer = Annotated[Principal, Depends(may_write)]


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(max_length=100)


class TitleTaken(Refused, kind="title-taken"):
    """A notebook of that title exists."""


@router.post("", status_code=201)
async def open_notebook(body: Title, session: Session, _by: Writer) -> Notebook:
    if (await session.exec(select(Notebook).where(Notebook.title == body.title))).first():
        raise TitleTaken(f"There is a notebook “{body.title}”. Choose another title.")
    notebook = Notebook(title=body.title)
    session.add(notebook)
    emit(session, NoteWritten(notebook_id=notebook.id))
    if body.title == "broken":
        raise RuntimeError(f"Jo Dupont's {body.title}")
    return notebook


@router.get("")
async def notebooks(
    session: Session, _by: Writer, after: After = None, limit: Limit = 50
) -> Page[Notebook]:
    by = (Notebook.title, Notebook.id)
    return await paginate(session, select(Notebook), by=by, after=after, limit=limit)


@router.get("/notes")
async def notes(
    session: Session, _by: Writer, after: After = None, limit: Limit = 50
) -> Page[Noted]:
    by = (Noted.words, Noted.note_id)
    return await paginate(session, select(Noted), by=by, after=after, limit=limit)


@router.get("/{notebook_id}")
async def notebook(notebook_id: UUID, session: Session, _by: Writer) -> Notebook:
    if found := await session.get(Notebook, notebook_id):
        return found
    raise NotFound("There is no such notebook. See the list of them.")


@router.patch("/{notebook_id}")
async def rename(
    notebook_id: UUID, body: Title, session: Session, _by: Writer, match: IfMatch
) -> Notebook:
    found = await session.get(Notebook, notebook_id, with_for_update=True)
    if not found:
        raise NotFound("There is no such notebook. See the list of them.")
    match.require(found.version)
    found.title, found.version = body.title, found.version + 1
    return found


def create_app(settings: Settings) -> FastAPI:
    """The notebooks' API."""
    routers = [router, import_routes(imports, allowed=may_write)]
    return create_backbone_app(settings, name="notebook", summary="Notebooks.", routers=routers)


SERVICE: Service[Any] = Service(
    name="notebook",
    settings=Settings,
    create_app=create_app,
    migrations=Path(__file__).parent / "migrations",
    projections=projections,
    reactions=reactions,
    read_model=[View.metadata],
    imports=imports,
)

if __name__ == "__main__":
    SERVICE.main()
