"""One hash that stands for a set of records: a Merkle root over sorted (record id, version id)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice

# Leaves of a whole subtree, a power of two: so many are held at once, however many there are.
SUBTREE = 4096


def merkle_root(items: Iterable[tuple[str, bytes]]) -> str:
    """Return the root in hex; items come in record id order. Leaves and nodes have different prefixes."""
    rest, sha, tops = ((one.encode(), version) for one, version in items), hashlib.sha256, []
    while leaves := [
        sha(b"\0" + len(one).to_bytes(4, "big") + one + version).digest()
        for one, version in islice(rest, SUBTREE)
    ]:
        tops.append(_top(leaves))
    return (_top(tops) if tops else sha(b"").digest()).hex()


def _top(level: list[bytes]) -> bytes:
    sha = hashlib.sha256
    while len(level) > 1:
        odd = level.pop() if len(level) % 2 else None
        level = [sha(b"\1" + left + right).digest() for left, right in zip(*[iter(level)] * 2, strict=True)]
        if odd is not None:
            level.append(odd)
    return level[0]
