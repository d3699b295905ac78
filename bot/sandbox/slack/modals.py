"""Submitting and closing modals, and the four answers an app may give to a submission.

docs.slack.dev/surfaces/modals: no body closes the view, `errors` marks fields, `update` and `push` change the
stack, `clear` closes all.
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack import payloads
from bot.sandbox.slack.acting import Acting, Answer, answered
from bot.sandbox.slack.entries import Values, missing
from bot.sandbox.slack.methods.views import prepared, renewed, stacked
from bot.sandbox.slack.people import Json, OpenView
from bot.sandbox.slack.refusal import SlackRefusalError
from bot.sandbox.slack.wire import Reply

TROUBLE = "There was a problem with that form. Nothing was sent twice; try again."


class Submitting(Acting):
    """What people do with modals."""

    def submit(self, user: str, view_id: str, values: Values) -> Answer:
        """Fill in and submit a modal: `{block_id: {action_id: text, option value or list of them}}`."""
        opened = self._mine(user, view_id)
        errors = missing(opened.view["blocks"], values)
        opened = self.workspace.swap_modal(replace(opened, values=values, errors=errors))
        if errors:
            return Answer(ok=False, error="incomplete", view=opened, field_errors=errors)
        payload = payloads.view_submission(self.realm, self.person(user), opened)
        reply = self.realm.delivery.send("interactive", payload)
        if not reply.is_fine:
            return self._trouble(opened, reply)
        try:
            return self._decided(opened, reply)
        except SlackRefusalError as refusal:
            problems = refusal.more.get("errors")
            return self._trouble(opened, Reply(reply.status, problems or reply.body, refusal.code))

    def close_modal(self, user: str, view_id: str, *, everything: bool = False) -> Answer:
        """Close a modal, or the whole stack; the app hears of it when the view says so."""
        opened = self._mine(user, view_id)
        stack = self.workspace.modals(user)
        kept = [] if everything else stack[: stack.index(opened)]
        self.workspace.set_modals(user, kept)
        if not opened.view.get("notify_on_close"):
            return Answer(ok=True)
        payload = payloads.view_closed(self.realm, self.person(user), opened, is_cleared=everything)
        return answered(self.realm.delivery.send("interactive", payload))

    def _mine(self, user: str, view_id: str) -> OpenView:
        opened = self.workspace.find_modal(view_id)
        if opened is None or opened.user != user:
            raise LookupError(f"{user} has no modal {view_id} open")
        return opened

    def _trouble(self, opened: OpenView, reply: Reply) -> Answer:
        view = self.workspace.swap_modal(replace(opened, errors={"": TROUBLE}))
        return answered(reply, view=view)

    def _decided(self, opened: OpenView, reply: Reply) -> Answer:
        body = reply.body if isinstance(reply.body, dict) else {}
        action = body.get("response_action")
        if action == "errors":
            return self._errors(opened, body, reply)
        if action == "clear":
            self.workspace.set_modals(opened.user, [])
            return answered(reply)
        if action == "update":
            view = prepared(self.realm, body.get("view"), "modal")
            return answered(reply, view=self.workspace.swap_modal(renewed(self.realm, opened, view)))
        if action == "push":
            view = prepared(self.realm, body.get("view"), "modal")
            return answered(reply, view=stacked(self.realm, opened.user, view))
        stack = self.workspace.modals(opened.user)
        self.workspace.set_modals(opened.user, [modal for modal in stack if modal.id != opened.id])
        return answered(reply)

    def _errors(self, opened: OpenView, body: Json, reply: Reply) -> Answer:
        """Show errors beside fields; Slack takes only those of input blocks that exist."""
        inputs = {block["block_id"] for block in opened.view["blocks"] if block["type"] == "input"}
        errors = {str(key): str(text) for key, text in (body.get("errors") or {}).items()}
        if not errors or not set(errors) <= inputs:
            raise SlackRefusalError("invalid_errors", more={"errors": sorted(set(errors) - inputs)})
        view = self.workspace.swap_modal(replace(opened, errors=errors))
        return Answer(
            ok=False, error="errors", status=reply.status, body=body, view=view, field_errors=errors
        )
