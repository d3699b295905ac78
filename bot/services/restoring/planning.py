"""Make the plan of a restore, from what the copy holds and what the target is right now. Writes no books."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.domain.organisation import Organisation, OrganisationFacts
from bot.domain.restore import Restore
from bot.domain.restore_plan import Check
from bot.restore import region
from bot.restore.effort import DayAllowance
from bot.restore.planner import MadePlan, Order, make_plan
from bot.restore.source import SnapshotSource, Source
from bot.restore.target import TargetState
from bot.restore.target_reading import read_target
from bot.services.books import Books
from bot.services.limits import readings
from bot.services.organisations import Organisations
from bot.services.xero import XeroAccess, read_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plan together with what it was made from."""

    source: Source
    target: TargetState
    made: MadePlan


class Planning:
    """Plans on demand: for the request, and again just before the first write."""

    def __init__(
        self,
        *,
        organisations: Organisations,
        books: Books,
        xero: XeroAccess,
        now: Callable[[], datetime],
    ) -> None:
        self._organisations, self._books, self._xero, self._now = organisations, books, xero, now

    def prepare(self, restore: Restore) -> Prepared:
        """Read the target (some twenty calls) and plan.

        Raises UnknownSnapshot, Damaged, StoreUnavailable, Disconnected, DayLimitReached, Transient.
        """
        source = self.source(restore)
        target = self.target(restore)
        made = make_plan(
            source,
            target,
            Order(
                source_id=restore.source_id,
                target_id=restore.target_id,
                choice=restore.choice,
                snapshot_taken_at=restore.snapshot_taken_at or self._now(),
                is_drill=restore.is_drill,
            ),
            allowance=self._allowance(target),
            limits=readings(sizes(source)),
            now=self._now(),
        )
        return Prepared(source=source, target=target, made=made)

    def source(self, restore: Restore) -> Source:
        """Open the copy; raises UnknownSnapshot when retention dropped it meanwhile."""
        organisation = self._organisations.get(restore.source_id)
        books = self._books.of(organisation)
        snapshot = books.snapshot(restore.snapshot_id)
        return SnapshotSource(books, snapshot, _facts_then(snapshot.facts, organisation))

    def target(self, restore: Restore) -> TargetState:
        """Read the target as it is now."""
        organisation = self._organisations.get(restore.target_id)
        with self._xero.client(organisation.id) as client:
            return read_target(
                client,
                organisation_id=organisation.id,
                tenant_id=self._xero.tenant_of(organisation.id),
                scopes=organisation.scopes,
            )

    def place(self, restore: Restore) -> tuple[Check, ...]:
        """Look (two calls) whether the target is still the same kind of place; not whether it is empty."""
        with self._xero.client(restore.target_id) as client:
            facts = read_facts(client)
        source = self.source(restore).facts
        same = restore.source_id == restore.target_id
        return region.checks(source, facts, same=same, is_drill=restore.is_drill)

    def _allowance(self, target: TargetState) -> DayAllowance:
        app = self._xero.app
        return DayAllowance(
            calls_per_minute=app.calls_per_minute,
            calls_per_day=app.calls_per_day,
            calls_left_today=self._xero.calls_left(target.organisation_id),
        )


def sizes(source: Source) -> dict[str, int | None]:
    """Count what the size limits count in a copy."""
    allocated = sum(1 for one in source.records("credit_notes") if one.get("Allocations"))
    return {**source.resources(), "allocated_credit_notes": allocated}


def _facts_then(facts: dict[str, object], organisation: Organisation) -> OrganisationFacts:
    """Give what Xero said of the organisation when the copy was taken; an old copy may not say it."""
    kept = facts.get("organisation")
    return msgspec.convert(kept, OrganisationFacts) if kept else organisation.facts
