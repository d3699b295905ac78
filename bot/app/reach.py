"""Open what leads outside: Slack, Xero, the list of durable work. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.db.allowance import Allowances
from bot.parts import Parts, secret, xero_app
from bot.queue import Queue
from bot.services.consents import Consents
from bot.services.posts import Posts
from bot.services.xero import XeroAccess
from bot.slack.client import Slack
from bot.slack.files import Files
from bot.slack.tokens import BotTokens
from bot.xero.app import XeroApp
from bot.xero.oauth import OAuth


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Everything that speaks to another program."""

    tokens: BotTokens
    slack: Slack
    files: Files
    posts: Posts
    consents: Consents
    xero: XeroAccess
    queue: Queue


def open_reach(parts: Parts) -> Reach:
    """Put it together; nothing is called yet."""
    settings, app = parts.settings, xero_app(parts.settings)
    tokens = BotTokens(
        single_token=secret(settings.slack_bot_token),
        installations=parts.installations,
        team_of=parts.workspaces.team_of,
    )
    slack = Slack(tokens.of_workspace, api_url=settings.slack_api_url)
    oauth = OAuth(app, now=parts.now)
    consents = Consents(parts.db, parts.ring, oauth, client_id=app.client_id, now=parts.now)
    return Reach(
        tokens=tokens,
        slack=slack,
        files=Files(tokens.of_workspace, api_url=settings.slack_api_url),
        posts=Posts(parts.db, slack, now=parts.now),
        consents=consents,
        xero=XeroAccess(
            parts.db,
            app=app,
            oauth=oauth,
            consents=consents,
            allowances=_allowances(parts, app),
            now=parts.now,
        ),
        queue=Queue(settings.jobs_url),
    )


def _allowances(parts: Parts, app: XeroApp) -> Allowances:
    return Allowances(
        parts.db,
        per_minute=app.calls_per_minute,
        minute_seconds=app.minute_seconds,
        per_day=app.calls_per_day,
        reserve=app.calls_per_day // 10,  # kept for restores and for people who ask
        now=parts.now,
    )
