"""The SQL of queries: one statement each, so that all its numbers are of one snapshot.

The text is assembled from constants of this service; all values of a query are bound parameters.
"""

from collections.abc import Collection, Iterable, Mapping

from reporting.figures.breakdowns import BREAKDOWNS, Breakdown
from reporting.figures.model import Count
from reporting.queries.temporal_views import WITH_VIEWS

PERIOD = {
    "from": "placed.happened_on >= :from",
    "to": "placed.happened_on <= :to",
    "programme_year": "placed.happened_on BETWEEN :year_from AND :year_to",
}
BY_PARAMETER = {b.parameter: b for b in BREAKDOWNS.values() if b.parameter not in PERIOD}


def located_rows(count: Count) -> str:
    """Return the SQL of a figure's rows, each with its organisation, department and programme year.

    A row's region is that of its department, unless it is about a region (`own_region`).
    A mentor's organisation and a mentee's department hold at every date.
    """
    about = count.about
    return f"""
    SELECT id, happened_on, detail, pairing_id, convention_id, own_region,
           rows.mentee_id, rows.mentor_id,
           coalesce(kept_id, rows.organisation_id, mentor.organisation_id) AS organisation_id,
           coalesce(rows.department, mentee.department) AS department,
           CASE WHEN :starts = 1 THEN first_year::text
                ELSE first_year::text || '-' || (first_year + 1)::text END AS programme_year
    FROM (
        SELECT {count.id} AS id, {count.day} AS happened_on,
               CAST({count.detail} AS text) AS detail,
               CAST({about.pairing} AS uuid) AS pairing_id,
               CAST({about.mentee} AS uuid) AS mentee_id,
               CAST({about.mentor} AS uuid) AS mentor_id,
               CAST({about.organisation} AS uuid) AS organisation_id,
               CAST({about.convention} AS uuid) AS convention_id,
               CAST({about.region} AS text) AS own_region,
               CAST({about.department} AS text) AS department,
               date_part('year', {count.day})::int
                   - (date_part('month', {count.day}) < :starts)::int AS first_year
        FROM {count.source}
    ) AS rows
    LEFT JOIN every_mentee AS mentee ON mentee.mentee_id = rows.mentee_id
    LEFT JOIN every_mentor AS mentor ON mentor.mentor_id = rows.mentor_id
    LEFT JOIN one_organisation ON duplicate_id = mentor.organisation_id"""


def filtered(count: Count, filters: Iterable[str], *also: Breakdown) -> str:
    """Return `FROM … WHERE …`: the rows that pass `filters`, with the joins of `also`."""
    picked = [BY_PARAMETER[name] for name in filters if name in BY_PARAMETER]
    joins = dict.fromkeys(join for breakdown in (*picked, *also) for join in breakdown.joins)
    conditions = [PERIOD[name] for name in filters if name in PERIOD] + [
        f"{b.key} IS NOT DISTINCT FROM CAST(nullif(:{b.parameter}, '{b.absent}') AS {b.kind})"
        for b in picked
    ]
    where = " AND ".join(conditions) or "true"
    return f"FROM ({located_rows(count)}) AS placed\n{' '.join(joins)}\nWHERE {where}"


def select(count: Count) -> str:
    """Return `SELECT`, with `DISTINCT` where an id may come in several rows."""
    return "SELECT DISTINCT" if count.repeats else "SELECT"


def value_columns(count: Count, id_: str, detail: str) -> str:
    """Return the columns of a figure's value: ids, and of a sum the quantity of each."""
    return id_ if count.unit == "count" else f"{id_}, CAST({detail} AS bigint) AS quantity"


def value(count: Count) -> str:
    """Return the SQL of a figure's value: the count of ids, or the sum of their quantities."""
    if count.unit == "count":
        return "count(*)"
    return "CAST(coalesce(sum(quantity), 0) AS bigint)"


def total(count: Count, filters: Collection[str]) -> str:
    """Return the SQL of a figure's number.

    Without a filter its ids need no joins, which is faster.
    """
    ids = (
        f"{value_columns(count, 'placed.id', 'placed.detail')} {filtered(count, filters)}"
        if filters
        else f"{value_columns(count, count.id, count.detail)} FROM {count.source}"
    )
    return f"""
    SELECT '{count.name}' AS figure, false AS grouped, NULL AS key, NULL AS label,
           {value(count)} AS value
    FROM ({select(count)} {ids}) AS counted"""


def groups(count: Count, filters: Iterable[str], by: Breakdown) -> str:
    """Return the SQL of a figure's number for each group of `by`."""
    return f"""
    SELECT '{count.name}' AS figure, true AS grouped, CAST(key AS text), {by.label}, value
    FROM (
        SELECT key, {value(count)} AS value
        FROM (
            {select(count)} {by.key} AS key, {value_columns(count, "placed.id", "placed.detail")}
            {filtered(count, filters, by)}
        ) AS counted
        GROUP BY key
    ) AS grouped"""


def combined(parts: Iterable[str]) -> str:
    """Return one statement of several `parts`, all of one snapshot."""
    return f"{WITH_VIEWS}\n" + "\nUNION ALL\n".join(parts)


def listing(count: Count, filters: Iterable[str], *, after: bool, limited: bool) -> str:
    """Return the SQL of the rows that a figure counts, by day: `after` a row, `:limit` at most."""
    once = "DISTINCT ON (placed.id)" if count.repeats else ""
    first = (
        "ORDER BY placed.id, placed.happened_on, placed.organisation_id, placed.pairing_id"
        if count.repeats
        else ""
    )
    return f"""{WITH_VIEWS}
    SELECT listed.*, territory.department_name, card.name AS organisation,
           coalesce(own_region, territory.region) AS region,
           coalesce(territory.region_name, (
               SELECT min(t.region_name) FROM territory AS t WHERE t.region = own_region
           )) AS region_name
    FROM (
        SELECT * FROM (SELECT {once} placed.* {filtered(count, filters)} {first}) AS counted
        {"WHERE (happened_on, id) > (:after_day, :after_id)" if after else ""}
        ORDER BY happened_on, id {"LIMIT :limit" if limited else ""}
    ) AS listed
    LEFT JOIN territory ON territory.department = listed.department
    LEFT JOIN organisation_card AS card ON card.organisation_id = listed.organisation_id
    ORDER BY happened_on, id"""


def as_columns(listing: str, cells: Mapping[str, str]) -> str:
    """Return a listing with other columns: `cells` has the SQL of each by its name."""
    columns = ", ".join(f'{cell} AS "{name}"' for name, cell in cells.items())
    return f"SELECT {columns} FROM ({listing}) AS listed"
