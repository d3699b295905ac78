"""Cut a plan into writes: which steps go out together in one call. Pure, and the same cut every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.restore.model import Kind, Step

Numbered = tuple[int, Step]


@dataclass(frozen=True, slots=True)
class Write:
    """One call to be made: its number among all, and the steps with their places in the plan."""

    number: int
    kind: Kind
    steps: tuple[Numbered, ...]


def cut(steps: Iterable[Step], kinds: Mapping[str, Kind]) -> Iterator[Write]:
    """Yield the writes of a plan in order; steps that write nothing are left out.

    A write holds neighbours of one kind and phase, of one parent where the path names one, one alone where
    the path names the record itself, and never more than the kind's batch.
    """
    number = 0
    pending: list[Numbered] = []
    for place, step in enumerate(steps):
        if not step.writes:
            continue
        if pending and not _together(pending, step, kinds[step.kind]):
            yield Write(number, kinds[pending[0][1].kind], tuple(pending))
            number, pending = number + 1, []
        pending.append((place, step))
    if pending:
        yield Write(number, kinds[pending[0][1].kind], tuple(pending))


def _together(pending: list[Numbered], step: Step, kind: Kind) -> bool:
    first = pending[0][1]
    if (first.kind, first.phase) != (step.kind, step.phase) or len(pending) >= kind.batch:
        return False
    if "{id}" in kind.path:
        return False
    return "{parent}" not in kind.path or first.parent == step.parent
