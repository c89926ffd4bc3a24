"""E-mail addresses, as people enter them."""

from typing import Annotated

from pydantic import AfterValidator, EmailStr  # noqa: TID251  (the one place)


def _require_ascii_local_part(email: str) -> str:
    if not email.rpartition("@")[0].isascii():
        raise ValueError("Many mail servers take no accents before the @: give another address.")
    return email


EmailAddress = Annotated[EmailStr, AfterValidator(_require_ascii_local_part)]
"""An address that every mail server accepts. Its domain stays as people read it."""
