"""Find and describe the linked organisations. Reads only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.errors import AmbiguousOrganisation, UnknownOrganisation

NEAR_ENOUGH = 60  # rapidfuzz's WRatio, 0 to 100: below this a name is noise, not a suggestion
SAME_NAME = 88  # above this a single candidate is what was meant: a typing slip


class Organisations:
    """The organisations of one installation."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, organisation_id: str) -> Organisation:
        """Load one by id; raises UnknownOrganisation."""
        with self._db.reading() as session:
            row = session.get(OrganisationRow, organisation_id)
            if row is None:
                raise UnknownOrganisation(organisation_id)
            return as_organisation(row)

    def linked(self, workspace_id: WorkspaceId | None = None) -> list[Organisation]:
        """List what is linked (also what is disconnected at the moment), by name."""
        wanted = select(OrganisationRow).where(OrganisationRow.state != LinkState.UNLINKED)
        if workspace_id is not None:
            wanted = wanted.where(OrganisationRow.workspace_id == workspace_id)
        with self._db.reading() as session:
            return [as_organisation(row) for row in session.scalars(wanted.order_by(OrganisationRow.name))]

    def everything(self) -> list[Organisation]:
        """List all, unlinked ones too: their copies still stand."""
        with self._db.reading() as session:
            rows = session.scalars(select(OrganisationRow).order_by(OrganisationRow.name))
            return [as_organisation(row) for row in rows]


def pick(asked: str, among: Sequence[Organisation]) -> Organisation:
    """Choose by id, whole name, part of the name, or a name with a typing slip."""
    wanted = _plain(asked)
    if not wanted:
        return _only(asked, among)
    exact = [one for one in among if wanted in {one.id.casefold(), _plain(one.name)}]
    if exact:
        return _only(asked, exact)
    partly = [one for one in among if wanted in _plain(one.name)]
    if partly:
        return _only(asked, partly)
    names = [_plain(one.name) for one in among]
    ranked = process.extract(wanted, names, scorer=fuzz.WRatio, limit=5, score_cutoff=NEAR_ENOUGH)
    if ranked and fuzz.ratio(wanted, ranked[0][0]) >= SAME_NAME:
        return among[ranked[0][2]]
    raise UnknownOrganisation(asked, tuple(among[index].name for _, _, index in ranked))


def _only(asked: str, found: Sequence[Organisation]) -> Organisation:
    if len(found) > 1:
        raise AmbiguousOrganisation(asked, tuple(one.name for one in found))
    return found[0]


def _plain(name: str) -> str:
    """Fold what people leave out when they type a name: letter case, accents, doubled spaces."""
    parts = unicodedata.normalize("NFKD", name)
    return " ".join("".join(char for char in parts if not unicodedata.combining(char)).split()).casefold()


def as_organisation(row: OrganisationRow) -> Organisation:
    """Turn a stored row into the value that others use."""
    facts: dict[str, Any] = dict(row.facts or {})
    facts["currencies"] = tuple(facts.get("currencies", ()))
    return Organisation(
        id=OrganisationId(row.id),
        workspace_id=WorkspaceId(row.workspace_id),
        facts=OrganisationFacts(**{**facts, "name": row.name}),
        home_channel=row.home_channel,
        linked_by=row.linked_by,
        linked_at=row.linked_at,
        state=LinkState(row.state),
        scopes=frozenset(row.scopes or ()),
    )


def facts_as_json(facts: OrganisationFacts) -> dict[str, Any]:
    """Turn facts into what the row stores."""
    return {**asdict(facts), "currencies": list(facts.currencies)}


def set_state(session: Session, organisation_id: str, state: LinkState) -> OrganisationRow:
    """Move an organisation to another link state; raises UnknownOrganisation."""
    row = session.get(OrganisationRow, organisation_id)
    if row is None:
        raise UnknownOrganisation(organisation_id)
    row.state = state
    return row
