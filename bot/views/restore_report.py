"""What goes with the report of a restore, to the people who may see it. Direct messages only."""

from __future__ import annotations

from bot.domain.restore import Restore
from bot.views import blocks
from bot.views import restore_parts as parts
from bot.views.message import Message, compose
from bot.views.words import capital, code

_HOLDS = "It holds names and amounts from the books: pass it on only to people who may see them."


def handed(restore: Restore) -> Message:
    """Announce the file that comes with this message."""
    told = f"The report of {parts.spoken(restore)} is ready: every difference, every record that was created."
    return compose(told, blocks.section(f"*{told}*\n{_HOLDS}"), blocks.context(parts.identity(restore)))


def not_handed(restore: Restore) -> Message:
    """Say how to get the report where Slack takes no file from us."""
    told = f"{capital(parts.spoken(restore))}: Slack did not take the report as a file."
    how = f"ledgerkeep restores --report {code(restore.id)} --to report.xlsx"
    return compose(told, blocks.section(f"{told}\n*Next:* ask whoever runs this Ledgerkeep to type `{how}`."))
