"""views.*: modals above each other, and the Home page of each person."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.entries import completed, state_of
from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.people import Json, OpenView
from bot.sandbox.slack.realm import Call, Realm
from bot.sandbox.slack.refusal import SlackRefusalError, refuse_problems
from bot.sandbox.slack.workspace import MODALS_AT_MOST
from bot.views.check import check_view


def prepared(realm: Realm, view: object, kind: str) -> Json:
    """Check a view and fill in its ids.

    Raises:
        SlackRefusalError: invalid_arguments, view_too_large, with the problems found.
    """
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackRefusalError("invalid_arguments", more={"errors": [f"/view/type: must be {kind}"]})
    problems = [f"/view{problem}" for problem in check_view(view)]
    too_large = any("view_too_large" in problem for problem in problems)
    refuse_problems("view_too_large" if too_large else "invalid_arguments", problems)
    return {**view, "blocks": list(completed(view["blocks"], realm.workspace.new_id))}


def view_json(realm: Realm, opened: OpenView) -> Json:
    """Return a view as the Web API and interactions show it."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit": None,
        "close": None,
        **opened.view,
        "id": opened.id,
        "team_id": realm.workspace.team_id,
        "app_installed_team_id": realm.workspace.team_id,
        "app_id": realm.app.id,
        "bot_id": realm.app.bot_id,
        "hash": opened.hash,
        "root_view_id": opened.root_id,
        "previous_view_id": opened.previous_id,
        "state": state_of(opened.view["blocks"], opened.values),
    }


def renewed(realm: Realm, old: OpenView, view: Json) -> OpenView:
    """Return a new version of an open view; what was typed stays where block and action are the same."""
    kept = {block["block_id"] for block in view["blocks"]}
    values = {key: value for key, value in old.values.items() if key in kept}
    return replace(old, view=view, hash=realm.workspace.new_hash(), errors={}, values=values)


def stacked(realm: Realm, user: str, view: Json) -> OpenView:
    """Show a view above the topmost modal of a person.

    Raises:
        SlackRefusalError: push_limit_reached.
    """
    stack = realm.workspace.modals(user)
    if len(stack) >= MODALS_AT_MOST:
        raise SlackRefusalError("push_limit_reached")
    opened = realm.workspace.new_view(user, view, above=stack[-1] if stack else None)
    realm.workspace.set_modals(user, [*stack, opened])
    return opened


def open_view(call: Call) -> Json:
    """Open a modal, with a trigger id, in place of whatever modal was open."""
    view = prepared(call.realm, call.args.get("view"), "modal")
    trigger = call.realm.tickets.redeem(call.text("trigger_id"))
    opened = call.realm.workspace.new_view(trigger.user, view)
    call.realm.workspace.set_modals(trigger.user, [opened])
    return {"view": view_json(call.realm, opened)}


def push_view(call: Call) -> Json:
    """Open a modal above the one in which the trigger arose."""
    view = prepared(call.realm, call.args.get("view"), "modal")
    trigger = call.realm.tickets.redeem(call.text("trigger_id"))
    if trigger.view_id is None or call.realm.workspace.find_modal(trigger.view_id) is None:
        raise SlackRefusalError("invalid_trigger_id")
    return {"view": view_json(call.realm, stacked(call.realm, trigger.user, view))}


def update_view(call: Call) -> Json:
    """Replace an open modal."""
    realm = call.realm
    view = prepared(realm, call.args.get("view"), "modal")
    old = realm.workspace.find_modal(call.text("view_id"), call.text("external_id"))
    if old is None:
        raise SlackRefusalError("not_found")
    if call.text("hash") and call.text("hash") != old.hash:
        raise SlackRefusalError("hash_conflict")
    return {"view": view_json(realm, realm.workspace.swap_modal(renewed(realm, old, view)))}


def publish_view(call: Call) -> Json:
    """Set somebody's Home page."""
    realm, user = call.realm, call.text("user_id")
    view = prepared(realm, call.args.get("view"), "home")
    if user not in realm.workspace.people:
        raise SlackRefusalError("user_not_found")
    old = realm.workspace.homes.get(user)
    if old and call.text("hash") and call.text("hash") != old.hash:
        raise SlackRefusalError("hash_conflict")
    new = renewed(realm, old, view) if old else realm.workspace.new_view(user, view)
    realm.workspace.homes[user] = new
    realm.workspace.touch()
    return {"view": view_json(realm, new)}


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish_view),
}
