"""Schema migrations, run by Alembic from code: there is no ini file to lose."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine


def configuration() -> Config:
    """Alembic's settings for this folder."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    # One separator for every system, and no warning about the older default.
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest migration, in one transaction."""
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
