"""Keep a restore's progress: count, store and tell at most every three seconds.

Progress that cannot be stored or shown just now never ends a restore.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.domain.restore import Restore, WritingProgress
from bot.errors import Transient
from bot.services.restoring.restores import Restores

TELL_EVERY_SECONDS = 3.0  # Slack: update a message at most every few seconds (chat.update, tier 3)
Tell = Callable[[Restore], None]


class Keeper:
    """Counts what one stage of one restore has written.

    `told` remembers when each restore was told of last, across its stages. `counted` gives steps done, steps
    in all and refused ones as they are stored; `calls` gives the calls of this stage so far, and what Xero
    says is left of the day; `borne` gives the causes of refusals that it has stopped for.
    """

    def __init__(
        self,
        restores: Restores,
        restore: Restore,
        *,
        title: str,
        counted: Callable[[], tuple[int, int, int]],
        calls: Callable[[], tuple[int, int | None]],
        tell: Tell,
        told: dict[str, float],
        borne: Callable[[], tuple[str, ...]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._restores, self._restore, self._title = restores, restore, title
        self._counted, self._calls, self._tell, self._monotonic = counted, calls, tell, monotonic
        self._before, self._told, self._borne = restore.progress.calls, told, borne

    def seen(self) -> None:
        """Note that a write was answered."""
        key, now = self._restore.id, self._monotonic()
        if now - self._told.get(key, float("-inf")) >= TELL_EVERY_SECONDS:
            self._told[key] = now
            with suppress(Transient):
                self._tell(self._store())

    def end(self) -> None:
        """Store how far it is now: the next stage counts on from here."""
        self._store()

    def _store(self) -> Restore:
        return self._restores.change(self._restore.id, progress=self._now())

    def _now(self) -> WritingProgress:
        done, total, refused = self._counted()
        used, left = self._calls()
        planned = self._restore.plan.effort.calls if self._restore.plan else 0
        calls = self._before + used
        return replace(
            self._restore.progress,
            steps_done=done,
            steps_total=total,
            refused=refused,
            calls=calls,
            calls_planned=planned,
            calls_left_today=left,
            current=self._title,
            phase="writing",
            seconds_left=self._left(planned - calls),
            borne=self._borne(),
        )

    def _left(self, calls: int) -> int | None:
        """Expect a call to take what the plan said it takes on average."""
        if self._restore.plan is None or not self._restore.plan.effort.calls:
            return None
        effort = self._restore.plan.effort
        return round(max(0, calls) * effort.seconds / effort.calls)
