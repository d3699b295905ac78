"""What a plan stands on while it is made: the copy, the target, the choice, and what becomes of each record.

Kinds are planned in order of their stage; each writes down the fates of its records, and those after it ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action, Choice
from bot.restore.model import Fate, Phase, same_id
from bot.restore.source import Source
from bot.restore.target import TargetState


@dataclass(slots=True, kw_only=True)
class Ground:
    """Shared by the planners of one plan; not thread safe."""

    source: Source
    target: TargetState
    choice: Choice
    chosen: frozenset[str]  # catalogue keys that are restored: the choice with all it needs
    _fates: dict[str, dict[str, Fate]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # what one kind works out for others, by its own name

    @property
    def facts(self) -> OrganisationFacts:
        """Give what Xero says of the source."""
        return self.source.facts

    def settle(self, resource: str, key: str, action: Action, target_key: str = "") -> None:
        """Write down what becomes of a record (or of a code, as in `IdMap`)."""
        self._fates.setdefault(resource, {})[same_id(key)] = Fate(action, target_key)

    def fate(self, resource: str, key: str) -> Fate | None:
        """Give what becomes of a record; None when nobody decided (it is not in the copy, or not chosen)."""
        return self._fates.get(resource, {}).get(same_id(key))

    def will_exist(self, resource: str, key: str) -> bool:
        """Say whether the target will have it."""
        found = self.fate(resource, key)
        return found is not None and found.will_exist

    def fates(self, resource: str) -> Mapping[str, Fate]:
        """Give all fates of one resource."""
        return self._fates.get(resource, {})

    def is_chosen(self, resource: str) -> bool:
        """Say whether a resource is part of this restore."""
        return resource in self.chosen

    def records(self, resource: str) -> Iterator[Mapping[str, Any]]:
        """Yield the copy's records of one resource, decoded, in id order."""
        return self.source.records(resource)

    def phase_of_tracking(self, option_ids: frozenset[str]) -> Phase:
        """Say in which phase a document with these tracking options is written (set by the tracking kind)."""
        first: frozenset[str] = self.notes.get("tracking_first", frozenset())
        return Phase.FIRST if option_ids & first else Phase.SECOND
