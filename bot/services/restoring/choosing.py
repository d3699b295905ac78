"""What a person may choose for a restore: copies, snapshots, targets, kinds of data. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection

from bot.catalogue import RESOURCES
from bot.catalogue.model import Reading
from bot.domain.backup import Verdict
from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.domain.permission import Permission
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_form import SnapshotChoice, TargetChoice, TypeChoice
from bot.domain.restore_plan import Check, Choice
from bot.domain.restore_plan import Verdict as CheckVerdict
from bot.errors import NotHere
from bot.restore import region, selecting
from bot.services.access import Access
from bot.services.books import Books
from bot.services.organisations import Organisations
from bot.services.restoring.permission import lacking, permission
from bot.services.restoring.restores import Restores
from bot.services.running.runs import Runs
from bot.vault import SnapshotInfo

NOT_LINKED = "Xero does not let me in there at the moment: it has to be connected again first."
BUSY = {
    RestoreState.PLANNING: "a plan for another restore into it is being made",
    RestoreState.WAITING: "another restore into it waits for approval",
}
AT_WORK = "another restore is writing to it"
_SUMMARIES = 100


class Choosing:
    """Lists what there is to choose from, for one person where they speak."""

    def __init__(
        self, *, access: Access, organisations: Organisations, runs: Runs, books: Books, restores: Restores
    ) -> None:
        self._access, self._organisations, self._runs = access, organisations, runs
        self._books, self._restores = books, restores

    def sources(self, actor: Actor) -> list[Organisation]:
        """List the organisations whose copies the actor may see; those no longer linked come last.

        Raises NothingLinked, NotHere, SlackUnavailable.
        """
        seen = self._access.seen_by(actor)
        gone = [
            one
            for one in self._organisations.everything()
            if one.state is LinkState.UNLINKED and self._access.may_see(actor, one) and self._copies(one)
        ]
        return [*seen, *gone]

    def source(self, actor: Actor, organisation_id: str) -> Organisation:
        """Give one of them; raises NotHere."""
        found = next((one for one in self.sources(actor) if one.id == organisation_id), None)
        if found is None:
            raise NotHere
        return found

    def snapshots(self, source: Organisation) -> list[SnapshotChoice]:
        """List the snapshots that stand, newest first; raises StoreUnavailable, Damaged."""
        told = {one.snapshot_id: one for one in self._runs.summaries(source.id, limit=_SUMMARIES)}
        found = []
        for info in reversed(self._copies(source)):
            summary = told.get(info.id)
            verdict = Verdict.COMPLETE if info.complete else Verdict.GAPS
            found.append(
                SnapshotChoice(
                    id=info.id,
                    number=info.number,
                    taken_at=info.taken_at,
                    verdict=summary.verdict if summary else verdict,
                    gaps=len(summary.gaps) if summary else 0,
                )
            )
        return found

    def snapshot(self, source: Organisation, snapshot_id: str) -> SnapshotInfo:
        """Give one snapshot that stands; raises UnknownSnapshot, StoreUnavailable, Damaged."""
        return self._books.of(source).snapshot(snapshot_id)

    def targets(self, actor: Actor, source: Organisation, *, is_drill: bool = False) -> list[TargetChoice]:
        """List the other organisations the actor may see, those that cannot be written to with the reason.

        Of a rehearsal, demo companies come first.
        """
        seen = self._access.seen_by(actor)
        found = [self.target(source, one, is_drill=is_drill) for one in seen if one.id != source.id]
        return sorted(found, key=lambda one: not one.organisation.facts.is_demo) if is_drill else found

    def target(
        self, source: Organisation, target: Organisation, *, but: str = "", is_drill: bool = False
    ) -> TargetChoice:
        """Judge one target by what is stored; `but` is a restore that is not in its own way."""
        same = source.id == target.id
        checks = region.checks(source.facts, target.facts, same=same, is_drill=is_drill)
        return TargetChoice(organisation=target, checks=checks, why=self._why(target, checks, but))

    def types(self) -> list[TypeChoice]:
        """List the kinds of data that can be chosen: what backups read and restores bring back."""
        keys = (RESOURCES[key] for key in selecting.restorable())
        return [
            TypeChoice(one.key, one.title)
            for one in keys
            if one.reading is Reading.READ and one.restore.write_scope
        ]

    def added(self, types: Collection[str]) -> tuple[str, ...]:
        """Name in words what these types need beyond themselves; unknown types are passed over."""
        known = tuple(one for one in types if one in RESOURCES)
        return tuple(RESOURCES[key].title for key in selecting.added(Choice(types=known)))

    def lacks_permission(self, restore: Restore) -> bool:
        """Say whether a restore waits for somebody to let it write; raises UnknownOrganisation."""
        return bool(lacking(self._organisations.get(restore.target_id), restore.choice))

    def permission(self, restore: Restore) -> Permission:
        """Say what a restore may do in its target; raises UnknownOrganisation."""
        return permission(self._organisations.get(restore.target_id), restore.choice)

    def _copies(self, organisation: Organisation) -> list[SnapshotInfo]:
        return self._books.of(organisation).snapshots()

    def _why(self, target: Organisation, checks: Collection[Check], but: str) -> str:
        failing = [one for one in checks if one.verdict is CheckVerdict.FAILS]
        if failing:
            return " ".join(one.why or f"{one.title} differs." for one in failing)
        if target.state is not LinkState.ACTIVE:
            return NOT_LINKED
        busy = self._restores.active_for(target.id, but=but)
        if busy is None:
            return ""
        reference = f" (reference {busy.reference})" if busy.reference else ""
        return f"It is not free: {BUSY.get(busy.state, AT_WORK)}{reference}."
