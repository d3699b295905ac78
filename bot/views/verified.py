"""The message about stored copies that are not as they were written."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views import blocks
from bot.views.message import Entry, Listing, Message, compose
from bot.views.words import counted, name, plain_name, stopped

_SHOWN = 5


def damaged(organisation_name: str, findings: Sequence[str], total: int) -> Message:
    """Say what a look at the copies found, what it means and what to do; once for each finding."""
    title, new = name(organisation_name), counted(len(findings), "thing")
    also = f" ({counted(total, 'finding')} in all)" if total > len(findings) else ""
    means = (
        "Records that stand in what is named below may not come back. The other copies still open. No backup "
        "builds on damaged copies, so nothing new is saved until this is mended."
    )
    do = (
        "give this message to whoever runs Ledgerkeep. `ledgerkeep verify` says which snapshots are "
        "touched; then put the files back from a copy of the vault. Until then, delete nothing."
    )
    return compose(
        f"Stored copies of {title} are damaged: a check found {new} not as written{also}. No new backup is "
        "saved until whoever runs Ledgerkeep has looked.",
        blocks.header(f"⛔ Copies damaged: {plain_name(organisation_name)}"),
        blocks.section(
            f"*What happened:* the daily check of stored copies found {new} not as written{also}.\n"
            f"*Your data:* {means}\n*What to do:* {do}"
        ),
        Listing(
            heading="*Found:*",
            entries=[Entry(f"• {stopped(one)}", stopped(one)) for one in findings],
            more="`ledgerkeep verify` lists them.",
            most=_SHOWN,
        ),
    )
