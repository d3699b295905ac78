"""What a restore made in the target: what a person would void or delete to undo it by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.restore.model import Kind
from bot.restore.naming import name_of
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedRecord:
    """One record that the restore made."""

    title: str
    name: str
    target_id: str


def created_records(
    source: Source, outcomes: Iterable[StepOutcome], kinds: Mapping[str, Kind]
) -> Iterator[CreatedRecord]:
    """Yield what Xero took, each record once: what was only finished later is not made twice."""
    seen: set[str] = set()
    for one in outcomes:
        if one.step.writes and one.state is StepState.DONE and one.target_key and one.target_key not in seen:
            seen.add(one.target_key)
            kind = kinds[one.step.kind]
            yield CreatedRecord(title=kind.title, name=_name(source, kind, one), target_id=one.target_key)


def _name(source: Source, kind: Kind, one: StepOutcome) -> str:
    try:
        return name_of(kind.resource, source.record(kind.resource, one.step.record_id))
    except KeyError:
        return one.step.name or "without a name"
