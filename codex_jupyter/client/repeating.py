"""Which requests may be sent twice, and what to do where that is not so."""

from __future__ import annotations

from codex_jupyter.protocol import routes
from codex_jupyter.protocol.route import Route

from .operation import Call

# GETs that change something: sending one twice is not the same as sending it once.
_CHANGING = frozenset({routes.MODEL_HOST, routes.MODEL_RESTART, routes.GROUPS_REFRESH})


def is_repeatable(route: Route) -> bool:
    """True when a request may be sent again though it may have arrived."""
    return route is routes.LOGIN or (route.method == "GET" and route not in _CHANGING)


def doubt(call: Call) -> str | None:
    """What to type where a request may have been carried out, unlike its answer.

    None for a request that may simply be sent again.
    """
    route = call.route
    if is_repeatable(route):
        return None
    noun, _, action = route.name.partition(".")
    if route is routes.MODEL_RUN:
        return (
            "The prediction may have been made and recorded all the same: asked again, "
            "it is recorded twice. %codex models counts the calls."
        )
    if noun == "groups":
        group = call.params.get("name") or call.fields.get("name", "")
        return (
            "The group may have a new token, which was lost with the answer. Get "
            f"another: %codex groups --new-token {group} --yes"
        )
    if noun == "training":
        return (
            "It may have been carried out all the same: %codex runs NAME lists what "
            "began. Send it again only if it is not there."
        )
    if "run" in action or "execution" in action + noun:
        return (
            "It may have begun all the same: %codex executions lists what did. Start "
            "it again only if it is not there."
        )
    if route is routes.MODEL_UPLOAD:
        return (
            "It may have been uploaded all the same: %codex models shows it as Ready "
            "then. Deploying again makes one more version."
        )
    look = {
        "model": "%codex models shows the models and their states.",
        "script": "%codex preprocess shows the scripts and their states.",
        "script2": "%codex preprocess shows the scripts and their states.",
        "dataset": "%codex datasets lists what there is.",
        "datasource": "%codex datasources lists what there is.",
        "monitoring": "%codex monitor NAME shows how it is.",
    }
    told = "It may have been done all the same: look before it is sent again."
    return f"{told} {look[noun]}" if noun in look else told
