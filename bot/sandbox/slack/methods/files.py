"""files.*: the three steps of an upload (address, bytes, completion)."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.methods import Method
from bot.sandbox.slack.methods.chat import destination
from bot.sandbox.slack.people import Json, Message, SharedFile
from bot.sandbox.slack.realm import Call
from bot.sandbox.slack.refusal import SlackRefusalError


def upload_address(call: Call) -> Json:
    """Give an address that takes the bytes."""
    length = call.text("length")
    if not call.text("filename") or not length.isdigit() or int(length) < 1:
        raise SlackRefusalError("invalid_arguments")
    workspace = call.realm.workspace
    file = SharedFile(id=workspace.new_id("F"), name=call.text("filename"), length=int(length))
    workspace.files[file.id] = file
    return {"upload_url": f"{call.realm.base_url}/upload/v1/{file.id}", "file_id": file.id}


def _finished(call: Call) -> list[SharedFile]:
    files = []
    for entry in call.args.get("files") or ():
        file = call.realm.workspace.files.get(str(entry.get("id")))
        if file is None or file.content is None:
            raise SlackRefusalError("file_not_found")
        file = replace(file, title=str(entry.get("title") or file.name))
        call.realm.workspace.files[file.id] = file
        files.append(file)
    if not files:
        raise SlackRefusalError("invalid_arguments")
    return files


def complete(call: Call) -> Json:
    """Finish uploads and share them in a channel, when one is named."""
    files = _finished(call)
    if call.text("channel_id"):
        channel = destination(call, "channel_id")
        workspace = call.realm.workspace
        workspace.post(
            Message(
                ts=workspace.new_ts(),
                channel=channel.id,
                author=call.realm.app.user_id,
                text=call.text("initial_comment"),
                thread_ts=call.text("thread_ts") or None,
                files=tuple(files),
            )
        )
    return {"files": [{"id": file.id, "title": file.title, "name": file.name} for file in files]}


METHODS = {
    "files.getUploadURLExternal": Method(upload_address, ("files:write",)),
    "files.completeUploadExternal": Method(complete, ("files:write",)),
}
