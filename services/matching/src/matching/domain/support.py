"""What a mentor does for a mentee beside their contacts, and how both say it goes."""

from datetime import date

from backbone.errors import Refused
from contracts import CheckInHeld, IntroductionAnswered, IntroductionMade
from contracts.moments import moment
from contracts.words import IntroductionResult, Side
from matching.domain.pairings import require_not_before, require_within
from matching.domain.tables import CheckIn, Introduction, Mentee, Pairing

LOW = 2
"""A rating at or below it is for the coordinator to look at."""


class NoAgreement(Refused, kind="no-agreement"):
    """Nobody's name and post are kept who did not agree to it before."""


def introduce(pairing: Pairing, mentee: Mentee, introduction: Introduction) -> IntroductionMade:
    """The mentor introduced the mentee to somebody who had agreed to it."""
    on = introduction.introduced_on
    require_within(pairing, on, what="The introduction")
    if introduction.agreed_on > on:
        raise NoAgreement(
            f"They agreed on {introduction.agreed_on}, after the introduction of {on}. Ask first, "
            "or mend the day."
        )
    return IntroductionMade(
        **pairing.ids,
        introduction_id=introduction.id,
        function=introduction.function,
        sector=introduction.sector,
        introduced_on=on,
        occurred_at=moment(on, mentee.department),
    )


def answer(
    introduction: Introduction,
    pairing: Pairing,
    mentee: Mentee,
    *,
    result: IntroductionResult,
    on: date,
) -> IntroductionAnswered:
    """What came of an introduction, maybe after the pair ended."""
    require_not_before(introduction.introduced_on, on, what="The answer")
    introduction.result, introduction.answered_on = result, on
    return IntroductionAnswered(
        **pairing.ids,
        introduction_id=introduction.id,
        result=result,
        answered_on=on,
        occurred_at=moment(on, mentee.department),
    )


def check_in(  # noqa: PLR0913  (who says what of whom)
    pairing: Pairing, mentee: Mentee, *, by: Side, on: date, rating: int, remark: str | None
) -> tuple[CheckIn, CheckInHeld]:
    """One of a pair says how it goes; the rating is not told to the other services."""
    require_within(pairing, on, what="The check-in")
    said = CheckIn(pairing_id=pairing.id, by=by, held_on=on, rating=rating, remark=remark)
    return said, CheckInHeld(
        **pairing.ids,
        check_in_id=said.id,
        by=by,
        held_on=on,
        occurred_at=moment(on, mentee.department),
    )
