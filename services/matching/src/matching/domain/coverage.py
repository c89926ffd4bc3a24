"""Which organisations are covered by a convention at a date, as far as partners told us."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from contracts.bounds import days_after


@dataclass(frozen=True, slots=True)
class Signature:
    """An organisation's part in a convention: in force from `since` to `until`, both included.

    On the days of its suspensions, each from its first to its last, it covers nobody.
    """

    organisation_id: UUID
    since: date
    until: date | None
    suspended: Sequence[tuple[date, date]] = ()


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
            if any(_covers(signature, on) for signature in self._signed.get(current, ())):
                return True
            above = {m.umbrella_id for m in self._umbrellas.get(current, ()) if _lasts(m, on)}
            pending += above - met
            met |= above
        return False

    def covered_until(self, organisation_id: UUID, on: date) -> date | None:
        """The last day before one on which the organisation was covered, if it ever was."""
        ends = {s.until for s in self.signatures} | {m.until for m in self.memberships}
        ends |= {days_after(first, -1) for s in self.signatures for first, _ in s.suspended}
        for end in sorted((end for end in ends if end is not None and end < on), reverse=True):
            if self.covers(organisation_id, end):
                return end
        return None


def _covers(signature: Signature, on: date) -> bool:
    return _lasts(signature, on) and not any(
        first <= on <= last for first, last in signature.suspended
    )


def _lasts(span: Signature | Membership, on: date) -> bool:
    return span.since <= on and (span.until is None or on <= span.until)
