"""Whose turn it is: what waits from earlier nights, what this run found new or changed, newest first. Pure.

What waits is kept with the snapshot, in the vault, a thousand to a record (`WAITING`); once everything had
its turn nothing is kept. The order is the same whenever it is worked out for one run, so that a run that was
interrupted goes on at its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

import msgspec

from bot.backup.filling.kinds import FILL_KINDS, UNTOLD
from bot.vault import ResourceEntry

WAITING = "waiting"  # the vault's resource
ATTACHED = "attachments"
A_RECORD = 1000
TRIES = 9  # counted no further; what cannot be read is asked for again as long as it is there
RARER_FROM = 3  # failed tries after which not every night asks again
RAREST_NIGHTS = 16
ROUNDS = 13  # weeks after which every record was asked for again though nothing told of a change


class Due(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One call or more that is due: a kind, the record it hangs on, when that changed, failed tries.

    `listed` says that the list of its files came, and that calls were left for some of them only. `empty`
    says that its list last came empty though something is known: once more, and that counts.
    """

    kind: str
    parent: str
    parent_id: str
    at: str = ""  # as Xero writes the moment of the parent's last change; "" sorts last
    tries: int = 0
    listed: bool = False
    empty: bool = False


_PLACE = {one.key: place for place, one in enumerate(FILL_KINDS)}
_DECODER = msgspec.json.Decoder(list[Due])


def line_up(
    waiting: Iterable[Due],
    found: Iterable[Due],
    *,
    gone: Collection[tuple[str, str]],
    night: int | None = None,
) -> list[Due]:
    """Put what is due in order: by worth of its kind, the tried and failed last, then newest first.

    What waits already keeps its place though it changed again, so that what is kept of the line stays the
    same; only a new change gives the failed another chance. Records that are gone have no turn. At the very
    end stands what rests in this `night`, by its number; None: nothing rests, as where a person asked.
    """
    fresh = {(one.kind, one.parent, one.parent_id): one for one in found}
    left = []
    for one in waiting:
        known = (one.kind, one.parent, one.parent_id) in fresh if fresh else False
        anew = known and (one.tries > 0 or one.listed)
        if one.kind not in _PLACE or anew or (gone and (one.parent, one.parent_id) in gone):
            continue
        if known:
            del fresh[one.kind, one.parent, one.parent_id]
        left.append(one)
    left.extend(one for one in fresh.values() if (one.parent, one.parent_id) not in gone)
    # One sort, from the last to the first; what waits lies nearly so already.
    left.sort(key=_from_the_end, reverse=True)
    return left if night is None else sorted(left, key=lambda one: rests(one, night))


def rests(one: Due, night: int) -> bool:
    """Say whether what failed again and again is left alone in a night: it is asked for ever more rarely."""
    pause: int = min(1 << max(0, one.tries - RARER_FROM), RAREST_NIGHTS)
    return pause > 1 and (night + _number(one.parent_id)) % pause != 0


def _from_the_end(one: Due) -> tuple[int, int, bool, str, str, str]:
    told = one.kind != ATTACHED or one.parent not in UNTOLD  # those that say they have files come first
    return -_PLACE[one.kind], -one.tries, told, one.at, one.parent, one.parent_id


def as_records(waiting: Sequence[Due]) -> Iterator[tuple[str, bytes]]:
    """Give what waits as records of the vault; the oldest keep their place while the newest go."""
    for kind in _PLACE:
        mine = [one for one in reversed(waiting) if one.kind == kind]
        for number, start in enumerate(range(0, len(mine), A_RECORD)):
            yield f"{kind}/{number:06}", msgspec.json.encode(mine[start : start + A_RECORD])


def of_xero(entries: Mapping[str, ResourceEntry]) -> dict[str, ResourceEntry]:
    """Leave out of a snapshot's resources what Xero did not send: our own line of what waits."""
    return {key: entry for key, entry in entries.items() if key != WAITING}


def from_records(records: Iterable[bytes]) -> Iterator[Due]:
    """Read back what `as_records` gave."""
    for raw in records:
        yield from _DECODER.decode(raw)


def is_in_round(parent_id: str, week: int) -> bool:
    """Say whether a record is asked for again this week though nothing told of a change in it."""
    return _number(parent_id) % ROUNDS == week % ROUNDS


def _number(parent_id: str) -> int:
    return int.from_bytes(blake2b(parent_id.encode(), digest_size=4).digest(), "big")
