"""Which organisations are covered by a convention at a date, as far as partners told us."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Signature:
    """An organisation's part in a convention: in force from `since` to `until`, both included."""

    organisation_id: UUID
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Membership:
    """An organisation belongs to an umbrella from `since` to `until`, both included."""

    organisation_id: UUID
    umbrella_id: UUID
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Coverage:
    """Signatures and memberships: a member is covered by what an umbrella above it signed."""

    signatures: Iterable[Signature]
    memberships: Iterable[Membership]

    @cached_property
    def _signed(self) -> dict[UUID, list[Signature]]:
        signed = defaultdict[UUID, list[Signature]](list)
        for signature in self.signatures:
            signed[signature.organisation_id].append(signature)
        return signed

    @cached_property
    def _umbrellas(self) -> dict[UUID, list[Membership]]:
        umbrellas = defaultdict[UUID, list[Membership]](list)
        for membership in self.memberships:
            umbrellas[membership.organisation_id].append(membership)
        return umbrellas

    def covers(self, organisation_id: UUID, on: date) -> bool:
        """Whether the organisation, or an umbrella above it, has a convention in force that day."""
        pending, met = [organisation_id], {organisation_id}
        while pending:
            current = pending.pop()
            if any(_lasts(signature, on) for signature in self._signed.get(current, ())):
                return True
            above = {m.umbrella_id for m in self._umbrellas.get(current, ()) if _lasts(m, on)}
            pending += above - met
            met |= above
        return False


def _lasts(span: Signature | Membership, on: date) -> bool:
    return span.since <= on and (span.until is None or on <= span.until)
