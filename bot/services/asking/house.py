"""What answers about Ledgerkeep itself rest on: standings, rights, limits, copies, where things are kept.

Reads the database for all organisations at once; opens the copies only where the database knows of none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.catalogue.topics import FACTS
from bot.db.engine import Database
from bot.domain.answers import Copies, CopiesPart, FactPart, LimitsPart, Part, Sizes
from bot.domain.forecast import GrowthPoint
from bot.domain.organisation import Organisation
from bot.domain.settings import Retention
from bot.domain.standing import Standing
from bot.services.access import Access
from bot.services.asking import happened
from bot.services.asking.evidence import gathered
from bot.services.asking.topics import Known, source_of
from bot.services.books import Books
from bot.services.looking.growth import Growth
from bot.services.settings import SettingsStore
from bot.services.standings import Standings

_SETTINGS = "the settings of this workspace"


class House:
    """Facts of this installation and of the organisations in it."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        books: Books,
        growth: Growth,
        settings: SettingsStore,
        standings: Standings,
        copies_kept: str,
        key_holder: str,
        allow_self: bool = False,
    ) -> None:
        self._db, self._access, self._books, self._growth = db, access, books, growth
        self._settings, self._standings = settings, standings
        self._copies_kept, self._key_holder, self._allow_self = copies_kept, key_holder, allow_self

    def known(self, organisations: Sequence[Organisation]) -> list[Known]:
        """Give each organisation with what its last good backup holds."""
        found = gathered(self._db, self._books, organisations)
        return [(one, found[one.id]) for one in organisations]

    def standings(self, organisations: Sequence[Organisation]) -> list[Standing]:
        """Say how the organisations stand."""
        return self._standings.of(organisations)

    def answer(self, key: str, about: Sequence[Organisation]) -> Part | None:
        """Answer an intent of this house; None for one it does not know."""
        answers: dict[str, Callable[[Sequence[Organisation]], Part]] = {
            "limits": self._limits,
            "kept_copies": self._copies,
            "approvers": self._approvers,
            "keepers": self._keepers,
            "places": self._places,
            "retention": self._retention,
        }
        return answers[key](about) if key in answers else None

    def happened(self, key: str, about: Sequence[Organisation], text: str, now: datetime) -> Part:
        """Answer one of `happened.KEYS`: what became of backups, and what is due."""
        return happened.answer(self._db, key, self.standings(about), text, now)

    def _limits(self, about: Sequence[Organisation]) -> LimitsPart:
        forecasts = self._growth.forecasts([one.id for one in about])
        return LimitsPart(
            sizes=tuple(
                Sizes(
                    source=source_of(one, evidence),
                    limits=evidence.limits,
                    forecasts=tuple(each for each in forecasts.get(one.id, ()) if each.reaches_at),
                )
                for one, evidence in self.known(about)
            )
        )

    def _copies(self, about: Sequence[Organisation]) -> CopiesPart:
        """Tell what is kept: of one organisation from its copies, of several from the table of growth."""
        if len(about) == 1:
            kept = self._books.of(about[0]).snapshots()
            size = sum(one.bytes_added for one in kept)
            oldest, newest = (kept[0].taken_at, kept[-1].taken_at) if kept else (None, None)
            only = Copies(
                organisation_name=about[0].name,
                snapshots=len(kept),
                size_bytes=size,
                oldest_at=oldest,
                newest_at=newest,
            )
            return CopiesPart(copies=(only,))
        series = self._growth.many([one.id for one in about])
        return CopiesPart(copies=tuple(_copies_of(one, series[one.id].points) for one in about))

    def _approvers(self, about: Sequence[Organisation]) -> FactPart:
        named = self._access.approvers(about[0].workspace_id)
        needed = "One of them is" if named.needed == 1 else f"{named.needed} of them are"
        nobody = "Nobody is named to approve restores, so the workspace admins are."
        own = "who asks for a restore needs somebody else, and guests never approve one"
        if self._allow_self:
            own = "who asks for a restore may approve it here; guests never approve one"
        return FactPart(
            key="approvers",
            kind="approvers",
            headline=nobody if named.is_default else "These are named to approve restores:",
            people=named.users,
            groups=named.groups,
            more=(
                *self._groups_named(about[0], named.groups),
                f"{needed} needed; {own}.",
                "An approval holds for one plan only; if anything changes, the restore is asked for anew.",
            ),
            source=_SETTINGS,
        )

    def _groups_named(self, one: Organisation, ids: Sequence[str]) -> tuple[str, ...]:
        """Name the user groups, where Slack tells what they are called."""
        known = self._access.user_groups(one.workspace_id) if ids else None
        names = [each.name or each.handle for each in known or () if each.id in ids]
        return (f"User groups among them: {', '.join(names[:5])}.",) if names else ()

    def _keepers(self, about: Sequence[Organisation]) -> FactPart:
        named = self._settings.workspace(about[0].workspace_id).keepers
        told = "Workspace admins look after Ledgerkeep: they link organisations and change settings"
        return FactPart(
            key="keepers",
            kind="keepers",
            headline=f"{told}, and so do the keepers they named:"
            if named
            else f"{told}; no keeper is named.",
            people=named,
            more=("Anybody in an organisation's home channel may ask and start a backup.",),
            source=_SETTINGS,
        )

    def _places(self, _about: Sequence[Organisation]) -> FactPart:
        return FactPart(
            key="places",
            kind="places",
            headline=f"All copies are encrypted and kept {self._copies_kept}.",
            more=(
                f"The key is held by {self._key_holder}.",
                "Each workspace has a key of its own; without it nobody can read its copies.",
            ),
            source="how this Ledgerkeep is set up",
        )

    def _retention(self, about: Sequence[Organisation]) -> FactPart:
        chosen = self._settings.organisations(about[0].workspace_id)
        kept = {one.id: chosen[one.id].retention if one.id in chosen else Retention() for one in about}
        rules = dict.fromkeys(kept.values())
        if len(rules) == 1:
            told: tuple[str, ...] = ()
            headline = f"The rule is to keep {_rule(next(iter(rules)))}."
        else:
            headline = "The rule differs by organisation."
            told = tuple(f"{one.name}: {_rule(kept[one.id])}." for one in about[:5])
        held = [each.organisation.name for each in self.standings(about) if each.legal_hold]
        hold = (f"Under legal hold, nothing is ever removed of: {', '.join(held[:5])}.",) if held else ()
        return FactPart(
            key="retention",
            kind="retention",
            headline=headline,
            more=(*told, *hold),
            source="the settings of each organisation",
        )


def fact(key: str) -> FactPart:
    """Give a fact about Ledgerkeep as a part of an answer."""
    one = FACTS[key]
    return FactPart(key=key, headline=one.headline, more=one.more, instead=one.instead, source=one.source)


def _copies_of(organisation: Organisation, points: Sequence[GrowthPoint]) -> Copies:
    if not points:
        return Copies(organisation_name=organisation.name)
    last = points[-1]
    return Copies(organisation_name=organisation.name, snapshots=last.snapshots, size_bytes=last.bytes_kept)


def _rule(retention: Retention) -> str:
    return (
        f"every snapshot of {retention.all_days} days, then the last of each of {retention.daily} days, "
        f"{retention.monthly} months and {retention.yearly} years"
    )
