"""Drop snapshots and delete what only they needed, in two phases with a day or more between.

Marking publishes a thinning under the next number of the heads: from then on the dropped snapshots cannot be
read, and a backup that was built upon the vault as it was before can no longer be published, so no snapshot
ever refers to a pack that a thinning gave up. Deleting removes such packs, by name, never what merely seems
to be left over. A crash anywhere leaves leftovers for `sweep`, or packs that the next prune deletes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import VaultDamaged
from bot.vault.manifest import Doomed, Thinning, open_draft, seal_head
from bot.vault.model import Pruned
from bot.vault.replay import Proposed, Replay
from bot.vault.shelf import Shelf
from bot.vault.thinning import Thinner, played_back, prove
from bot.vault.verify import Verification

GRACE = timedelta(days=1)
WITHOUT_BACKUP = timedelta(days=30)  # nothing is published after the mark any more: wait this long


def prune(shelf: Shelf, drop: Collection[int], *, problems: list[str], grace: timedelta = GRACE) -> Pruned:
    """Delete what an earlier mark gave up and whose time is over, then drop the snapshots of these numbers.

    `problems` are those found outside these books. Raises StoreUnavailable, and a class of Damaged.
    """
    if grace < GRACE:
        raise ValueError("who reads a dropped snapshot just now needs its packs for a day")
    Replay(shelf).catch_up()
    report = Verification(shelf, full=False).run(problems)
    if not report.good:
        return Pruned(
            refused="The copies are not as they were written, so nothing is dropped.",
            problems=report.problems,
        )
    done = _delete_due(shelf, grace)
    if not drop:
        return done
    if _draft_is_alive(shelf):
        return replace(done, refused="A backup is not over yet, so nothing is dropped.")
    return _mark(shelf, drop, done, grace)


def _mark(shelf: Shelf, drop: Collection[int], done: Pruned, grace: timedelta) -> Pruned:
    with played_back(shelf) as scratch:
        thinner = Thinner(scratch, _droppable(scratch, drop), _sizes(shelf), shelf.now())
        proposed = thinner.propose()
        prove(shelf, proposed, thinner.written)
    if not _publish(shelf, proposed):
        return replace(done, refused="A backup was published meanwhile, so nothing is dropped.")
    Replay(shelf).catch_up()
    thinning = Replay(shelf).thinning(proposed.head.number)
    return replace(
        _waiting(done, thinning.doomed, grace),
        dropped=tuple(sorted(drop)),
        bytes_written=sum(ref.size for ref in thinner.written),
    )


def _publish(shelf: Shelf, proposed: Proposed) -> bool:
    name = shelf.place.head(proposed.head.number)
    return shelf.store.put_new(name, seal_head(shelf.keys, proposed.head))


def _droppable(scratch: Shelf, drop: Collection[int]) -> set[int]:
    """Refuse to drop the newest snapshot, or one that is not there; raises ValueError."""
    stands = [one.number for one in scratch.index.snapshots() if one.stands]
    wanted = set(drop)
    if not wanted <= set(stands[:-1]):
        raise ValueError("only snapshots that stand can be dropped, and never the newest")
    return wanted


def _draft_is_alive(shelf: Shelf) -> bool:
    """Say whether a run has read something that it could still publish."""
    newest = shelf.index.newest()[1]
    for item in shelf.store.list(f"{shelf.place.folder}/drafts"):
        if open_draft(shelf.keys, item.name, shelf.store.get(item.name)).base == newest:
            return True
    return False


def _delete_due(shelf: Shelf, grace: timedelta) -> Pruned:
    tip = shelf.index.tip()
    if not tip.thinned:
        return Pruned()
    thinning, sizes = Replay(shelf).thinning(tip.thinned), _sizes(shelf)
    doomed = [one for one in thinning.doomed if one.id in sizes]
    due = [one for one in doomed if _is_due(one, tip.number, shelf.now(), grace)]
    _require_unneeded(shelf, thinning, tip.thinned, tip.number, {one.id for one in due})
    for one in due:
        shelf.store.delete(shelf.place.pack(one.id))
    done = Pruned(objects_deleted=len(due), bytes_freed=sum(sizes[one.id] for one in due))
    return _waiting(done, [one for one in doomed if one not in due], grace)


def _is_due(one: Doomed, newest: int, now: datetime, grace: timedelta) -> bool:
    """Say whether a doomed pack may go: its time is over and a later backup stood the test, or long ago."""
    waited = now - one.since
    return waited >= WITHOUT_BACKUP or (waited >= grace and newest > one.number)


def _require_unneeded(shelf: Shelf, thinning: Thinning, thinned: int, newest: int, due: set[str]) -> None:
    """Look once more, in the store, whether any snapshot reaches what is to be deleted."""
    replay = Replay(shelf)
    needed = {ref.id for ref in thinning.packs}
    for number in range(thinned + 1, newest + 1) if due else ():
        manifest, _ = replay.read_manifest(replay.read_head(number)[0])
        delta = replay.delta(manifest.packs, [*manifest.changes, *manifest.full])
        needed |= {ref.id for ref in [*manifest.packs, *delta.needed()]}
    if due & needed:
        raise VaultDamaged("A snapshot needs a file that retention gave up; nothing is deleted.")


def _waiting(done: Pruned, doomed: Collection[Doomed], grace: timedelta) -> Pruned:
    if not doomed:
        return done
    first = min(one.since for one in doomed) + grace
    return replace(done, bytes_waiting=sum(one.size for one in doomed), waiting_until=first)


def _sizes(shelf: Shelf) -> Mapping[str, int]:
    listed = shelf.store.list(f"{shelf.place.folder}/packs")
    return {item.name.rpartition("/")[2]: item.size for item in listed}
