"""E-mail addresses as people enter them."""

from typing import Annotated

from pydantic import AfterValidator, EmailStr  # noqa: TID251  (the one place)


def _of_ascii_before_the_at(email: str) -> str:
    if not email.rpartition("@")[0].isascii():
        raise ValueError("Many mail servers take no accents before the @: give another address.")
    return email


EmailAddress = Annotated[EmailStr, AfterValidator(_of_ascii_before_the_at)]
"""An address that every mail server can be given. Its domain is kept as people read it."""
