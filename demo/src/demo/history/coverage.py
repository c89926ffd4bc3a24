"""Which organisations are covered by a convention on a day: their own, or one of an umbrella's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Self

from demo.history.corrections import Corrections, Suspension
from demo.history.csv_rows import Convention, History, Membership
from demo.history.days import after


class Span(NamedTuple):
    """From a day on, to another if there is one, both included."""

    since: date
    until: date | None

    def has(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)

    def to(self, last_day: date | None) -> "Span":
        """Return the span as it is if it lasts to another day at most."""
        ends = [day for day in (self.until, last_day) if day is not None]
        return Span(self.since, min(ends, default=None))

    def without(self, suspension: Suspension) -> "Iterator[Span]":
        """Yield what is left of the span before and after a suspension."""
        yield self.to(after(suspension.from_on, -1))
        if suspension.resumed_on is not None:
            yield Span(max(self.since, suspension.resumed_on), self.until)


def signatories(convention: Convention) -> Sequence[tuple[str, date]]:
    """Each with the day since which it is bound."""
    parted = (entry.partition("@") for entry in convention.signatories)
    return [
        (siren, date.fromisoformat(own_day) if own_day else convention.effective_on)
        for siren, _, own_day in parted
    ]


class Coverage:
    """What is signed, and who is above whom; `later` says what ended before its last day."""

    def __init__(
        self,
        conventions: Iterable[Convention],
        memberships: Iterable[Membership],
        later: Corrections | None = None,
    ) -> None:
        later = later or Corrections()
        self._signed, self._above = (
            defaultdict[str, list[Span]](list),
            defaultdict[str, list[Membership]](list),
        )
        withdrawn = {(one.convention, one.siren): one.withdrawn_on for one in later.signatories}
        suspended = {one.convention: one for one in later.suspensions}
        for convention in conventions:
            for siren, since in signatories(convention):
                span = Span(since, convention.ends_on)
                bound = span.to(withdrawn.get((convention.reference, siren)))
                suspension = suspended.get(convention.reference)
                self._signed[siren] += bound.without(suspension) if suspension else [bound]
        for membership in memberships:
            self._above[membership.siren].append(membership)
        self._left = {(one.siren, one.umbrella_siren): one.left_on for one in later.memberships}
        self._spans = dict[str, list[Span]]()

    @classmethod
    def of(cls, history: History) -> Self:
        """Return the coverage as it is known in the end."""
        return cls(history.conventions, history.memberships, history.corrections)

    def covers(self, siren: str, on: date) -> bool:
        return any(span.has(on) for span in self.spans(siren))

    def spans(self, siren: str) -> list[Span]:
        """When it is covered, by whatever it or an umbrella above it signed."""
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
        """The umbrellas it belongs to at any depth, the nearest first."""
        nearest = [membership.umbrella_siren for membership in self._above[siren]]
        return nearest + [far for umbrella in nearest for far in self.above(umbrella)]
