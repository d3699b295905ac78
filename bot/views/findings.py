"""What is worth a look: a sentence with counts for channels, a modal with names for who may see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.catalogue import RESOURCES
from bot.domain.findings import FindingDetail, Noticed
from bot.domain.standing import Finding, FindingKind
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.message import Entry, Listing, Message, fitted
from bot.views.words import capital, counted, label, name, number, sentence, series

SEE_LABEL = "Show me"
TITLE = "Worth a look"
_LISTED = 30
_SHORT = 60
_TO_DO = {
    FindingKind.BANK_DETAILS: "Ask the supplier, by a number you already have, before the next payment.",
    FindingKind.MANY_VOIDS: "Ask who did it; the copies from before are kept and `/backup diff` shows more.",
    FindingKind.BEFORE_LOCK: "Ask who did it: figures that were reported may no longer be the same.",
    FindingKind.DROP: "Open the list in Xero and see whether this was meant; earlier copies still hold them.",
}


def told(finding: Finding) -> str:
    """Say one finding in one sentence; safe in a channel: counts and dates only."""
    text = {
        FindingKind.BANK_DETAILS: _bank_details,
        FindingKind.MANY_VOIDS: _many_voids,
        FindingKind.BEFORE_LOCK: _before_lock,
        FindingKind.DROP: _drop,
    }[finding.kind](finding)
    return capital(f"at least {text}") if finding.at_least and finding.count else capital(text)


def worth_a_look(findings: Sequence[Finding], run_id: str) -> Block | None:
    """Draw what was found in one backup, with the button that shows more; nothing when there is nothing."""
    if not findings:
        return None
    lines = "\n".join(f"• {told(one)}" for one in findings)
    return blocks.section(f"*{TITLE}:*\n{lines}", accessory=button(run_id))


def button(run_id: str) -> Block:
    """Give the button that shows the records behind a backup's findings."""
    spoken = "Show me what is worth a look in this backup"
    return blocks.button(SEE_LABEL, ids.SEE_FINDINGS, ids.reference(run_id), spoken=spoken)


def looking() -> Block:
    """Give the modal that stands while the copies are compared; it says nothing of the books."""
    return _modal([blocks.section("Looking …\nI compare this backup with the one before it.")])


def refusal(message: Message) -> Block:
    """Give the modal that says why nothing is shown."""
    return _modal([one for one in message.blocks if one["type"] != "actions"])


def details(organisation_name: str, found: Sequence[FindingDetail]) -> Block:
    """Give the modal with names, documents and masked accounts."""
    parts: list[Block | Listing | None] = [blocks.section(f"*{name(organisation_name)}*")]
    if not found:
        parts.append(blocks.section("There is nothing here that I would point out. Compared again just now."))
    for one in found:
        parts += [
            blocks.divider(),
            blocks.section(f"*{told(one.finding)}*"),
            _records(one),
            blocks.context(_TO_DO[one.finding.kind]),
        ]
    parts.append(
        blocks.context("Only you see this. It may all be as it should be: somebody who knows should look.")
    )
    return _modal(fitted(parts))


def _records(found: FindingDetail) -> Listing | None:
    if not found.records:
        return None
    entries = [Entry(f"• {_line(found.finding.kind, one)}") for one in found.records[:_LISTED]]
    entries += [Entry("")] * (len(found.records) - len(entries))  # only counted, not drawn
    return Listing(heading="", entries=entries, more="`/backup diff` shows every change.", most=_LISTED)


def _line(kind: FindingKind, one: Noticed) -> str:
    if kind is FindingKind.BANK_DETAILS:
        before = name(one.before, _SHORT) if one.before else "none"
        return f"{name(one.name)}: {before} → {name(one.after, _SHORT) if one.after else 'none'}"
    what = RESOURCES[one.kind].title if one.kind in RESOURCES else one.kind
    told_by = [name(part, _SHORT) for part in (one.document, one.name) if part]
    on = f"{one.on.day} {one.on:%b %Y}" if one.on else ""
    return ", ".join(part for part in (label(what), *told_by, on, label(one.after.lower())) if part)


def _bank_details(one: Finding) -> str:
    verb = "is" if one.count == 1 else "are"
    return f"{counted(one.count, 'supplier')} {verb} to be paid to other bank details than before."


def _many_voids(one: Finding) -> str:
    on = f", on {label(one.detail)}" if one.detail else ""
    return f"{counted(one.count, 'document')} were voided or deleted within one hour{on}."


def _before_lock(one: Finding) -> str:
    lock = f" ({label(one.detail)})" if one.detail else ""
    if not one.count:
        return f"the lock date{lock} is no longer what it was."
    verb = "is" if one.count == 1 else "are"
    entries = counted(one.count, "entry", "entries")
    return f"{entries} dated on or before the lock date{lock} {verb} new or changed."


def _drop(one: Finding) -> str:
    title = RESOURCES[one.resource].title if one.resource in RESOURCES else one.resource
    share = f" ({label(one.detail)})" if one.detail else ""
    return f"{number(one.count)} records are gone that were there before{share}: {label(title).lower()}."


def _modal(drawn: Sequence[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": ids.SEE_FINDINGS,
        "title": blocks.plain(TITLE, 24),
        "close": blocks.plain("Close", 24),
        "blocks": list(drawn),
    }


def spoken(findings: Sequence[Finding]) -> str:
    """Say findings for readers who only hear the message; nothing when there are none."""
    words = {
        FindingKind.BANK_DETAILS: "bank details of a supplier",
        FindingKind.MANY_VOIDS: "many voids in an hour",
        FindingKind.BEFORE_LOCK: "entries before the lock date",
        FindingKind.DROP: "records that are gone",
    }
    kinds = list(dict.fromkeys(words[one.kind] for one in findings))
    return sentence(f"worth a look: {series(kinds)}") if kinds else ""
