"""The ways in which a request can be turned down, each with the HTTP status it answers with."""

import re
from typing import ClassVar


class Refused(Exception):  # noqa: N818
    """A rule says no. The message is written for the person who asked: what is so, what to do."""

    status: ClassVar[int] = 409

    @classmethod
    def kind(cls) -> str:
        """The stable name of this refusal, such as `mentor-full`, made from the class's name."""
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
