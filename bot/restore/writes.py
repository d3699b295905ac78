"""Cut a plan into writes: which steps go out together in one call. Pure, and the same cut every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.restore.model import Kind, Step

Numbered = tuple[int, Step]


@dataclass(frozen=True, slots=True)
class Write:
    """One call to be made: its number, and the steps with their places in the plan."""

    number: int
    kind: Kind
    steps: tuple[Numbered, ...]


def cut(steps: Iterable[Numbered], kinds: Mapping[str, Kind]) -> Iterator[Write]:
    """Yield the writes of a plan, or of a stretch of it, in order; steps that write nothing are left out.

    A write is numbered by the place of its first step, so that a stretch is cut as the whole is. It holds
    neighbours of one kind and phase, of one parent where the path names one, one alone where the path names
    the record itself, and never more than the kind's batch.
    """
    pending: list[Numbered] = []
    for place, step in steps:
        if not step.writes:
            continue
        if pending and not _together(pending, step, kinds[step.kind]):
            yield _write(pending, kinds)
            pending = []
        pending.append((place, step))
    if pending:
        yield _write(pending, kinds)


def _write(steps: list[Numbered], kinds: Mapping[str, Kind]) -> Write:
    return Write(steps[0][0], kinds[steps[0][1].kind], tuple(steps))


def _together(pending: list[Numbered], step: Step, kind: Kind) -> bool:
    first = pending[0][1]
    if (first.kind, first.phase) != (step.kind, step.phase) or len(pending) >= kind.batch:
        return False
    if "{id}" in kind.path:
        return False
    return "{parent}" not in kind.path or first.parent == step.parent
