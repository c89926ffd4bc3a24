"""What was so on a day, as far as it was known at an instant: the `WITH` of every question.

Each fact's table is seen under its own name, without what had not happened by `:as_of` and what was
not known at `:known_at`. A figure therefore cannot forget either.
"""

from reporting.read_model import Fact


def _tables(base: type[Fact]) -> list[type[Fact]]:
    below = base.__subclasses__()
    return [table for table in below if hasattr(table, "__table__")] + [
        table for group in below for table in _tables(group)
    ]


def _by_then(table: type[Fact]) -> str:
    name = table.__tablename__
    return (
        f"{name} AS NOT MATERIALIZED (SELECT * FROM read_model.{name}"  # noqa: S608 (names of ours)
        f" WHERE {table.day} <= :as_of"
        " AND recorded_at <= coalesce(CAST(:known_at AS timestamptz), 'infinity'))"
    )


DERIVED = """
territory AS NOT MATERIALIZED (
    SELECT * FROM unnest(
        CAST(:departments AS text[]), CAST(:department_names AS text[]),
        CAST(:regions AS text[]), CAST(:region_names AS text[])
    ) AS t (department, department_name, region, region_name)
),
umbrella (umbrella_id, organisation_id) AS (
    SELECT umbrella_id, organisation_id FROM membership
    UNION
    SELECT umbrella_id, umbrella_id FROM membership
    UNION
    SELECT membership.umbrella_id, umbrella.organisation_id
    FROM umbrella JOIN membership ON membership.organisation_id = umbrella.umbrella_id
),
in_force AS NOT MATERIALIZED (
    SELECT convention.* FROM convention LEFT JOIN convention_end USING (convention_id)
    WHERE effective_on <= :as_of
      AND coalesce(ends_on, 'infinity') >= :as_of
      AND coalesce(ended_on, 'infinity') >= :as_of
),
bound AS NOT MATERIALIZED (
    SELECT convention_id, organisation_id, greatest(effective_on, accedes_on) AS since
    FROM in_force JOIN signatory USING (convention_id)
    WHERE accedes_on <= :as_of
),
active AS NOT MATERIALIZED (
    SELECT pairing.* FROM pairing LEFT JOIN pairing_end USING (pairing_id)
    WHERE coalesce(ended_on, 'infinity') >= :as_of
),
sign_of_life AS MATERIALIZED (
    SELECT active.*, greatest(
        starts_on,
        (SELECT held_on FROM first_interview AS f WHERE f.pairing_id = active.pairing_id),
        (SELECT max(contact_on) FROM contact AS c WHERE c.pairing_id = active.pairing_id)
    ) AS last_on
    FROM active
),
covered AS NOT MATERIALIZED (
    SELECT organisation_id, since FROM bound
    UNION ALL
    SELECT umbrella.organisation_id, since
    FROM bound JOIN umbrella ON umbrella.umbrella_id = bound.organisation_id
),
offered AS MATERIALIZED (
    SELECT mentor.*, coalesce(taken, 0) AS taken, coalesce(
        (SELECT c.capacity FROM capacity_change AS c WHERE c.mentor_id = mentor.mentor_id
         ORDER BY c.occurred_at DESC, c.id LIMIT 1),
        capacity
    ) AS places
    FROM mentor LEFT JOIN (
        SELECT mentor_id, count(*) AS taken FROM active GROUP BY mentor_id
    ) AS busy USING (mentor_id)
)"""
"""What several figures ask of the facts. An umbrella sees itself, its members and theirs."""

FACTS = "WITH RECURSIVE\n" + ",\n".join([*map(_by_then, _tables(Fact)), DERIVED])
