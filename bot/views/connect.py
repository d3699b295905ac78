"""Messages about linking a Xero organisation: the link, what was found, disconnecting, reconnecting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.domain.connection import FirstScan
from bot.domain.coverage import CoverageLine
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.views import blocks, ids, limits
from bot.views import connect_effort as how_long
from bot.views.blocks import Block
from bot.views.caveat import caveat
from bot.views.labels import APPROVERS_LABEL, CONNECT_LABEL, COVERAGE_LABEL, SCHEDULE_LABEL, connect_button
from bot.views.message import Entry, Listing, Message, compose
from bot.views.settings_extras import listed
from bot.views.words import (
    capital,
    channel,
    counted,
    name,
    number,
    person,
    plain_name,
    sentence,
    series,
    stopped,
    typeable,
    when,
    when_plain,
)

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def connect_offer(
    link: str, minutes: int, *, beside: Mapping[Extra, Sequence[str]] = MappingProxyType({})
) -> Message:
    """Give one person their own link to Xero's consent page.

    `beside` is what it asks for beside the books, each with the organisations that have it switched on.
    """
    life = counted(minutes, "minute")
    steps = (
        "*1.* Xero asks you to sign in and to choose one organisation. Consent is best given by someone with "
        "the *Adviser* role there; with a lesser role Xero may hold some data back.\n"
        "*2.* Ledgerkeep asks for permission to *read*, and for nothing else.\n"
        "*3.* Your browser then shows what was linked. I post in the channel what I found, how big it is, "
        "and what a backup of it will not cover."
    )
    return compose(
        f"Your private link to connect a Xero organisation is ready: it works once, within {life}, "
        "and asks for permission to read only.",
        blocks.header("Connect a Xero organisation"),
        blocks.section(steps),
        blocks.section(_beside(beside)) if beside else None,
        blocks.actions(blocks.button(CONNECT_LABEL, ids.CONNECT_LINK, style="primary", url=link)),
        blocks.context(
            f"Only you can see this. The link is yours alone, works once and lasts {life}. "
            "If an Adviser should do this instead of you, ask them to type `/backup connect` themselves.",
            "If Xero stops on an error page of its own, nothing was linked. An organisation takes two "
            "uncertified apps at most: take one out in its settings in Xero, and try again.",
        ),
    )


def connected(scan: FirstScan) -> Message:
    """Tell the channel what was linked, how big it is, and what will not be covered."""
    organisation = scan.organisation
    title, verb = name(organisation.name), "Reconnected" if scan.reconnected else "Connected"
    size = limits.spoken(scan.limits)
    return compose(
        f"{title} is {verb.lower()} to Ledgerkeep. {how_long.effort(scan, plain=True)} "
        + caveat(scan.not_covered_total)
        + (f" {capital(size)}." if size else ""),
        blocks.header(f"🔗 {verb}: {plain_name(organisation.name)}"),
        blocks.fields(_facts(organisation)),
        blocks.section(limits.overview(scan.limits)) if scan.limits else None,
        blocks.section("\n".join(filter(None, (how_long.effort(scan), how_long.nights(scan))))),
        _worst(scan),
        blocks.section(
            f"*Where copies are kept:* {stopped(scan.copies_kept)}\n"
            f"*Who holds the key:* {stopped(scan.key_holder)}"
        ),
        blocks.section(f"*Next:* {how_long.following(scan)}"),
        _home(organisation),
        blocks.actions(*_buttons(organisation)),
    )


def disconnect_modal(organisation_name: str, organisation_ref: str, snapshots: int) -> Block:
    """Ask what to do with the copies when an organisation is disconnected."""
    kept, lost = "There are none yet.", "There is nothing to delete."
    if snapshots:
        kept = f"{counted(snapshots, 'snapshot')} can still be exported."
        lost = f"{counted(snapshots, 'snapshot is', 'snapshots are')} destroyed. There is no way back."
    intro = (
        f"*{name(organisation_name)}* will no longer be read and no new backups will be made. "
        "Nothing changes in Xero itself, except that Ledgerkeep's permission ends there."
    )
    choices = (
        blocks.option("Keep the copies", ids.COPIES_KEEP, kept),
        blocks.option("Delete the copies", ids.COPIES_DELETE, lost),
    )
    typed = blocks.text_input(
        ids.TYPED_NAME_BLOCK,
        ids.TYPED_NAME_ACTION,
        "To delete the copies, type the organisation's name",
        hint=f"The name is: {plain_name(typeable(organisation_name))}. To keep the copies, leave this empty.",
        optional=True,
    )
    return blocks.modal(
        "Disconnect from Xero",
        (
            blocks.section(intro),
            blocks.radio_input(ids.COPIES_BLOCK, ids.COPIES_ACTION, "What happens to the copies?", choices),
            typed,
        ),
        callback_id=ids.DISCONNECT_MODAL,
        submit="Disconnect",
        metadata=ids.reference(organisation_ref),
    )


def unlinked(organisation_name: str, *, by: str, copies_kept: bool, deleted_objects: int = 0) -> Message:
    """Tell the channel that an organisation was disconnected and what became of its copies."""
    title = name(organisation_name)
    kept = "The copies made so far are kept and can still be exported."
    gone = (
        f"Its copies were deleted ({counted(deleted_objects, 'stored object')}); they cannot be brought back."
    )
    copies = kept if copies_kept else gone
    return compose(
        f"{title} is disconnected from Xero; no new backups are made. {copies}",
        blocks.header(f"🔌 Disconnected: {plain_name(organisation_name)}"),
        blocks.section(
            f"{capital(person(by))} disconnected *{title}*. From now on Ledgerkeep does not read it, and "
            f"*no new backups are made*.\n{copies}"
        ),
        blocks.context("To back it up again, type `/backup connect`."),
    )


def reconnect_needed(organisation_name: str, *, why: str, last_good_at: datetime | None) -> Message:
    """Ask once for a new consent after Xero refused the old one."""
    title = name(organisation_name)
    refused = f"Xero no longer lets Ledgerkeep read *{title}*. {stopped(why)}".strip()
    stands = "There is no backup of it yet, and none can be made until it is connected again."
    spoken = "There is no backup of it yet."
    if last_good_at:
        spoken = f"The last good backup, from {when_plain(last_good_at)}, stands."
        stands = f"The last good backup, from {when(last_good_at)}, stands. No new ones are made until then."
    return compose(
        f"{title} needs you: Xero no longer lets Ledgerkeep in, so no new backups are made. {spoken}",
        blocks.header(f"⚠️ Needs you: {plain_name(organisation_name)}"),
        blocks.section(
            f"{refused}\n"
            "*What to do:* ask someone with the Adviser role to press the button and give consent again.\n"
            f"*Your copies:* {stands}"
        ),
        blocks.actions(connect_button()),
    )


def _beside(beside: Mapping[Extra, Sequence[str]]) -> str:
    """Say what is asked for beside the books, for whom, and what to do where Xero refuses it."""
    told = [
        f"• *{capital(listed((extra,)))}*, switched on for {_names(names)}" for extra, names in beside.items()
    ]
    lines = ["*This link also asks for permission to read:*", *told]
    lines.append("It is used for no other organisation than those that have it switched on in the settings.")
    if Extra.PAYROLL in beside:
        lines.append("For payroll, whoever gives consent must be a payroll administrator in Xero.")
    if Extra.JOURNALS in beside:
        lines.append(
            "If Xero refuses with an error page, the app is not of its Advanced tier: untick Journals in "
            "`/backup settings`, and ask for a new link."
        )
    return "\n".join(lines)


def _names(names: Sequence[str]) -> str:
    more = [f"{number(len(names) - 3)} more"] if len(names) > 3 else []
    return series([*(name(one) for one in names[:3]), *more])


def _facts(organisation: Organisation) -> list[tuple[str, str]]:
    facts = organisation.facts
    where = [f"{sentence(facts.region)} region"] if facts.region else []
    where += [f"country {sentence(facts.country)}"] if facts.country else []
    others = [sentence(code) for code in facts.currencies if code != facts.base_currency]
    money = [f"{sentence(facts.base_currency)} (base)"] if facts.base_currency else []
    return [
        ("Legal name", name(facts.legal_name) if facts.legal_name else ""),
        ("Region and country", ", ".join(where)),
        ("Currencies", sentence(", ".join(money + others), 300)),
        ("Year end", _year_end(facts.year_end_day, facts.year_end_month)),
        ("Kind", "Demo company" if facts.is_demo else "Live organisation"),
        ("Permissions", _permissions(organisation.scopes)),
        ("Linked by", f"{person(organisation.linked_by)}, {when(organisation.linked_at)}"),
    ]


def _year_end(day: int, month: int) -> str:
    return f"{day} {_MONTHS[month - 1]}" if day and 1 <= month <= len(_MONTHS) else ""


def _permissions(scopes: frozenset[str]) -> str:
    asked = {scope for scope in scopes if "." in scope}
    wider = sorted(scope for scope in asked if not scope.endswith(".read"))
    if not asked:
        return ""
    if not wider:
        return f"{number(len(asked))} granted, all to read only"
    return f"{number(len(asked))} granted; more than reading: {sentence(', '.join(wider), 200)}"


def _worst(scan: FirstScan) -> Listing | None:
    if not scan.not_covered:
        return None
    total, shown = scan.not_covered_total, len(scan.not_covered)
    worst = f". The {number(shown)} worst:" if total > shown > 1 else ":"
    return Listing(
        heading=f"*Not covered:* {counted(total, 'kind')} of data{worst}",
        entries=[_caveat(line) for line in scan.not_covered],
        more="the button below shows all of them.",
        most=5,
    )


def _caveat(line: CoverageLine) -> Entry:
    moves = ", moves the ledger" if line.moves_ledger else ""
    told = f"• *{name(line.title)}* ({line.reason.value}{moves}): {stopped(line.sentence, 250)}"
    return Entry(told, name(line.title))


def _home(organisation: Organisation) -> Block | None:
    where = channel(organisation.home_channel)
    if not where:
        return None
    return blocks.context(
        f"Home channel: {where}. Whoever is in it can see how the backups are doing, and start one."
    )


def _buttons(organisation: Organisation) -> tuple[Block, ...]:
    ref = ids.reference(organisation.id)
    return (
        blocks.button("Back up now", ids.BACK_UP_NOW, ref, style="primary"),
        blocks.button(COVERAGE_LABEL, ids.COVERAGE, ref),
        blocks.button(SCHEDULE_LABEL, ids.CHANGE_SCHEDULE, ref),
        blocks.button(APPROVERS_LABEL, ids.WHO_MAY_APPROVE, ref),
        blocks.button("Disconnect", ids.DISCONNECT, ref),
    )
