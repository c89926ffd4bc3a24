"""Conventions: who signed them, which are in force on a day, and whom they bind or cover."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts import (
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    ConventionAcceded,
    ConventionAmended,
    ConventionEnded,
    ConventionNoticeGiven,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    Event,
    FulfilmentWithdrawn,
    NetworkJoined,
    NetworkLeft,
    OrganisationsMerged,
    SignatoryWithdrew,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.enums import CommitmentKind
from tests.figures.facts import Known, Programme, day_of, derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An organisation's signature, which binds it from `accedes_on` to `withdrawn_on`, if any."""

    convention: ConventionSigned
    organisation_id: UUID
    signed_on: date
    accedes_on: date
    withdrawn_on: date


class Membership(NamedTuple):
    """An organisation belongs to an umbrella or a network, its first and last day included."""

    organisation_id: UUID
    group_id: UUID
    joined_on: date
    left_on: date = date.max


def signatures(programme: Programme) -> list[Signature]:
    """Return the signatures given by the day, one of an organisation under each convention."""
    given = list[Signature]()
    for each in _signed(programme.known).values():
        given += [s for s in each if s.signed_on <= programme.as_of][:1]
    return given


Signed = dict[tuple[UUID, UUID], list[Signature]]
"""The signatures of an organisation under a convention, the one that counts first."""


@derived
def _signed(known: Known) -> Signed:
    """Return who signed which convention, replayed in the order in which it was recorded.

    A duplicate's signatures become those of the organisation it is merged into; of a convention
    that both signed, that organisation's own signature is the one that counts.
    """
    conventions = {signed.convention_id: signed for signed in known.as_published(ConventionSigned)}
    signed: Signed = defaultdict(list)
    for fact in _in_order(
        known, ConventionSigned, ConventionAcceded, SignatoryWithdrew, OrganisationsMerged
    ):
        if isinstance(fact, ConventionSigned):
            for each in fact.signatories:
                signature = _signature(fact, each.organisation_id, each.accedes_on)
                signed[fact.convention_id, each.organisation_id].append(signature)
        elif isinstance(fact, ConventionAcceded):
            convention = conventions[fact.convention_id]
            signature = _signature(convention, fact.organisation_id, fact.accedes_on)
            signed[fact.convention_id, fact.organisation_id].append(signature)
        elif isinstance(fact, SignatoryWithdrew):
            first, *others = signed[fact.convention_id, fact.organisation_id]
            ended = replace(first, withdrawn_on=fact.withdrawn_on)
            signed[fact.convention_id, fact.organisation_id] = [ended, *others]
        elif isinstance(fact, OrganisationsMerged):
            _merge_signatures(signed, fact)
    return signed


def _signature(convention: ConventionSigned, organisation_id: UUID, accedes_on: date) -> Signature:
    with_it = accedes_on <= convention.effective_on
    return Signature(
        convention=convention,
        organisation_id=organisation_id,
        signed_on=convention.signed_on if with_it else accedes_on,
        accedes_on=accedes_on,
        withdrawn_on=date.max,
    )


def _merge_signatures(signed: Signed, merge: OrganisationsMerged) -> None:
    surviving = merge.organisation_id
    for convention_id, organisation_id in list(signed):
        if organisation_id in merge.duplicates:
            moved = signed.pop((convention_id, organisation_id))
            signed[convention_id, surviving] += [
                replace(each, organisation_id=surviving) for each in moved
            ]


def _in_order(known: Known, *kinds: type[Event]) -> list[Event]:
    """Return the facts of some kinds as they were recorded, under the ids they were published."""
    facts = [fact for kind in kinds for fact in known.as_published(kind)]
    return sorted(facts, key=lambda fact: fact.recorded_at)


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


def under_notice(programme: Programme) -> list[ConventionNoticeGiven]:
    """Return the notices of conventions in force whose term has not changed since."""
    standing = {convention.convention_id for convention in in_force(programme)}
    changes = _changes(programme)
    return [
        notice
        for notice in programme.happened(ConventionNoticeGiven)
        if notice.convention_id in standing
        and not any(
            change.convention_id == notice.convention_id
            and change.recorded_at > notice.recorded_at
            and change.ends_on != notice.ends_on
            for change in changes
        )
    ]


def _last_days(programme: Programme) -> dict[UUID, date]:
    """Return the last day of each convention: as signed, as agreed since, or as it was ended."""
    last = {
        signed.convention_id: signed.ends_on or date.max
        for signed in programme.happened(ConventionSigned)
    }
    for change in _changes(programme):
        last[change.convention_id] = change.ends_on or date.max
    for end in programme.happened(ConventionEnded):
        last[end.convention_id] = end.ended_on
    return last


def _changes(programme: Programme) -> list[ConventionAmended | ConventionRenewed]:
    """Return the changes of terms by their days; of one day, as they were recorded."""
    changes: list[ConventionAmended | ConventionRenewed] = [
        *programme.happened(ConventionAmended),
        *programme.happened(ConventionRenewed),
    ]
    return sorted(changes, key=lambda change: (day_of(change), change.recorded_at))


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


def members(programme: Programme) -> dict[UUID, set[UUID]]:
    """Return the umbrellas that each organisation belongs to directly on the day."""
    direct = defaultdict[UUID, set[UUID]](set)
    for membership in _memberships(programme.known):
        if membership.joined_on <= programme.as_of <= membership.left_on:
            direct[membership.organisation_id].add(membership.group_id)
    return direct


@derived
def _memberships(known: Known) -> list[Membership]:
    """Return who belongs to which umbrella, replayed in the order in which it was recorded.

    Merges move them as they move signatures: of two that began on a day, one's own counts.
    """
    joined: Memberships = {}
    for fact in _in_order(known, UmbrellaJoined, UmbrellaLeft, OrganisationsMerged):
        if isinstance(fact, UmbrellaJoined):
            _add(joined, Membership(fact.organisation_id, fact.umbrella_id, fact.joined_on))
        elif isinstance(fact, UmbrellaLeft):
            _end(joined, (fact.organisation_id, fact.umbrella_id, fact.joined_on), fact.left_on)
        elif isinstance(fact, OrganisationsMerged):
            _merge(joined, fact)
    return list(joined.values())


@derived
def in_networks(known: Known) -> list[Membership]:
    """Return who belongs to which network, by the same rules as for umbrellas."""
    joined: Memberships = {}
    for fact in _in_order(known, NetworkJoined, NetworkLeft, OrganisationsMerged):
        if isinstance(fact, NetworkJoined):
            _add(joined, Membership(fact.organisation_id, fact.network_id, fact.joined_on))
        elif isinstance(fact, NetworkLeft):
            _end(joined, (fact.organisation_id, fact.network_id, fact.joined_on), fact.left_on)
        elif isinstance(fact, OrganisationsMerged):
            _merge(joined, fact)
    return list(joined.values())


Memberships = dict[tuple[UUID, UUID, date], Membership]


def _add(joined: Memberships, membership: Membership) -> None:
    organisation, group, joined_on, _ = membership
    joined.setdefault((organisation, group, joined_on), membership)


def _end(joined: Memberships, key: tuple[UUID, UUID, date], left_on: date) -> None:
    joined[key] = joined[key]._replace(left_on=left_on)


def _merge(joined: Memberships, merge: OrganisationsMerged) -> None:
    for key, membership in list(joined.items()):
        if set(key) & set(merge.duplicates):
            del joined[key]
            _add(joined, _moved(membership, merge))


def _moved(membership: Membership, merge: OrganisationsMerged) -> Membership:
    surviving = merge.organisation_id
    organisation, group = (
        surviving if each in merge.duplicates else each
        for each in (membership.organisation_id, membership.group_id)
    )
    return membership._replace(organisation_id=organisation, group_id=group)


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
