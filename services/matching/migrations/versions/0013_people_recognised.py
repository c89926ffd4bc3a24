"""Names are stored in their normal forms; the rule says when those born on 29 February age."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from backbone.database.ddl import TEXT, column
from matching.domain.names import forms

revision = "matching_0013"
down_revision = "matching_0012"
branch_labels = None
depends_on = None

FORMS = {"given_key": TEXT, "name_key": TEXT, "name_parts": JSONB()}
MENTEE = sa.table("mentee", sa.column("id"), *(sa.column(*each) for each in FORMS.items()))


def upgrade() -> None:
    for name, kind in FORMS.items():
        op.add_column("mentee", column(f"{name}?", kind))
    _write_forms()
    op.create_index("ix_mentee_email_lower", "mentee", [sa.text("lower(email)")])
    op.create_index("ix_mentee_phone", "mentee", ["phone"])
    op.add_column(
        "reference_eligibility_rule",
        sa.Column("leap_day_birthday", TEXT, nullable=False, server_default="february_28"),
    )


def _write_forms() -> None:
    """Write the forms that the code compares: another version of it would not find these people."""
    connection = op.get_bind()
    names = sa.text("SELECT id, given_name, family_name FROM mentee WHERE NOT erased")
    rows = [{"of": id_, **forms(given, family)} for id_, given, family in connection.execute(names)]
    if rows:
        values = {name: sa.bindparam(name, type_=kind) for name, kind in FORMS.items()}
        update = sa.update(MENTEE).where(MENTEE.c.id == sa.bindparam("of")).values(values)
        connection.execute(update, rows)


def downgrade() -> None:
    op.drop_column("reference_eligibility_rule", "leap_day_birthday")
    op.drop_index("ix_mentee_phone", "mentee")
    op.drop_index("ix_mentee_email_lower", "mentee")
    for name in FORMS:
        op.drop_column("mentee", name)
