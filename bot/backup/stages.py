"""In which order a backup reads: a few coarse stages, each sealed before the next begins. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.catalogue import RESOURCES, reading_now
from bot.catalogue.model import Area, Paging, Reading, Resource, Rhythm
from bot.domain.settings import Extra

# Unpaged collections that move money belong with the documents, so that one look at what changed meanwhile
# covers them together; who is in a group shows in the contacts.
_WITH_DOCUMENTS = frozenset({"bank_transfers", "batch_payments", "contact_groups", "contact_group_members"})
_SWITCHES = {
    "journals": Extra.JOURNALS,
    "attachments": Extra.ATTACHMENTS,
    "attachment_contents": Extra.ATTACHMENTS,
    "file_contents": Extra.ATTACHMENTS,
    "associations": Extra.ATTACHMENTS,
    "history": Extra.HISTORY,
    "pdfs": Extra.PDFS,
}
_TITLES = {
    "settings": "settings and lists",
    "documents": "contacts, documents and payments",
    "beside": "files, fixed assets, projects and payroll",
    "reports": "trial balances and reports",
}


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: a name that stays the same for ever, and what it reads."""

    name: str
    title: str
    resources: tuple[Resource, ...]


ALL_EXTRAS = frozenset(Extra)


def switch_of(resource: Resource) -> Extra | None:
    """Name the switch in the settings that a resource hangs on; None for what is always read."""
    if resource.area.base_path.startswith("payroll"):
        return Extra.PAYROLL
    return _SWITCHES.get(resource.key)


def is_read(resource: Resource, scopes: Collection[str], extras: Collection[Extra] = ALL_EXTRAS) -> bool:
    """Say whether a backup reads this with these permissions: always, or because somebody opted in."""
    switch = switch_of(resource)
    if switch is not None and switch not in extras:
        return False
    if resource.reading is Reading.OPT_IN and resource.read is not None:
        return any(scope in scopes for scope in resource.read.scopes)
    return resource.reading is Reading.READ


def opted_in(scopes: Collection[str], extras: Collection[Extra] = ALL_EXTRAS) -> tuple[str, ...]:
    """Name the resources that are read only because their own permission was given."""
    return tuple(
        one.key
        for one in RESOURCES.values()
        if one.reading is Reading.OPT_IN and is_read(one, scopes, extras)
    )


def stage_plans(
    scopes: Collection[str], extras: Collection[Extra] = ALL_EXTRAS, country: str = ""
) -> tuple[StagePlan, ...]:
    """Give the stages in order; reports come last, so that they see what the documents say.

    With a country, what exists in others only is left out: the payrolls of the UK and New Zealand share
    their addresses, and one would be read as the other.
    """
    chosen: dict[str, list[Resource]] = {name: [] for name in _TITLES}
    for resource in reading_now(opted_in(scopes, extras)):
        if country and resource.countries and country not in resource.countries:
            continue
        if resource.rhythm is not Rhythm.FILLED:  # those follow once the books are read
            chosen[_stage_of(resource)].append(resource)
    return tuple(StagePlan(name, title, tuple(chosen[name])) for name, title in _TITLES.items())


def _stage_of(resource: Resource) -> str:
    paging = resource.read.paging if resource.read else Paging.WHOLE
    if paging is Paging.REPORT:
        return "reports"
    if resource.area is not Area.ACCOUNTING:
        return "beside"
    if paging in {Paging.SIZED, Paging.FIXED, Paging.OFFSET} or resource.key in _WITH_DOCUMENTS:
        return "documents"
    return "settings"
