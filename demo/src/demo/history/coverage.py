"""Which organisations are covered by a convention on a day: their own, or one of an umbrella's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from demo.history.rows import Convention, Membership


class Span(NamedTuple):
    """From a day on, to another if there is one, both included."""

    since: date
    until: date | None

    def has(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def signatories(convention: Convention) -> Sequence[tuple[str, date]]:
    """Each with the day since which it is bound."""
    parted = (entry.partition("@") for entry in convention.signatories)
    return [
        (siren, date.fromisoformat(own_day) if own_day else convention.effective_on)
        for siren, _, own_day in parted
    ]


class Coverage:
    """What is signed, and who is above whom."""

    def __init__(
        self, conventions: Iterable[Convention], memberships: Iterable[Membership]
    ) -> None:
        self._signed, self._above = (
            defaultdict[str, list[Span]](list),
            defaultdict[str, list[Membership]](list),
        )
        for convention in conventions:
            for siren, since in signatories(convention):
                self._signed[siren].append(Span(since, convention.ends_on))
        for membership in memberships:
            self._above[membership.siren].append(membership)
        self._spans = dict[str, list[Span]]()

    def covers(self, siren: str, on: date) -> bool:
        return any(span.has(on) for span in self.spans(siren))

    def spans(self, siren: str) -> list[Span]:
        """When it is covered, by whatever it or an umbrella above it signed."""
        if siren not in self._spans:
            inherited = (
                Span(max(span.since, membership.joined_on), span.until)
                for membership in self._above[siren]
                for span in self.spans(membership.umbrella_siren)
            )
            self._spans[siren] = [*self._signed[siren], *inherited]
        return self._spans[siren]

    def above(self, siren: str) -> list[str]:
        """The umbrellas it belongs to at any depth, the nearest first."""
        nearest = [membership.umbrella_siren for membership in self._above[siren]]
        return nearest + [far for umbrella in nearest for far in self.above(umbrella)]
