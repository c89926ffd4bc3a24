"""What is published is consumed: by another service, unless its contract says why by none."""

from importlib import import_module
from typing import Any

import pytest
from running import SERVICES

from backbone.service import Service
from contracts import MESSAGES, Message
from contracts.publishing.asyncapi import asyncapi, owner

NOT_CONSUMED = "No service consumes it:"
"""What the docstring of a message that nobody consumes goes on with, and then the reason."""


def applied_by(name: str) -> set[str]:
    """Return the types that a service applies; reporting's reactions only pass all of them on."""
    service: Service[Any] = import_module(f"{name}.__main__").SERVICE
    handlers = service.projections if name == "reporting" else service.handlers
    return {message.kind() for message in handlers.messages}


APPLIED = {name: applied_by(name) for name in SERVICES}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())
def test_a_type_is_consumed_by_another_service_or_its_contract_says_why_not(
    message: type[Message],
) -> None:
    readers = {name for name, kinds in APPLIED.items() if message.kind() in kinds}
    consumed = bool(readers - {owner(message.topic)})
    summary = asyncapi()["components"]["messages"][message.kind()]["summary"]

    assert consumed != (NOT_CONSUMED in summary), (
        f"{message.kind()} is consumed by {sorted(readers) or 'no service'}. Give it the consumer"
        f" that needs it, or end its docstring with “{NOT_CONSUMED} …”; never both."
    )
