"""The `WITH` clause of every query: bitemporal views of the facts, and states computed from them.

One CTE per fact table, filtered by `:as_of` (valid time) and `:known_at` (transaction time),
shadows the table, so that no figure can omit the filter. Nor can a figure count a person or an
organisation twice: rows of merged duplicates have the surviving id.
"""

from backbone.database.tables import table_of
from reporting.read_model import (
    ApplicationRejection,
    Fact,
    Mentee,
    Merge,
    NeighbourhoodCorrection,
    Organisation,
    OrganisationMerge,
    Refusal,
    VersionedFact,
)
from reporting.store import silences


def _tables(base: type[Fact]) -> list[type[Fact]]:
    subclasses = base.__subclasses__()
    tables = [table for table in subclasses if hasattr(table, "__table__")]
    deeper = (table for subclass in subclasses for table in _tables(subclass))
    return list(dict.fromkeys([*tables, *deeper]))


def _as_of_view(table: type[Fact]) -> str:
    """Return the CTE of the rows of `table` as of `:as_of`, as known at `:known_at`."""
    name = table.__tablename__
    return (
        f"{name} AS NOT MATERIALIZED (SELECT {_columns(table)} FROM {name} AS fact"
        f" WHERE {_survivor_filter(table)}{table.day} <= :as_of"
        f" AND {KNOWN}{_version_filter(table)})"
    )


def _unfiltered_view(name: str) -> str:
    return f"every_{name} AS NOT MATERIALIZED (SELECT * FROM {name})"


def _version_filter(table: type[Fact]) -> str:
    """Return the condition that a version was valid at `:known_at`; empty for other facts."""
    if not issubclass(table, VersionedFact):
        return ""
    return f" AND {VALID_VERSION} AND NOT withdrawn"


def _columns(table: type[Fact]) -> str:
    """Return the columns of a table, with corrections and merges as known at `:known_at`."""
    corrected = {"priority_neighbourhood": CORRECTED}
    if _is_linked(table):
        corrected["mentee_id"] = MERGED
    if table not in {Organisation, OrganisationMerge}:
        corrected |= dict.fromkeys(OF_ORGANISATIONS, SURVIVING_ID)
    columns = [corrected.get(c.name, "fact.{}").format(c.name) for c in table_of(table).c]
    return ", ".join([*columns, *_stated_ids(table)])


def _stated_ids(table: type[Fact]) -> list[str]:
    """Return the ids of organisations in a composite key as `stated_…`: before any merge."""
    keys = [c.name for c in table_of(table).primary_key if c.name in OF_ORGANISATIONS]
    stated = keys if len(table_of(table).primary_key) > 1 else []
    return [f"fact.{name} AS stated_{name}" for name in stated]


def _survivor_filter(table: type[Fact]) -> str:
    """Return the condition that leaves out applications of merged duplicates."""
    return f"{SURVIVING} AND " if table in ABOUT_APPLICATIONS else ""


def _is_linked(table: type[Fact]) -> bool:
    """Return whether `mentee_id` refers to a mentee, and the row is no application."""
    own = {Mentee, Refusal, ApplicationRejection, Merge, NeighbourhoodCorrection}
    return "mentee_id" in table_of(table).c and table not in own


# Where `:known_at` is NULL, the planner drops the first condition, and simplifies the second to one
# that it has statistics for; an index-only scan may then do.
KNOWN = "(CAST(:known_at AS timestamptz) IS NULL OR recorded_at <= :known_at)"
VALID_VERSION = "(known_until IS NULL OR known_until > CAST(:known_at AS timestamptz))"
OF_ORGANISATIONS = ("organisation_id", "umbrella_id", "introduced_by", "organised_by")
SURVIVING_ID = """coalesce(
    (SELECT kept_id FROM one_organisation WHERE duplicate_id = fact.{0}), fact.{0}
) AS {0}"""
ABOUT_APPLICATIONS = (Mentee, Refusal, ApplicationRejection)
SURVIVING = "NOT EXISTS (SELECT FROM merged WHERE merged.duplicate_id = fact.mentee_id)"
# No join, so that a figure that does not read the column does not pay for it. `IN` hashes the few
# duplicates once; only for them is the subquery run.
MERGED = """CASE WHEN fact.mentee_id IN (SELECT duplicate_id FROM merged)
    THEN (SELECT kept_id FROM merged WHERE duplicate_id = fact.mentee_id)
    ELSE fact.mentee_id END AS {}"""
CORRECTED = """CASE WHEN fact.mentee_id IN (SELECT mentee_id FROM corrected)
    THEN (SELECT after FROM corrected WHERE corrected.mentee_id = fact.mentee_id)
    ELSE fact.priority_neighbourhood END AS {}"""
CORRECTION_VIEWS = """
one_organisation AS MATERIALIZED (
    SELECT duplicate_id, organisation_id AS kept_id FROM organisation_merge
    WHERE NOT EXISTS (
        SELECT FROM organisation_merge AS later
        WHERE later.duplicate_id = organisation_merge.organisation_id
    )
),
merged AS MATERIALIZED (
    SELECT kept.* FROM (
        SELECT array_agg(duplicate_id) AS duplicates, array_agg(mentee_id) AS stayed FROM merge
        WHERE NOT EXISTS (SELECT FROM merge AS later WHERE later.duplicate_id = merge.mentee_id)
    ) AS whole, unnest(duplicates, stayed) AS kept (duplicate_id, kept_id)
),
corrected AS MATERIALIZED (
    SELECT DISTINCT ON (mentee_id) mentee_id, after
    FROM neighbourhood_correction ORDER BY mentee_id, recorded_at DESC, id
)"""
"""Duplicates with their survivor, and corrected neighbourhoods, for the views of other facts."""

STATE_VIEWS = """
territory AS NOT MATERIALIZED (
    SELECT * FROM unnest(
        CAST(:departments AS text[]), CAST(:department_names AS text[]),
        CAST(:regions AS text[]), CAST(:region_names AS text[]), CAST(:overseas AS boolean[])
    ) AS t (department, department_name, region, region_name, overseas)
),
covered_region AS NOT MATERIALIZED (
    SELECT region, overseas, max(opened_on) AS since
    FROM territory LEFT JOIN opening USING (department)
    GROUP BY region, overseas
    HAVING count(opened_on) = count(*)
),
member AS MATERIALIZED (
    SELECT joined.* FROM (
        SELECT DISTINCT ON (organisation_id, umbrella_id, joined_on) * FROM membership
        ORDER BY organisation_id, umbrella_id, joined_on,
                 stated_organisation_id <> organisation_id, stated_umbrella_id <> umbrella_id
    ) AS joined
    WHERE NOT EXISTS (
        SELECT FROM membership_end AS over
        WHERE over.organisation_id = joined.organisation_id
          AND over.umbrella_id = joined.umbrella_id AND over.joined_on = joined.joined_on
          AND over.stated_organisation_id IN (joined.stated_organisation_id, over.organisation_id)
          AND over.stated_umbrella_id IN (joined.stated_umbrella_id, over.umbrella_id)
          AND over.left_on < :as_of
    )
),
in_network AS NOT MATERIALIZED (
    SELECT joined.* FROM (
        SELECT DISTINCT ON (organisation_id, network_id, joined_on) * FROM network_member
        ORDER BY organisation_id, network_id, joined_on, stated_organisation_id <> organisation_id
    ) AS joined
    WHERE NOT EXISTS (
        SELECT FROM network_member_end AS over
        WHERE over.organisation_id = joined.organisation_id
          AND over.network_id = joined.network_id AND over.joined_on = joined.joined_on
          AND over.stated_organisation_id IN (joined.stated_organisation_id, over.organisation_id)
          AND over.left_on < :as_of
    )
),
signed AS MATERIALIZED (
    SELECT given.*, withdrawn_on FROM (
        SELECT DISTINCT ON (convention_id, organisation_id) * FROM signatory
        ORDER BY convention_id, organisation_id, stated_organisation_id <> organisation_id
    ) AS given
    LEFT JOIN signatory_end AS over
        ON over.convention_id = given.convention_id
       AND over.organisation_id = given.organisation_id
       AND over.stated_organisation_id IN (given.stated_organisation_id, given.organisation_id)
),
above AS (
    WITH RECURSIVE climbed (umbrella_id, organisation_id) AS (
        SELECT umbrella_id, organisation_id FROM member
        UNION
        SELECT umbrella_id, umbrella_id FROM member
        UNION
        SELECT member.umbrella_id, climbed.organisation_id
        FROM climbed JOIN member ON member.organisation_id = climbed.umbrella_id
    )
    SELECT * FROM climbed
),
umbrella AS MATERIALIZED (
    SELECT organisation_id, unnest(array_agg(umbrella_id)) AS umbrella_id
    FROM above GROUP BY organisation_id
),
agreed AS MATERIALIZED (
    SELECT DISTINCT ON (convention_id) convention_id, coalesce(ends_on, 'infinity') AS last_day
    FROM convention_term ORDER BY convention_id, changed_on DESC, recorded_at DESC
),
suspended AS MATERIALIZED (
    SELECT convention_id FROM convention_suspension
    WHERE coalesce(until_on, 'infinity') >= :as_of
),
in_force AS MATERIALIZED (
    SELECT convention.*
    FROM convention LEFT JOIN convention_end USING (convention_id)
    LEFT JOIN agreed USING (convention_id)
    WHERE effective_on <= :as_of
      AND coalesce(ended_on, last_day, ends_on, 'infinity') >= :as_of
      AND convention_id NOT IN (SELECT convention_id FROM suspended)
),
bound AS MATERIALIZED (
    SELECT convention_id, organisation_id, greatest(effective_on, accedes_on) AS since
    FROM in_force JOIN signed USING (convention_id)
    WHERE accedes_on <= :as_of AND coalesce(withdrawn_on, 'infinity') >= :as_of
),
given AS MATERIALIZED (
    SELECT commitment_id, sum(quantity) AS quantity
    FROM fulfilment LEFT JOIN fulfilment_taken_back AS back USING (fulfilment_id)
    WHERE back.fulfilment_id IS NULL GROUP BY commitment_id
),
standing_gift AS MATERIALIZED (
    SELECT gift.* FROM gift LEFT JOIN gift_end USING (gift_id) WHERE gift_end.gift_id IS NULL
),
standing_receipt AS MATERIALIZED (
    SELECT receipt.* FROM receipt LEFT JOIN receipt_end AS void
        ON (void.gift_id, cancels_year, cancels_number) = (receipt.gift_id, year, number)
    WHERE void.gift_id IS NULL
),
came_to AS MATERIALIZED (
    SELECT action_id, organisation_id, measure, quantity, counted_on
    FROM joint_action JOIN (
        SELECT DISTINCT ON (action_id, measure) action_id, measure, quantity, counted_on
        FROM joint_action_count ORDER BY action_id, measure, recorded_at DESC, id
    ) AS latest USING (action_id)
),
life AS MATERIALIZED (
    SELECT pairing.*, ended_on, reason AS end_reason,
           row_number() OVER (
               PARTITION BY pairing.mentee_id ORDER BY starts_on, pairing_id
           ) = 1 AS is_first
    FROM pairing LEFT JOIN pairing_end USING (pairing_id)
),
first_pairing AS NOT MATERIALIZED (
    SELECT * FROM life WHERE is_first
),
in_fitting_work AS MATERIALIZED (
    SELECT DISTINCT mentee_id FROM outcome WHERE fits_qualification AND contract <> 'studies'
),
active AS MATERIALIZED (
    SELECT pairing_id, mentee_id, mentor_id, starts_on FROM life
    WHERE coalesce(ended_on, 'infinity') >= :as_of
),
paused AS MATERIALIZED (
    SELECT DISTINCT pairing_id FROM paused_span WHERE last_on >= :as_of
),
a_month_ago (day) AS NOT MATERIALIZED (
    SELECT CAST(CAST(:as_of AS date) - interval '1 month' AS date)
),
silent AS MATERIALIZED (
    SELECT active.*, greatest(starts_on, held_on, latest.contact_on) AS last_on
    FROM active LEFT JOIN first_interview USING (pairing_id) LEFT JOIN LATERAL (
        SELECT contact_on FROM contact WHERE contact.pairing_id = active.pairing_id
        ORDER BY contact_on DESC LIMIT 1
    ) AS latest ON true
    WHERE greatest(starts_on, held_on) < (SELECT day FROM a_month_ago)
      AND active.pairing_id NOT IN (SELECT pairing_id FROM paused)
      AND NOT EXISTS (
        SELECT FROM contact WHERE contact.pairing_id = active.pairing_id
          AND contact_on >= (SELECT day FROM a_month_ago)
      )
),
broken_promise AS NOT MATERIALIZED (
    SELECT mentee.*, admitted_on + 20 AS due_on FROM mentee
    WHERE admitted_on + 20 < :as_of AND NOT EXISTS (
        SELECT FROM first_pairing AS first
        WHERE first.mentee_id = mentee.mentee_id AND first.starts_on <= admitted_on + 20
    )
),
late_interview AS NOT MATERIALIZED (
    SELECT begun.* FROM (
        SELECT pairing.*, CASE
            WHEN pairing_id IN (SELECT pairing_id FROM paused_span)
            THEN (
                SELECT day FROM (
                    SELECT CAST(day AS date) AS day, row_number() OVER (ORDER BY day) AS number
                    FROM generate_series(
                        pairing.starts_on + 1, CAST(:as_of AS date), interval '1 day'
                    ) AS day
                    WHERE NOT EXISTS (
                        SELECT FROM paused_span AS span
                        WHERE span.pairing_id = pairing.pairing_id
                          AND day BETWEEN span.from_on AND span.last_on
                    )
                ) AS counted WHERE number = (pairing.starts_on + 15) - pairing.starts_on
            )
            ELSE starts_on + 15
        END AS due_on FROM pairing
    ) AS begun LEFT JOIN first_interview USING (pairing_id)
    WHERE due_on < :as_of AND coalesce(held_on, 'infinity') > due_on
),
late_month AS NOT MATERIALIZED (
    SELECT CAST(md5(pairing_id || ' ' || due_on) AS uuid) AS id, due.*, mentee_id, mentor_id
    FROM (
        SELECT * FROM late_month WHERE CAST(:known_at AS timestamptz) IS NULL
        UNION ALL
        SELECT * FROM due_month WHERE CAST(:known_at AS timestamptz) IS NOT NULL
    ) AS due LEFT JOIN pairing USING (pairing_id)
    WHERE counted_from <= :as_of
),
covered AS NOT MATERIALIZED (
    SELECT organisation_id, since FROM bound
    UNION ALL
    SELECT umbrella.organisation_id, since
    FROM bound JOIN umbrella ON umbrella.umbrella_id = bound.organisation_id
),
offered AS MATERIALIZED (
    SELECT mentor.*, coalesce(taken, 0) AS taken,
           coalesce(changed.capacity, mentor.capacity) AS places
    FROM mentor LEFT JOIN (
        SELECT mentor_id, count(*) AS taken FROM active GROUP BY mentor_id
    ) AS busy USING (mentor_id) LEFT JOIN (
        SELECT DISTINCT ON (mentor_id) mentor_id, capacity FROM capacity_change
        ORDER BY mentor_id, occurred_at DESC, id
    ) AS changed USING (mentor_id)
)"""
"""States that several figures read. An umbrella has itself, its members and their members.

Where an organisation and its duplicate both signed a convention, or both joined on a day, its own
signature or membership holds to its own end, as in partners: `member`, `in_network`, `signed`.

Deadlines are counted by event dates, with the rules of `matching.domain.alerts`: 20 days to a
mentor, 15 to a first interview. For a pair that has paused, the days to its first interview are
counted one by one, without those of its pauses. Months of silence are stored by projections; as
known at an instant, they are computed with the same rule (`reporting.store.silences`). PostgreSQL
drops the half of `late_month` that is not needed, as plans are custom: made for the value of
`:known_at`.

`umbrella` regroups `above`: for a recursion PostgreSQL estimates a hundred times the actual rows,
and would sort everything joined with it. For a function it estimates a thousand rows, for an array
ten: hence the arrays in `merged`. Pairs with a sign of life this month are left out before `silent`
looks up the last one of each pairing.

`life` has every pairing with its end, and whether it is its mentee's first: sorted once for six
figures, instead of once for each.

A CTE that several figures read is materialized where it is small: planned once, not for each.
"""

UNFILTERED = ("mentee", "mentor", "organisation", "pairing")
"""Tables that figures also read unfiltered: `every_mentee` and so on."""

CORRECTIONS: tuple[type[Fact], ...] = (Merge, OrganisationMerge, NeighbourhoodCorrection)
WITH_VIEWS = "WITH\n" + ",\n".join(
    [
        *map(_unfiltered_view, UNFILTERED),
        *map(_as_of_view, CORRECTIONS),
        CORRECTION_VIEWS,
        *(_as_of_view(table) for table in _tables(Fact) if table not in CORRECTIONS),
        silences.RULE,
        STATE_VIEWS,
    ]
)
"""`WITH` is not recursive: in the definition of the CTE `pairing`, `pairing` is the table."""
