"""Find what a person named on the command line: an organisation by name or id, a snapshot by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import UnknownOrganisation, UnknownSnapshot

if TYPE_CHECKING:
    from bot.domain.organisation import Organisation
    from bot.parts import Parts
    from bot.vault import SnapshotInfo

LEAST = 4  # characters of an id: fewer could be anything


def organisation(parts: Parts, asked: str) -> Organisation:
    """Give the organisation of that name or id; raises UnknownOrganisation, AmbiguousOrganisation."""
    from bot.services.organisations import pick

    known = parts.organisations.everything()
    if not asked.strip() or not known:
        raise UnknownOrganisation(asked)
    return pick(asked, known)


def organisations(parts: Parts, asked: str | None) -> list[Organisation]:
    """Give the one organisation that was asked for, else all of them, unlinked ones too."""
    return parts.organisations.everything() if asked is None else [organisation(parts, asked)]


def snapshot(parts: Parts, asked: str) -> tuple[Organisation, SnapshotInfo]:
    """Find a snapshot in any organisation by the beginning of its id, or of the hash that Slack shows.

    Raises UnknownSnapshot; StoreUnavailable and Damaged when the copies cannot be looked through.
    """
    owners = parts.organisations.everything()
    found = [(one, info) for one in owners for info in _begun(parts, one, asked)]
    return _only(found or _dropped(parts, owners, asked))


def snapshot_of(parts: Parts, owner: Organisation, asked: str) -> SnapshotInfo:
    """Give "latest" or one snapshot of an organisation; raises UnknownSnapshot."""
    if asked == "latest":
        return parts.books.of(owner).snapshot("latest")
    found = [(owner, info) for info in _begun(parts, owner, asked)]
    return _only(found or _dropped(parts, [owner], asked))[1]


def _begun(parts: Parts, owner: Organisation, asked: str) -> list[SnapshotInfo]:
    wanted = asked.strip().casefold()
    if len(wanted) < LEAST:
        return []
    found = parts.books.of(owner).snapshots()
    return [one for one in found if one.id.casefold().startswith(wanted) or one.hash.startswith(wanted)]


def _dropped(parts: Parts, owners: list[Organisation], asked: str) -> list[tuple[Organisation, SnapshotInfo]]:
    """Raise UnknownSnapshot with the day when retention dropped what is asked for; else find nothing."""
    wanted = asked.strip().casefold()
    for gone in (one for owner in owners for one in parts.books.of(owner).dropped()):
        if len(wanted) >= LEAST and (gone.id.startswith(wanted) or gone.hash.startswith(wanted)):
            at = gone.dropped_at
            raise UnknownSnapshot(f"That snapshot was dropped by retention on {at.day} {at:%B %Y}.")
    return []


def _only(found: list[tuple[Organisation, SnapshotInfo]]) -> tuple[Organisation, SnapshotInfo]:
    if not found:
        raise UnknownSnapshot("There is no snapshot of that id; `ledgerkeep snapshots` lists them.")
    if len(found) > 1:
        raise UnknownSnapshot("Several snapshots begin with that id; give more of it.")
    return found[0]
