"""The slash command: its words, and which module answers each. Only the asker sees the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.services.desk import Desk
from bot.views import help as views
from bot.views.message import Message
from handlers import backup, connect, exports, questions, records, restore, settings
from handlers.errors import told
from handlers.reply import privately

COMMAND = "/backup"
Answerer = Callable[[Desk, Actor, str], Message]
Reader = Callable[[Desk, Actor, str, Respond], Message]
Opener = Callable[[Desk, Actor, str, str], Message | None]


def _help(_desk: Desk, _actor: Actor, _rest: str) -> Message:
    return views.help_()


WORDS: Mapping[str, Answerer] = {
    "now": backup.now,
    "status": backup.status,
    "history": backup.history,
    "coverage": questions.coverage,
    "connect": connect.offer,
    "export": exports.export,
    "settings": settings.overview,
    "help": _help,
    "": _help,
}
# These read in the copies: what takes longer than Slack waits is told through `respond`.
READING: Mapping[str, Reader] = {"diff": records.diff, "find": records.find}
# These open a modal, which needs the trigger of the command.
OPENING: Mapping[str, Opener] = {"restore": restore.ask, "drill": restore.rehearse}
_SAME = {
    "gaps": "coverage",
    "link": "connect",
    "start": "now",
    "run": "now",
    "?": "help",
    "rehearse": "drill",
}
LONGEST = 3000  # Slack sends what was typed; nobody names an organisation in more


def register(app: App, desk: Desk) -> None:
    """Answer the slash command in its acknowledgement."""

    @app.command(COMMAND)
    def command(ack: Ack, command: dict[str, str], context: BoltContext, respond: Respond) -> None:
        word, rest = split(command.get("text") or "")
        opener = OPENING.get(_SAME.get(word, word))
        if opener is not None:
            ack()
            refusal = opener(desk, context["actor"], rest, command.get("trigger_id") or "")
            if refusal is not None:
                privately(desk.posts, context["actor"], respond, refusal)
            return
        message = answer(desk, context["actor"], command.get("text") or "", respond)
        ack(response_type="ephemeral", text=message.text, blocks=message.blocks)


@told
def answer(desk: Desk, actor: Actor, text: str, respond: Respond) -> Message:
    """Answer what was typed after the command."""
    word, rest = split(text)
    if word in READING:
        return READING[word](desk, actor, rest, respond)
    found = WORDS.get(_SAME.get(word, word))
    if found is None:
        near = get_close_matches(word, [one for one in (*WORDS, *READING, *OPENING) if one], n=2, cutoff=0.5)
        return views.not_understood(text[:LONGEST], near)
    return found(desk, actor, rest)


def split(text: str) -> tuple[str, str]:
    """Part the first word, in lower case, from the rest; Slack's escapes are undone."""
    plain = text[:LONGEST].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
    word, _, rest = plain.partition(" ")
    return word.casefold(), " ".join(rest.split())
