"""Keep App Home fresh for the people who have it open: look for changes, have their pages drawn again.

What changed is read from the audit log and the runs, so it does not matter which process changed it, and no
job ever waits for this. Who looks is remembered in this process only: after a restart an opening counts anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.db.engine import Database
from bot.db.restore_tables import RestoreRow
from bot.db.tables import ACTIVE_RUN_STATES, AuditRow, OrganisationRow, RunRow
from bot.domain.names import Actor
from bot.errors import LedgerkeepError, Transient
from bot.log import get_logger

log = get_logger(__name__)
LOOK_EVERY_SECONDS = 5.0
VIEWERS_AT_MOST = 500
REMEMBERED_SECONDS = 86_400.0
BETWEEN_PAGES_SECONDS = 30.0  # of one viewer
# Slack takes about 100 views.publish a minute (tier 4); people who open the page come first.
BETWEEN_PUBLISHES_SECONDS = 1.0
NEVER = float("-inf")
# What a page shows the effect of. Other notes must not use up a viewer's turn.
SHOWN = (
    "backup.requested",
    "backup.stop",
    "backup.ended",
    "organisation.linked",
    "organisation.permitted",
    "organisation.unlinked",
    "settings.hold",
    "settings.home",
    "settings.organisation",
    "settings.workspace",
)

Publish = Callable[[Actor], None]
State = tuple[object, ...]


@dataclass(slots=True)
class _Viewer:
    """One person who opened Home: when, and what the page was drawn from."""

    actor: Actor
    opened_at: float
    refreshed_at: float
    state: State


class Homes:
    """The pages that may be open; `watch` runs in a thread of its own."""

    def __init__(
        self,
        db: Database,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        pause_seconds: float = BETWEEN_PUBLISHES_SECONDS,
    ) -> None:
        self._db, self._monotonic, self._pause_seconds = db, monotonic, pause_seconds
        self._viewers: OrderedDict[tuple[str, str], _Viewer] = OrderedDict()
        self._lock, self._ending = threading.Lock(), threading.Event()
        self._publish: Publish | None = None
        self._thread: threading.Thread | None = None

    def shown_by(self, publish: Publish) -> None:
        """Say how a page is drawn and shown; it may raise our errors."""
        self._publish = publish

    def opened(self, actor: Actor) -> None:
        """Remember that somebody opens Home now, before the page is drawn."""
        state, now = self._state(actor.workspace_id), self._monotonic()
        with self._lock:
            self._viewers[actor.workspace_id, actor.user_id] = _Viewer(actor, now, NEVER, state)
            self._viewers.move_to_end((actor.workspace_id, actor.user_id))
            while len(self._viewers) > VIEWERS_AT_MOST:
                self._viewers.popitem(last=False)

    def start(self) -> None:
        """Look for changes from now on."""
        self._thread = threading.Thread(target=self._watch, name="homes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; waits for the page that is being drawn."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(15)

    def refresh(self) -> int:
        """Draw again what is out of date and due; gives how many pages."""
        drawn = 0
        for viewer in self._out_of_date():
            if self._ending.is_set() or self._publish is None:
                break
            drawn += self._shown(viewer, self._publish)
            self._ending.wait(self._pause_seconds)
        return drawn

    def _shown(self, viewer: _Viewer, publish: Publish) -> bool:
        try:
            publish(viewer.actor)
        except Transient as error:
            viewer.state = ()  # due again
            log.info("home_not_refreshed", error=type(error).__name__)
            return False
        except LedgerkeepError as error:  # the app was removed, or the person is gone
            with self._lock:
                self._viewers.pop((viewer.actor.workspace_id, viewer.actor.user_id), None)
            log.info("home_forgotten", error=type(error).__name__)
            return False
        return True

    def _watch(self) -> None:
        while not self._ending.wait(LOOK_EVERY_SECONDS):
            self.refresh()

    def _out_of_date(self) -> list[_Viewer]:
        """Give the viewers whose page shows what is no longer so, and note that they are drawn now."""
        now = self._monotonic()
        with self._lock:
            for key, one in list(self._viewers.items()):
                if now - one.opened_at > REMEMBERED_SECONDS:
                    del self._viewers[key]
            due = [one for one in self._viewers.values() if now - one.refreshed_at >= BETWEEN_PAGES_SECONDS]
        states = {workspace: self._state(workspace) for workspace in {one.actor.workspace_id for one in due}}
        found = []
        for one in due:
            state = states[one.actor.workspace_id]
            if state and state != one.state:
                one.refreshed_at, one.state = now, state
                found.append(one)
        return found

    def _state(self, workspace_id: str) -> State:
        """Give a value that differs when something a page shows has changed; () when nobody can tell."""
        ours = OrganisationRow.workspace_id == workspace_id
        noted = select(AuditRow.seq).where(
            AuditRow.workspace_id == workspace_id, AuditRow.action.in_(SHOWN), AuditRow.outcome != "refused"
        )
        newest = noted.order_by(AuditRow.seq.desc()).limit(1)
        links = select(OrganisationRow.state, func.count()).where(ours).group_by(OrganisationRow.state)
        active = RunRow.state.in_(ACTIVE_RUN_STATES)
        runs = select(RunRow.state, func.count()).where(active).join(OrganisationRow).where(ours)
        restores = select(RestoreRow.state, func.count()).where(RestoreRow.workspace_id == workspace_id)
        counted = links.union_all(runs.group_by(RunRow.state), restores.group_by(RestoreRow.state))
        try:
            with self._db.reading() as session:
                return session.scalar(newest), *sorted(map(tuple, session.execute(counted)))
        except Transient:
            return ()
