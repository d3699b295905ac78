"""Retention in durable steps: the slot asks for the work, the work runs in the organisation's partition.

So it never runs beside a backup of the same organisation. Decides nothing about what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.queue import Queue
from bot.services.looking.pruning import Pruning
from bot.services.organisations import Organisations
from jobs.engine import Steps

PRUNE = "prune"  # the name under which `run` is registered


class RetentionJob:
    """The jobs of retention."""

    def __init__(self, *, organisations: Organisations, pruning: Pruning, queue: Queue) -> None:
        self._organisations, self._pruning, self._queue = organisations, pruning, queue

    def ask(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Ask for the prune of a slot; it waits for a backup that is running."""
        subject, key = str(args["subject"]), f"{PRUNE}:{args['key']}"
        steps.run("ask", lambda: self._asked(subject, key))

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Drop and delete what the settings no longer keep, and write it down."""
        organisation_id, key = str(args["organisation"]), str(args.get("key", ""))
        by_clock = bool(args.get("by_clock", False))
        steps.run("prune", lambda: self._pruned(organisation_id, key, by_clock=by_clock))

    def _asked(self, subject: str, key: str) -> bool:
        args = {"organisation": subject, "by_clock": True}
        self._queue.enqueue(PRUNE, organisation=subject, key=key, args=args)
        return True

    def _pruned(self, organisation_id: str, key: str, *, by_clock: bool) -> int:
        organisation = self._organisations.get(organisation_id)
        return self._pruning.prune(organisation, key=key, by_clock=by_clock).dropped
