"""Modals for who may do what: keepers of the settings, approvers of restores."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import ApproverList, UserGroup
from bot.domain.settings import APPROVALS_AT_MOST, NAMED_AT_MOST
from bot.views import blocks, ids
from bot.views import settings_inputs as inputs
from bot.views.blocks import Block
from bot.views.message import Message, compose
from bot.views.settings_words import WHAT_THEY_DO, approvers
from bot.views.words import plain_name

PEOPLE, GROUPS, NEEDED = "people", "groups", "needed"
_GROUPS_SHOWN = 100
_FIT = "Active people of this workspace; no guests, no bots."


def keepers_modal(named: Sequence[str], *, ref: str) -> Block:
    """Ask who keeps the settings beside the admins."""
    return blocks.modal(
        "Keepers",
        (
            blocks.section(
                "Keepers may do what workspace admins may: link and disconnect organisations and change "
                "settings, except for naming keepers and approvers. They see every organisation of this "
                "workspace when they write to me directly."
            ),
            inputs.people(
                PEOPLE, "Keepers, beside the workspace admins", named, most=NAMED_AT_MOST, hint=_FIT
            ),
        ),
        callback_id=ids.KEEPERS_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def approvers_modal(named: ApproverList, groups: Sequence[UserGroup] | None, *, ref: str) -> Block:
    """Ask who may approve restores; `groups` is None where Slack does not list them."""
    return blocks.modal(
        "Who may approve",
        (
            blocks.section(
                f"{WHAT_THEY_DO} An approval holds for one plan only.\n"
                "With nobody named, workspace admins may. Guests never may, and whoever asks for a restore "
                "needs somebody else to approve it."
            ),
            inputs.people(PEOPLE, "People who may approve", named.users, most=NAMED_AT_MOST, hint=_FIT),
            _groups(named, groups),
            inputs.whole_number(
                NEEDED,
                "How many of them must approve",
                named.needed,
                least=1,
                most=APPROVALS_AT_MOST,
                hint="Not more than there are people to approve.",
            ),
        ),
        callback_id=ids.APPROVERS_MODAL,
        submit="Save",
        metadata=ids.reference(ref),
    )


def who_may_approve(named: ApproverList) -> Message:
    """Answer somebody who may not change it."""
    told = f"Restores are to be approved by: {approvers(named)}."
    return compose(
        "Who may approve restores is set by workspace admins.",
        blocks.section(f"{told}\n{WHAT_THEY_DO} Only workspace admins may change who it is."),
    )


def _groups(named: ApproverList, groups: Sequence[UserGroup] | None) -> Block:
    if groups is None:
        return blocks.context(
            "User groups: Slack does not list them to me. An admin can grant the optional scope "
            "`usergroups:read`; groups that were named before stay named."
        )
    if not groups:
        return blocks.context("User groups: this workspace has none.")
    choices = [
        inputs.choice(plain_name(one.name or one.handle, 60), one.id) for one in groups[:_GROUPS_SHOWN]
    ]
    return inputs.several_of(GROUPS, "User groups that may approve", choices, chosen=named.groups)
