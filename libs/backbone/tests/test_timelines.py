"""Timelines: steps of several types in one order, read from their sources."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.timelines import Step, Timeline

ONE, OTHER = UUID(int=1), UUID(int=2)


KEYS = "happened_on, notebook_id, notebook_id"
COLUMNS = "AS source (happened_on, notebook_id, remark)"
OPENED = f"(VALUES (date '2024-03-01', uuid '{ONE}', NULL)) {COLUMNS}"
READ = f"""(VALUES (date '2024-03-01', uuid '{ONE}', 'aloud'), ('2024-02-01', '{ONE}', NULL),
    ('2024-02-02', '{OTHER}', NULL)) {COLUMNS}"""
NEVER_CLOSED = f"(VALUES (NULL::date, uuid '{ONE}', NULL)) {COLUMNS}"
TIMELINE = Timeline(
    (
        Step("opened", KEYS, "source.remark", OPENED),
        Step("read", KEYS, "source.remark", READ),
        Step("closed", KEYS, "", NEVER_CLOSED),
    ),
    about=("notebook_id",),
)


async def test_steps_are_by_date_and_then_by_the_order_of_their_types(db: AsyncSession) -> None:
    query = TIMELINE.where(TIMELINE.columns.notebook_id == ONE).order_by(*TIMELINE.order)

    steps = (await (await db.connection()).execute(query)).all()

    assert [(str(step.happened_on), step.what) for step in steps] == [
        ("2024-02-01", "read"),
        ("2024-03-01", "opened"),
        ("2024-03-01", "read"),
    ]


async def test_details_are_named_without_their_table_and_empty_ones_left_out(
    db: AsyncSession,
) -> None:
    query = TIMELINE.where(TIMELINE.columns.what == "read").order_by(*TIMELINE.order)

    steps = (await (await db.connection()).execute(query)).all()

    assert [step.details for step in steps] == [{}, {}, {"remark": "aloud"}]
