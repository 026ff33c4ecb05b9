"""What runs with the token of its group: models and their executions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from codex_jupyter.config import Secret
from codex_jupyter.errors import AuthenticationError

from .auth import GroupKeys
from .base import BaseMLOps
from .errors_map import new_token_hint, value_of
from .operation import Answer, Call, Steps
from .transport import Connection


class GroupOwned(BaseMLOps):
    """An object of a group.

    Attributes:
        group: the group it belongs to.
    """

    def __init__(self, connection: Connection, keys: GroupKeys, group: str) -> None:
        self._connection = connection
        self._keys = keys
        self._token = Secret()
        self.group = group

    @property
    def has_token(self) -> bool:
        """True when a token of the group is known here."""
        return bool(self._tokens())

    def set_token(self, group_token: str | Secret) -> None:
        """Use this group token from now on."""
        self._token = secret(group_token)

    def exchange(self, call: Call) -> Steps[Answer]:
        """Steps that send a call with the group's token; the answer as it is."""
        _, answer = yield from self._exchange_as_group(call, Secret())
        return answer

    def _ask_as_group(self, call: Call, token: Secret) -> Steps[Any]:
        call, answer = yield from self._exchange_as_group(call, token)
        return value_of(call, answer, self._connection.settings)

    def _exchange_as_group(
        self, call: Call, token: Secret
    ) -> Steps[tuple[Call, Answer]]:
        """Send with the first token of the group that the platform takes."""
        group = call.params["group"]
        tokens = [token] if token else self._tokens(group)
        if not tokens:
            raise AuthenticationError(
                f"No token of the group '{group}' is known here.",
                hint=f"Set MLOPS_GROUP_TOKEN. {new_token_hint(group)}",
            )
        for one in tokens:
            call = replace(call, token=one)
            answer = yield from self._connection.exchange(call)
            if answer.status != 401:
                if not token and one is not tokens[0]:
                    self._keys.prefer(group, one)
                break
        return call, answer

    def _tokens(self, group: str | None = None) -> list[Secret]:
        if self._token and group in (None, self.group):
            return [self._token]
        return self._keys.candidates(group or self.group)


def secret(token: str | Secret | None) -> Secret:
    """A token as one that is never shown."""
    return token if isinstance(token, Secret) else Secret(token)
