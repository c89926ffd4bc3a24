"""Conventions: who signed them, which are in force on a day, and whom they bind or cover."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    ConventionAcceded,
    ConventionAmended,
    ConventionEnded,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    FulfilmentWithdrawn,
    OrganisationsMerged,
    SignatoryWithdrew,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.words import CommitmentKind
from tests.figures.facts import Known, Programme, derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An organisation's signature, which binds it from `accedes_on` to `withdrawn_on`, if any."""

    convention: ConventionSigned
    organisation_id: UUID
    signed_on: date
    accedes_on: date
    withdrawn_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An organisation belongs to an umbrella from `joined_on` to `left_on`, both included."""

    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date
    left_on: date


def signatures(programme: Programme) -> list[Signature]:
    """Return the signatures given by the day.

    Where an organisation and its duplicates signed the same convention, its own signature counts.
    """
    left = {
        (end.convention_id, end.organisation_id): end.withdrawn_on
        for end in programme.known.as_published(SignatoryWithdrew)
        if end.withdrawn_on <= programme.as_of
    }
    counted = dict[tuple[UUID, UUID], Signature]()
    for convention, signed_by, accedes_on in _as_signed(programme.known):
        with_it = accedes_on <= convention.effective_on
        signed_on = convention.signed_on if with_it else accedes_on
        if signed_on > programme.as_of:
            continue
        kept = programme.known.organisation(signed_by)
        counted.setdefault(
            (convention.convention_id, kept),
            Signature(
                convention=convention,
                organisation_id=kept,
                signed_on=signed_on,
                accedes_on=accedes_on,
                withdrawn_on=left.get((convention.convention_id, signed_by), date.max),
            ),
        )
    return list(counted.values())


@derived
def _as_signed(known: Known) -> list[tuple[ConventionSigned, UUID, date]]:
    """Return who signed which convention, bound from which day; duplicates last, as merged."""
    signed = {c.convention_id: c for c in known.as_published(ConventionSigned)}
    rows = [
        (convention, signatory.organisation_id, signatory.accedes_on)
        for convention in signed.values()
        for signatory in convention.signatories
    ]
    for acceded in known.as_published(ConventionAcceded):
        convention = signed[acceded.convention_id]
        rows.append((convention, acceded.organisation_id, acceded.accedes_on))
    merged = _order_of_merges(known)
    return sorted(rows, key=lambda row: merged.get(row[1], -1))


@derived
def _order_of_merges(known: Known) -> dict[UUID, int]:
    order = dict[UUID, int]()
    for merge in known.as_published(OrganisationsMerged):
        for duplicate in merge.duplicates:
            order.setdefault(duplicate, len(order))
    return order


@derived
def in_force(programme: Programme) -> list[ConventionSigned]:
    """Return the conventions that have taken effect, are not over and are not suspended."""
    last_days = _last_days(programme)
    suspended = _suspended(programme)
    return [
        convention
        for convention in programme.happened(ConventionSigned)
        if convention.effective_on <= programme.as_of <= last_days[convention.convention_id]
        and convention.convention_id not in suspended
    ]


def _last_days(programme: Programme) -> dict[UUID, date]:
    """Return the last day of each convention: as signed, as agreed since, or as it was ended."""
    last = {
        signed.convention_id: signed.ends_on or date.max
        for signed in programme.happened(ConventionSigned)
    }
    changes: list[ConventionAmended | ConventionRenewed] = [
        *programme.happened(ConventionAmended),
        *programme.happened(ConventionRenewed),
    ]
    for change in sorted(changes, key=_changed):
        last[change.convention_id] = change.ends_on or date.max
    for end in programme.happened(ConventionEnded):
        last[end.convention_id] = end.ended_on
    return last


def _changed(change: ConventionAmended | ConventionRenewed) -> tuple[date, object]:
    renewed = isinstance(change, ConventionRenewed)
    return change.renewed_on if renewed else change.amended_on, change.recorded_at  # type: ignore[union-attr]


def _suspended(programme: Programme) -> set[UUID]:
    """Return the conventions that are suspended on the day."""
    spans = defaultdict[UUID, dict[date, date]](dict)
    stated: list[ConventionSuspended | ConventionResumed] = [
        *programme.happened(ConventionSuspended),
        *programme.happened(ConventionResumed),
    ]
    for fact in sorted(stated, key=lambda fact: fact.recorded_at):
        spans[fact.convention_id][fact.from_on] = fact.until_on or date.max
    return {
        convention_id
        for convention_id, each in spans.items()
        if any(first <= programme.as_of <= last for first, last in each.items())
    }


@derived
def bound(programme: Programme) -> list[Signature]:
    """Return the signatures that bind an organisation on the day."""
    standing = {convention.convention_id for convention in in_force(programme)}
    return [
        signature
        for signature in signatures(programme)
        if signature.convention.convention_id in standing
        and signature.accedes_on <= programme.as_of <= signature.withdrawn_on
    ]


@derived
def members(programme: Programme) -> dict[UUID, set[UUID]]:
    """Return the umbrellas that each organisation belongs to directly on the day."""
    left = {
        (end.organisation_id, end.umbrella_id, end.joined_on): end.left_on
        for end in programme.known.as_published(UmbrellaLeft)
    }
    known = programme.known
    merged = _order_of_merges(known)
    joined = sorted(
        known.as_published(UmbrellaJoined),
        key=lambda j: (merged.get(j.organisation_id, -1), merged.get(j.umbrella_id, -1)),
    )
    counted = dict[tuple[UUID, UUID, date], date]()
    for each in joined:
        organisation, umbrella = map(known.organisation, (each.organisation_id, each.umbrella_id))
        last_day = left.get((each.organisation_id, each.umbrella_id, each.joined_on), date.max)
        counted.setdefault((organisation, umbrella, each.joined_on), last_day)
    direct = defaultdict[UUID, set[UUID]](set)
    for (organisation, umbrella, joined_on), left_on in counted.items():
        if joined_on <= programme.as_of <= left_on:
            direct[organisation].add(umbrella)
    return direct


@derived
def umbrellas(programme: Programme) -> dict[UUID, set[UUID]]:
    """Return the umbrellas above each organisation at any depth; an umbrella is its own."""
    direct = members(programme)
    heads = {umbrella for above in direct.values() for umbrella in above}
    every = dict[UUID, set[UUID]]()
    for organisation in {*direct, *heads}:
        found = {organisation} & heads
        to_climb = [organisation]
        while to_climb:
            for umbrella in direct.get(to_climb.pop(), set()) - found:
                found.add(umbrella)
                to_climb.append(umbrella)
        every[organisation] = found
    return every


def covered(programme: Programme) -> list[tuple[UUID, date]]:
    """Return each organisation bound itself or by an umbrella of its own, and since when."""
    below = defaultdict[UUID, set[UUID]](set)
    for organisation, above in umbrellas(programme).items():
        for umbrella in above:
            below[umbrella].add(organisation)
    return [
        (organisation, max(signature.convention.effective_on, signature.accedes_on))
        for signature in bound(programme)
        for organisation in {signature.organisation_id, *below[signature.organisation_id]}
    ]


def owed(programme: Programme) -> list[CommitmentMade]:
    """Return the commitments that were made and not withdrawn."""
    withdrawn = {end.commitment_id for end in programme.happened(CommitmentWithdrawn)}
    return [c for c in programme.happened(CommitmentMade) if c.commitment_id not in withdrawn]


def fulfilled(programme: Programme) -> list[CommitmentMade]:
    """Return those of which everything was given; mentors are counted as they enrol."""
    void = {taken.fulfilment_id for taken in programme.known.all(FulfilmentWithdrawn)}
    given = defaultdict[UUID, int](int)
    for part in programme.happened(CommitmentFulfilled):
        if part.fulfilment_id not in void:
            given[part.commitment_id] += part.quantity
    return [
        commitment
        for commitment in owed(programme)
        if commitment.commitment_kind != CommitmentKind.MENTORS
        and commitment.commitment_id in given
        and given[commitment.commitment_id] >= commitment.quantity
    ]
