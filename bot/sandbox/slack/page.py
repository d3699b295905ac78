"""The workspace page: where a person sees messages, types, clicks and fills in forms. Works without scripts.

Each act is a form post; the script of the page only saves the reload. It must not do what Slack's page would
not let people do.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request

from bot.sandbox.slack import shown
from bot.sandbox.slack.acting import Answer
from bot.sandbox.slack.entries import find, initial
from bot.sandbox.slack.forms import Act, act_of, chosen, typed
from bot.sandbox.slack.mrkdwn import markdown, mrkdwn, plain, safe_url
from bot.sandbox.slack.people import Json, Message, OpenView, Person

if TYPE_CHECKING:
    from bot.sandbox.slack.server import PretendSlack

HOME = "home"
FIRST_HOME_SECONDS = 1.5
GONE = "That is no longer there. The page shows what is."
_POLICY = "default-src 'self'; img-src 'self' data: http: https:; frame-ancestors 'none'; base-uri 'none'"


class Page:
    """What the routes of the page do."""

    def __init__(self, slack: PretendSlack) -> None:
        self.slack = slack

    def person(self, user: str) -> Person:
        """Return who acts, or answer 404."""
        try:
            return self.slack.person(user)
        except LookupError:
            abort(404)

    def context(self, person: Person, channel: str) -> Json:
        """Return everything a template may need."""
        slack, names = self.slack, shown.names(self.slack)
        place = slack.workspace.channels.get(channel)
        if channel != HOME and (place is None or person.id not in place.members):
            abort(404)
        modal = slack.open_modal(person.id)
        return {
            "slack": slack,
            "app": slack.app,
            "team": slack.workspace.name,
            "person": person,
            "people": shown.people(slack),
            "entries": shown.entries(slack, person),
            "direct": shown.direct_entry(slack, person),
            "channel": place,
            "here": channel,
            "is_home": channel == HOME,
            "home": slack.home(person.id),
            "rows": [] if place is None else shown.rows(slack, channel, person.id),
            "modal": modal,
            "revision": slack.workspace.revision,
            "mrkdwn": lambda text: mrkdwn(text, names),
            "plain": plain,
            "markdown": markdown,
            "safe_url": safe_url,
            "names": names,
            "tojson_text": lambda value: json.dumps(value, separators=(",", ":")),
            "version": shown.version,
            "initial": initial,
        }

    def full(self, user: str, channel: str) -> str:
        """Draw the whole page; opening Home tells the app."""
        person = self.person(user)
        context = self.context(person, channel)
        if channel == HOME:
            threading.Thread(target=self.slack.open_home, args=(person.id,), daemon=True).start()
            self.slack.wait_until(lambda: self.slack.home(person.id) is not None, FIRST_HOME_SECONDS)
            context = self.context(person, channel)
        return render_template("workspace.html", **context)

    def changes(self, user: str, channel: str) -> Response:
        """Return what is new since a revision, or nothing."""
        if request.args.get("since") == str(self.slack.workspace.revision):
            return Response(status=204)
        context = self.context(self.person(user), channel)
        body = {
            "revision": context["revision"],
            "stream": render_template("stream.html", **context),
            "nav": render_template("nav.html", **context),
            "modal": render_template("modal.html", **context),
        }
        return Response(json.dumps(body), content_type="application/json")

    def say(self, user: str, channel: str) -> Response:
        """Send what was typed: a slash command or a message."""
        text = request.form.get("text", "").strip()
        if not text:
            return self.done(user, channel)
        if text.startswith("/"):
            name, _space, rest = text.partition(" ")
            answer = self.slack.command(user, channel, rest.strip(), command=name)
        else:
            answer = self.slack.say(user, channel, text, request.form.get("thread") or None)
        return self.done(user, channel, answer, in_stream=True)

    def click(self, user: str, channel: str) -> Response:
        """Send a click in a message, in Home or in a modal."""
        act = act_of(request.form)
        blocks = self._blocks(user, channel)
        element = find(blocks, act.action, act.value)[1]
        value = chosen(request.form, act) if act.value is None else act.value
        if "confirm" in element and request.form.get("confirmed") != "yes":
            return self._ask(user, channel, act, element["confirm"])
        ts = request.form.get("ts", "")
        if request.form.get("view"):
            answer = self.slack.click_in_modal(user, act.action, value)
        elif channel == HOME:
            answer = self.slack.click_home(user, act.action, value)
        else:
            answer = self.slack.click(user, channel, ts, act.action, value)
            if not answer.ok:
                self.slack.notice(user, channel, f"The app did not take that click ({answer.error}).")
        return self.done(user, channel, answer)

    def _blocks(self, user: str, channel: str) -> list[Json]:
        modal: OpenView | None = self.slack.open_modal(user)
        if request.form.get("view"):
            return list(modal.view["blocks"]) if modal else abort(404)
        home = self.slack.home(user)
        if channel == HOME:
            return list(home.view["blocks"]) if home else abort(404)
        message: Message | None = self.slack.workspace.message(channel, request.form.get("ts", ""))
        return list(message.blocks) if message else abort(404)

    def _ask(self, user: str, channel: str, act: Act, confirm: Json) -> Response:
        context = self.context(self.person(user), channel)
        kept = [(key, value) for key in request.form for value in request.form.getlist(key)]
        return Response(render_template("confirm.html", act=act, kept=kept, confirm=confirm, **context))

    def modal(self, user: str, channel: str) -> Response:
        """Submit or close the topmost modal."""
        opened = self.slack.open_modal(user)
        if opened is None or opened.id != request.form.get("view"):
            return self.done(user, channel)
        if request.form.get("do") == "submit":
            answer = self.slack.submit(user, opened.id, typed(opened.view["blocks"], request.form))
        else:
            answer = self.slack.close_modal(user, opened.id)
        return self.done(user, channel, answer)

    def invite(self, user: str, channel: str) -> Response:
        """Let the app join."""
        self.slack.invite_app(channel)
        return self.done(user, channel)

    def lever(self, user: str, channel: str) -> Response:
        """Pull a lever of the sandbox itself."""
        wanted = request.form.get("lever", "")
        found = next((one for one in self.slack.levers if one.id == wanted), None)
        if found is None:
            abort(404)
        found.pull()
        return self.done(user, channel)

    def done(
        self, user: str, channel: str, answer: Answer | None = None, *, in_stream: bool = False
    ) -> Response:
        """Answer an act: JSON for the script, else back to the page."""
        if request.headers.get("X-Page") != "script":
            return Response(status=303, headers={"Location": f"/w/{user}/{channel}"})
        failed = "" if answer is None or answer.ok or answer.field_errors or in_stream else answer.error
        return Response(json.dumps({"error": failed}), content_type="application/json")

    def permalink(self, channel: str, mark: str) -> Response:
        """Go to a message by its link, as somebody who may see it."""
        place = self.slack.workspace.channels.get(channel)
        viewer = next((p.id for p in shown.people(self.slack) if place and p.id in place.members), None)
        if viewer is None:
            abort(404)
        stamp = mark.removeprefix("p")
        where = f"/w/{viewer}/{channel}#m{stamp[:-6]}-{stamp[-6:]}"
        return Response(status=303, headers={"Location": where})

    def switch(self) -> Response:
        """Act as somebody else, in the same channel where they are in it too."""
        person, channel = self.person(request.args.get("person", "")), request.args.get("channel", "")
        place = self.slack.workspace.channels.get(channel)
        if place and place.is_im:
            channel = shown.direct_entry(self.slack, person).channel.id
        elif channel != HOME and (place is None or person.id not in place.members):
            channel = shown.entries(self.slack, person)[0].channel.id
        return redirect(f"/w/{person.id}/{channel}", 303)  # type: ignore[return-value]

    def start(self) -> Response:
        """Go to the first channel as the first person."""
        person = shown.people(self.slack)[0]
        channel = shown.entries(self.slack, person)[0].channel.id
        return redirect(f"/w/{person.id}/{channel}", 303)  # type: ignore[return-value]


def page(slack: PretendSlack) -> Blueprint:
    """Build the routes of the page."""
    routes, acts = Blueprint("page", __name__), Page(slack)

    @routes.before_request
    def same_origin() -> Response | None:
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
            return Response("Only this page may do that.", 403, content_type="text/plain")
        return None

    @routes.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.errorhandler(LookupError)
    def gone(error: LookupError) -> Response:
        if type(error) is not LookupError:  # a KeyError or IndexError is a fault of ours: let it be seen
            raise error
        return Response(GONE, 404, content_type="text/plain; charset=utf-8")

    routes.add_url_rule("/", view_func=acts.start)
    routes.add_url_rule("/as", view_func=acts.switch)
    routes.add_url_rule("/archives/<channel>/<mark>", view_func=acts.permalink)
    routes.add_url_rule("/w/<user>/<channel>", view_func=acts.full)
    routes.add_url_rule("/w/<user>/<channel>/changes", view_func=acts.changes)
    for name, act in (
        ("say", acts.say),
        ("click", acts.click),
        ("modal", acts.modal),
        ("invite", acts.invite),
        ("lever", acts.lever),
    ):
        routes.add_url_rule(f"/w/<user>/<channel>/{name}", name, act, methods=["POST"])
    return routes
