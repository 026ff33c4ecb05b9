"""Executions of asynchronous models, and datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; log rows and jobs learn whose they are."""
    op.create_table(
        "executions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("model", sa.String(64), sa.ForeignKey("models.hash"), nullable=False),
        sa.Column("group", sa.String(64), sa.ForeignKey("groups.name"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("requested_at", sa.DateTime, nullable=False),
        sa.Column("started_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
        sa.Column("input_name", sa.String(200), nullable=False),
        sa.Column("input_blob", sa.String(64), nullable=False),
        sa.Column("input_size", sa.BigInteger, nullable=False),
        sa.Column("input_dataset", sa.String(64)),
        sa.Column("input_rows", sa.BigInteger),
        sa.Column("output_name", sa.String(255)),
        sa.Column("output_size", sa.BigInteger),
        sa.Column("output_dataset", sa.String(64)),
        sa.Column("result_blob", sa.String(64)),
        sa.Column("result_size", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("executions_by_model", "executions", ["model", "id"])
    op.create_table(
        "datasets",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("group", sa.String(64), sa.ForeignKey("groups.name"), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("origin_id", sa.String(64), nullable=False),
        sa.Column("execution", sa.Integer),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("member", sa.String(255)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
    )
    op.create_index("datasets_by_group", "datasets", ["group", "created_at"])
    op.add_column("logs", sa.Column("execution", sa.Integer))
    op.create_index("logs_by_execution", "logs", ["execution", "id"])
    op.add_column("jobs", sa.Column("group", sa.String(64)))


def downgrade() -> None:
    """Drop what was added."""
    op.drop_column("jobs", "group")
    op.drop_index("logs_by_execution", "logs")
    op.drop_column("logs", "execution")
    op.drop_table("datasets")
    op.drop_table("executions")
