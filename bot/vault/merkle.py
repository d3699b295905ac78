"""One hash that stands for a set of records: a Merkle root over sorted (record id, version id)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import islice

# Leaves of a whole subtree, a power of two: so many are held at once, however many there are.
SUBTREE = 4096


def merkle_root(items: Iterable[tuple[str, bytes]]) -> str:
    """Return the root in hex; items come in record id order. Leaves and nodes have different prefixes."""
    rest, sha, begun, tops = iter(items), hashlib.sha256, _Begun(), []
    while leaves := [
        sha(begun[len(name := one.encode())] + name + version).digest()
        for one, version in islice(rest, SUBTREE)
    ]:
        tops.append(_top(leaves))
    return (_top(tops) if tops else sha(b"").digest()).hex()


class _Begun(dict[int, bytes]):
    """What a leaf begins with, by the length of its id; made once for each length."""

    def __missing__(self, length: int) -> bytes:
        self[length] = b"\0" + length.to_bytes(4, "big")
        return self[length]


def _top(level: list[bytes]) -> bytes:
    sha = hashlib.sha256
    while len(level) > 1:
        odd = level.pop() if len(level) % 2 else None
        level = [sha(b"\1" + left + right).digest() for left, right in zip(*[iter(level)] * 2, strict=True)]
        if odd is not None:
            level.append(odd)
    return level[0]
