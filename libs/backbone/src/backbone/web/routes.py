"""Routes whose request is one transaction, and which refuse parameters that they do not know.

`TransactionalRoute` is the route class of nearly every router: it opens the transaction before the
endpoint and commits it before the response leaves, so that a failed commit never answers success.
It answers a repeated `Idempotency-Key` (idempotency.py), and sets the `ETag` of a result that has a
version (etags.py). `CheckedRoute` is the route class of the others.
"""

from collections.abc import Callable, Collection, Coroutine, Iterator
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import PydanticCustomError
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, transaction
from backbone.web.auth import bearer, principal
from backbone.web.etags import etag, noting_version, returned_version
from backbone.web.idempotency import handle_once
from contracts.bounds import require_line


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

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401
        super().__init__(path, noting_version(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_etag(request: Request) -> Response:
            returned_version.set(None)
            response = await handle(request)
            if (version := returned_version.get()) is not None:
                response.headers["etag"] = etag(version)
            return response

        async def in_transaction(request: Request) -> Response:
            sessions: Sessions = request.app.state.sessions
            async with transaction(sessions) as session:
                request.state.session = session
                response = await handle_once(request, session, with_etag)
                crash_point("api.before_commit")
            crash_point("api.after_commit")
            return response

        return in_transaction


async def current_session(request: Request) -> AsyncSession:
    session: AsyncSession = request.state.session
    return session


Session = Annotated[AsyncSession, Depends(current_session)]
