"""The plan of a restore as those who may see the books look at it, and where it is approved. Private.

Here names and amounts from the books are shown: never draw these views in a channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.domain.access import ApproverList
from bot.domain.limits import Level
from bot.domain.restore import Restore
from bot.domain.restore_plan import Action, BalanceDifference, PlanSummary, ReasonLine, Todo, TypeCount
from bot.views import blocks, ids, limits
from bot.views import restore_parts as parts
from bot.views.blocks import Block
from bot.views.labels import APPROVE_LABEL, PLAN_FILE_LABEL
from bot.views.message import Entry, Listing, fitted
from bot.views.restore_done import todo as in_words
from bot.views.settings_inputs import choice as option
from bot.views.words import counted, label, name, number, series, stopped, typeable, when

TITLE = "Review plan"
KNOWN = "known"
_KINDS_AT_MOST = 8  # titles in one line; each is short
_REST = "they are in the plan's file."
_COMES = "📄 The plan's file is being made. It comes in a moment, as a direct message to you alone."
_DRILL = "*This is a rehearsal.* It goes the same way as a restore, and what it writes is written for real."
_MAIL = (
    "*E-mail:* nothing is sent. I never ask Xero to e-mail anything, and templates of repeating invoices "
    "come back as drafts that send nothing. Invoice reminders are Xero's own: keep them switched off there."
)


def review_modal(
    restore: Restore,
    plan: PlanSummary,
    named: ApproverList,
    *,
    why_not: str,
    ref: str,
    file_comes: bool = False,
) -> Block:
    """Show the plan; whoever may approve it types the target's name below.

    `file_comes`: they asked for it as a file just now, which is under way to them.
    """
    shown = _shown(restore, plan, named)
    # A modal has more room than a message: each list gets a message's worth of it.
    drawn = [block for part in shown for block in fitted([part])]
    drawn.append(blocks.context(_COMES) if file_comes else blocks.actions(_file_button(restore)))
    if why_not:
        drawn.append(blocks.section(f"❗ {stopped(why_not)}"))
        return _read_only(TITLE, drawn, ref=ref)
    drawn += _asked(restore, plan)
    return blocks.modal(
        TITLE, drawn, callback_id=ids.REVIEW_MODAL, submit=APPROVE_LABEL, metadata=ids.reference(ref)
    )


def _shown(restore: Restore, plan: PlanSummary, named: ApproverList) -> tuple[Block | Listing | None, ...]:
    return (
        blocks.section(_DRILL) if restore.is_drill else None,
        parts.from_and_into(restore),
        parts.why(restore),
        blocks.section(f"*Plan `{plan.short_fingerprint}`:* {parts.in_one_line(plan)}\n{parts.never()}"),
        _first(plan.todos),
        _by_type(plan),
        _losses(plan),
        _balances(plan),
        _later(plan.todos),
        parts.checks(plan, more=_REST),
        blocks.section(_MAIL),
        blocks.section(limits.overview(plan.limits)) if plan.limits else None,
        blocks.section(parts.effort(plan.effort)),
        blocks.section(parts.who_may_approve(named, restore)),
        blocks.context(
            f"Made {when(plan.made_at)}. Names and amounts on this page are shown to you only. "
            f"The request expires {when(restore.expires_at)}."
        ),
    )


def _file_button(restore: Restore) -> Block:
    return blocks.button(PLAN_FILE_LABEL, ids.PLAN_FILE, ids.reference(restore.id))


def decline_modal(restore: Restore, *, own: bool, ref: str) -> Block:
    """Ask why before a request is closed; of the requester it is a withdrawal."""
    into = name(restore.target_name)
    told = (
        f"You asked for this restore into *{into}*. Withdrawing closes the request; nothing is written."
        if own
        else f"Declining closes the request to restore into *{into}* for everybody; nothing is written."
    )
    element = {"type": "plain_text_input", "action_id": ids.WHY_ACTION, "multiline": True, "max_length": 300}
    field: Block = {
        "type": "input",
        "block_id": ids.WHY_BLOCK,
        "label": blocks.plain("Why?"),
        "hint": blocks.plain("Shown in the channel."),
        "optional": True,
        "element": element,
    }
    title = "Withdraw request" if own else "Decline restore"
    return blocks.modal(
        title,
        (blocks.section(told), field),
        callback_id=ids.DECLINE_MODAL,
        submit="Withdraw" if own else "Decline",
        metadata=ids.reference(ref),
    )


def looking(title: str) -> Block:
    """Draw a modal that is filled in a moment: a click is good for three seconds."""
    return _read_only(title, [blocks.section("Looking, one moment …")])


def notice(title: str, told: str) -> Block:
    """Draw a sentence in place of a modal."""
    return _read_only(title, [blocks.section(stopped(told, 2000) or "That is not possible just now.")])


def permission_needed(restore: Restore, link: str, minutes: int) -> Block:
    """Show a person who asked for a restore the private link with which they can let us write.

    `link` is "" for somebody who may not link organisations: then others give the permission.
    """
    target = name(restore.target_name)
    told = (
        f"✅ Your request is stored. So far I may only read in *{target}*: before a plan can be made, "
        "somebody has to let me write there. The permission alone writes nothing; that takes the approval of "
        "the plan."
    )
    if not link:
        who = "A workspace admin or a keeper can do it: the button is below your request in the channel."
        return _read_only("Permission needed", [blocks.section(told), blocks.section(who)])
    button = blocks.button("Connect to Xero", ids.PERMISSION_LINK, url=link, style="primary")
    how = (
        f"Consent in Xero as somebody who may edit *{target}*, and choose *that* organisation there. "
        f"The link is yours alone, works once and for {number(minutes)} minutes; later, use the button below "
        "your request in the channel."
    )
    return _read_only(
        "Permission needed", [blocks.section(told), blocks.section(how), blocks.actions(button)]
    )


def _read_only(title: str, drawn: list[Block], *, ref: str = "") -> Block:
    about = ids.reference(ref) if ref else ""
    shown = blocks.modal(title, drawn, callback_id=ids.NOTICE_MODAL, submit="", metadata=about)
    del shown["submit"]
    return shown | {"close": blocks.plain("Close", 24)}


def _first(todos: tuple[Todo, ...]) -> Listing | None:
    return _list("*To do by hand first*, then ask again; until then those records stay blocked", [
        Entry(f"☐ {in_words(one)}") for one in todos if one.before
    ], most=12)  # fmt: skip


def _later(todos: tuple[Todo, ...]) -> Listing | None:
    return _list("*To do by hand afterwards*", [
        Entry(f"☐ {in_words(one)}") for one in todos if not one.before
    ], most=12)  # fmt: skip


def _by_type(plan: PlanSummary) -> Listing | None:
    added = (
        f" (added, because the others need them: {label(series(plan.added_types))})"
        if plan.added_types
        else ""
    )
    rows = [Entry(_row(one), label(one.title)) for one in plan.counts]
    return _list(f"*By kind of data*{added}", rows, most=60)


def _row(one: TypeCount) -> str:
    counts = {
        Action.CREATE: one.create,
        Action.CHANGE: one.change,
        Action.MATCH: one.match,
        Action.LEAVE_OUT: one.leave_out,
        Action.BLOCKED: one.blocked,
    }
    told = [f"{number(count)} {parts.COUNT_WORDS[action]}" for action, count in counts.items() if count]
    told += [f"{number(one.follows)} with other records"] if one.follows else []
    return f"• {label(one.title)}: {', '.join(told) or 'nothing'}"


def _losses(plan: PlanSummary) -> Listing | None:
    merged = _merged(parts.losses(plan))
    rows = [Entry(f"{parts.loss(one)}{_examples(one)}", label(one.title)) for one in merged]
    return _list("*What does not come back as it was*, worst first", rows, most=50)


def _merged(lost: Sequence[ReasonLine]) -> list[ReasonLine]:
    """Give one line to all kinds of data of which the same is said."""
    same: dict[tuple[object, ...], list[ReasonLine]] = {}
    for one in lost:
        same.setdefault((one.action, one.sentence, one.instead, one.moves_ledger), []).append(one)
    return [_one_of(each) if len(each) > 1 else each[0] for each in same.values()]


def _one_of(lines: Sequence[ReasonLine]) -> ReasonLine:
    kinds = [f"{one.title} ({number(one.count)})" for one in lines[:_KINDS_AT_MOST]]
    more = [f"{number(len(lines) - len(kinds))} other kinds"] if len(lines) > len(kinds) else []
    return replace(lines[0], title=series(kinds + more), count=sum(one.count for one in lines))


def _examples(one: ReasonLine) -> str:
    if not one.examples:
        return ""
    more = one.count - len(one.examples)
    shown = ", ".join(name(each, 40) for each in one.examples[:3])
    return f" For example: {shown}{f' and {number(more)} more' if more > 0 else ''}."


def _balances(plan: PlanSummary) -> Listing | None:
    if not plan.balances:
        return Listing(
            heading="*Balances:* no difference is predicted that the plan knows of.", entries=[], more=""
        )
    accounts: dict[tuple[str, str, str], list[BalanceDifference]] = {}
    for one in plan.balances:
        accounts.setdefault((one.account_id, one.account, one.currency), []).append(one)
    rows = [Entry(_difference(each), name(each[0].account, 40)) for each in accounts.values()]
    heading = f"*Balances that will differ:* {counted(len(rows), 'account')}; amounts are target minus copy"
    return _list(heading, rows, most=40)


def _difference(dates: Sequence[BalanceDifference]) -> str:
    """Say how an account differs on the newest date, and since when."""
    by_date = sorted(dates, key=lambda one: one.on, reverse=True)
    newest, oldest = by_date[0], by_date[-1]
    currency = f" {name(newest.currency, 5)}" if newest.currency else ""
    amount = f"{_amount(newest.amount)}{currency}" if newest.is_exact else "by what exchange rates make of it"
    since = f", and on {counted(len(dates) - 1, 'date')} since {_day(oldest.on)}" if len(dates) > 1 else ""
    because = f": {stopped(newest.why, 400)}" if newest.why else ""
    return f"• *{name(newest.account, 60)}*, {amount} on {_day(newest.on)}{since}{because}"


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def _amount(value: Decimal) -> str:
    return f"{value:+,.2f}".replace("-", "\N{MINUS SIGN}")


def _list(heading: str, rows: list[Entry], *, most: int) -> Listing | None:
    return Listing(heading=heading, entries=rows, more=_REST, most=most) if rows else None


def _asked(restore: Restore, plan: PlanSummary) -> list[Block]:
    """Give the fields of an approval: a tick where a size limit is passed, and the target's name."""
    typed = blocks.text_input(
        ids.TYPED_NAME_BLOCK,
        ids.TYPED_NAME_ACTION,
        "To approve, type the name of the organisation that is written to",
        hint=typeable(restore.target_name).translate(_SAFE),
        optional=False,
    )
    over = [label(one.title).lower() for one in plan.limits if one.level is Level.OVER]
    if not over:
        return [typed]
    days = counted(max(plan.effort.days, 1), "day")
    tick = option(f"I know: {counted(plan.effort.calls, 'call')} to Xero, about {days}", KNOWN)
    element = {"type": "checkboxes", "action_id": ids.LIMITS_ACTION, "options": [tick]}
    field: Block = {
        "type": "input",
        "block_id": ids.LIMITS_BLOCK,
        "label": blocks.plain(
            f"Over a size limit above which a restore is known to run into trouble: {series(over)}"
        ),
        "optional": True,
        "element": element,
    }
    return [field, typed]


_SAFE = str.maketrans({"<": "‹", ">": "›"})
