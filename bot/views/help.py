"""Help, the answer to words not understood, and the welcome to the person who installed the app."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blocks
from bot.views.message import Message, compose
from bot.views.words import name, series

_COMMANDS = (
    ("/backup now", "back up an organisation", "/backup now Harbour Books"),
    ("/backup status", "what is safe, and what needs somebody", "/backup status"),
    ("/backup history", "past backups of an organisation", "/backup history Harbour Books"),
    ("/backup coverage", "what isn't covered, in all or for one thing", "/backup coverage bank rules"),
    ("/backup diff", "what changed between the last two backups", "/backup diff Harbour Books"),
    ("/backup find", "a record in the copies: name, number, amount", "/backup find INV-0042"),
    ("/backup export", "the newest copies as a file, for keepers", "/backup export Harbour Books"),
    (
        "/backup restore",
        "rebuild a copy in another organisation, once approved",
        "/backup restore Harbour Books",
    ),
    ("/backup drill", "the same for practice, so that it is known to work", "/backup drill Harbour Books"),
    ("/backup connect", "link a Xero organisation, with permission to read only", "/backup connect"),
    ("/backup settings", "times, digest, retention, people and home channels", "/backup settings"),
    ("/backup help", "this list", "/backup help"),
)


def help_() -> Message:
    """List every subcommand with an example."""
    lines = [
        f"• `{command}`: {does}" + (f", for example `{example}`" if example != command else "")
        for command, does, example in _COMMANDS
    ]
    return compose(
        "Ledgerkeep's commands: /backup now, status, history, coverage, diff, find, export, "
        "restore, drill, connect, settings and help.",
        blocks.header("What you can ask Ledgerkeep"),
        blocks.section("\n".join(lines)),
        blocks.section(
            "You can also ask in your own words, by mentioning me in an organisation's channel: "
            "“are quotes backed up?”"
        ),
        blocks.context(
            "Ledgerkeep copies what Xero hands out and never writes to the organisation it copies. A restore "
            "writes to another, empty one, and only once somebody else approved its plan."
        ),
    )


def not_understood(text: str, near: Sequence[str]) -> Message:
    """Say which words were not understood and what may be meant."""
    asked = name(text, 100)
    meant = series([f"`{word}`" for word in dict.fromkeys(map(_command, near[:3]))], "or")
    guess = f" Did you mean {meant}?" if near else ""
    told = f"I did not understand “{asked}”."
    return compose(
        f"{told}{guess}", blocks.section(f"{told}{guess}\n*Next:* `/backup help` lists what I can do.")
    )


def welcome() -> Message:
    """Greet the installer with the three steps to a first backup."""
    return compose(
        "Ledgerkeep is installed. Three steps to a first backup: choose a channel, connect Xero, back up.",
        blocks.header("Ledgerkeep is installed"),
        blocks.section(
            "Xero has no way back to an earlier day. I keep encrypted copies of your books, and say plainly "
            "what they do not cover.\n"
            "*1. Choose a channel.* Type `/invite @Ledgerkeep` in the channel of the people who look after "
            "the books. Whoever is in it can see how the backups are doing.\n"
            "*2. Connect Xero.* In that channel, type `/backup connect`. You get a private link; consent is "
            "best given by someone with the Adviser role.\n"
            "*3. Back up.* Press _Back up now_ below what I found, or type `/backup now`."
        ),
        blocks.context("Only you got this message. `/backup help` lists everything I can do."),
    )


def _command(word: str) -> str:
    safe = " ".join("".join(char for char in word if char.isalnum() or char in " -/").split())[:40].strip()
    return safe if safe.startswith("/") else f"/backup {safe}".strip()
