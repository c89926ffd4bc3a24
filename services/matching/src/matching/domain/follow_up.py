"""Introductions by the mentor, and check-ins: how both sides say it goes."""

from datetime import date

from backbone.errors import Refused
from contracts import CheckInHeld, IntroductionAnswered, IntroductionMade
from contracts.enums import IntroductionResult, Side
from contracts.local_time import noon_in
from matching.domain.pairings import require_not_before, require_within
from matching.domain.tables import CheckIn, Introduction, Mentee, Pairing

LOW = 2
"""The highest rating that raises an alert for the coordinator."""


class NoAgreement(Refused, kind="no-agreement"):
    """A person's name and post are stored only with their prior agreement."""


def introduce(pairing: Pairing, mentee: Mentee, introduction: Introduction) -> IntroductionMade:
    """Return the event of an introduction; raise `NoAgreement` if it was not agreed to before."""
    on = introduction.introduced_on
    require_within(pairing, on, what="The introduction")
    if introduction.agreed_on > on:
        raise NoAgreement(
            f"They agreed on {introduction.agreed_on}, after the introduction of {on}. Ask first, "
            "or correct the date."
        )
    return IntroductionMade(
        **pairing.ids,
        introduction_id=introduction.id,
        function=introduction.function,
        sector=introduction.sector,
        introduced_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def answer(
    introduction: Introduction,
    pairing: Pairing,
    mentee: Mentee,
    *,
    result: IntroductionResult,
    on: date,
) -> IntroductionAnswered:
    """Record the result of an introduction, possibly after the pair ended."""
    require_not_before(introduction.introduced_on, on, what="The answer")
    introduction.result, introduction.answered_on = result, on
    return IntroductionAnswered(
        **pairing.ids,
        introduction_id=introduction.id,
        result=result,
        answered_on=on,
        occurred_at=noon_in(on, mentee.department),
    )


def check_in(
    pairing: Pairing, mentee: Mentee, *, by: Side, on: date, rating: int, remark: str | None
) -> tuple[CheckIn, CheckInHeld]:
    """Record how one side says it goes; the event does not contain the rating."""
    require_within(pairing, on, what="The check-in")
    held = CheckIn(pairing_id=pairing.id, by=by, held_on=on, rating=rating, remark=remark)
    return held, CheckInHeld(
        **pairing.ids,
        check_in_id=held.id,
        by=by,
        held_on=on,
        occurred_at=noon_in(on, mentee.department),
    )
