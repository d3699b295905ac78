"""Say whether backups of one organisation read a kind of data, and if not, what keeps them. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, auto

from bot.backup.stages import is_read, switch_of
from bot.catalogue.model import Reading, Resource
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, OrganisationSettings

BY_DEFAULT = OrganisationSettings().extras


class How(Enum):
    """How a kind of data fares in the backups of one organisation."""

    READ = auto()
    OFF = auto()  # switched off in its settings
    NOT_PERMITTED = auto()  # nobody gave the permission in Xero
    NEVER = auto()  # of no organisation


def how_read(resource: Resource, organisation: Organisation, extras: Collection[Extra] = BY_DEFAULT) -> How:
    """Say how it fares by settings and consent; a consent that is not known is taken for a whole one."""
    if resource.read is None or resource.reading in {Reading.NOT_YET, Reading.NEVER}:
        return How.NEVER
    switch = switch_of(resource)
    if switch is not None and switch not in extras:
        return How.OFF
    if not is_read(resource, organisation.scopes, extras):
        return How.NOT_PERMITTED
    needed, given = resource.read.scopes, organisation.scopes
    lacks = needed and given and not any(one in given for one in needed)
    return How.NOT_PERMITTED if lacks else How.READ


def exists_in(resource: Resource, country: str) -> bool:
    """Say whether there is such a thing in a country; of an unknown one, yes."""
    return not country or not resource.countries or country in resource.countries
