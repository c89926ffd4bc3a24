"""What is known of organisations, who speaks for them, what they give and their receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "partners_0007"
down_revision = "partners_0006"
branch_labels = None
depends_on = None

ID, DAY, TEXT, CENTS = sa.Uuid(), sa.Date(), sa.String(), sa.BigInteger()


def said(name: str, kind: sa.types.TypeEngine[object]) -> sa.Column[object]:
    """A column; one whose name ends with `?` may be empty."""
    return sa.Column(name.rstrip("?"), kind, nullable=name.endswith("?"))


def links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")
        for name, target in targets.items()
    ]


def table(name: str, *columns: sa.Column[object], key: tuple[str, ...] = ("id",)) -> None:
    """A table of something about an organisation, or of what is in `key` and `columns`."""
    own = [] if any(column.name == key[0] for column in columns) else [said(key[0], ID)]
    owner = any(column.name == "organisation_id" for column in columns)
    of = links(name, organisation_id="organisation") if owner else []
    op.create_table(name, *own, *columns, *of, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"))


def upgrade() -> None:
    _profiles()
    _patronage()
    _receipts()


def _profiles() -> None:
    table(
        "profile",
        said("organisation_id", ID),
        *(said(f"{name}?", TEXT) for name in ("legal_form", "rna", "naf", "street")),
        *(said(f"{name}?", TEXT) for name in ("postal_code", "city")),
        said("departments", JSONB()),
        said("version", sa.Integer()),
        key=("organisation_id",),
    )
    op.create_unique_constraint("uq_profile_rna", "profile", ["rna"])
    place = (
        said("siret", TEXT),
        said("organisation_id", ID),
        said("name", TEXT),
        said("department", TEXT),
    )
    table("place", *place, key=("siret",))
    op.create_index("ix_place_organisation_id", "place", ["organisation_id"])
    table(
        "contact_person",
        said("organisation_id", ID),
        said("given_name", TEXT),
        said("family_name", TEXT),
        said("function?", TEXT),
        said("roles", JSONB()),
        said("email?", TEXT),
        said("phone?", TEXT),
        said("language", TEXT),
        said("from_on", DAY),
        said("until_on?", DAY),
        said("version", sa.Integer()),
    )
    columns = ["organisation_id", "family_name", "id"]
    op.create_index(f"ix_contact_person_{'_'.join(columns)}", "contact_person", columns)
    promotion = (said("organisation_id", ID), said("role", TEXT), said("named_on", DAY))
    table("promotion", *promotion, key=("organisation_id", "role"))


def _patronage() -> None:
    table(
        "pledge",
        said("organisation_id", ID),
        said("amount", CENTS),
        said("pledged_on", DAY),
        said("due_on?", DAY),
        said("note?", TEXT),
    )
    table(
        "gift",
        said("reference?", TEXT),
        said("organisation_id", ID),
        said("pledge_id?", ID),
        said("kind", TEXT),
        said("amount", CENTS),
        said("days?", sa.Integer()),
        said("description?", TEXT),
        said("payment?", TEXT),
        said("given_on", DAY),
        said("cancelled_on?", DAY),
        said("version", sa.Integer()),
    )
    op.create_unique_constraint("uq_gift_reference", "gift", ["reference"])
    op.create_foreign_key("fk_gift_pledge_id", "gift", "pledge", ["pledge_id"], ["id"])
    table(
        "given_return",
        said("organisation_id", ID),
        said("amount", CENTS),
        said("description", TEXT),
        said("given_on", DAY),
    )
    for name in ("pledge", "gift", "given_return"):
        op.create_index(f"ix_{name}_organisation_id", name, ["organisation_id"])
    op.create_index("ix_gift_pledge_id", "gift", ["pledge_id"])
    op.create_index("ix_gift_given_on_id", "gift", ["given_on", "id"])
    op.create_index("ix_pledge_pledged_on_id", "pledge", ["pledged_on", "id"])


def _receipts() -> None:
    number = sa.Integer()
    register = (said("year", number), said("last", number), said("last_on", DAY))
    table("register", *register, key=("year",))
    table(
        "receipt",
        said("year", number),
        said("number", number),
        said("gift_id", ID),
        said("organisation_id", ID),
        said("amount", CENTS),
        said("issued_on", DAY),
        said("issued_by", TEXT),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        said("cancels_year?", number),
        said("cancels_number?", number),
        said("mentions", JSONB()),
        key=("year", "number"),
    )
    op.create_foreign_key("fk_receipt_gift_id", "receipt", "gift", ["gift_id"], ["id"])
    cancels = ["cancels_year", "cancels_number"]
    op.create_foreign_key(
        "fk_receipt_cancels_year_cancels_number", "receipt", "receipt", cancels, ["year", "number"]
    )
    op.create_index("ix_receipt_cancels", "receipt", cancels, unique=True)
    for name in ("gift_id", "organisation_id"):
        op.create_index(f"ix_receipt_{name}", "receipt", [name])


def downgrade() -> None:
    given = ("receipt", "register", "given_return", "gift", "pledge")
    for name in (*given, "promotion", "contact_person", "place", "profile"):
        op.drop_table(name)
