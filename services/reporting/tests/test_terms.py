"""Terms, suspensions and ends of conventions, as of every day."""

from datetime import date
from typing import Any

import pytest

from backbone.testing.fixtures import Topics
from contracts import (
    ConventionAmended,
    ConventionRenewed,
    ConventionResumed,
    ConventionSuspended,
    SignatoryWithdrew,
)

RENEWED = {"renewed_on": date(2015, 6, 1), "previous_ends_on": date(2015, 12, 31)}


def amended(convention: Any, on: date, ends_on: date | None) -> ConventionAmended:
    return ConventionAmended(
        convention_id=convention,
        amended_on=on,
        ends_on=ends_on,
        renews_for_months=None,
        notice_days=0,
    )


async def in_force(ask: Any, *days: str, name: str = "conventions_in_force") -> list[Any]:
    return [(await ask(f"/figures/{name}", as_of=day))["value"] for day in days]


async def test_a_suspended_convention_covers_nobody_until_it_is_resumed(
    published: Topics, ask: Any, story: Any
) -> None:
    days = ("2013-05-31", "2013-06-01", "2013-06-30", "2013-07-01")
    assert await in_force(ask, *days) == [2, 2, 2, 2]

    await published.publish(
        ConventionSuspended(convention_id=story.usual, from_on=date(2013, 6, 1), until_on=None)
    )
    assert await in_force(ask, *days) == [2, 1, 1, 1]

    await published.publish(
        ConventionResumed(
            convention_id=story.usual, from_on=date(2013, 6, 1), until_on=date(2013, 6, 30)
        )
    )
    assert await in_force(ask, *days) == [2, 1, 1, 2]
    # SNI is a member, I3F has its own convention
    assert await in_force(ask, *days, name="organisations_covered") == [3, 1, 1, 3]


@pytest.mark.parametrize(("tacit", "ends_on"), [(True, "2016-12-31"), (False, "2018-12-31")])
async def test_a_renewed_convention_goes_on_after_its_term(
    published: Topics, ask: Any, story: Any, tacit: Any, ends_on: str
) -> None:
    assert await in_force(ask, "2015-12-31", "2016-01-01") == [3, 2]

    last = date.fromisoformat(ends_on)
    await published.publish(
        ConventionRenewed(convention_id=story.own, ends_on=last, tacit=tacit, **RENEWED)
    )

    after = last.replace(year=last.year + 1, month=1, day=1).isoformat()
    assert await in_force(ask, "2016-01-01", ends_on, after) == [3, 3, 2]


async def test_of_several_terms_the_one_agreed_last_holds(
    published: Topics, ask: Any, story: Any
) -> None:
    await published.publish(
        amended(story.own, date(2014, 2, 1), None),
        amended(story.own, date(2014, 3, 1), date(2014, 8, 31)),
    )

    assert await in_force(ask, "2014-08-31", "2014-09-01") == [2, 1]


async def test_a_signatory_that_withdrew_is_not_bound_any_longer(
    published: Topics, ask: Any, story: Any
) -> None:
    days = ("2016-02-10", "2016-02-11")
    assert await in_force(ask, *days, name="organisations_covered") == [6, 6]

    await published.publish(
        SignatoryWithdrew(
            convention_id=story.framework,
            organisation_id=story.atlantic,
            withdrawn_on=date(2016, 2, 10),
        )
    )

    assert await in_force(ask, *days, name="organisations_covered") == [6, 5]
    assert await in_force(ask, "2016-02-11", name="framework_signatories") == [3]


async def test_a_notice_holds_until_another_term_is_recorded(
    published: Topics, ask: Any, story: Any
) -> None:
    days, figure = ("2015-09-15", "2015-12-31"), "conventions_under_notice"
    assert await in_force(ask, *days, name=figure) == [1, 1]

    await published.publish(amended(story.own, date(2015, 10, 1), date(2015, 12, 31)))
    assert await in_force(ask, *days, name=figure) == [1, 1]

    await published.publish(
        ConventionRenewed(
            convention_id=story.own,
            renewed_on=date(2015, 11, 1),
            previous_ends_on=date(2015, 12, 31),
            ends_on=date(2016, 12, 31),
            tacit=False,
        )
    )
    assert await in_force(ask, *days, name=figure) == [1, 0]
