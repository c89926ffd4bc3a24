"""The ways in which a request can be turned down, each with the HTTP status it answers with."""

import re
from typing import ClassVar

from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError


def reason(error: BaseException) -> str:
    """What is wrong, for logs and tables, without the values that were sent: they may be personal.

    A message of the database keeps its first line, for the next ones show the row; one about the
    data itself (class 22) is named only, for it quotes them.
    """
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults[:5])
    if isinstance(error, DBAPIError):
        kind = type(error.orig.__cause__ if error.orig else error).__name__
        return kind if state_of(error).startswith("22") else str(error.orig).partition("\n")[0]
    if isinstance(error, PostgresError):  # of the driver, where SQLAlchemy is not used
        about_data = (error.sqlstate or "").startswith("22")
        return type(error).__name__ if about_data else str(error).partition("\n")[0]
    return str(error)


def state_of(error: DBAPIError) -> str:
    """The SQLSTATE of a failure, whose first two signs are its class; empty when there is none."""
    return getattr(error.orig, "sqlstate", None) or ""


class Refused(Exception):  # noqa: N818
    """A rule says no. The message is written for the person who asked: what is so, what to do."""

    status: ClassVar[int] = 409

    @classmethod
    def kind(cls) -> str:
        """The stable name of this refusal, such as `title-taken`, made from the class's name."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()


class Missing(Refused):
    """What was asked for does not exist, or is not the caller's to see: both answer alike."""

    status = 404


class Invalid(Refused):
    """What was sent has the right shape and cannot be right all the same."""

    status = 422


class Changed(Refused):
    """Somebody changed it since the caller read it."""

    status = 412


class PreconditionRequired(Refused):
    """A change must say which version it was decided on."""

    status = 428


class Unauthenticated(Refused):
    """No token, or one that proves nothing."""

    status = 401


class Forbidden(Refused):
    """The caller is known, and may not do this."""

    status = 403


class TooLarge(Refused):
    """More was sent than is taken at once."""

    status = 413


class Unavailable(Refused):
    """Something this service needs does not answer just now."""

    status = 503
