"""What goes with the report of a restore, to the people who may see it. Direct messages only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.restore import Restore
from bot.views import blocks
from bot.views import restore_parts as parts
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import capital, code, stopped, when

_WORDS = 5
NOT_TAKEN = "Slack did not take it as a file. Open the plan and press the button again in a few minutes."
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


def refused_words(restore: Restore, words: Sequence[str]) -> Message | None:
    """Quote what Xero refuses one record after another with; None where nothing is to be quoted."""
    if not words:
        return None
    told = f"{capital(parts.spoken(restore))} stopped because Xero refused one record after another."
    return compose(
        told,
        blocks.section(
            f"{told} What was refused is sent again when it goes on. "
            "The words may quote names and amounts from the books: pass them on only to people who may see "
            "them."
        ),
        Listing(
            heading="*Xero's own words*",
            entries=[Entry(f"• {stopped(one, 600)}") for one in words],
            more="they are in the report once it has ended.",
            most=_WORDS,
        ),
        blocks.context(parts.identity(restore)),
    )


def plan_handed(restore: Restore) -> Message:
    """Announce the file of a plan, which comes with this message."""
    made = f", made {when(restore.plan.made_at)}" if restore.plan else ""
    heard = f"The plan of {parts.spoken(restore)} as a file: every step, every reason, what will differ."
    told = (
        f"*{heard}*\nIt is the plan `{code(restore.fingerprint[:8])}`{made}: an approval holds for this one "
        f"only. You asked for it, and only you got it. {_HOLDS}"
    )
    return compose(heard, blocks.section(told), blocks.context(parts.identity(restore)))


def plan_not_handed(restore: Restore, why: str) -> Message:
    """Say that the file of a plan did not come, why, and what to do."""
    told = f"{capital(parts.spoken(restore))}: its plan could not be given to you as a file."
    because = stopped(why, 600) or "Something went wrong on my side."
    return compose(
        f"{told} {because}",
        blocks.section(f"{told}\n*Why:* {because}"),
        blocks.context(parts.identity(restore)),
    )


def no_files() -> str:
    """Say why nothing comes where the app may send no files, and how that is mended."""
    return (
        "This workspace does not let me send files (Slack's permission files:write). A workspace admin can "
        "install Ledgerkeep again and allow it; then open the plan and press the button again. Until then "
        "Review plan shows as much as there is room for."
    )
