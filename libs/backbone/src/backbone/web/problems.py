"""Problem details (RFC 9457): what is wrong, under a stable type, with a sentence to act on."""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from backbone.database.sessions import is_transient
from backbone.errors import Refused, Unavailable, VersionConflict, name_of, reason

FRAMEWORK_MESSAGES = {
    404: "There is nothing at this address. See the paths in /openapi.json.",
    405: "This address does not take that method. See the header Allow.",
}

TITLES = {413: "Request Entity Too Large", 422: "Unprocessable Entity"}
"""The titles that later versions of Python word otherwise."""

A_PROBLEM = {"$ref": "#/components/schemas/Problem"}

log = structlog.get_logger()


class Fault(BaseModel):
    """One part of a request that is wrong."""

    where: str = Field(examples=["body.siret"])
    detail: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """The problem document of a refused request."""

    type: str = Field(examples=["urn:problem:missing"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such notebook. Look at the list of them."])
    faults: list[Fault] = []


def title_of(status: int) -> str:
    """Return the title of a problem, whatever version of Python runs."""
    return TITLES.get(status, HTTPStatus(status).phrase)


def problem(
    *,
    kind: str,
    status: int,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f"urn:problem:{kind}",
        title=title_of(status),
        status=status,
        detail=detail,
        faults=list(faults),
    )
    asks = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse(
        body.model_dump(exclude_defaults=True),
        status_code=status,
        headers=asks | dict(headers or {}),
        media_type="application/problem+json",
    )


def faults_of(error: RequestValidationError) -> list[Fault]:
    """Return where and why a request is invalid, without what was sent: it may be personal."""
    return [
        Fault(where=_writable(".".join(map(str, fault["loc"]))), detail=str(fault["msg"]))
        for fault in error.errors()
    ]


def _writable(name: str) -> str:
    """Return a name that was sent, with what UTF-8 cannot write spelled out."""
    return name.encode(errors="backslashreplace").decode()


def install_problem_handlers(app: FastAPI) -> None:
    """Turn every refusal into a problem document, in one place."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> JSONResponse:
        return problem(kind=error.kind, status=error.status, detail=str(error))

    @app.exception_handler(RequestValidationError)
    async def wrong_shape(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = faults_of(error)
        detail = "; ".join(f"{fault.where}: {fault.detail}" for fault in faults[:3])
        return problem(kind="wrong-shape", status=422, detail=detail, faults=faults)

    @app.exception_handler(HTTPException)
    async def framework(_: Request, error: HTTPException) -> JSONResponse:
        kind = title_of(error.status_code).lower().replace(" ", "-")
        detail = FRAMEWORK_MESSAGES.get(error.status_code, str(error.detail))
        return problem(kind=kind, status=error.status_code, detail=detail, headers=error.headers)

    @app.exception_handler(StaleDataError)
    async def changed(_: Request, __: StaleDataError) -> JSONResponse:
        detail = "It was changed meanwhile. Read it again, then decide."
        return problem(kind=VersionConflict.kind, status=VersionConflict.status, detail=detail)


def internal_error(error: Exception) -> JSONResponse:
    """Answer an unexpected error; only the log says where it happened."""
    fields = {"error": name_of(error), "reason": reason(error)}
    if is_transient(error):
        log.warning("request failed for the moment", **fields)
        detail = "The service cannot do this just now. Try again in a moment."
        return problem(kind=Unavailable.kind, status=Unavailable.status, detail=detail)
    log.error("request failed", **fields, stack="".join(traceback.format_tb(error.__traceback__)))
    detail = "Something went wrong on our side. It has been noted; nothing was changed."
    return problem(kind="internal", status=500, detail=detail)


def describe_problems(app: FastAPI) -> None:
    """Document every refusal as the problem document that it is, under each status it may have."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        document = describe()
        for operations in document["paths"].values():
            for operation in operations.values():
                _describe_refusals(operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_refusals(operation: dict[str, Any]) -> None:
    names = {each["name"].lower() for each in operation.get("parameters", [])}
    further = [412, 428] if "if-match" in names else []
    further += [400, 413] if "requestBody" in operation else []
    for status in sorted({int(status) for status in operation["responses"]} | set(further)):
        if status >= HTTPStatus.BAD_REQUEST:
            operation["responses"][str(status)] = {
                "description": title_of(status),
                "content": {"application/problem+json": {"schema": A_PROBLEM}},
            }


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the problem responses of an endpoint, for its OpenAPI."""
    return {status: {"model": Problem} for status in statuses}
