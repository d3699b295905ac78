"""Everything a handler may ask, in one value. No behaviour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.db.engine import Database
from bot.services.access import Access
from bot.services.asking.questions import Questions
from bot.services.audit import Audit
from bot.services.backups import Backups
from bot.services.connections import Connections
from bot.services.digests import Digests
from bot.services.homes import Homes
from bot.services.looking.aside import Aside
from bot.services.looking.differences import Comparing
from bot.services.looking.exports import Exports
from bot.services.looking.findings import Findings
from bot.services.looking.growth import Growth
from bot.services.looking.pruning import Pruning
from bot.services.looking.searching import Searching
from bot.services.organisations import Organisations
from bot.services.posts import Posts
from bot.services.restoring.approving import Approving
from bot.services.restoring.choosing import Choosing
from bot.services.restoring.gate import Gate
from bot.services.restoring.plan_asking import PlanAsking
from bot.services.restoring.requesting import Requesting
from bot.services.restoring.steering import Steering
from bot.services.restoring.telling import Telling
from bot.services.settings import SettingsStore
from bot.services.standings import Standings
from bot.services.timing.schedules import Schedules
from bot.services.unlinking import Unlinking
from bot.services.workspaces import Workspaces
from bot.slack.client import Slack
from bot.views.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreDesk:
    """The services behind what people ask and decide about restores."""

    choosing: Choosing
    requesting: Requesting
    approving: Approving
    steering: Steering
    gate: Gate
    plan_asking: PlanAsking
    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The services behind Slack's buttons and commands."""

    db: Database
    fill_calls: int | None = None  # the most that a backup spends on what hangs on single records
    access: Access
    audit: Audit
    aside: Aside[Message]
    backups: Backups
    connections: Connections
    differences: Comparing
    exports: Exports
    digests: Digests
    findings: Findings
    growth: Growth
    homes: Homes
    organisations: Organisations
    posts: Posts
    pruning: Pruning
    questions: Questions
    restoring: RestoreDesk
    schedules: Schedules
    searching: Searching
    settings: SettingsStore
    standings: Standings
    unlinking: Unlinking
    slack: Slack
    workspaces: Workspaces
    now: Callable[[], datetime]
    forget_installation: Callable[[str, str], None]
