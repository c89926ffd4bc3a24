"""Coverage of organisations by a convention in force: their own, or one of an umbrella."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Self

from demo.history.corrections import Corrections, Suspension
from demo.history.csv_rows import Convention, History, Membership
from demo.history.days import after


class Span(NamedTuple):
    """A span from `since` to `until`, both included; open if `until` is None."""

    since: date
    until: date | None

    def has(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def to(self, last_day: date | None) -> "Span":
        """Return the span cut off after `last_day`, if that is given."""
        ends = [day for day in (self.until, last_day) if day is not None]
        return Span(self.since, min(ends, default=None))

    def without(self, suspension: Suspension) -> "Iterator[Span]":
        """Yield the parts of the span before and after `suspension`."""
        yield self.to(after(suspension.from_on, -1))
        if suspension.resumed_on is not None:
            yield Span(max(self.since, suspension.resumed_on), self.until)


def signatories(convention: Convention) -> Sequence[tuple[str, date]]:
    """Return each signatory's SIREN with the day since which it is bound."""
    parted = (entry.partition("@") for entry in convention.signatories)
    return [
        (siren, date.fromisoformat(own_day) if own_day else convention.effective_on)
        for siren, _, own_day in parted
    ]


class Coverage:
    """Conventions and memberships, with the `corrections` that ended some of them early."""

    def __init__(
        self,
        conventions: Iterable[Convention],
        memberships: Iterable[Membership],
        corrections: Corrections | None = None,
    ) -> None:
        corrections = corrections or Corrections()
        self._signed, self._above = (
            defaultdict[str, list[Span]](list),
            defaultdict[str, list[Membership]](list),
        )
        withdrawn = {
            (one.convention, one.siren): one.withdrawn_on for one in corrections.signatories
        }
        suspended = {one.convention: one for one in corrections.suspensions}
        for convention in conventions:
            for siren, since in signatories(convention):
                span = Span(since, convention.ends_on)
                bound = span.to(withdrawn.get((convention.reference, siren)))
                suspension = suspended.get(convention.reference)
                self._signed[siren] += bound.without(suspension) if suspension else [bound]
        for membership in memberships:
            self._above[membership.siren].append(membership)
        self._left = {
            (one.siren, one.umbrella_siren): one.left_on for one in corrections.memberships
        }
        self._spans = dict[str, list[Span]]()

    @classmethod
    def of(cls, history: History) -> Self:
        """Return the coverage of a history with its corrections."""
        return cls(history.conventions, history.memberships, history.corrections)

    def covers(self, siren: str, on: date) -> bool:
        return any(span.has(on) for span in self.spans(siren))

    def spans(self, siren: str) -> list[Span]:
        """Return the spans in which it is covered, by its own convention or an umbrella's."""
        if siren not in self._spans:
            inherited = (
                Span(max(span.since, membership.joined_on), span.until).to(
                    self._left.get((siren, membership.umbrella_siren))
                )
                for membership in self._above[siren]
                for span in self.spans(membership.umbrella_siren)
            )
            self._spans[siren] = [*self._signed[siren], *inherited]
        return self._spans[siren]

    def above(self, siren: str) -> list[str]:
        """Return the umbrellas it belongs to at any depth, the nearest first."""
        nearest = [membership.umbrella_siren for membership in self._above[siren]]
        return nearest + [far for umbrella in nearest for far in self.above(umbrella)]
