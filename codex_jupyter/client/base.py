"""What every client object has: one connection, and the groups of the platform."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

from codex_jupyter.config import GroupTokens, Secret, Settings, load_settings
from codex_jupyter.errors import GroupError, InputError, PlatformError, ServerError
from codex_jupyter.protocol import names, routes

from .auth import GroupKeys
from .direct import Direct, is_address
from .errors_map import member
from .operation import Call, Steps, operation
from .transport import Connection

__all__ = ["BaseMLOps", "BaseMLOpsClient"]


def __getattr__(name: str) -> Any:
    # Documented to be here; it is made of what this module defines.
    if name == "MLOpsExecution":
        from .execution import MLOpsExecution

        return MLOpsExecution
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class BaseMLOps(metaclass=Direct):
    """An object of one platform; all objects of a client share its connection."""

    _connection: Connection
    _keys: GroupKeys

    @property
    def base_url(self) -> str:
        """The platform's base address, ending in ``/api``."""
        return self._connection.address


class BaseMLOpsClient(BaseMLOps):
    """Logs in to a platform and manages its groups.

    What is not given is read from ``MLOPS_USER``, ``MLOPS_PASSWORD``, ``MLOPS_URL``,
    ``MLOPS_TENANT`` and ``MLOPS_GROUP_TOKEN``, or from the nearest ``.env`` file.

    Args:
        login: the user.
        tenant: the tenant's name; an address here is taken as ``url``, which is what
            stands third in older releases.
        url: the platform's address, with or without ``/api``.
        group_token: used for running models; remembered tokens are used otherwise.
        settings: all of the above, instead of them.

    Raises:
        ConfigError: no user or password was found.
        AuthenticationError: the platform refuses them.
        TransportError: nothing usable answers at the address.
    """

    def __init__(
        self,
        login: str | None = None,
        password: str | None = None,
        tenant: str | None = None,
        url: str | None = None,
        group_token: str | None = None,
        *,
        settings: Settings | None = None,
    ) -> None:
        self._attach(settings, login, password, url, tenant, group_token)
        self._connection.run(self._enter())

    @classmethod
    async def aopen(
        cls,
        login: str | None = None,
        password: str | None = None,
        tenant: str | None = None,
        url: str | None = None,
        group_token: str | None = None,
        *,
        settings: Settings | None = None,
    ) -> Self:
        """Awaitable twin of making a client."""
        client = cls.__new__(cls)
        client._attach(settings, login, password, url, tenant, group_token)
        await client._connection.arun(client._enter())
        return client

    def _attach(
        self,
        settings: Settings | None,
        login: str | None,
        password: str | None,
        url: str | None,
        tenant: str | None,
        group_token: str | None,
    ) -> None:
        if url is None and is_address(tenant):
            # Without names it stands third in 2.2, where later the tenant stands.
            tenant, url = None, tenant
        chosen = settings or load_settings(
            login=login,
            password=password,
            url=url,
            tenant=tenant,
            group_token=group_token,
        )
        self._connection = Connection(chosen)
        self._keys = GroupKeys(chosen, GroupTokens())

    def _enter(self) -> Steps[None]:
        # Both at once: a wrong address and a wrong password each get their own error.
        call = Call(routes.HEALTH)
        answer = yield from self._connection.ask(call)
        self.version = (
            str(answer.get("Version", "")) if isinstance(answer, dict) else ""
        )
        yield from self._connection.login()

    def __repr__(self) -> str:
        settings = self._connection.settings
        return (
            f"{type(self).__name__}({self.base_url!r}, user={settings.user!r}, "
            f"password {settings.password}, group token {settings.group_token})"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def close(self) -> None:
        """Close the network connections; a later call opens them anew."""
        self._connection.close()

    async def aclose(self) -> None:
        """Awaitable twin of `close`."""
        await self._connection.aclose()

    @operation
    def list_groups(self) -> Steps[list[dict[str, Any]]]:
        """The groups, each a dict with at least ``Name``."""
        call = Call(routes.GROUPS_LIST)
        body = yield from self._connection.ask(call)
        return member(body, "Results", list, call)

    alist_groups = list_groups.twin

    @operation
    def create_group(self, name: str, description: str = "") -> Steps[bool]:
        """Create a group and keep its token, which the platform shows only once.

        Returns:
            True.

        Raises:
            InputError: the name is not allowed.
            GroupError: the group exists already.
        """
        if problem := names.group_problem(name):
            raise InputError(problem)
        call = Call(
            routes.GROUPS_CREATE, fields={"name": name, "description": description}
        )
        try:
            body = yield from self._connection.ask(call)
        except (InputError, ServerError) as error:
            # Some platforms answer a name that is taken with 400 or 500.
            if name in (yield from self._group_names()):
                raise GroupError(
                    f"The group '{name}' exists already.",
                    status=getattr(error, "status", None),
                    hint="Use it as it is, or choose another name.",
                ) from None
            raise
        self._keys.keep(name, member(body, "Token", str, call))
        return True

    acreate_group = create_group.twin

    @operation
    def refresh_group_token(self, name: str, force: bool = False) -> Steps[Secret]:  # noqa: FBT001, FBT002
        """Get a new token for a group, and keep it.

        Args:
            force: replace a token that is still valid; whoever uses it is locked out.

        Returns:
            The token, masked when shown; ``.reveal()`` gives its text.

        Raises:
            GroupError: there is no such group.
        """
        if problem := names.group_problem(name):
            raise InputError(problem)
        call = Call(
            routes.GROUPS_REFRESH, {"name": name}, {"force": str(force).lower()}
        )
        body = yield from self._connection.ask(call)
        token = member(body, "Token", str, call)
        self._keys.keep(name, token)
        return Secret(token)

    arefresh_group_token = refresh_group_token.twin

    @operation
    def platform_info(self) -> Steps[dict[str, Any]]:
        """What the platform offers; only ``Version`` where it does not tell more."""
        try:
            found = yield from self._connection.ask(Call(routes.PLATFORM_INFO))
        except PlatformError as error:
            if error.status not in (404, 405):
                raise
            found = None
        return found if isinstance(found, dict) else {"Version": self.version}

    aplatform_info = platform_info.twin

    @operation
    def clock_difference(self) -> Steps[float | None]:
        """Seconds that the platform's clock is ahead of this machine's, to a second.

        Returns:
            None where the platform does not tell its time.
        """
        answer = yield from self._connection.exchange(Call(routes.HEALTH))
        now = datetime.now(UTC)
        try:
            told = parsedate_to_datetime(answer.header("date"))
        except ValueError:
            return None
        # A date without a zone is not one of HTTP.
        return (told - now).total_seconds() if told.tzinfo else None

    aclock_difference = clock_difference.twin

    def group_token(self, group: str) -> Secret:
        """The token used for the group's models: given, remembered, or not set."""
        return next(iter(self._keys.candidates(group)), Secret())

    def _group_names(self) -> Steps[list[str]]:
        rows = yield from BaseMLOpsClient.list_groups.steps(self)
        return [str(row.get("Name")) for row in rows]

    def _check_group(self, group: str) -> Steps[None]:
        """Refuse a group that the platform does not have.

        Raises:
            GroupError: it has none of that name.
        """
        known = yield from self._group_names()
        if group in known:
            return
        near = difflib.get_close_matches(group, known, n=1)
        hint = f'client.create_group("{group}", "what it is for") creates it.'
        if near:
            hint = f"Did you mean '{near[0]}'? {hint}"
        raise GroupError(f"There is no group '{group}'.", hint=hint)
