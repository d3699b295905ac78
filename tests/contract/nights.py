"""Backups of a pretend organisation night after night, without Slack or a database: read, judged, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.backup.lately import Look, Occasion, look_at
from bot.backup.results import StageResult
from bot.backup.stages import stage_plans
from bot.backup.take import StageTaker
from bot.catalogue import backup_scopes
from bot.crypto import KeyRing, new_key
from bot.sandbox.xero import PretendXero
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.vault import Books, SnapshotInfo, Store, Vault, new_data_key
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, authorize_url
from bot.xero.reading import Reader

GENEROUS = 1_000_000


class Nights:
    """One organisation, its copies, and a clock that only `pass_days` moves."""

    def __init__(
        self, pretend: PretendXero, url: str, org: PretendOrganisation, folder: Path, *also: str
    ) -> None:
        self.pretend, self.org = pretend, org
        scopes = backup_scopes(include=also)
        self._opted = frozenset(scopes) if also else frozenset[str]()
        self._begun, self._passed = datetime.now(UTC), timedelta()
        self.app = XeroApp(
            client_id=pretend.client_id,
            client_secret=pretend.client_secret,
            redirect_uri="http://localhost:3000/xero/callback",
            login_url=url,
            identity_url=url,
            api_url=url,
            timeout_seconds=10.0,
        )
        vault = Vault(
            Store.open(f"file://{folder}/vault", {}),
            KeyRing.parse(new_key("first")),
            folder / "cache",
            now=self.now,
            tool="test",
        )
        self.books: Books = vault.books("T1", org.key, new_data_key())
        self.results: dict[str, StageResult] = {}
        self._runs = 0
        back = pretend.consent(authorize_url(self.app, state="s", scopes=scopes), org.key, "ana")
        code = parse_qs(urlsplit(back).query)["code"][0]
        self._token = OAuth(self.app, now=lambda: datetime.now(UTC)).exchange(code).access_token

    def now(self) -> datetime:
        """Give the time as this test has it; Xero's own clock goes on as it does."""
        return datetime.now(UTC) + self._passed

    def pass_days(self, days: float) -> None:
        """Let our clock run ahead."""
        self._passed += timedelta(days=days)

    def back_up(self, *, whole: bool = False, by_hand: bool = False) -> SnapshotInfo:
        """Take one snapshot, every stage with what `look_at` decides."""
        self._runs += 1
        self.pretend.calls.clear()
        draft = self.books.draft(f"run{self._runs}", self.now())
        pace = Pace(lambda: 0.0, lambda _: None, now=self.now)
        self.results = {}
        with XeroClient(
            self.app, self.org.tenant_id, token=lambda _: self._token, pace=pace, now=self.now
        ) as client:
            for plan in stage_plans(self._opted, country=self.org.about["CountryCode"]):
                quiet = not any(one.changed for one in self.results.values())
                occasion = Occasion(now=self.now(), whole=whole, by_hand=by_hand, quiet=quiet)
                before = draft.base.resources if draft.base else {}
                looks: dict[str, Look] = {
                    one.key: look_at(one, before.get(one.key), occasion) for one in plan.resources
                }
                reader = Reader(client, now=self.now, today=self.now().date(), concurrency=5)
                taker = StageTaker(
                    self.books, draft, reader, scopes=(), on_records=lambda *_: None, looks=looks
                )
                self.results[plan.name] = taker.take(plan)
        return draft.publish({})

    @property
    def calls(self) -> int:
        """Count what the last backup asked Xero."""
        return len(self.pretend.calls)

    def asked(self, path: str) -> list[str]:
        """Give the query of each call of the last backup to a path."""
        return [one.query for one in self.pretend.calls if one.path.endswith(f"/{path}")]

    def kept(self, resource: str) -> dict[str, bytes]:
        """Give what the newest snapshot holds of a resource."""
        return {one.record_id: one.raw for one in self.books.records(self.books.snapshots()[-1], resource)}


@contextmanager
def nights(
    make: Callable[[], PretendOrganisation], folder: Path, *also: str, tier: str = "core"
) -> Iterator[Nights]:
    """Open an organisation's nights; `also` are resources that are read on request."""
    pretend = PretendXero(calls_per_minute=GENEROUS, calls_per_day=GENEROUS)
    pretend.authority.tier = tier
    pretend.authority.allowed_scopes |= set(backup_scopes(include=also))
    org = make()
    pretend.add_organisation(org)
    url = pretend.start()
    try:
        yield Nights(pretend, url, org, folder, *also)
    finally:
        pretend.stop()
