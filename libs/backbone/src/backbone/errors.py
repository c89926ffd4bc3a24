"""The ways in which a request can be turned down, each with the HTTP status it answers with."""

from typing import ClassVar

from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError


def reason(error: BaseException) -> str:
    """Describe a failure for logs and tables, without the values sent: they may be personal.

    A message of the database keeps its first line, for the next ones show the row; one about the
    data itself (class 22) is named only, for it quotes them.
    """
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults[:5])
    if isinstance(error, DBAPIError):
        kind = type(error.orig.__cause__ if error.orig else error).__name__
        return kind if sqlstate(error).startswith("22") else str(error.orig).partition("\n")[0]
    if isinstance(error, PostgresError):  # of the driver, where SQLAlchemy is not used
        about_data = (error.sqlstate or "").startswith("22")
        return type(error).__name__ if about_data else str(error).partition("\n")[0]
    return str(error)


def sqlstate(error: DBAPIError) -> str:
    """Return the SQLSTATE of a failure, whose first two characters are its class, or ''."""
    return getattr(error.orig, "sqlstate", None) or ""


def name_of(error: BaseException) -> str:
    """Return the name of a failure in logs and tables: ours say it as `shown_as`."""
    name: str = getattr(error, "shown_as", type(error).__name__)
    return name


def named_reason(error: BaseException) -> str:
    """Return the name of a failure and what is wrong, for logs and tables."""
    return f"{name_of(error)}: {reason(error)}"


class Refused(Exception):
    """A violated rule. The message is for the person who asked: what is wrong, then what to do.

    A subclass states its `kind`, the stable name that clients know it by, such as `title-taken`.
    In logs and tables it is the same word as `TitleTaken`.
    """

    kind: ClassVar[str]
    shown_as: ClassVar[str]
    status: ClassVar[int] = 409

    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        cls.kind = kind
        cls.shown_as = "".join(word.capitalize() for word in kind.split("-"))


class NotFound(Refused, kind="missing"):
    """A thing that does not exist, or is outside the caller's scope: both answer alike."""

    status = 404


class Invalid(Refused, kind="invalid"):
    """A value of the right shape that cannot be right."""

    status = 422


class VersionConflict(Refused, kind="changed"):
    """A change to a version that is no longer the latest."""

    status = 412


class PreconditionRequired(Refused, kind="precondition-required"):
    """A change must say which version it was decided on."""

    status = 428


class Unauthenticated(Refused, kind="unauthenticated"):
    """No token, or one that proves nothing."""

    status = 401


class Forbidden(Refused, kind="forbidden"):
    """The caller is known, and may not do this."""

    status = 403


class TooLarge(Refused, kind="too-large"):
    """More was sent than is taken at once."""

    status = 413


class Unavailable(Refused, kind="unavailable"):
    """Something this service needs does not answer just now."""

    status = 503
