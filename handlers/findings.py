"""The button "Show me": what is worth a look in a backup, with names, for one person's eyes."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import LinkState
from bot.errors import LedgerkeepError, PostRefused, Refused
from bot.log import get_logger
from bot.services.desk import Desk
from bot.slack.client import OpenModal
from bot.views import findings as views
from bot.views import ids
from bot.views.blocks import Block
from handlers.backup import TOO_OLD, UNLINKED
from handlers.errors import answer_for
from handlers.reply import privately

log = get_logger(__name__)
SEE = "see names and bank details from the books"
TOO_SLOW = "Slack did not open the window in time. Please press the button again."


def register(app: App, desk: Desk) -> None:
    """Bind the button."""

    @app.action(ids.SEE_FINDINGS)
    def see(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        actor = context["actor"]
        modal = _opened(desk, actor, str(body.get("trigger_id", "")))
        if modal is None:
            privately(desk.posts, actor, respond, answer_for(Refused(TOO_SLOW)))
            return
        shown = _drawn(desk, actor, str(action.get("value", "")))
        try:
            desk.slack.update_modal(actor.workspace_id, modal, shown)
        except PostRefused:  # closed in the meantime: nobody waits for it
            log.info("findings_not_shown")
        except LedgerkeepError as error:
            privately(desk.posts, actor, respond, answer_for(error))


def _opened(desk: Desk, actor: Actor, trigger_id: str) -> OpenModal | None:
    """Open the window at once, before anything is asked: a click is good for three seconds."""
    try:
        return desk.slack.open_modal(actor.workspace_id, trigger_id, views.looking())
    except LedgerkeepError as error:
        log.warning("findings_not_opened", error=type(error).__name__)
        return None


def _drawn(desk: Desk, actor: Actor, value: str) -> Block:
    try:
        return _details(desk, actor, value)
    except LedgerkeepError as error:
        return views.refusal(answer_for(error))


def _details(desk: Desk, actor: Actor, value: str) -> Block:
    run_id = ids.referred(value)
    if run_id is None:
        raise Refused(TOO_OLD)
    run = desk.backups.run(run_id)
    organisation = desk.organisations.get(run.organisation_id)
    desk.access.require_seen(actor, organisation, action="findings.see")
    desk.access.require_insider(actor, SEE, action="findings.see", organisation_id=organisation.id)
    if organisation.state is LinkState.UNLINKED:
        raise Refused(UNLINKED)
    with desk.db.session() as session:  # that somebody looked at names and bank details, not at which
        desk.audit.note(session, actor, "findings.see", "done", organisation_id=organisation.id)
    return views.details(organisation.name, desk.findings.details(organisation, run_id))
