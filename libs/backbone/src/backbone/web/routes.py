"""One request is one transaction, and a request that creates can be sent twice.

`TransactionalRoute` is the route class of nearly every router: it opens the transaction before the
endpoint and commits it before the response leaves, so that a failed commit never answers success.
With an `Idempotency-Key`, the response is stored in the same transaction: the same request sent
again gets the stored response, whatever happened to the first one's. `CheckedRoute` is that of the
others: routes of both kinds refuse parameters that they do not know, and what is no text.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import PydanticCustomError
from sqlalchemy import DateTime, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.types import Message, Receive

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, transaction
from backbone.database.tables import BackboneTable
from backbone.errors import Invalid, PreconditionRequired, Refused, VersionConflict
from backbone.privacy.erasure import STATUS_GONE
from backbone.web.auth import bearer, principal
from contracts.bounds import require_line

SUCCESS = range(200, 300)
LONGEST_KEY = 255
HASHED_AT_ONCE = 1 << 18  # bytes, in less than a millisecond
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 1))")


class IdempotentResponse(BackboneTable, table=True):
    """Answers given to requests with an `Idempotency-Key`, kept for a week."""

    __tablename__ = "answered"

    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    status: int
    headers: dict[str, str] = Field(sa_type=JSONB)
    body: bytes = Field(sa_type=LargeBinary)
    answered_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
        default=None,
        index=True,
    )


class RequestInProgress(Refused, kind="still-running"):
    """The same request is being worked on at this moment."""


class IdempotencyKeyReused(Refused, kind="key-reused"):
    """An `Idempotency-Key` stands for one request; this is another one."""

    status = 422


class AnswerErased(Refused, kind="answer-erased"):
    """A stored response about a person who was erased since."""

    status = STATUS_GONE


class CheckedRoute(APIRoute):
    """A route that refuses unknown query parameters, and characters that are no text."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, known = super().get_route_handler(), sorted(set(_query_names(self.dependant)))
        asks_who = _asks_who(self.dependant)

        async def checked(request: Request) -> Response:
            if faults := [*_unknown(request, known), *_not_text(request)]:
                if asks_who:  # an unauthorised caller gets 401 or 403 first
                    await principal(request, await bearer(request))
                raise RequestValidationError(faults)
            return await handle(request)

        return checked


def _asks_who(dependant: Dependant) -> bool:
    return dependant.call is principal or any(map(_asks_who, dependant.dependencies))


def _query_names(dependant: Dependant) -> Iterator[str]:
    """Return the names of the query parameters of an endpoint and of what it depends on."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (info.alias or name for name, info in model.model_fields.items())
        else:
            yield field.alias
    for other in dependant.dependencies:
        yield from _query_names(other)


def _unknown(request: Request, known: Collection[str]) -> Iterator[dict[str, Any]]:
    possible = f"These exist: {', '.join(known)}." if known else "There are none here."
    for name in sorted(set(request.query_params) - set(known)):
        yield {
            "loc": ("query", name),
            "msg": f"There is no such parameter. {possible}",
            "type": "unknown_parameter",
        }


def _not_text(request: Request) -> Iterator[dict[str, Any]]:
    values = [("path", *item) for item in request.path_params.items()]
    values += [("query", *item) for item in request.query_params.multi_items()]
    for place, name, value in values:
        try:
            require_line(str(value))
        except PydanticCustomError as wrong:
            yield {"loc": (place, name), "msg": wrong.message(), "type": wrong.type}


class TransactionalRoute(CheckedRoute):
    """A route whose endpoint runs in one transaction, committed before the answer leaves."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def in_transaction(request: Request) -> Response:
            sessions: Sessions = request.app.state.sessions
            async with transaction(sessions) as session:
                request.state.session = session
                answer = await _once(request, session, handle)
                crash_point("api.before_commit")
            crash_point("api.after_commit")
            return answer

        return in_transaction


async def _once(
    request: Request,
    session: AsyncSession,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return await handle(request)
    credentials = await bearer(request)
    if credentials is None:  # nobody whose answer it could be: the endpoint says what it thinks
        return await handle(request)
    if not (1 <= len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
    caller = (await principal(request, credentials)).subject
    request, digest = await _with_digest(request)
    if not await session.scalar(TRY_LOCK, {"key": f"{caller} {key}"}):
        raise RequestInProgress("The same request is still being worked on. Ask again in a moment.")
    if before := await session.get(IdempotentResponse, (caller, key)):
        return _again(before, digest)
    answer = await handle(request)
    if answer.status_code in SUCCESS and "no-store" not in answer.headers.get("cache-control", ""):
        session.add(_answered(answer, caller=caller, key=key, digest=digest))
    return answer


async def _with_digest(request: Request) -> tuple[Request, str]:
    """Return the request, to be read once more, and the digest of what it asks for.

    A large body is hashed in a thread, and it stays in the pieces it came in: to join them would
    hold the event loop as well.
    """
    pieces = [piece async for piece in request.stream() if piece]
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    if sum(map(len, pieces)) <= HASHED_AT_ONCE:
        digest = _digest([head, *pieces])
    else:
        digest = await asyncio.to_thread(_digest, [head, *pieces])
    return Request(request.scope, _again_from(pieces, request.receive)), digest


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _again_from(pieces: Iterable[bytes], then: Receive) -> Receive:
    """Return a channel that brings a body piece by piece, then what the other one brings."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(coming, None) or await then()

    return receive


def _again(before: IdempotentResponse, digest: str) -> Response:
    if before.digest != digest:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used for another request. Take a new one."
        )
    if before.status == STATUS_GONE:
        raise AnswerErased(
            "This request was answered; somebody the answer was about was erased since, and it with"
            " them. Nothing was done again. Take another Idempotency-Key for another request."
        )
    headers = before.headers | {"Idempotency-Replayed": "true"}
    return Response(before.body, before.status, headers=headers)


def _answered(answer: Response, *, caller: str, key: str, digest: str) -> IdempotentResponse:
    headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
    return IdempotentResponse(
        caller=caller,
        key=key,
        digest=digest,
        status=answer.status_code,
        headers=headers,
        body=bytes(answer.body),
    )


async def current_session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


Session = Annotated[AsyncSession, Depends(current_session)]


class Version:
    """The version that a change was decided on, from `If-Match`."""

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def must_be(self, version: int) -> None:
        """Raise `VersionConflict` unless this is the version there is."""
        if self.tag not in {"*", etag(version)}:
            raise VersionConflict("It was changed since you read it. Read it again, then decide.")


def etag(version: int) -> str:
    return f'"{version}"'


async def if_match(if_match: Annotated[str | None, Header()] = None) -> Version:
    if if_match is None:
        raise PreconditionRequired("Say which version you change: If-Match: <its ETag>.")
    return Version(if_match.removeprefix("W/").strip())


IfMatch = Annotated[Version, Depends(if_match)]
