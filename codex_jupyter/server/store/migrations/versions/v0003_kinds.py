"""Executions of every kind, scripts beside models, files of any owner."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MODEL = "fk_executions_model_models"
_NAMES = {"fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"}


def upgrade() -> None:
    """Give executions and models a kind; keep files under their owner's name."""
    op.create_table(
        "files",
        sa.Column("owner", sa.String(80), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    columns = "position, role, name, blob, size"
    op.execute(
        f"INSERT INTO files (owner, {columns}) SELECT model, {columns} FROM model_files"  # noqa: S608 - fixed names
    )
    op.drop_table("model_files")
    with op.batch_alter_table("models") as models:
        models.add_column(_text("kind", 20, "model"))
        models.add_column(_json("details"))
    op.drop_index("executions_by_model", "executions")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(
        "executions",
        naming_convention=_NAMES,
        table_kwargs={"sqlite_autoincrement": True},
    ) as executions:
        executions.drop_constraint(
            _MODEL if is_sqlite else "executions_model_fkey", type_="foreignkey"
        )
        executions.alter_column(
            "model", new_column_name="subject", existing_type=sa.String(64)
        )
        executions.add_column(_text("kind", 20, "model"))
        executions.add_column(_json("details"))
        for name, type_ in (
            ("input_name", sa.String(200)),
            ("input_blob", sa.String(64)),
            ("input_size", sa.BigInteger()),
        ):
            executions.alter_column(name, existing_type=type_, nullable=True)
    op.create_index("executions_by_subject", "executions", ["subject", "id"])


def _text(name: str, size: int, value: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), nullable=False, server_default=value)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False, server_default="{}")
