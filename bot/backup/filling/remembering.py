"""End the filling of one run: what waits for another night, what every kind holds now, what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from bot.backup import gaps
from bot.backup.filling.budget import Budget
from bot.backup.filling.due import TRIES, WAITING, Due, as_records
from bot.backup.filling.finding import OFF, STATUS, WEEK
from bot.backup.filling.kinds import FILL_KINDS, FillKind, Shape
from bot.backup.filling.portion import Counts, Portion
from bot.backup.results import StageResult
from bot.catalogue import RESOURCES
from bot.domain.backup import Fill, Gap, Outcome, OutcomeStatus
from bot.errors import ReadRefused, RefusalKind
from bot.vault import Books, Draft, Rest, Stage

_CALLS_EACH = {Shape.ATTACHMENTS: 2}  # a list and, mostly, one file; else one call


class Remembering:
    """Seals the last stage of a run."""

    def __init__(
        self,
        books: Books,
        draft: Draft,
        kinds: Sequence[FillKind],
        line: Sequence[Due],
        portions: Sequence[Portion],
        *,
        week: int,
        lacking: Sequence[FillKind] = (),
    ) -> None:
        """`line` is what was due, `portions` what had its turn.

        `lacking` are kinds that are on and that the consent does not allow.
        """
        self._books, self._draft, self._kinds, self._week = books, draft, tuple(kinds), week
        self._line, self._portions = line, portions
        self._known: dict[str, set[str]] = {}
        self._kinds += tuple(lacking)
        self._refused = {one.key: RefusalKind.SCOPE.value for one in lacking}
        self._refused |= {key: why for one in portions for key, why in one.refused.items()}

    def seal(self, name: str, share: Budget) -> int:
        """Finish every resource and say how far it is; gives how many records wait."""
        stage = self._draft.stage(name)
        waiting = [*self._again(), *self._line[self._taken :]]
        outcomes = [outcome for kind in FILL_KINDS for outcome in self._finish(stage, kind, waiting)]
        stage.add_many(WAITING, list(as_records(waiting)))
        stage.finish(WAITING, complete=True, facts={})
        result = StageResult(
            outcomes=tuple(outcomes),
            gaps=tuple(self._gaps(waiting)),
            calls=0,
            fills=tuple(self._fills(waiting, share)),
        )
        stage.seal(result.as_json())
        return len(waiting)

    @property
    def _taken(self) -> int:
        return sum(one.taken for one in self._portions)

    def _again(self) -> Iterator[Due]:
        """Give the failed another turn; a refusal of the whole kind is no failure of one."""
        for portion in self._portions:
            for place in portion.put_off:
                listed = self._line[place].listed or place in portion.listed
                yield msgspec.structs.replace(self._line[place], listed=listed)
            for place in portion.failed:
                one = self._line[place]
                # A record that left Xero since it began to wait has nothing that could be read.
                if one.parent_id in self._living(one.parent):
                    tries = one.tries if one.kind in self._refused else min(one.tries + 1, TRIES)
                    empty = place in portion.empty
                    yield msgspec.structs.replace(one, tries=tries, listed=False, empty=empty)

    def _living(self, parent: str) -> set[str]:
        """Name the records of a collection that this run's snapshot will hold."""
        if parent not in self._known:
            base = self._draft.base
            known = {one for one, _ in self._books.lengths(base, parent)} if base else set[str]()
            self._known[parent] = (known - self._draft.gone(parent)) | self._draft.placed_ids(parent)
        return self._known[parent]

    def _finish(self, stage: Stage, kind: FillKind, waiting: Sequence[Due]) -> Iterator[Outcome]:
        on = kind in self._kinds
        left = any(one.kind == kind.key for one in waiting)
        refused = kind.key in self._refused
        for key in kind.holds:
            known = self._draft.base.resources.get(key) if self._draft.base else None
            if not on:
                if known is not None:
                    stage.carry(key, facts={STATUS: OFF})
                continue
            status = OutcomeStatus.FILLING if left else OutcomeStatus.READ
            gone = self._orphans(kind, key)
            facts = {STATUS: OFF if refused else status.value, WEEK: self._week}
            stage.finish(key, complete=True, facts=facts, rest=Rest.STAND, gone=gone)
            counts = self._counts(key)
            before = known.count if known else 0
            yield Outcome(
                resource=key,
                title=RESOURCES[key].title,
                status=OutcomeStatus.REFUSED if refused else status,
                count=before + counts.new - counts.gone - len(gone),
                new=counts.new,
                changed=counts.changed,
                gone=counts.gone + len(gone),
            )

    def _counts(self, key: str) -> Counts:
        total = Counts()
        for one in self._portions:
            total = total.plus(one.counts.get(key, Counts()))
        return total

    def _orphans(self, kind: FillKind, key: str) -> list[str]:
        """Name the records whose parent is gone."""
        gone = {kind.name(parent, one) for parent in kind.parents for one in self._draft.gone(parent)}
        return [one for one in self._held(key) if kind.owner(one) in gone] if gone else []

    def _gaps(self, waiting: Sequence[Due]) -> Iterator[Gap]:
        for key, why in self._refused.items():
            refusal = ReadRefused(RefusalKind(why), "Xero refuses it.", 0)
            yield gaps.refused_or_failed(RESOURCES[key], refusal, kept=0)[1]
        failed = Counter(one.kind for one in waiting if one.tries and one.kind not in self._refused)
        for key, count in failed.items():
            yield gaps.not_filled(RESOURCES[key], count)

    def _fills(self, waiting: Sequence[Due], share: Budget) -> Iterator[Fill]:
        left = Counter(one.kind for one in waiting)
        failed = Counter(one.kind for one in waiting if one.tries)
        calls_due = 0
        for kind in self._kinds:
            if kind.key in self._refused:
                continue
            calls_due += left[kind.key] * _CALLS_EACH.get(kind.shape, 1)
            done, known = self._owners(kind, waiting)
            yield Fill(
                resource=kind.key,
                title=kind.resource.title,
                done=done,
                total=known,
                nights=share.nights(calls_due) if left[kind.key] else 0,
                failed=failed[kind.key],
            )

    def _held(self, key: str) -> Iterator[str]:
        """Name the records of the last snapshot."""
        if self._draft.base is not None:
            yield from (one for one, _ in self._books.lengths(self._draft.base, key))

    def _owners(self, kind: FillKind, waiting: Sequence[Due]) -> tuple[int, int]:
        """Count the records of which something is kept, and together with those that wait for it.

        One that waits because it changed, or because its week has come, counts as kept all the same.
        """
        owners = {kind.owner(one) for one in (*self._held(kind.key), *self._draft.placed_ids(kind.key))}
        done = len(owners)
        owners |= {kind.name(one.parent, one.parent_id) for one in waiting if one.kind == kind.key}
        return done, len(owners)
