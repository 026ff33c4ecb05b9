"""Monitorings and the results of their periods."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "monitorings",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("group", sa.String(64), sa.ForeignKey("groups.name"), nullable=False),
        sa.Column("model", sa.String(64)),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("preprocess", sa.String(200)),
        sa.Column("shap", sa.String(200)),
        sa.Column("python", sa.String(12), nullable=False),
        sa.Column("creator", sa.String(200), nullable=False),
        sa.Column("registered_at", sa.DateTime, nullable=False),
        sa.Column("webhook", sa.Text),
        sa.Column("validation", sa.Integer),
    )
    op.create_index("monitorings_by_model", "monitorings", ["model", "period"])
    op.create_table(
        "monitoring_results",
        sa.Column("monitoring", sa.String(64), primary_key=True),
        sa.Column("label", sa.String(10), primary_key=True),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("is_complete", sa.Boolean, nullable=False),
        sa.Column("execution", sa.Integer, nullable=False),
        sa.Column("written_at", sa.DateTime, nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
    )
