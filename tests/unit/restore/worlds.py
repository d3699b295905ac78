"""Two organisations at the pretend Xero: one read as a backup reads it, one to be written to as a plan says.

Reading and writing go over HTTP through the readers, parcels and answers of the bot itself; only what keeps
books about writes is left out. Every call is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.backup.stages import stage_plans
from bot.catalogue import RESOURCES, backup_scopes, beside_scopes, restore_scopes
from bot.catalogue.model import Resource
from bot.domain.restore_plan import Choice
from bot.restore.answers import read_answer
from bot.restore.effort import DayAllowance
from bot.restore.model import IdMap, Kind, Step
from bot.restore.parcels import parcels, prepare
from bot.restore.planner import MadePlan, Order, make_plan, writes
from bot.restore.source import MemorySource, Source, decode
from bot.restore.target import TargetState
from bot.restore.target_reading import read_target
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.calls import call_below
from bot.xero.client import XeroClient
from bot.xero.facts import organisation_facts
from bot.xero.http import Answer
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, authorize_url
from bot.xero.reading import Reader
from bot.xero.split import split
from bot.xero.tally import ReadEnd, Record

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLENTY = 1_000_000
SCOPES = " ".join((*backup_scopes(("expense_claims",)), *restore_scopes(), *beside_scopes()))
ALLOWANCE = DayAllowance(calls_per_minute=58, calls_per_day=5000, calls_left_today=4900)
ByHand = Callable[[PretendOrganisation], None]
Raws = dict[str, dict[str, bytes]]


@dataclass
class Refused:
    """A step that Xero did not take."""

    step: Step
    words: tuple[str, ...]


@dataclass
class World:
    """A pretend Xero with its organisations, and a token for each."""

    xero: PretendXero
    app: XeroApp
    ids: IdMap = field(default_factory=IdMap)
    refused: list[Refused] = field(default_factory=list)
    calls_to_write: int = 0

    @contextmanager
    def client(self, org: PretendOrganisation) -> Iterator[XeroClient]:
        """Speak to one organisation as the bot does."""
        allowance = MemoryAllowance(self.app, lambda: NOON)
        pace = Pace(allowance.claim, allowance.observe, now=lambda: NOON)
        token = self.token(org)
        with XeroClient(
            self.app, org.tenant_id, token=lambda _: token, pace=pace, now=lambda: NOON
        ) as client:
            yield client

    def token(self, org: PretendOrganisation) -> str:
        """Have somebody consent."""
        url = authorize_url(self.app, state="s", scopes=SCOPES.split())
        back = self.xero.consent(url, org.key, "ana")
        code = parse_qs(urlsplit(back).query)["code"][0]
        return OAuth(self.app, now=lambda: NOON).exchange(code).access_token

    def copy(self, org: PretendOrganisation, *, files: bool = True) -> tuple[MemorySource, int]:
        """Read everything that a backup reads; gives the calls it took too."""
        raws: Raws = {}

        def keep(resource: Resource, records: list[Record]) -> None:
            raws.setdefault(resource.key, {}).update((one.record_id, one.raw) for one in records)

        def ended(resource: Resource, end: ReadEnd) -> None:
            assert end.error is None, (resource.key, end)

        def above(resource: Resource) -> list[str]:
            return list(raws.get(resource.read.parent, ())) if resource.read else []

        with self.client(org) as client:
            reader = Reader(client, now=lambda: NOON, today=NOON.date(), concurrency=4)
            for plan in stage_plans(frozenset(SCOPES.split()), country=org.about["CountryCode"]):
                reader.read(plan.resources, keep, ended, above)
            calls = client.calls
            held = self._files(client, raws) if files else {}
            return source_of(raws, org.name, {"attachment_contents": held} if held else None), calls

    @staticmethod
    def _files(client: XeroClient, raws: Raws) -> dict[str, bytes]:
        """Fetch every attached file, as filling up does over nights."""
        found: dict[str, bytes] = {}
        kind, listed = RESOURCES["attachments"], raws.setdefault("attachments", {})
        for parent in kind.needs:
            for record_id, raw in raws.get(parent, {}).items():
                if parent != "quotes" and not decode(raw).get("HasAttachments"):
                    continue
                call = call_below(kind, RESOURCES[parent], record_id, NOON.date())
                for entry in split(client.get(kind.area, call.path, call.params).body, "Attachments").records:
                    key = f"{parent}/{record_id}/{decode(entry)['AttachmentID']}"
                    listed[key] = entry
                    path = f"{call.path}/{decode(entry)['AttachmentID']}"
                    with client.file(kind.area, path, accept="application/octet-stream") as pieces:
                        found[key] = b"".join(pieces)
        if not listed:
            del raws["attachments"]
        return found

    def look(self, org: PretendOrganisation) -> TargetState:
        """Read what a plan must know of a target."""
        with self.client(org) as client:
            return read_target(
                client,
                organisation_id="target",
                tenant_id=org.tenant_id,
                scopes=frozenset(SCOPES.split()),
            )

    def write(self, org: PretendOrganisation, source: Source, made: MadePlan) -> None:
        """Send the whole plan, learn from the answers, and note what Xero refuses."""
        for pair in made.pairs:
            self.ids.add(pair.resource, pair.source, pair.target)
        headers = {"Authorization": f"Bearer {self.token(org)}", "xero-tenant-id": org.tenant_id}
        headers |= {"Accept": "application/json", "Content-Type": "application/json"}
        with httpx.Client(base_url=self.app.api_url, headers=headers) as client:
            for write in writes(made.plan.steps):
                items, skipped = prepare(write.kind, write.steps, source, self.ids)
                self.refused += [Refused(made.plan.steps[one.number], one.words) for one in skipped]
                for parcel in parcels(write.kind, items):
                    got = client.request(
                        write.kind.verb,
                        f"/{write.kind.area.base_path}/{parcel.path}",
                        content=parcel.body,
                        params=dict(parcel.params),
                        headers={"Content-Type": parcel.content_type},
                    )
                    self.calls_to_write += 1
                    answer = Answer(got.status_code, dict(got.headers), got.content, str(got.url))
                    said = read_answer(write.kind, answer, len(parcel.items))
                    assert said is not None, (write.kind.key, got.text)
                    for item, one in zip(parcel.items, said, strict=True):
                        if one.taken:
                            self.learn(write.kind, item.step, item.record, one.element)
                        else:
                            self.refused.append(Refused(item.step, one.words))

    def learn(self, kind: Kind, step: Step, record: Mapping[str, Any], element: Mapping[str, Any]) -> None:
        """Note what became of what."""
        learn_from(self.ids, kind, step, record, element)


def learn_from(
    ids: IdMap, kind: Kind, step: Step, record: Mapping[str, Any], element: Mapping[str, Any]
) -> None:
    """Add what an answer tells to an id map, as writing does."""
    if kind.learn is not None:
        for pair in kind.learn(step, record, element):
            ids.add(pair.resource, pair.source, pair.target)
    elif element.get(kind.id_field) and ids.find(kind.resource, step.record_id) is None:
        ids.add(kind.resource, step.record_id, str(element[kind.id_field]))


@contextmanager
def world() -> Iterator[World]:
    """Start a pretend Xero without organisations."""
    xero = PretendXero(now=lambda: NOON, organisations=(), calls_per_minute=PLENTY, calls_per_day=PLENTY)
    url = xero.start()
    app = XeroApp(
        client_id=xero.client_id,
        client_secret=xero.client_secret,
        redirect_uri="http://localhost:3000/xero/callback",
        login_url=url,
        identity_url=url,
        api_url=url,
        calls_per_minute=PLENTY,
        calls_per_day=PLENTY,
        timeout_seconds=10.0,
    )
    try:
        yield World(xero, app)
    finally:
        with suppress(OSError):  # its thread may be quicker and have closed what wakes it
            xero.stop()


def source_of(
    raws: Raws, name: str = "memory", files: dict[str, dict[str, bytes]] | None = None
) -> MemorySource:
    """Make a copy of the bytes read."""
    (about,) = raws["organisation"].values()
    facts = organisation_facts(about, sorted(raws.get("currencies", {}).values()))
    return MemorySource(
        facts,
        {key: {one: decode(raw) for one, raw in rows.items()} for key, rows in raws.items()},
        name,
        files,
    )


@cache
def copy_of(key: str) -> tuple[MemorySource, int]:
    """Read one of the pretend organisations, once for all tests."""
    with world() as here:
        return here.copy(here.xero.open_organisation(key))


@cache
def target_of(key: str) -> TargetState:
    """Look at one of the pretend organisations, once for all tests."""
    with world() as here:
        return here.look(here.xero.open_organisation(key))


def plan_of(source: Source, target: TargetState, choice: Choice | None = None, **order: Any) -> MadePlan:
    """Plan with an allowance as Xero's own."""
    wanted = {"source_id": "source", "target_id": "target", "snapshot_taken_at": NOON} | order
    return make_plan(
        source,
        target,
        Order(choice=choice or Choice(), **wanted),
        allowance=ALLOWANCE,
        limits=(),
        now=NOON,
    )
