"""users.*, usergroups.*, conversations.*, auth.*, api.*: who is there, and who is where."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.people import Channel, Json, Person
from bot.sandbox.slack.realm import Call
from bot.sandbox.slack.refusal import SlackRefusalError

_CONVERSATIONS = ("channels:read", "groups:read", "im:read", "mpim:read")


def person_json(person: Person, *, home_team: str, with_email: bool) -> Json:
    """Return somebody as users.info shows them."""
    profile = {"real_name": person.name, "display_name": person.handle}
    if with_email and person.email:
        profile["email"] = person.email
    shown: Json = {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.handle,
        "real_name": person.name,
        "deleted": person.is_gone,
        "profile": profile,
        "is_bot": person.is_bot,
        "tz": "Europe/London",
    }
    if person.team_id != home_team:
        return shown | {"is_stranger": True}
    flags = {"is_admin": person.is_admin, "is_owner": person.is_owner, "is_primary_owner": person.is_owner}
    return (
        shown | flags | {"is_restricted": person.is_guest, "is_ultra_restricted": False, "is_app_user": False}
    )


def channel_json(channel: Channel, *, bot: str) -> Json:
    """Return a channel as conversations.info shows it."""
    if channel.is_im:
        user = next(member for member in channel.members if member != bot)
        return {"id": channel.id, "is_im": True, "user": user, "is_archived": False, "is_open": True}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": bot in channel.members,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "num_members": len(channel.members),
    }


def _page(call: Call, key: str, rows: Sequence[object], *, default: int = 100) -> Json:
    start = int(call.text("cursor") or 0)
    size = min(int(call.text("limit") or default), 1000)
    following = str(start + size) if start + size < len(rows) else ""
    return {key: list(rows[start : start + size]), "response_metadata": {"next_cursor": following}}


def _person(call: Call, name: str = "user") -> Person:
    person = call.realm.workspace.people.get(call.text(name))
    if person is None:
        raise SlackRefusalError("user_not_found")
    return person


def _shown(call: Call, person: Person) -> Json:
    return person_json(
        person,
        home_team=call.realm.workspace.team_id,
        with_email="users:read.email" in call.grant.scopes,
    )


def _channel(call: Call) -> Channel:
    """Return the channel asked about; without the scope for its kind it might as well not exist."""
    channel = call.realm.workspace.channels.get(call.text("channel"))
    bot = call.realm.app.user_id
    if channel is None or (channel.is_private and bot not in channel.members):
        raise SlackRefusalError("channel_not_found")
    needed = "im:read" if channel.is_im else "groups:read" if channel.is_private else "channels:read"
    if needed not in call.grant.scopes:
        provided = ",".join(sorted(call.grant.scopes))
        raise SlackRefusalError("missing_scope", more={"needed": needed, "provided": provided})
    return channel


def user_info(call: Call) -> Json:
    """Return one person."""
    return {"user": _shown(call, _person(call))}


def user_list(call: Call) -> Json:
    """Return everybody, page by page."""
    return _page(call, "members", [_shown(call, person) for person in call.realm.workspace.people.values()])


def user_by_email(call: Call) -> Json:
    """Find somebody by e-mail address."""
    for person in call.realm.workspace.people.values():
        if person.email and person.email == call.text("email").lower() and not person.is_gone:
            return {"user": _shown(call, person)}
    raise SlackRefusalError("users_not_found")


def group_list(call: Call) -> Json:
    """Return the user groups."""
    groups = call.realm.workspace.groups
    rows = [
        {"id": key, "handle": name, "name": name, "users": list(users)}
        for key, (name, users) in groups.items()
    ]
    return {"usergroups": rows}


def group_users(call: Call) -> Json:
    """Return the people of one group."""
    found = call.realm.workspace.groups.get(call.text("usergroup"))
    if found is None:
        raise SlackRefusalError("no_such_subteam")
    return {"users": list(found[1])}


def conversation_info(call: Call) -> Json:
    """Return one channel."""
    return {"channel": channel_json(_channel(call), bot=call.realm.app.user_id)}


def conversation_members(call: Call) -> Json:
    """Return who is in a channel, page by page."""
    return _page(call, "members", sorted(_channel(call).members))


def conversation_list(call: Call) -> Json:
    """Return the channels of the asked kinds that the app may know of."""
    bot, scopes = call.realm.app.user_id, call.grant.scopes
    kinds = (call.text("types") or "public_channel").split(",")
    rows = []
    for channel in call.realm.workspace.channels.values():
        kind = "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
        hidden = channel.is_private and bot not in channel.members
        needed = {"im": "im:read", "private_channel": "groups:read"}.get(kind, "channels:read")
        if kind in kinds and needed in scopes and not hidden:
            rows.append(channel_json(channel, bot=bot))
    if call.text("exclude_archived").lower() in ("1", "true"):
        rows = [row for row in rows if not row["is_archived"]]
    return _page(call, "channels", rows)


def conversation_open(call: Call) -> Json:
    """Open the direct message with one person."""
    person = call.realm.workspace.people.get(call.text("users"))
    if person is None:
        raise SlackRefusalError("user_not_found")
    if person.is_gone or person.is_bot:
        raise SlackRefusalError("user_disabled" if person.is_gone else "cannot_dm_bot")
    return {"channel": {"id": call.realm.workspace.direct(person.id, call.realm.app.user_id).id}}


def auth_test(call: Call) -> Json:
    """Say whose token this is."""
    workspace, app = call.realm.workspace, call.realm.app
    return {
        "url": call.realm.base_url + "/",
        "team": workspace.name,
        "team_id": workspace.team_id,
        "user": app.name.lower(),
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


METHODS = {
    "auth.test": Method(auth_test),
    "users.info": Method(user_info, ("users:read",)),
    "users.list": Method(user_list, ("users:read",)),
    "users.lookupByEmail": Method(user_by_email, ("users:read.email",)),
    "usergroups.list": Method(group_list, ("usergroups:read",)),
    "usergroups.users.list": Method(group_users, ("usergroups:read",)),
    "conversations.info": Method(conversation_info, _CONVERSATIONS),
    "conversations.members": Method(conversation_members, _CONVERSATIONS),
    "conversations.list": Method(conversation_list, _CONVERSATIONS),
    "conversations.open": Method(conversation_open, ("im:write", "mpim:write", "channels:manage")),
}
