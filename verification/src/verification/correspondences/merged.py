"""Which id stayed of those that were one.

Producers move their rows to it; consumers store what was published, and look it up as they read.
"""


def resolved(table: str, column: str) -> str:
    """Return SQL for all duplicates in a table of merges, each with the one that `stayed`."""
    return (
        f"(SELECT duplicate_id, {column} AS stayed FROM read_model.{table} AS m WHERE NOT EXISTS"
        f" (SELECT FROM read_model.{table} AS n WHERE n.duplicate_id = m.{column}))"
    )


ORGANISATIONS = resolved("organisation_merge", "organisation_id")
"""In matching and in reporting."""

MENTEES = resolved("merge", "mentee_id")
"""In notifications and in reporting."""

MENTEES_IN_PARTNERS = resolved("merged", "mentee_id")


def one(merges: str, column: str) -> str:
    """Return SQL for the id that stayed of the one in `column`."""
    return (
        f"coalesce((SELECT stayed FROM {merges} AS merges WHERE duplicate_id = {column}), {column})"
    )
