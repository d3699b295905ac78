"""Which permissions a link to Xero asks for beside those of every backup: those that people switched on."""

from __future__ import annotations

from sqlalchemy import select

from bot.catalogue import backup_scopes
from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.organisation import LinkState, Organisation
from bot.domain.settings import Extra
from bot.services.extras import keys_to_ask_for, unpermitted
from bot.services.organisations import as_organisation
from bot.services.settings import SettingsStore


class Beside:
    """What is switched on for the organisations that a link can be meant for."""

    def __init__(self, db: Database, settings: SettingsStore) -> None:
        self._db, self._settings = db, settings

    def scopes(self, workspace_id: str, organisation_id: str, channel_id: str) -> tuple[str, ...]:
        """List what a backup asks for, with what is switched on for the organisations a link is meant for."""
        meant = self._meant(workspace_id, organisation_id, channel_id)
        keys = {key for one, extras in meant for key in keys_to_ask_for(extras, one.facts.country)}
        return backup_scopes(keys)

    def named(self, workspace_id: str, organisation_id: str, channel_id: str) -> dict[Extra, list[str]]:
        """Name what a link asks for beside the books, each with the organisations that switched it on."""
        found: dict[Extra, list[str]] = {}
        for one, extras in self._meant(workspace_id, organisation_id, channel_id):
            for extra in sorted(extras):
                if keys_to_ask_for((extra,), one.facts.country):
                    found.setdefault(extra, []).append(one.name)
        return found

    def _meant(
        self, workspace_id: str, organisation_id: str, channel_id: str
    ) -> list[tuple[Organisation, frozenset[Extra]]]:
        """Give the organisations that a link can be meant for, with what to ask for each.

        A link that names none is for a new organisation, or for one at home where it was asked for: then
        that counts which still waits for a permission, or has lost the one it had.
        """
        wanted = select(OrganisationRow).where(
            OrganisationRow.workspace_id == workspace_id, OrganisationRow.state != LinkState.UNLINKED
        )
        with self._db.reading() as session:
            linked = [as_organisation(row) for row in session.scalars(wanted.order_by(OrganisationRow.name))]
        sets = self._settings.organisations(workspace_id)
        if organisation_id:
            return [(one, sets[one.id].extras) for one in linked if one.id == organisation_id]
        return [(one, _missed(one, sets[one.id].extras)) for one in linked if one.home_channel == channel_id]


def _missed(organisation: Organisation, extras: frozenset[Extra]) -> frozenset[Extra]:
    if organisation.state is LinkState.DISCONNECTED:
        return extras
    return frozenset(unpermitted(organisation, extras))
