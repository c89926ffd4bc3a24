"""What was assumed of a file, and the line of each row that is still to be taken.

Rows of the parts that wait stood in a row from the part's first line on, empty ones included.
"""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0006"
down_revision = "backbone_0005"
branch_labels = None
depends_on = None

ASSUMED = ("encoding", "delimiter", "sheet")
WITH_LINES = sa.text("""
    UPDATE import_part SET cells = convert_to(coalesce((
        SELECT jsonb_agg(jsonb_build_array(first + nth - 1, cells_of_row) ORDER BY nth)
        FROM jsonb_array_elements(convert_from(cells, 'UTF8')::jsonb)
             WITH ORDINALITY AS row (cells_of_row, nth)
        WHERE cells_of_row <> '[]'
    ), '[]')::text, 'UTF8')
""")


def upgrade() -> None:
    for column in ASSUMED:
        op.add_column("import", sa.Column(column, sa.String()))
    op.execute(WITH_LINES)


def downgrade() -> None:
    for column in ASSUMED:
        op.drop_column("import", column)
