"""Where the platform is, who the user is, and where the secrets are kept.

Arguments win over ``MLOPS_*`` variables, which win over a ``.env`` file found upward
from the working directory. Secrets never appear in a repr.
"""

from .files import read_json, write_private
from .folders import DataDir, config_home, data_home, default_data_dir
from .profiles import Profile, Profiles, profile_settings
from .secret import Secret
from .settings import (
    MOST_SECONDS,
    REMOTE_ADDRESS,
    Settings,
    answer_seconds,
    base_address,
    load_settings,
)
from .system_keyring import Keyring
from .tokens import GroupTokens

__all__ = [
    "MOST_SECONDS",
    "REMOTE_ADDRESS",
    "DataDir",
    "GroupTokens",
    "Keyring",
    "Profile",
    "Profiles",
    "Secret",
    "Settings",
    "answer_seconds",
    "base_address",
    "config_home",
    "data_home",
    "default_data_dir",
    "load_settings",
    "profile_settings",
    "read_json",
    "write_private",
]
