"""A service as small as can be, to test the mechanism on: notebooks, whose notes are told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, FastAPI, Response
from pydantic import BaseModel
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone import http
from backbone.auth import Principal, needs
from backbone.db import add_new, own_tables, read_model_tables, table_of, upsert
from backbone.errors import Missing, Refused
from backbone.inbox import Handlers
from backbone.outbox import emit
from backbone.pages import After, Limit, Page, page
from backbone.requests import IfMatch, Session, UnitOfWork, etag
from backbone.service import Service
from backbone.settings import Settings
from contracts import Card, Event

NOTES = f"test.notes.{uuid4().hex[:8]}"
OWNERS = f"test.owners.{uuid4().hex[:8]}"


class NoteWritten(Event):
    topic: ClassVar[str] = NOTES
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["note-written.v1"] = "note-written.v1"
    note_id: UUID = Field(default_factory=uuid4)
    notebook_id: UUID
    words: int = 1


class NoteTornOut(Event):
    topic: ClassVar[str] = NOTES
    keyed_by: ClassVar[str] = "notebook_id"

    type: Literal["note-torn-out.v1"] = "note-torn-out.v1"
    note_id: UUID
    notebook_id: UUID


class OwnerCard(Card):
    topic: ClassVar[str] = OWNERS
    keyed_by: ClassVar[str] = "owner_id"

    type: Literal["owner-card.v1"] = "owner-card.v1"
    owner_id: UUID
    name: str


class Table(SQLModel, registry=own_tables()):
    pass


class Notebook(Table, table=True):
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str
    version: int = 1


class View(SQLModel, registry=read_model_tables()):
    pass


class Noted(View, table=True):
    note_id: UUID = Field(primary_key=True)
    notebook_id: UUID
    words: int


class Owner(View, table=True):
    owner_id: UUID = Field(primary_key=True)
    name: str


class BadWord(Exception):
    pass


projections = Handlers()


@projections.on(NoteWritten)
async def note(session: AsyncSession, events: Sequence[NoteWritten]) -> None:
    if any(event.words == 13 for event in events):
        raise BadWord("13 words bring bad luck")
    await add_new(session, Noted, [e.model_dump(include={"note_id", "notebook_id", "words"}) for e in events])


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
            await (await session.connection()).execute(
                table_of(Owner).delete().where(Owner.owner_id == card.owner_id)
            )
        else:
            await upsert(session, Owner, [{"owner_id": card.owner_id, "name": card.name}])


router = APIRouter(prefix="/notebooks", route_class=UnitOfWork)
Writer = Annotated[Principal, Depends(needs("writer"))]


class Title(BaseModel):
    title: str


class TitleTaken(Refused):
    """A notebook of that title exists."""


@router.post("", status_code=201)
async def open_notebook(body: Title, session: Session, _by: Writer) -> Notebook:
    if (await session.exec(select(Notebook).where(Notebook.title == body.title))).first():
        raise TitleTaken(f"There is a notebook “{body.title}”. Choose another title.")
    notebook = Notebook(title=body.title)
    session.add(notebook)
    emit(session, NoteWritten(notebook_id=notebook.id))
    if body.title == "broken":
        raise RuntimeError("after the emit")
    return notebook


@router.get("")
async def notebooks(session: Session, _by: Writer, after: After = None, limit: Limit = 50) -> Page[Notebook]:
    by = (Notebook.title, Notebook.id)
    return await page(session, select(Notebook), by=by, after=after, limit=limit)


@router.get("/{notebook_id}")
async def notebook(notebook_id: UUID, session: Session, _by: Writer, response: Response) -> Notebook:
    if found := await session.get(Notebook, notebook_id):
        response.headers["etag"] = etag(found.version)
        return found
    raise Missing("There is no such notebook.")


@router.patch("/{notebook_id}")
async def rename(notebook_id: UUID, body: Title, session: Session, _by: Writer, match: IfMatch) -> Notebook:
    found = await session.get(Notebook, notebook_id, with_for_update=True)
    if not found:
        raise Missing("There is no such notebook.")
    match.must_be(found.version)
    found.title, found.version = body.title, found.version + 1
    return found


def create_app(settings: Settings) -> FastAPI:
    return http.create_app(settings, name="notebook", summary="Notebooks.", routers=[router])


SERVICE: Service[Any] = Service(
    name="notebook",
    settings=Settings,
    create_app=create_app,
    migrations=Path(__file__).parent / "migrations",
    projections=projections,
    views=[View.metadata],
)
