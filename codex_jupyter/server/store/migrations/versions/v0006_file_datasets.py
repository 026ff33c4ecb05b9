"""Files that are datasets too: the samples and inputs of preprocessing scripts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a file name the dataset that it is."""
    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("dataset", sa.String(64)))
