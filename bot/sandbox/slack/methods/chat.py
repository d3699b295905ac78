"""chat.*: post, update, delete. Refuses what Slack refuses, block by block."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.entries import completed
from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.people import Channel, Json, Message
from bot.sandbox.slack.realm import Call, Realm
from bot.sandbox.slack.refusal import SlackRefusalError, refuse_problems
from bot.views.check import MESSAGE_TEXT, check_message


def message_json(realm: Realm, message: Message) -> Json:
    """Return a message as the Web API and interactions show it."""
    is_ours = message.author == realm.app.user_id
    shown: Json = {"type": "message", "user": message.author, "ts": message.ts, "text": message.text}
    shown["team"] = realm.workspace.people[message.author].team_id
    if is_ours:
        shown |= {"bot_id": realm.app.bot_id, "app_id": realm.app.id}
    if message.blocks:
        shown["blocks"] = list(message.blocks)
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.files:
        shown["files"] = [{"id": file.id, "name": file.name, "title": file.title} for file in message.files]
    return shown


def check_content(args: Json) -> None:
    """Refuse text and blocks that Slack would not take.

    Raises:
        SlackRefusalError: no_text, msg_too_long, msg_blocks_too_long or invalid_blocks with the problems.
    """
    text, blocks = args.get("text"), args.get("blocks")
    if not text and not blocks:
        raise SlackRefusalError("no_text")
    if isinstance(text, str) and len(text) > MESSAGE_TEXT:
        raise SlackRefusalError("msg_too_long")
    problems = check_message({key: args[key] for key in ("text", "blocks") if args.get(key) is not None})
    too_long = any("msg_blocks_too_long" in problem for problem in problems)
    refuse_problems("msg_blocks_too_long" if too_long and len(problems) == 1 else "invalid_blocks", problems)


def destination(call: Call, name: str = "channel") -> Channel:
    """Return the channel to post to; a person's id means their direct message.

    Raises:
        SlackRefusalError: channel_not_found, not_in_channel, is_archived, cannot_dm_bot or user_disabled.
    """
    workspace, bot = call.realm.workspace, call.realm.app.user_id
    wanted = call.text(name)
    person = workspace.people.get(wanted)
    if person is not None:
        if person.is_bot:
            raise SlackRefusalError("cannot_dm_bot")
        if person.is_gone:
            raise SlackRefusalError("user_disabled")
        return workspace.direct(person.id, bot)
    found = workspace.channels.get(wanted)
    if found is None or (found.is_private and bot not in found.members):
        raise SlackRefusalError("channel_not_found")
    if bot not in found.members and not (
        "chat:write.public" in call.grant.scopes and not found.is_private and not found.is_shared
    ):
        raise SlackRefusalError("not_in_channel")
    if found.is_archived:
        raise SlackRefusalError("is_archived")
    return found


def _blocks(call: Call) -> tuple[Json, ...]:
    return completed(call.args.get("blocks") or (), call.realm.workspace.new_id)


def post_message(call: Call) -> Json:
    """Post a message as the app."""
    check_content(call.args)
    channel = destination(call)
    workspace = call.realm.workspace
    thread_ts = call.text("thread_ts") or None
    if thread_ts and workspace.message(channel.id, thread_ts) is None:
        raise SlackRefusalError("thread_not_found")
    message = workspace.post(
        Message(
            ts=workspace.new_ts(),
            channel=channel.id,
            author=call.realm.app.user_id,
            text=call.text("text"),
            blocks=_blocks(call),
            thread_ts=thread_ts,
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.realm, message)}


def post_ephemeral(call: Call) -> Json:
    """Post a message that one person sees."""
    check_content(call.args)
    channel = destination(call)
    user = call.text("user")
    if user not in call.realm.workspace.people or user not in channel.members:
        raise SlackRefusalError("user_not_in_channel")
    workspace = call.realm.workspace
    message = workspace.post(
        Message(
            ts=workspace.new_ts(),
            channel=channel.id,
            author=call.realm.app.user_id,
            text=call.text("text"),
            blocks=_blocks(call),
            thread_ts=call.text("thread_ts") or None,
            only_for=user,
        )
    )
    return {"message_ts": message.ts}


def _own(call: Call, refusal: str) -> Message:
    channel = destination(call)
    message = call.realm.workspace.message(channel.id, call.text("ts"))
    if message is None or message.only_for:
        raise SlackRefusalError("message_not_found")
    if message.author != call.realm.app.user_id:
        raise SlackRefusalError(refusal)
    return message


def update(call: Call) -> Json:
    """Replace a message of the app; without `blocks` the old blocks stay (python-slack-sdk issue 523)."""
    check_content(call.args)
    old = _own(call, "cant_update_message")
    blocks = _blocks(call) if call.args.get("blocks") is not None else old.blocks
    new = replace(old, text=call.text("text"), blocks=blocks, is_edited=True)
    message = call.realm.workspace.post(new)
    shown = message_json(call.realm, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    """Delete a message of the app."""
    message = _own(call, "cant_delete_message")
    call.realm.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> Json:
    """Return the address of a message on the workspace page."""
    channel, ts = call.text("channel"), call.text("message_ts")
    if channel not in call.realm.workspace.channels:
        raise SlackRefusalError("channel_not_found")
    if call.realm.workspace.message(channel, ts) is None:
        raise SlackRefusalError("message_not_found")
    address = f"{call.realm.base_url}/archives/{channel}/p{ts.replace('.', '')}"
    return {"channel": channel, "permalink": address}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(permalink),
}
