"""What became of every record of the copy, by the write book: small enough to be kept for all. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.restore_plan import Action
from bot.restore.model import Kind, Reason
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.summing import follows, records_of

MOST_WORDS = 2000  # refusals that are kept with their words
UNSAID = "It was not written, and nothing was said."


class Standing(NamedTuple):
    """One step and how it ended."""

    kind: str
    action: Action
    state: StepState
    reasons: tuple[str, ...]
    target: str
    part: str

    @property
    def is_written(self) -> bool:
        """Say whether Xero took it."""
        return self.state is StepState.DONE and self.action in {Action.CREATE, Action.CHANGE}

    @property
    def is_refused(self) -> bool:
        """Say whether it should have been written and was not."""
        return self.action in {Action.CREATE, Action.CHANGE} and self.state is not StepState.DONE

    @property
    def is_unsent(self) -> bool:
        """Say whether it was not even sent, because something it needs is not there."""
        return self.is_refused and self.state is StepState.SKIPPED

    @property
    def is_left(self) -> bool:
        """Say whether the plan never meant to write it."""
        return self.action in {Action.LEAVE_OUT, Action.BLOCKED}

    @property
    def should_exist(self) -> bool:
        """Say whether the target should have it."""
        return self.is_written or self.action is Action.MATCH


class Unwritten(NamedTuple):
    """A step that Xero refused, or that could not be sent, and what was said."""

    kind: str
    resource: str
    record_id: str
    words: str
    is_sent: bool


@dataclass(slots=True)
class Standings:
    """All steps by resource and record: the main one, and those of its parts."""

    mains: defaultdict[str, dict[str, Standing]] = field(default_factory=lambda: defaultdict(dict))
    parts: defaultdict[str, defaultdict[str, list[Standing]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    counts: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unwritten: list[Unwritten] = field(default_factory=list)
    refused: int = 0  # also what was not sent
    warnings: int = 0

    def of(self, resource: str, record_id: str) -> Iterator[Standing]:
        """Yield every step of one record."""
        main = self.mains[resource].get(record_id)
        if main is not None:
            yield main
        yield from self.parts_of(resource, record_id)

    def parts_of(self, resource: str, record_id: str) -> list[Standing]:
        """Give the steps of a record's parts."""
        return self.parts[resource].get(record_id, [])

    def without_record(self) -> Iterator[Standing]:
        """Yield the steps that bring back no record of the copy, such as opening balances."""
        yield from self.mains[""].values()
        for parts in self.parts[""].values():
            yield from parts


def standings(
    outcomes: Iterable[StepOutcome], kinds: Mapping[str, Kind], reasons: Mapping[str, Reason]
) -> Standings:
    """Gather all steps; of two main steps of one record the one that writes counts."""
    found = Standings()
    seen: dict[tuple[str, ...], tuple[str, ...]] = {}  # equal reasons are kept once
    for one in outcomes:
        step, resource = one.step, kinds[one.step.kind].resource
        standing = Standing(
            step.kind,
            step.action,
            one.state,
            seen.setdefault(step.reasons, step.reasons),
            one.target_key,
            step.part,
        )
        main = found.mains[resource].get(step.record_id)
        if step.part or (main is not None and not standing.should_exist):
            found.parts[resource][step.record_id].append(standing)
        else:
            if main is not None:
                found.parts[resource][step.record_id].append(main)
            found.mains[resource][step.record_id] = standing
        _count(found, one, standing, resource, reasons)
    return found


def _count(
    found: Standings, one: StepOutcome, standing: Standing, resource: str, reasons: Mapping[str, Reason]
) -> None:
    counter = found.counts[standing.kind]
    counter["planned"] += standing.action in {Action.CREATE, Action.CHANGE}
    counter["created"] += standing.is_written
    counter["matched"] += standing.action is Action.MATCH
    if standing.is_left:
        counter["follows" if follows(one.step, reasons) else "left_out"] += records_of(one.step)
    counter["refused"] += standing.is_refused and not standing.is_unsent
    counter["unsent"] += standing.is_unsent
    found.warnings += one.warned
    if standing.is_refused:
        found.refused += 1
        if len(found.unwritten) < MOST_WORDS:
            words = " ".join(one.words) or UNSAID
            sent = not standing.is_unsent
            found.unwritten.append(Unwritten(standing.kind, resource, one.step.record_id, words, sent))
