"""Commands on the eligibility rules: who may be admitted in which period."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.local_time import today_in
from contracts.territories import regions
from matching import store
from matching.domain import eligibility
from matching.domain.tables import EligibilityRule, LeapDayBirthday

HEADQUARTERS = "75"
Level = Annotated[int, Field(ge=0, le=12)]


def _known_regions(levels: dict[str, int]) -> dict[str, int]:
    known = {region.code for day in (date(2015, 1, 1), date.max) for region in regions(day)}
    if unknown := sorted(levels.keys() - known):
        raise ValueError(f"There is no region {unknown[0][:20]}. Use INSEE's codes, such as 11.")
    return levels


class SetRule(Command):
    """An eligibility rule; degree levels are years after the baccalauréat, both dates included."""

    model_config = example(
        version="2030-1",
        valid_from="2030-09-01",
        younger_than=30,
        degree_level=3,
        degree_level_by_region={"11": 4},
    )

    version: str = Field(min_length=1, max_length=40, pattern=r"^[\w.-]+$")
    valid_from: Day
    valid_to: Day | None = None
    younger_than: int = Field(ge=18, le=99)
    degree_level: Level
    degree_level_by_region: Annotated[dict[str, Level], AfterValidator(_known_regions)] = Field(
        default_factory=dict
    )

    leap_day_birthday: LeapDayBirthday = Field(
        default=LeapDayBirthday.FEBRUARY_28,
        description="Birthday of those born on 29 February, in years without one.",
    )

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("A rule is valid to the day it begins, or a later one.")
        return self


async def set_rule(session: AsyncSession, command: SetRule) -> EligibilityRule:
    """Set a future rule; an open-ended rule before it ends the day before."""
    rules = await store.lock_rules(session)
    rule = EligibilityRule(**command.model_dump())
    eligibility.follow(rule, rules, today=today_in(HEADQUARTERS))
    await session.flush()  # the earlier rule ends first: no two are ever valid on the same day
    session.add(rule)
    return rule
