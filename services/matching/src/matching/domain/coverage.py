"""Coverage: which organisations have a convention in force on a date, as partners published."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from contracts.bounds import days_after


@dataclass(frozen=True, slots=True)
class Signature:
    """An organisation's part in a convention, in force from `since` to `until`, both included.

    It covers nobody during its `suspended` periods, given by first and last day.
    """

    organisation_id: UUID
    since: date
    until: date | None
    suspended: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """The membership of an organisation in an umbrella from `since` to `until`, both included."""

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
        """Return whether the organisation, or an umbrella above it, has a convention in force."""
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
        """Return the last day before `on` on which the organisation was covered, if any."""
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
