"""The commands of partners. Each loads, lets the domain decide, and emits events."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from contracts.spelling import phone_number

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


Phone = Annotated[
    str, BeforeValidator(phone_number), Field(max_length=30, pattern=r"^[0-9+ ().-]+$")
]
