"""Datasources, and where a dataset was imported from."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; datasets learn their format and their address."""
    op.create_table(
        "datasources",
        sa.Column("group", sa.String(64), sa.ForeignKey("groups.name"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("credentials", sa.LargeBinary, nullable=False),
        sa.Column("registered_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("group", "name"),
    )
    op.add_column("datasets", sa.Column("format", sa.String(10)))
    op.add_column("datasets", sa.Column("uri", sa.Text))
    op.create_index("datasets_by_origin", "datasets", ["group", "origin_id"])


def downgrade() -> None:
    """Drop what was added."""
    op.drop_index("datasets_by_origin", "datasets")
    op.drop_column("datasets", "uri")
    op.drop_column("datasets", "format")
    op.drop_table("datasources")
