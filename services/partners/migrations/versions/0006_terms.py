"""A convention's life: drafts, suspensions, amendments, renewals, withdrawals; what is owed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "partners_0006"
down_revision = "partners_0005"
branch_labels = None
depends_on = None


def moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.func.now() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not now, server_default=default)


def upgrade() -> None:
    op.add_column("signature", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.add_column("convention", sa.Column("renews_for_months", sa.Integer(), nullable=True))
    op.add_column(
        "convention", sa.Column("notice_days", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("convention", sa.Column("notice_given_on", sa.Date(), nullable=True))
    op.add_column("convention", moment("learnt_at", now=True))
    op.create_index("ix_convention_ends_on", "convention", ["ends_on"])
    _draft()
    _terms()
    _commitments()
    _due()


def of_convention(table: str, *key: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["convention_id"], ["convention.id"], name=f"fk_{table}_convention_id"
        ),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
    ]


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("proposal", JSONB(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        moment("written_at", now=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )


def _terms() -> None:
    op.create_table(
        "suspension",
        *of_convention("suspension", "convention_id", "from_on"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
    )
    op.create_table(
        "renewal",
        *of_convention("renewal", "convention_id", "previous_ends_on"),
        sa.Column("previous_ends_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("renewed_on", sa.Date(), nullable=False),
        sa.Column("tacit", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "amendment",
        *of_convention("amendment", "convention_id", "number"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amended_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=False),
        sa.Column("amended_by", sa.String(), nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        *of_convention("document", "id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        moment("added_at", now=True),
        sa.Column("added_by", sa.String(), nullable=False),
    )
    op.create_index("ix_document_convention_id", "document", ["convention_id"])


def _commitments() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        *of_convention("commitment", "id"),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        moment("learnt_at", now=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_commitment_organisation_id"
        ),
    )
    for names in (["convention_id"], ["organisation_id"], ["due_on"], ["made_on", "id"]):
        op.create_index(f"ix_commitment_{'_'.join(names)}", "commitment", names)
    op.create_table(
        "fulfilment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fulfilment"),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name="fk_fulfilment_commitment_id"
        ),
    )
    op.create_index("ix_fulfilment_commitment_id", "fulfilment", ["commitment_id"])


def _due() -> None:
    tables = ("convention", "commitment", "lead")
    links = {f"{table}_id": f"{table}.id" for table in tables}
    op.create_table(
        "due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in links),
        moment("raised_at", now=True),
        moment("settled_at"),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_due"),
        sa.UniqueConstraint("rule", "about_id", "due_on", name="uq_due_rule_about_id_due_on"),
        *(
            sa.ForeignKeyConstraint([name], [target], name=f"fk_due_{name}")
            for name, target in links.items()
        ),
    )
    for name in links:
        op.create_index(f"ix_due_{name}", "due", [name])


def downgrade() -> None:
    owed = ("due", "fulfilment", "commitment")
    for table in (*owed, "document", "amendment", "renewal", "suspension", "draft"):
        op.drop_table(table)
    op.drop_index("ix_convention_ends_on", "convention")
    for column in ("learnt_at", "notice_given_on", "notice_days", "renews_for_months"):
        op.drop_column("convention", column)
    op.drop_column("signature", "withdrawn_on")
