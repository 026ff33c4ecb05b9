"""The tables as the newest migration leaves them.

Times are UTC; names and spellings of states are the protocol's.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("password", LargeBinary, nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", DateTime, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("description", Text, nullable=False, default=""),
    Column("token", String(64), nullable=False, unique=True),
    Column("token_expires", DateTime, nullable=False),
    Column("created_at", DateTime, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("group", String(64), ForeignKey("groups.name"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("operation", String(10), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("input_type", String(10), nullable=False),
    Column("python", String(12), nullable=False),
    Column("creator", String(200), nullable=False),
    Column("uploaded_at", DateTime, nullable=False),
    Column("status", String(20), nullable=False),
    Column("message", Text),
    Column("changed_at", DateTime, nullable=False),
    Column("stages", JSON, nullable=False),
    Column("environment", Text),
    Column("answer", Text),
    Index("models_by_name", "group", "name"),
)

model_files = Table(
    "model_files",
    metadata,
    Column("model", String(64), ForeignKey("models.hash"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("blob", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
)

logs = Table(
    "logs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("subject", String(64), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("type", String(10), nullable=False),
    Column("routine", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Index("logs_by_subject", "subject", "id"),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
    Index("jobs_by_state", "state"),
)
