"""What admins send from the modals that name people: keepers of the settings, approvers of restores."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.names import Actor
from bot.domain.settings import APPROVALS_AT_MOST, NAMED_AT_MOST, Approvers
from bot.services.desk import Desk
from bot.services.settings import Amended
from bot.views import settings as views
from bot.views import settings_people as form
from bot.views import settings_words as words
from bot.views.words import plain_name, series
from handlers import settings_fields as fields
from handlers.settings_answers import Done, named_workspace, overtaken
from handlers.settings_fields import Json, Wrong

TOO_MANY_NEEDED = "That is more than the people you named."
TOO_MANY_NAMED = f"At most {NAMED_AT_MOST} people."
NO_GROUP = "A group you chose is no longer there. Please open this form again."


def keepers(desk: Desk, actor: Actor, view: Json) -> Done:
    """Name who keeps the settings beside the admins."""
    seen = named_workspace(desk, actor, view)
    before = desk.settings.workspace(actor.workspace_id).keepers
    wanted = fields.people(view, form.PEOPLE)
    _require_fit(desk, actor, wanted, before)
    became = desk.settings.amend_workspace(actor, "keepers", wanted, seen=seen)
    told = f"Settings may be changed by {words.keepers(wanted)}."
    return _done(desk, actor, became, "The keepers were changed.", told)


def approvers(desk: Desk, actor: Actor, view: Json) -> Done:
    """Name who may approve restores, and how many of them it takes."""
    seen = named_workspace(desk, actor, view)
    before = desk.settings.workspace(actor.workspace_id).approvers
    wanted = Approvers(
        users=fields.people(view, form.PEOPLE),
        groups=_groups(desk, actor, view, before),
        needed=fields.number(view, form.NEEDED, least=1, most=APPROVALS_AT_MOST),
    )
    if wanted.users and not wanted.groups and wanted.needed > len(wanted.users):
        raise Wrong(form.NEEDED, TOO_MANY_NEEDED)
    _require_fit(desk, actor, wanted.users, before.users)
    became = desk.settings.amend_workspace(actor, "approvers", wanted, seen=seen)
    told = f"Restores are to be approved by {words.approvers(desk.access.approvers(actor.workspace_id))}."
    return _done(desk, actor, became, "Who may approve was changed.", f"{told} {words.WHAT_THEY_DO}")


def _done(desk: Desk, actor: Actor, became: Amended, what: str, told: str) -> Done:
    if became is Amended.OVERTAKEN:
        raise overtaken(desk, actor, None)
    return Done(told=views.unchanged() if became is Amended.SAME else views.saved(what, told))


def _groups(desk: Desk, actor: Actor, view: Json, before: Approvers) -> tuple[str, ...]:
    """Read the groups; where the form could not offer any, those of before stay."""
    if not fields.asked(view, form.GROUPS):
        return before.groups
    chosen = fields.ticked(view, form.GROUPS)
    known = {one.id for one in desk.access.user_groups(actor.workspace_id) or ()}
    if not set(chosen) <= known | set(before.groups):
        raise Wrong(form.GROUPS, NO_GROUP)
    return chosen


def _require_fit(desk: Desk, actor: Actor, wanted: Collection[str], before: Collection[str]) -> None:
    """Refuse people who cannot hold a right; those named before are looked at whenever they use it."""
    if len(wanted) > NAMED_AT_MOST:
        raise Wrong(form.PEOPLE, TOO_MANY_NAMED)
    new = [one for one in wanted if one not in before]
    fit = desk.access.fit_for_a_right(actor, new)
    unfit = [plain_name(desk.access.name_of(actor, one) or one, 40) for one in new if one not in fit]
    if unfit:
        raise Wrong(
            form.PEOPLE,
            f"{series(unfit)} cannot be named: guests, bots, deactivated people and people of other "
            "workspaces hold no rights here.",
        )
