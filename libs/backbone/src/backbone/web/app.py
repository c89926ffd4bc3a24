"""The HTTP side of a service: one way to build its app, the same edges for all."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import structlog
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from opentelemetry import propagate, trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backbone.database.notify import RelayNotifier
from backbone.database.sessions import create_engine, create_sessions
from backbone.errors import TooLarge
from backbone.observability.telemetry import REQUESTS, tracer
from backbone.settings import Settings
from backbone.web import traces
from backbone.web.auth import IssuerKeys, Keys, Verifier
from backbone.web.health import health_routes
from backbone.web.problems import (
    describe_problems,
    install_problem_handlers,
    internal_error,
    problem,
    problem_responses,
)
from backbone.web.processes import metrics

log = structlog.get_logger()


def create_app(  # noqa: PLR0913
    settings: Settings,
    *,
    name: str,
    summary: str,
    routers: Sequence[APIRouter],
    uploads: str = r"/imports/",
    keys: Keys | None = None,
) -> FastAPI:
    """Return a service's app: routers and traces under `/v1`, tokens, problems, health, limits."""
    engine, notifier = create_engine(settings), RelayNotifier()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        notifying = asyncio.create_task(notifier.run(engine))
        yield
        notifying.cancel()
        with suppress(asyncio.CancelledError):
            await notifying
        await engine.dispose()

    app = FastAPI(
        title=f"Envol {name}",
        summary=summary,
        version="1",
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        responses=problem_responses(401, 403, 404, 409, 422),
        telemetry={"tracing": False, "metrics": False, "logs": False},  # `RequestTelemetry` does it
    )
    app.state.settings, app.state.engine = settings, engine
    app.state.sessions = create_sessions(engine, notifier=notifier)
    app.state.verifier = Verifier(
        keys or IssuerKeys(settings.oidc_issuer),
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
    )
    for router in (*routers, traces.router):
        app.include_router(router, prefix="/v1")
    app.include_router(health_routes(engine, settings))
    app.include_router(_metrics())
    install_problem_handlers(app)
    describe_problems(app)
    app.add_middleware(BodyLimit, settings=settings, uploads=re.compile(uploads))
    app.add_middleware(RequestTelemetry)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _metrics() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def get_metrics() -> Response:
        return metrics()

    return router


class RequestTelemetry:
    """Gives each request its ids, counts it, logs how it ended, and answers what nobody foresaw."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, headers, status = time.perf_counter(), Headers(scope=scope), 0
        request_id = headers.get("x-request-id", str(uuid4()))[:100]

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        with (
            tracer.start_as_current_span(
                scope["method"],
                context=propagate.extract(dict(headers)),
                kind=trace.SpanKind.SERVER,
            ),
            structlog.contextvars.bound_contextvars(request_id=request_id),
        ):
            try:
                await self.app(scope, receive, answer)
            except Exception as error:
                failure = internal_error(error)
                if status:  # the answer has begun: all that is left is to break it off
                    raise
                await failure(scope, receive, answer)
            finally:
                note_request(scope, status=status, seconds=time.perf_counter() - began)


def note_request(scope: Scope, *, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    REQUESTS.labels(scope["method"], route, status).observe(seconds)
    if not route.startswith(("/health", "/metrics")):
        ms = round(seconds * 1000, 1)
        log.info("request", method=scope["method"], route=route, status=status, ms=ms)


class BodyLimit:
    """Refuses bodies over the limit, before and while they arrive."""

    def __init__(self, app: ASGIApp, *, settings: Settings, uploads: re.Pattern[str]) -> None:
        self.app, self.settings, self.uploads = app, settings, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        upload = self.uploads.search(scope["path"])
        most = self.settings.max_upload_bytes if upload else self.settings.max_body_bytes
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            await _too_large(most)(scope, receive, send)
        else:
            await self._counting(scope, receive, send, most=most)

    async def _counting(self, scope: Scope, receive: Receive, send: Send, *, most: int) -> None:
        received, answered = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise TooLarge(_detail(most))
            return message

        async def answer(message: Message) -> None:
            """Send only the refusal: the framework would report the broken-off body as invalid."""
            nonlocal answered
            if received <= most or answered:
                answered = True
                await send(message)

        try:
            await self.app(scope, counted, answer)
        finally:
            if received > most and not answered:
                await _too_large(most)(scope, receive, send)


def _detail(most: int) -> str:
    return f"The body is over {most:,} bytes. Send less at once."


def _too_large(most: int) -> JSONResponse:
    return problem(kind=TooLarge.kind, status=TooLarge.status, detail=_detail(most))
