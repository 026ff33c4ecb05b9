"""Training experiments."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of experiments."""
    op.create_table(
        "experiments",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("group", sa.String(64), sa.ForeignKey("groups.name"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("creator", sa.String(200), nullable=False),
        sa.Column("registered_at", sa.DateTime, nullable=False),
    )
    op.create_index("experiments_by_name", "experiments", ["group", "name"])
