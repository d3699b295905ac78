"""What is new since the last digest: gaps that came or went, findings worth a look. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from bot.db.tables import Delivery, RunRow
from bot.domain.backup import Gap
from bot.domain.digest import CoverageNews, GapNews, Look, gap_key
from bot.domain.limits import Level
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra
from bot.domain.standing import Finding, FindingKind, Outline, Standing
from bot.services.coverage import Evidence, not_covered_count
from bot.services.how_read import BY_DEFAULT
from bot.services.running.outlines import from_row
from bot.services.running.runs import BACKUP

LOOKS_AT_MOST = 3
_ORDER = {kind: place for place, kind in enumerate(FindingKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was known when the last digest was made, and what was found since; by organisation."""

    before: Mapping[str, Outline]
    findings: Mapping[str, tuple[tuple[str, Finding], ...]]  # run id and finding, newest run first

    @classmethod
    def read(cls, session: Session, standings: Sequence[Standing], since: datetime) -> Past:
        """Read it for the organisations that were backed up since then; of the others nothing is new."""
        ids = [one.organisation.id for one in standings if one.good and one.good.finished_at >= since]
        return cls(before=_good_before(session, ids, since), findings=_found_since(session, ids, since))

    def coverage(self, standings: Sequence[Standing], counts: Mapping[str, int]) -> CoverageNews:
        """Compare the gaps of the newest good backups with those that the last digest could know."""
        new: dict[str, list[str]] = {}
        ended: dict[str, list[str]] = {}
        for one in standings:
            now, then = self._gaps(one)
            _file(new, one, (gap for key, gap in now.items() if key not in then))
            _file(ended, one, (gap for key, gap in then.items() if key not in now))
        some = [counts[one.organisation.id] for one in standings]
        return CoverageNews(
            least=min(some, default=0),
            most=max(some, default=0),
            gaps=len({gap_key(gap) for one in standings for gap in (one.good.gaps if one.good else ())}),
            new=_news(new),
            ended=_news(ended),
        )

    def looks(self, standings: Sequence[Standing]) -> tuple[tuple[Look, ...], int]:
        """Give the few findings to look at first, and how many more there are."""
        found = [
            Look(standing=one, run_id=run_id, finding=finding)
            for one in standings
            for run_id, finding in self.findings.get(one.organisation.id, ())
        ]
        found.sort(key=lambda look: (_ORDER[look.finding.kind], -look.finding.count))
        return tuple(found[:LOOKS_AT_MOST]), len(found[LOOKS_AT_MOST:])

    def newly_over(self, one: Standing) -> bool:
        """Say whether an organisation is above a size limit that it was below at the last digest."""
        before = self.before.get(one.organisation.id)
        if one.good is None or one.organisation.id not in self.findings:  # not backed up since
            return False
        return bool(_over(one.good) - (_over(before) if before else set()))

    def _gaps(self, one: Standing) -> tuple[dict[tuple[str, str], Gap], dict[tuple[str, str], Gap]]:
        """Give the gaps now and then; without a backup since, now is then."""
        now = {gap_key(gap): gap for gap in one.good.gaps} if one.good else {}
        before = self.before.get(one.organisation.id)
        if before is None:  # not backed up since, or never before: a first backup's gaps are new
            return now, {} if one.organisation.id in self.findings else now
        return now, {gap_key(gap): gap for gap in before.gaps}


def told_until(session: Session, workspace_id: str, slot: str) -> datetime | None:
    """Give when the last digest before this one was made; None when none is known.

    Going by what was told, and not by the timetable, nothing new is lost over days that were missed.
    """
    mine = f"digest:{workspace_id}:"
    return session.scalar(
        select(func.max(Delivery.created_at)).where(
            Delivery.key.startswith(mine, autoescape=True),
            Delivery.key.endswith(":1", autoescape=True),
            Delivery.key.not_like(f"{mine}{slot}:%"),
        )
    )


def told_before(session: Session, workspace_id: str, slot: str) -> set[str]:
    """Name the channels that had a digest before this one."""
    mine = f"digest:{workspace_id}:"
    keys = session.scalars(
        select(Delivery.key).where(
            Delivery.key.startswith(mine, autoescape=True),
            Delivery.key.endswith(":1", autoescape=True),
            Delivery.key.not_like(f"{mine}{slot}:%"),
        )
    )
    return {key.rsplit(":", 2)[1] for key in keys}


def posted(session: Session, workspace_id: str, slot: str) -> set[str]:
    """Name the channels whose digest of this slot is on its way."""
    mine = f"digest:{workspace_id}:{slot}:"
    keys = session.scalars(select(Delivery.key).where(Delivery.key.startswith(mine, autoescape=True)))
    return {key.removeprefix(mine).removesuffix(":1") for key in keys if key.endswith(":1")}


def not_covered(
    organisations: Iterable[Organisation], extras: Mapping[str, frozenset[Extra]]
) -> dict[str, int]:
    """Count for each organisation the kinds of data that no backup covers, by what is switched on there."""
    known: dict[tuple[str, frozenset[str], frozenset[Extra]], int] = {}
    found: dict[str, int] = {}
    for one in organisations:
        key = one.facts.country, one.scopes, extras.get(one.id, BY_DEFAULT)  # all that it depends on
        if key not in known:
            known[key] = not_covered_count(one, Evidence(extras=key[2]))
        found[one.id] = known[key]
    return found


def _good_before(session: Session, ids: Sequence[str], since: datetime) -> dict[str, Outline]:
    ended = (
        RunRow.organisation_id.in_(ids),
        RunRow.kind == BACKUP,
        RunRow.finished_at < since,
        RunRow.snapshot_id != "",
    )
    last = (
        select(RunRow.organisation_id, func.max(RunRow.finished_at).label("at"))
        .where(*ended)
        .group_by(RunRow.organisation_id)
        .subquery()
    )
    wanted = (
        select(RunRow)
        .join(last, (RunRow.organisation_id == last.c.organisation_id) & (RunRow.finished_at == last.c.at))
        .where(*ended)
        .options(defer(RunRow.summary), defer(RunRow.progress))  # tens of kilobytes that an outline needs not
    )
    found = ((row.organisation_id, from_row(row)) for row in session.scalars(wanted))
    return {key: outline for key, outline in found if outline is not None}


def _found_since(
    session: Session, ids: Sequence[str], since: datetime
) -> dict[str, tuple[tuple[str, Finding], ...]]:
    """Read the findings of every backup since then; each organisation asked for is present."""
    rows = session.execute(
        select(RunRow.organisation_id, RunRow.id, RunRow.outline)
        .where(
            RunRow.organisation_id.in_(ids),
            RunRow.kind == BACKUP,
            RunRow.finished_at >= since,
            RunRow.snapshot_id != "",
        )
        .order_by(RunRow.finished_at.desc())
    )
    found: dict[str, list[tuple[str, Finding]]] = {key: [] for key in ids}
    for organisation_id, run_id, outline in rows:
        findings = msgspec.convert((outline or {}).get("findings", ()), tuple[Finding, ...])
        found[organisation_id] += [(run_id, one) for one in findings]
    return {key: tuple(some) for key, some in found.items()}


def _over(outline: Outline) -> set[str]:
    return {one.key for one in outline.limits if one.level is Level.OVER}


def _file(into: dict[str, list[str]], one: Standing, gaps: Iterable[Gap]) -> None:
    for title in dict.fromkeys(gap.title for gap in gaps):
        into.setdefault(title, []).append(one.organisation.name)


def _news(found: Mapping[str, list[str]]) -> tuple[GapNews, ...]:
    """List what concerns most organisations first."""
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(GapNews(title=title, organisations=tuple(names)) for title, names in ranked)
