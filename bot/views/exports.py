"""Exports: asked for, ready to be fetched, or not made. Only the person who asked sees these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.message import Message, compose
from bot.views.words import counted, name, number, plain_name, series, size, stopped, when, when_plain

EXPORT_LABEL = "Export"
_TITLES = 8
_CHOICES = 20  # of the 25 buttons that Slack takes in a row of them
_FORMS = {
    "jsonl": "A ZIP with a file of JSON lines for each kind of data, each record as Xero sent it. "
    "`manifest.json` lists them. For Excel, type `/backup export as excel`.",
    "csv": "A ZIP with tables for each kind of data, lines in tables of their own; budgets as Xero imports "
    "them. `manifest.json` lists them.",
    "xlsx": "A ZIP with an Excel workbook for each kind of data, lines on sheets of their own; budgets as "
    "Xero imports them. Open `contents.xlsx` first.",
}
_AS = {"csv": " as tables", "xlsx": " as Excel workbooks"}
_FILES = (
    "the files themselves (attachments, the file library: it would be larger than 1 GB with them; "
    "`ledgerkeep export` writes them, for whoever runs Ledgerkeep)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What an export holds, and where it is fetched; without a link the file itself follows in Slack."""

    organisation_name: str
    link: str = ""
    until: datetime | None = None
    records: int
    files: int
    bytes: int
    number: int
    taken_at: datetime
    gaps: int = 0
    form: str = "jsonl"
    with_files: bool = True
    not_read: Sequence[str] = ()


def button(organisation_id: str, organisation_name: str) -> Block:
    """Give the button that asks for an export; what it makes is readable, so it asks again."""
    asked = blocks.confirm(
        "Export the copies?",
        f"You get a file with all records of the newest backup of {plain_name(organisation_name)}. "
        "The file is not encrypted.",
        yes="Export",
        no="Cancel",
    )
    return blocks.button(EXPORT_LABEL, ids.EXPORT, ids.reference(organisation_id), confirm=asked)


def which(names: Sequence[tuple[str, str]], form: str) -> Message:
    """Ask which organisation an export of some form is meant of; `names` are pairs of reference and name."""
    told = f"Which organisation do you mean? Choose one, or type its name before “as {form}”."
    buttons = [
        blocks.button(plain_name(title, 60), ids.choose(f"export{form}", place), ids.reference(ref))
        for place, (ref, title) in enumerate(names[:_CHOICES])
    ]
    return compose(told, blocks.section(told), blocks.actions(*buttons) if buttons else None)


def being_made(organisation_name: str, *, backup_first: bool, form: str = "jsonl") -> Message:
    """Tell the person that the file is being made."""
    what = f"an export of {name(organisation_name)}{_AS.get(form, '')}"
    told = f"I am making {what}. It comes to you as a direct message."
    waits = " A backup of it is running, so the export begins when that has ended." if backup_first else ""
    return compose(f"{told}{waits}", blocks.section(f"{told}{waits}"), blocks.context("Nothing more to do."))


def ready(made: Made) -> Message:
    """Hand the link over, with what the file holds, what it does not, and how to treat it."""
    title, holds = name(made.organisation_name), counted(made.records, "record")
    return compose(
        f"The export of {title} is ready: {holds}, {size(made.bytes)}. {_spoken_way(made)}",
        blocks.header(f"Export ready: {plain_name(made.organisation_name)}"),
        blocks.section(
            f"*{holds}* in {counted(made.files, 'file')}, {size(made.bytes)}: backup #{made.number}, taken "
            f"{when(made.taken_at)}.\n{_FORMS.get(made.form, _FORMS['jsonl'])}"
        ),
        blocks.section(_left_out(made)),
        blocks.section(
            "⚠️ *The file is not encrypted.* Whoever has it can read these books: keep it where only the "
            "right people get at it, and delete it when you are done."
        ),
        *_way(made),
    )


def not_made(organisation_name: str, why: str) -> Message:
    """Tell the person why there is no export."""
    told = f"The export of {name(organisation_name)} was not made. {stopped(why)}"
    return compose(
        told,
        blocks.section(
            f"{told}\n*Your copies* are not touched.\n*Next:* mend that, then type `/backup export` again."
        ),
    )


def _spoken_way(made: Made) -> str:
    if made.until is None:
        return "The file follows in this direct message."
    return f"The link works once, until {when_plain(made.until)}."


def _way(made: Made) -> list[Block]:
    """Say how the person gets it, and who keeps it from then on."""
    if made.until is None:
        return [
            blocks.context(
                "The file follows below, where only you see it; none is kept here. Slack keeps it until it "
                "is deleted there: do that once you have it. That you were given it is in the audit log."
            )
        ]
    return [
        blocks.actions(blocks.button("Download", ids.EXPORT_LINK, style="primary", url=made.link)),
        blocks.context(
            f"The link works once, until {when(made.until)}, for whoever opens it: do not pass it on. Then "
            "the file is deleted here. That you asked for it, and that it was fetched, is in the audit log."
        ),
    ]


def _left_out(made: Made) -> str:
    titles = [name(title, 60) for title in made.not_read[:_TITLES]]
    if len(made.not_read) > _TITLES:
        titles.append(f"{number(len(made.not_read) - _TITLES)} more kinds")
    missing = [_FILES] * (not made.with_files)
    missing += [f"what Ledgerkeep does not read yet ({series(titles)})"] if titles else []
    if made.gaps:
        missing.append(
            f"what is missing of {counted(made.gaps, 'kind')} of data with gaps in that backup (the manifest "
            "says which)"
        )
    missing.append("what no backup can hold (`/backup coverage` tells)")
    return f"*Not in it:* {series(missing)}."
