"""The tables as the newest migration leaves them.

Times are UTC; names and spellings of states are the protocol's.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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
    Column("kind", String(20), nullable=False),
    Column("details", JSON, nullable=False),
    Index("models_by_name", "group", "name"),
)

files = Table(
    "files",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("blob", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("dataset", String(64)),
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
    Column("execution", Integer),
    Index("logs_by_subject", "subject", "id"),
    Index("logs_by_execution", "execution", "id"),
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
    Column("group", String(64)),
    Index("jobs_by_state", "state"),
)

executions = Table(
    "executions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("group", String(64), ForeignKey("groups.name"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("message", Text),
    Column("requested_at", DateTime, nullable=False),
    Column("started_at", DateTime),
    Column("finished_at", DateTime),
    Column("input_name", String(200)),
    Column("input_blob", String(64)),
    Column("input_size", BigInteger),
    Column("input_dataset", String(64)),
    Column("input_rows", BigInteger),
    Column("output_name", String(255)),
    Column("output_size", BigInteger),
    Column("output_dataset", String(64)),
    Column("result_blob", String(64)),
    Column("result_size", BigInteger),
    Column("details", JSON, nullable=False),
    Index("executions_by_subject", "subject", "id"),
    sqlite_autoincrement=True,
)

experiments = Table(
    "experiments",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("group", String(64), ForeignKey("groups.name"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("type", String(20), nullable=False),
    Column("creator", String(200), nullable=False),
    Column("registered_at", DateTime, nullable=False),
    Index("experiments_by_name", "group", "name"),
)

datasets = Table(
    "datasets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("group", String(64), ForeignKey("groups.name"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("origin", String(20), nullable=False),
    Column("origin_id", String(64), nullable=False),
    Column("execution", Integer),
    Column("status", String(20), nullable=False),
    Column("log", Text, nullable=False),
    Column("blob", String(64), nullable=False),
    Column("member", String(255)),
    Column("size", BigInteger, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("format", String(10)),
    Column("uri", Text),
    Index("datasets_by_group", "group", "created_at"),
    Index("datasets_by_origin", "group", "origin_id"),
)

datasources = Table(
    "datasources",
    metadata,
    Column("group", String(64), ForeignKey("groups.name"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("credentials", LargeBinary, nullable=False),
    Column("registered_at", DateTime, nullable=False),
)

monitorings = Table(
    "monitorings",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("group", String(64), ForeignKey("groups.name"), nullable=False),
    Column("model", String(64)),
    Column("name", String(100), nullable=False),
    Column("period", String(10), nullable=False),
    Column("config", JSON, nullable=False),
    Column("preprocess", String(200)),
    Column("shap", String(200)),
    Column("python", String(12), nullable=False),
    Column("creator", String(200), nullable=False),
    Column("registered_at", DateTime, nullable=False),
    Column("webhook", Text),
    Column("validation", Integer),
    Index("monitorings_by_model", "model", "period"),
)

monitoring_results = Table(
    "monitoring_results",
    metadata,
    Column("monitoring", String(64), primary_key=True),
    Column("label", String(10), primary_key=True),
    Column("starts_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
    Column("is_complete", Boolean, nullable=False),
    Column("execution", Integer, nullable=False),
    Column("written_at", DateTime, nullable=False),
    Column("blob", String(64), nullable=False),
    Column("summary", JSON, nullable=False),
)
