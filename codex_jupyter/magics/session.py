"""Which platform this notebook talks to, and the group it used last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codex_jupyter.errors import (
    CodexError,
    ConfigError,
    InputError,
    ModelError,
    PreprocessingError,
)

from .parser import near

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.local import LocalPlatform
    from codex_jupyter.client.model import MLOpsModel, MLOpsModelClient
    from codex_jupyter.client.preprocessing import (
        MLOpsPreprocessing,
        MLOpsPreprocessingClient,
    )
    from codex_jupyter.config import DataDir, Settings

_SHORT_HASH = 6


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong last in this notebook.

    Args:
        command: the subcommand.
        name: the model that it was about, or "".
    """

    error: Exception
    command: str
    name: str


class Session:
    """The connection of one shell; the client is made when it is first needed.

    Completion looks from a second thread, hence the lock.
    """

    def __init__(self) -> None:
        self._client: MLOpsModelClient | None = None
        self._lock = threading.Lock()
        self.settings: Settings | None = None
        self.data_dir: DataDir | None = None
        self.last_group: str | None = None
        self.profile: str | None = None
        self.language: str | None = None
        self.failed: Failed | None = None
        # How many commands have run: what was known before may have changed.
        self.commands = 0

    @property
    def is_local(self) -> bool:
        """True when the platform is the embedded one of this machine."""
        return self.data_dir is not None

    def use_local(self, platform: LocalPlatform) -> None:
        """Talk to this embedded platform from now on."""
        with self._lock:
            self._adopt(platform.settings, platform.data_dir)

    def use_remote(self, settings: Settings) -> list[str]:
        """Talk to the platform at that address from now on, if it takes the user.

        Returns:
            The names of the groups there.

        Raises:
            CodexError: nothing answers there, or user and password are refused; the
                session then stays as it was.
        """
        # Making a client logs in: a wrong password shows here, not later.
        names = group_names(_client(settings))
        with self._lock:
            self._adopt(settings, None)
        return names

    def try_remote(self, settings: Settings) -> list[str]:
        """The groups that a platform shows the user; the session stays as it is.

        Raises:
            CodexError: nothing answers there, or user and password are refused.
        """
        with _client(settings) as client:
            return group_names(client)

    def forget(self) -> None:
        """Talk to nobody until told again."""
        with self._lock:
            self._client = self.settings = self.data_dir = self.last_group = None
            self.profile = None

    def client(self) -> MLOpsModelClient:
        """The client; a running embedded platform is taken when none was named.

        Raises:
            ConfigError: nothing was named and no embedded platform runs.
        """
        with self._lock:
            if self._client is not None:
                return self._client
            from codex_jupyter.client import local
            from codex_jupyter.config import default_data_dir

            platform = local.find(default_data_dir())
            if platform is None:
                raise ConfigError(
                    "This notebook is not connected to a platform.",
                    hint="Type %codex local to start one on this machine, "
                    "or %codex connect https://… for yours.",
                )
            return self._adopt(platform.settings, platform.data_dir)

    def group(self, given: str | None) -> str:
        """The group to work in: the given one, the last one, or the only one.

        Raises:
            InputError: there is more than one, or none, and none was used yet.
        """
        chosen = given or self.last_group
        if chosen is not None:
            return chosen
        names = group_names(self.client())
        if len(names) == 1:
            return names[0]
        known = f"there are {', '.join(names)}" if names else "there is none yet"
        raise InputError(
            f"Which group? None was named, and {known}.",
            hint=f"Add --group {names[0] if names else 'demo'}.",
        )

    def model(self, name: str, group: str | None = None) -> MLOpsModel:
        """The model of that name, hash, or at least six characters of a hash.

        Raises:
            ModelError: there is none, or the short hash fits several.
        """
        try:
            return self._model(name, group)
        except ModelError as error:
            if error.status == 404:
                error.hint = self._hint_elsewhere(name, error.hint)
            raise

    def _model(self, name: str, group: str | None) -> MLOpsModel:
        client = self.client()
        if _is_short_hash(name):
            found = [r for r in client.rows(group=group) if _hash(r).startswith(name)]
            if len(found) > 1:
                raise ModelError(
                    f"{len(found)} models start with {name}.",
                    hint="Type more of the hash; %codex models --all lists them.",
                )
            name = _hash(found[0]) if found else name
        model = client.find_model(name, group=group)
        self.last_group = model.group
        return model

    def deployed(self, name: str, group: str | None = None) -> Deployed:
        """The model of that name or hash; where there is none, the script.

        Raises:
            ModelError: there is neither.
        """
        if name[:1] == "S" and _is_short_hash(f"M{name[1:64]}"):
            return self.script(name, group)
        try:
            return self._model(name, group)
        except ModelError as error:
            if error.status != 404:
                raise
            try:
                return self.script(name, group)
            except PreprocessingError:
                error.hint = self._hint_elsewhere(name, error.hint)
                raise error from None

    def _hint_elsewhere(self, name: str, hint: str | None) -> str | None:
        """What to type where no model has the name, and something else does or nearly.

        Args:
            hint: what is said of the models.
        """
        from .hosting import quoted  # it imports this module

        scripts = _names(self._scripts)
        if name in scripts:
            return f"{name} is a script: %codex preprocess {quoted(name)} DATA runs it."
        experiments = _names(self._experiments)
        if name in experiments:
            return (
                f"{name} is a training experiment: %codex runs {quoted(name)} "
                "shows its runs."
            )
        if (hint or "").startswith("Did you mean"):
            return hint
        if found := near(name, scripts, 1):
            return f"Did you mean the script '{found[0]}'?"
        if found := near(name, experiments, 1):
            return f"Did you mean the experiment '{found[0]}'?"
        return hint

    def _scripts(self) -> list[str]:
        with self.script_client() as client:
            rows = client.search_preprocessing()
        return [str(row["Name"]) for row in rows if row.get("Status") != "Deleted"]

    def _experiments(self) -> list[str]:
        from .trainings import training_client  # it imports this module

        with training_client(self) as client:
            return [str(row.get("ExperimentName")) for row in client.rows()]

    def script(self, name: str, group: str | None = None) -> MLOpsPreprocessing:
        """The preprocessing script of that name, hash, or start of a hash.

        Raises:
            PreprocessingError: there is none, or the short hash fits several.
        """
        with self.script_client() as client:
            if name[:1] == "S" and _is_short_hash(f"M{name[1:]}"):
                rows = client.search_preprocessing(group=group)
                found = [
                    str(r["Hash"]) for r in rows if str(r["Hash"]).startswith(name)
                ]
                if len(found) > 1:
                    raise PreprocessingError(
                        f"{len(found)} scripts start with {name}.",
                        hint="Type more of the hash; %codex preprocess lists them.",
                    )
                name = found[0] if found else name
            script = client.find_preprocessing(name, group=group)
        self.last_group = script.group
        return script

    def script_client(self) -> MLOpsPreprocessingClient:
        """The client of scripts on the session's platform."""
        from codex_jupyter.client.preprocessing import MLOpsPreprocessingClient

        self.client()
        return MLOpsPreprocessingClient(settings=self.settings)

    def _adopt(self, settings: Settings, data_dir: DataDir | None) -> MLOpsModelClient:
        if self.settings is None or self.settings.address != settings.address:
            self.last_group = None
        self.settings, self.data_dir = settings, data_dir
        self.profile = None
        self._client = client = _client(settings)
        return client


def group_names(client: MLOpsModelClient) -> list[str]:
    """The names of the groups that the user can see."""
    return [
        str(row["Name"]) if isinstance(row, dict) else str(row)
        for row in client.list_groups()
    ]


def _names(read: Callable[[], list[str]]) -> list[str]:
    """What is there; nothing where it cannot be read, since it is for a hint only."""
    try:
        return read()
    except CodexError:
        return []


def _client(settings: Settings) -> MLOpsModelClient:
    from codex_jupyter.client.model import MLOpsModelClient

    return MLOpsModelClient(settings=settings)


def _hash(row: dict[str, object]) -> str:
    return str(row.get("ModelHash", ""))


def _is_short_hash(text: str) -> bool:
    return (
        _SHORT_HASH <= len(text) < 64
        and text[0] == "M"
        and all(c in "0123456789abcdef" for c in text[1:])
    )
