"""Pledges, gifts, benefits in return, and receipts."""

from verification.correspondences.merged import ORGANISATIONS, one
from verification.correspondences.model import Side, declare

ORGANISATION = one(ORGANISATIONS, "f.organisation_id")
# Receipts name the giver as it was when they were issued.
GIVER = "coalesce(o.merged_into, f.organisation_id)"

CORRESPONDENCES = [
    *declare(
        "gifts",
        "What patrons gave, in cents, and what was none after all.",
        Side(
            "reporting",
            f"SELECT gift_id, {ORGANISATION} AS organisation_id, pledge_id, gift_kind, amount,"
            " given_on, cancelled_on"
            " FROM read_model.gift AS f LEFT JOIN read_model.gift_end USING (gift_id)",
        ),
        producer=Side(
            "partners",
            "SELECT id AS gift_id, organisation_id, pledge_id, kind AS gift_kind, amount,"
            " given_on, cancelled_on FROM gift",
        ),
        key=("gift_id",),
        columns=(
            *("organisation_id", "pledge_id", "gift_kind", "amount", "given_on", "cancelled_on"),
        ),
    ),
    *declare(
        "pledges",
        "What patrons promised, in cents, and by when.",
        Side(
            "reporting",
            f"SELECT pledge_id, {ORGANISATION} AS organisation_id, amount, pledged_on, due_on"
            " FROM read_model.pledge AS f",
        ),
        producer=Side(
            "partners",
            "SELECT id AS pledge_id, organisation_id, amount, pledged_on, due_on FROM pledge",
        ),
        key=("pledge_id",),
        columns=("organisation_id", "amount", "pledged_on", "due_on"),
    ),
    *declare(
        "returns",
        "What patrons got in return, in cents.",
        Side(
            "reporting",
            f"SELECT return_id, {ORGANISATION} AS organisation_id, amount, given_on"
            " FROM read_model.gift_return AS f",
        ),
        producer=Side(
            "partners",
            "SELECT id AS return_id, organisation_id, amount, given_on FROM given_return",
        ),
        key=("return_id",),
        columns=("organisation_id", "amount", "given_on"),
    ),
    *declare(
        "receipts",
        "The tax receipts of gifts, in cents, and the day of the entry that cancels one.",
        Side(
            "reporting",
            f"SELECT year, number, f.gift_id, {ORGANISATION} AS organisation_id, amount,"
            " f.issued_on, void.issued_on AS cancelled_on FROM read_model.receipt AS f"
            " LEFT JOIN read_model.receipt_end AS void"
            " ON (void.gift_id, cancels_year, cancels_number) = (f.gift_id, year, number)",
        ),
        producer=Side(
            "partners",
            f"SELECT f.year, f.number, f.gift_id, {GIVER} AS organisation_id, f.amount,"
            " f.issued_on, void.issued_on AS cancelled_on FROM receipt AS f"
            " LEFT JOIN receipt AS void"
            " ON (void.cancels_year, void.cancels_number) = (f.year, f.number)"
            " LEFT JOIN organisation AS o ON o.id = f.organisation_id"
            " WHERE f.cancels_year IS NULL",
        ),
        key=("year", "number"),
        columns=("gift_id", "organisation_id", "amount", "issued_on", "cancelled_on"),
    ),
]
