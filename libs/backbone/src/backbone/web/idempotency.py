"""Idempotency keys: a POST that is sent again gets the response of the first one.

The response is stored in the transaction of the request, for a week, whatever happened to the
connection of the first one.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from fastapi import Request, Response
from sqlalchemy import DateTime, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.types import Message, Receive

from backbone.database.tables import BackboneTable
from backbone.errors import Invalid, Refused
from backbone.privacy.erasure import STATUS_GONE
from backbone.web.auth import bearer, principal

SUCCESS = range(200, 300)
LONGEST_KEY = 255
HASHED_AT_ONCE = 1 << 18  # bytes, in less than a millisecond
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 1))")

Handler = Callable[[Request], Awaitable[Response]]


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


async def handle_once(request: Request, session: AsyncSession, handle: Handler) -> Response:
    """Handle `request`, or return the stored response if its key was used for it before.

    Raise `RequestInProgress`, `IdempotencyKeyReused` or `AnswerErased` if there is none to return.
    """
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
    if stored := await session.get(IdempotentResponse, (caller, key)):
        return _replay(stored, digest)
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
    return Request(request.scope, _replay_body(pieces, request.receive)), digest


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _replay_body(pieces: Iterable[bytes], then: Receive) -> Receive:
    """Return a channel that brings a body piece by piece, then what the other one brings."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(coming, None) or await then()

    return receive


def _replay(stored: IdempotentResponse, digest: str) -> Response:
    if stored.digest != digest:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used for another request. Take a new one."
        )
    if stored.status == STATUS_GONE:
        raise AnswerErased(
            "This request was answered; somebody the answer was about was erased since, and it with"
            " them. Nothing was done again. Take another Idempotency-Key for another request."
        )
    headers = stored.headers | {"Idempotency-Replayed": "true"}
    return Response(stored.body, stored.status, headers=headers)


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
