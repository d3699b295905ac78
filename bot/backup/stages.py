"""In which order a backup reads: a few coarse stages, each sealed before the next begins. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalogue import reading_now
from bot.catalogue.model import Paging, Resource

# Unpaged collections that move money: they belong with the documents, so that one look at what changed
# meanwhile covers them together.
_MONEY = frozenset({"bank_transfers", "batch_payments"})
_TITLES = {
    "settings": "settings and lists",
    "documents": "contacts, documents and payments",
    "reports": "trial balances and reports",
}


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: a name that stays the same for ever, and what it reads."""

    name: str
    title: str
    resources: tuple[Resource, ...]


def stage_plans() -> tuple[StagePlan, ...]:
    """Give the stages in order; reports come last, so that they see what the documents say."""
    chosen: dict[str, list[Resource]] = {name: [] for name in _TITLES}
    for resource in reading_now():
        chosen[_stage_of(resource)].append(resource)
    return tuple(StagePlan(name, title, tuple(chosen[name])) for name, title in _TITLES.items())


def _stage_of(resource: Resource) -> str:
    paging = resource.read.paging if resource.read else Paging.WHOLE
    if paging is Paging.REPORT:
        return "reports"
    if paging in {Paging.SIZED, Paging.FIXED} or resource.key in _MONEY:
        return "documents"
    return "settings"
