"""Signing conventions, acceding to them and ending them."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Forbidden
from backbone.outbox import emit
from backbone.requests import Version
from contracts.words import ConventionKind
from partners import store
from partners.commands import Command
from partners.domain import conventions
from partners.domain.tables import Convention

AN_ORGANISATION = "0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"


class SignatoryNamed(Command):
    """Who signs; without a day of their own, from the day the convention takes effect."""

    organisation_id: UUID
    accedes_on: date | None = None


class SignConvention(Command):
    """A convention; it takes effect on the day it is signed unless another day is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "own",
                    "signed_on": "2012-07-10",
                    "effective_on": "2012-09-01",
                    "signatories": [{"organisation_id": AN_ORGANISATION}],
                }
            ]
        }
    )

    kind: ConventionKind
    signed_on: date
    effective_on: date | None = None
    ends_on: date | None = None
    signatories: list[SignatoryNamed] = Field(max_length=500)


class AccedeToConvention(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organisation_id": AN_ORGANISATION, "accedes_on": "2015-03-01"}]
        }
    )

    organisation_id: UUID
    accedes_on: date


class EndConvention(Command):
    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_on": "2015-08-31"}]})

    ended_on: date


async def sign_convention(
    session: AsyncSession, command: SignConvention, within: store.Scope
) -> Convention:
    ids = [signatory.organisation_id for signatory in command.signatories]
    known = await store.organisations(session, ids, within)
    convention, signed = conventions.sign(
        [(known[s.organisation_id], s.accedes_on) for s in command.signatories],
        **command.model_dump(exclude={"signatories"}),
    )
    session.add(convention)
    emit(session, signed)
    return convention


async def accede_to_convention(
    session: AsyncSession, convention_id: UUID, command: AccedeToConvention, within: store.Scope
) -> Convention:
    convention = await store.convention_to_change(session, convention_id, within)
    organisation = await store.organisation(session, command.organisation_id, within)
    emit(session, conventions.accede(convention, organisation, command.accedes_on))
    return convention


async def end_convention(
    session: AsyncSession,
    convention_id: UUID,
    command: EndConvention,
    match: Version,
    within: store.Scope,
) -> Convention:
    convention = await store.convention_to_change(session, convention_id, within)
    if within is not None and not {s.organisation_id for s in convention.signatories} <= {*within}:
        raise Forbidden(
            "It binds organisations that you do not look after. Ask the national team to end it."
        )
    match.must_be(convention.version)
    emit(session, conventions.end(convention, command.ended_on))
    return convention
