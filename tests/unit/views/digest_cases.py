"""The digest drawn for a typical, a quiet, an empty, an enormous, a late day: what its golden files keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.backup import RunState, Verdict
from bot.domain.digest import ChannelDigest, CoverageNews, DigestLine, GapNews, Look
from bot.domain.forecast import Forecast
from bot.domain.organisation import LinkState
from bot.domain.restore import RestoreState
from bot.domain.standing import Finding, FindingKind, Standing
from bot.views import digest
from bot.views.message import Message
from tests.unit.views.restore_notes import in_every_state, note
from tests.unit.views.samples import (
    HARBOUR,
    HOSTILE,
    STANDINGS,
    VAST,
    limits,
    outline,
    standing,
)

EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NOTHING_NEW = CoverageNews(least=31, most=31)


def channel_digest(*lines: Standing | DigestLine, **more: Any) -> ChannelDigest:
    """A digest of eight o'clock in London, made in time."""
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "slot": "2026-11-22T08:00",
        "zone": "Europe/London",
        "due_at": EIGHT,
        "made_at": EIGHT + timedelta(seconds=4),
        "next_at": EIGHT + timedelta(days=1),
        "instead_user": "U1ANA",
        "lines": tuple(one if isinstance(one, DigestLine) else DigestLine(standing=one) for one in lines),
        "coverage": NOTHING_NEW,
    }
    return ChannelDigest(**(values | more))


def growing(one: Standing, *, reaches_at: date | None, enough: bool = True) -> DigestLine:
    """An organisation whose first limit is forecast."""
    assert one.good is not None
    first = one.good.limits[0]
    return DigestLine(
        standing=one,
        forecasts=(
            Forecast(
                limit=first,
                reaches_at=reaches_at,
                per_month=900.0 if enough else None,
                enough_history=enough,
            ),
        ),
    )


def _busy(name: str, **more: Any) -> Standing:
    return standing(name, good=outline(new=41, changed=12, voided=2, **more))


def _bank_details(one: Standing) -> Look:
    finding = Finding(kind=FindingKind.BANK_DETAILS, count=1, resource="contacts")
    return Look(standing=one, run_id="run-1", finding=finding)


def typical() -> ChannelDigest:
    """Seven organisations on an ordinary morning."""
    harbour, quay = _busy(HARBOUR), standing("Quay Street Café", verdict=Verdict.GAPS)
    close = growing(
        standing("Limit Ltd", good=outline(limits=limits(36_900, 12_120))), reaches_at=date(2027, 1, 12)
    )
    return channel_digest(
        harbour,
        quay,
        close,
        standing("Mole & Sons", state=LinkState.DISCONNECTED),
        standing("Pier Ltd", good=outline(new=3)),
        standing("Slipway Ltd"),
        standing("Buoy Ltd", good=outline(first=True, records=1_204)),
        coverage=CoverageNews(
            least=31,
            most=33,
            gaps=2,
            new=(GapNews(title="Quotes", organisations=("Quay Street Café",)),),
            ended=(GapNews(title="Files", organisations=("Pier Ltd",)),),
        ),
        looks=(
            _bank_details(harbour),
            Look(
                standing=quay,
                run_id="run-2",
                finding=Finding(kind=FindingKind.BEFORE_LOCK, count=4, detail="31 Mar 2026"),
            ),
        ),
    )


def everything() -> ChannelDigest:
    """Every way an organisation can stand, at once."""
    over = standing("Heavy Ltd", good=outline(limits=limits(41_200, 12_120)))
    swollen = standing("Swollen Ltd", good=outline(limits=limits(40_800, 12_120)))
    newly = DigestLine(standing=swollen, newly_over=True)
    soon = growing(standing("Young Ltd"), reaches_at=date(2026, 12, 24))
    young = growing(standing("Fresh Ltd", good=outline(limits=limits(33_120))), reaches_at=None, enough=False)
    linked = [one for one in STANDINGS if one.organisation.state is not LinkState.UNLINKED]
    return channel_digest(*linked, over, newly, soon, young, looks=(), more_looks=0)


def enormous(count: int = 200) -> ChannelDigest:
    """Two hundred organisations with names that attack, of which every fourth is in trouble."""
    made = (
        lambda title: standing(title, state=LinkState.DISCONNECTED),
        lambda title: standing(title, verdict=Verdict.GAPS),
        lambda title: standing(title, last=outline(Verdict.FAILED, failure=VAST)),
        lambda title: standing(title, good=outline(new=1_234, changed=56_789, voided=7, gone=12)),
        lambda title: standing(title, good=outline(limits=limits(39_999, 41_000))),
        lambda title: standing(title, running="run", running_state=RunState.RUNNING),
    )
    lines = [growing(made[n % 6](f"{HOSTILE} {n}"), reaches_at=date(2027, 1, 1)) for n in range(count)]
    news = tuple(
        GapNews(title=f"Kind {n} {HOSTILE}", organisations=tuple(line.name for line in lines[: n + 1]))
        for n in range(40)
    )
    looks = tuple(
        Look(
            standing=lines[n].standing,
            run_id=f"run-{n}",
            finding=Finding(kind=FindingKind.DROP, count=12_345_678, detail=VAST, at_least=True),
        )
        for n in range(3)
    )
    return channel_digest(
        *lines,
        coverage=CoverageNews(least=28, most=41, gaps=60, new=news, ended=news),
        looks=looks,
        more_looks=97,
        restores=in_every_state(source_name=VAST, target_name=VAST) * 9,
        restored=(note(RestoreState.UNPROVEN, source_name=VAST, target_name=VAST),) * 9,
    )


def elsewhere() -> ChannelDigest:
    """A digest of the whole workspace in a channel where no organisation is at home."""
    broken = standing("Breakwater Ltd", last=outline(Verdict.FAILED, failure="Xero did not answer."))
    look = Look(standing=broken, run_id="run-1", finding=Finding(kind=FindingKind.MANY_VOIDS, count=31))
    return channel_digest(broken, standing(), channel_id="C9", looks=(look,))


def restoring() -> ChannelDigest:
    """Restores in every state, two that ended, and one into an organisation whose source lives elsewhere."""
    other = note(id="r-other", target_name="Pier rebuilt").without_source()
    ended = (
        note(RestoreState.DONE, is_drill=True, finished_at=EIGHT - timedelta(hours=9)),
        note(RestoreState.DIFFERENT, target_name="Pier rebuilt", finished_at=EIGHT - timedelta(hours=3)),
        note(RestoreState.UNPROVEN, finished_at=EIGHT - timedelta(hours=1)).without_source(),
    )
    return channel_digest(_busy(HARBOUR), restores=(*in_every_state(), other), restored=ended)


def quiet() -> ChannelDigest:
    """Nothing happened."""
    return channel_digest(_busy(HARBOUR), standing("Slipway Ltd"), standing("Pier Ltd"))


def digest_cases() -> Mapping[str, Callable[[], Message]]:
    """Give each message a digest may be."""
    harbour = _busy(HARBOUR)
    two_days = channel_digest(standing(), made_at=EIGHT + timedelta(hours=27))
    nobody = channel_digest(standing("New Pier Ltd", last=None, good=None, next_run_at=None))
    shut_out = channel_digest(
        *(standing(f"Client {n} Ltd", state=LinkState.DISCONNECTED) for n in range(1, 8)), standing()
    )

    def part(found: ChannelDigest, number: int) -> Callable[[], Message]:
        return lambda: digest.digest(found)[number]

    def broken(*, is_tried_again: bool) -> Callable[[], Message]:
        why = "Something Ledgerkeep needs did not answer in time."
        return lambda: digest.not_built(
            date(2026, 11, 22), why=why, reference="7KQ2-MX4R", is_tried_again=is_tried_again
        )

    return {
        "digest_typical": part(typical(), 0),
        "digest_quiet": part(quiet(), 0),
        "digest_one": part(channel_digest(harbour), 0),
        "digest_one_to_look_at": part(channel_digest(harbour, looks=(_bank_details(harbour),)), 0),
        "digest_first": part(nobody, 0),
        "digest_empty": part(channel_digest(next_at=None, coverage=CoverageNews()), 0),
        "digest_every_state": part(everything(), 0),
        "digest_shut_out": part(shut_out, 0),
        "digest_elsewhere": part(elsewhere(), 0),
        "digest_late": part(two_days, 0),
        "digest_restores": part(restoring(), 0),
        "digest_restores_elsewhere": part(replace(restoring(), channel_id="C9", is_first=True), 0),
        "digest_enormous": part(enormous(), 0),
        "digest_enormous_continued": part(enormous(), 1),
        "digest_enormous_last": part(enormous(), -1),
        "digest_broken": broken(is_tried_again=False),
        "digest_broken_for_now": broken(is_tried_again=True),
    }


def digests_filled_with(text: str, count: int) -> Iterator[Message]:
    """Draw digests with one text in every place that people or Xero can fill."""
    failed = outline(Verdict.FAILED, failure=text)
    stopped = outline(Verdict.FAILED, state=RunState.STOPPED, failure=text)
    lines = (
        standing(text, last=failed),
        standing(text, last=failed, retry_at=EIGHT),
        standing(text, last=stopped),
        standing(text, state=LinkState.DISCONNECTED),
        standing(text, running=text, running_state=RunState.PARKED),
        growing(standing(text, good=outline(limits=limits(39_999))), reaches_at=date(2027, 1, 1)),
        standing(text, last=None, good=None),
    )
    news = (GapNews(title=text, organisations=(text,) * count),) * count
    looks = tuple(
        Look(standing=standing(text), run_id="run", finding=Finding(kind=kind, count=count, detail=text))
        for kind in FindingKind
    )
    coverage = CoverageNews(least=1, most=count, gaps=count, new=news, ended=news)
    named = in_every_state(source_name=text, target_name=text, requested_by=text, channel_id=text)
    found = channel_digest(
        *lines * count,
        coverage=coverage,
        looks=looks[:3],
        more_looks=count,
        restores=named * count,
        restored=(note(RestoreState.DONE, source_name=text, target_name=text),) * count,
    )
    yield from digest.digest(found)
    yield from digest.digest(replace(found, channel_id="C9", made_at=EIGHT + timedelta(hours=2)))
    for one in lines:
        yield from digest.digest(channel_digest(one))
    yield digest.not_built(date(2026, 11, 22), why=text, reference=text, is_tried_again=bool(count))
