"""The message of a restore while people have to do something: let it write, wait for its plan, decide."""

from __future__ import annotations

from bot.domain.access import ApproverList
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import Action, PlanSummary
from bot.views import blocks, ids
from bot.views import restore_parts as parts
from bot.views.blocks import Block
from bot.views.labels import CONNECT_LABEL
from bot.views.limits import warning
from bot.views.message import Message, compose
from bot.views.words import capital, counted, duration, name, number, when, when_plain


def planning(restore: Restore) -> Message:
    """Say that the plan is being made."""
    return compose(
        f"A plan is being made for {parts.spoken(restore)}. Nothing is written.",
        parts.header("🧭", "Planning", restore),
        parts.from_and_into(restore),
        parts.why(restore),
        blocks.section(
            "Reading the target and making the plan. Nothing is written. When the plan is there, this "
            "message asks for its approval."
        ),
        blocks.actions(parts.decline_button(restore)),
        blocks.context(parts.identity(restore)),
    )


def permission(restore: Restore) -> Message:
    """Say that nobody let us write to the target yet, and who can."""
    target = name(restore.target_name)
    return compose(
        f"{capital(parts.spoken(restore))} waits for permission in Xero to write to {target}.",
        parts.header("🔑", "Permission needed", restore),
        parts.from_and_into(restore),
        parts.why(restore),
        blocks.section(
            f"So far I may only read in *{target}*. To rebuild books there I need permission in Xero to "
            f"write to this one organisation. {parts.never()}\n"
            f"*Next:* a workspace admin or a keeper presses *Give permission* and consents in Xero as "
            f"somebody who may edit *{target}*. Then the plan is made by itself. The permission alone "
            "writes nothing: that takes the approval of the plan."
        ),
        blocks.actions(parts.permission_button(restore), parts.decline_button(restore)),
        blocks.context(f"The request expires {when(restore.expires_at)}.", parts.identity(restore)),
    )


def request(restore: Restore, named: ApproverList) -> Message:
    """Ask for the approval of a plan; there is no approve button here, only one that opens the plan."""
    plan = restore.plan
    if plan is None:
        return planning(restore)
    return compose(
        f"{_begun(restore)}: {_heard(plan)} Review the plan before {when_plain(restore.expires_at)}.",
        parts.header("🧾", "Waits for approval", restore),
        parts.from_and_into(restore),
        parts.why(restore),
        _again(restore),
        blocks.section(f"*Plan:* {parts.in_one_line(plan)}\n{_first(plan)}{parts.never()}"),
        parts.worst(plan),
        parts.checks_in_short(plan),
        blocks.section(parts.effort(plan.effort)),
        blocks.section(over) if (over := warning(plan.limits)) else None,
        blocks.section(parts.who_may_approve(named, restore)),
        blocks.actions(parts.review_button(restore), parts.decline_button(restore)),
        blocks.context(
            "To approve, look at the plan and type the target's name there: there is no button for it here. "
            f"An approval holds for this plan only. The request expires {when(restore.expires_at)}.",
            parts.identity(restore),
        ),
    )


def permission_link(restore: Restore, link: str, minutes: int) -> Message:
    """Give one person the private link with which they let us write."""
    target = name(restore.target_name)
    return compose(
        f"Your private link to let me write to {target} works once and for {number(minutes)} minutes.",
        blocks.section(
            f"*Let me write to {target}*\nConsent in Xero as somebody who may edit it, and choose *that* "
            f"organisation there. The link is yours alone, works once and for {number(minutes)} minutes. The "
            "permission alone writes nothing: that takes the approval of the plan."
        ),
        blocks.actions(blocks.button(CONNECT_LABEL, ids.PERMISSION_LINK, url=link, style="primary")),
    )


def permitted_already(restore: Restore) -> Message:
    """Say that the permission is there."""
    told = f"I may write to {name(restore.target_name)} already; the plan is being made."
    return compose(told, blocks.section(f"{told} Nothing to do."))


def stopping(restore: Restore) -> Message:
    """Tell one person what became of their stop."""
    told = (
        "Stopping: it ends after the write it is making."
        if restore.state is RestoreState.RUNNING
        else "Stopped. Nothing is written any more."
    )
    return compose(told, blocks.section(f"⏹️ {told} It can go on later; nothing is written twice."))


def goes_on(restore: Restore) -> Message:
    """Tell one person that a restore goes on."""
    told = f"{capital(parts.spoken(restore))} goes on where it was, as soon as the target is free."
    return compose(told, blocks.section(told))


def compares(restore: Restore) -> Message:
    """Tell one person that a restored organisation is compared once more."""
    told = (
        f"{capital(parts.spoken(restore))}: the target is read back and compared again. Nothing is written."
    )
    return compose(told, blocks.section(told))


def _again(restore: Restore) -> Block | None:
    """Say that it was approved before, and why that no longer counts."""
    if not restore.ending:
        return None
    done = restore.progress.steps_done
    rest = "Nothing was written."
    if done:
        rest = f"{counted(done, 'step')} done before that; once it is approved again it goes on where it was."
    return blocks.section(f"⚠️ *Approval is needed again.* {parts.told_why(restore, '')} {rest}")


def _begun(restore: Restore) -> str:
    """Begin a sentence that is only heard."""
    return capital(f"{parts.spoken(restore)} waits for approval")


def _heard(plan: PlanSummary) -> str:
    return (
        f"{number(plan.total(Action.CREATE))} records created, {number(plan.total(Action.CHANGE))} changed, "
        f"{number(plan.total(Action.LEAVE_OUT))} left out, {number(plan.total(Action.BLOCKED))} blocked; "
        f"{duration(plan.effort.seconds)} of waiting for Xero."
    )


def _first(plan: PlanSummary) -> str:
    """Say how many things must be done by hand first."""
    before = [one for one in plan.todos if one.before]
    if not before:
        return ""
    things = counted(len(before), "thing")
    return (
        f"*{things} to do by hand first:* the plan says what. Do it in Xero, decline this request and ask "
        "again, so that the plan sees it; or approve it as it is, and what is blocked stays out.\n"
    )
