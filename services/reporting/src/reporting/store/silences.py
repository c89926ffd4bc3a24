"""Months of silence: the rule, in SQL, and the statements that store its result.

Whether a month is over on a day depends only on what happened by then. Rows computed from all facts
are therefore right as of every day; a figure with `known_at` computes the months itself.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.bounds import LAST_DAY

RULE = """
paused_span AS MATERIALIZED (
    SELECT pairing_id, from_on, coalesce(until_on, 'infinity') AS last_on FROM pause
    WHERE coalesce(until_on, 'infinity') >= from_on
),
silence AS NOT MATERIALIZED (
    SELECT pairing_id, since, starts_on, least(next_on - 1, ended_on, :as_of) AS last_on FROM (
        SELECT pairing_id, since,
               lead(since) OVER (PARTITION BY pairing_id ORDER BY since) AS next_on
        FROM (
            SELECT pairing_id, starts_on AS since FROM pairing
            UNION ALL SELECT pairing_id, held_on FROM first_interview
            UNION ALL SELECT pairing_id, contact_on FROM contact
        ) AS sign
    ) AS signs
    JOIN pairing USING (pairing_id) LEFT JOIN pairing_end USING (pairing_id)
    WHERE coalesce(next_on, :as_of) - since >= 28
),
silent_month AS MATERIALIZED (
    SELECT months.*, CAST(since + make_interval(months => month) AS date) AS promised_on
    FROM (
        SELECT silence.*, unnest(
            (ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])[1 : (last_on - since) / 28]
        ) AS month
        FROM silence
    ) AS months
),
unpaused_span AS MATERIALIZED (
    SELECT pairing_id, since, upper(span) AS next_on, upper(span) - lower(span) AS days,
           CAST(sum(upper(span) - lower(span)) OVER (
               PARTITION BY pairing_id, since ORDER BY span
           ) AS int) AS days_since
    FROM (
        SELECT DISTINCT pairing_id, since, last_on FROM silent_month
        WHERE pairing_id IN (SELECT pairing_id FROM paused_span)
    ) AS silence CROSS JOIN unnest(
        datemultirange(daterange(since + 1, last_on, '[]')) - (
            SELECT range_agg(daterange(from_on, last_on, '[]')) FROM paused_span
            WHERE paused_span.pairing_id = silence.pairing_id
        )
    ) AS span
),
due_month AS NOT MATERIALIZED (
    SELECT pairing_id, month, due_on, greatest(due_on, starts_on) AS counted_from FROM (
        SELECT silent_month.*, promised_on AS due_on
        FROM silent_month WHERE pairing_id NOT IN (SELECT pairing_id FROM paused_span)
        UNION ALL
        SELECT silent_month.*, next_on - 1 - (days_since - (promised_on - since))
        FROM silent_month JOIN unpaused_span USING (pairing_id, since)
        WHERE promised_on - since > days_since - days AND promised_on - since <= days_since
    ) AS due
    WHERE due_on <= last_on
)"""
"""`due_month` has the months of silence of the pairs in `pairing` that are over by `:as_of`.

It reads its facts by name, from tables or from views of them: `pairing`, `first_interview`,
`contact`, `pairing_end` and `pause`. There are up to 12 months after each sign of life (the
beginning, the first interview or a contact), with the rules of `matching.domain.alerts`; days of
pauses do not count. For a pair that has paused, a month is over when as many days without a pause
have passed as the month has: `unpaused_span` has the spans of those days, each with the number of
days since the sign at its end.

A sign of life may precede the beginning: its months count from the beginning on (`counted_from`).

A month has 28 days at least, which bounds the number of months of a silence. PostgreSQL estimates a
thousand rows for a function and ten for an array: hence the array in `silent_month`.
"""

OF_PAIR = "pairing_id = ANY (CAST(:pairing_ids AS uuid[]))"
CURRENT = "known_until IS NULL AND NOT withdrawn"


def _refresh(of_pair: str) -> str:
    """Return the statement that updates the stored months of the pairs that satisfy `of_pair`.

    It changes only rows that differ: after a contact, those of the pair's last silence.
    """
    return f"""
WITH pairing AS NOT MATERIALIZED (SELECT * FROM pairing WHERE {of_pair}),
first_interview AS NOT MATERIALIZED (SELECT * FROM first_interview WHERE {of_pair}),
contact AS NOT MATERIALIZED (SELECT * FROM contact WHERE {of_pair} AND {CURRENT}),
pause AS NOT MATERIALIZED (SELECT * FROM pause WHERE {of_pair} AND {CURRENT}),
{RULE},
due AS MATERIALIZED (SELECT * FROM due_month),
none_any_more AS (
    DELETE FROM late_month WHERE {of_pair} AND NOT EXISTS (
        SELECT FROM due
        WHERE due.pairing_id = late_month.pairing_id AND due.due_on = late_month.due_on
    )
)
INSERT INTO late_month (pairing_id, month, due_on, counted_from) SELECT * FROM due
ON CONFLICT (pairing_id, due_on) DO UPDATE
SET month = excluded.month, counted_from = excluded.counted_from
WHERE (late_month.month, late_month.counted_from)
    IS DISTINCT FROM (excluded.month, excluded.counted_from)"""  # noqa: S608  (constants)


REFRESH_PAIRS, REFRESH_ALL = text(_refresh(OF_PAIR)), text(_refresh("true"))


async def refresh(session: AsyncSession, pairing_ids: Collection[UUID]) -> None:
    """Store the months of silence of `pairing_ids`, by all facts so far."""
    pairs = {"as_of": LAST_DAY, "pairing_ids": list(pairing_ids)}
    await (await session.connection()).execute(REFRESH_PAIRS, pairs)


async def refresh_all(session: AsyncSession) -> None:
    """Store the months of silence of all pairs, by all facts so far."""
    await (await session.connection()).execute(REFRESH_ALL, {"as_of": LAST_DAY})
