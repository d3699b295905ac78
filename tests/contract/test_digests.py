"""Digests as they are read from a database: what is new since the last one, where it goes, when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.catalogue.model import ReasonClass
from bot.db import outbox
from bot.db.engine import Database
from bot.db.tables import OrganisationRow, RunRow
from bot.domain.backup import Gap, RunState, Verdict
from bot.domain.limits import LimitReading
from bot.domain.standing import Finding, FindingKind
from bot.errors import Damaged
from bot.views import state
from bot.views.digest import digest as drawn
from tests.conftest import Clock
from tests.contract.digest_house import DigestHouse

SLOT = "2026-11-22T08:00"
EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def gap(key: str) -> Gap:
    return Gap(
        resource=key, title=key.capitalize(), reason=ReasonClass.FAILED_LAST_TIME, sentence="Not read."
    )


@pytest.fixture
def house(database: Database) -> DigestHouse:
    clock = Clock(EIGHT - 10 * DAY)
    one = DigestHouse(database, clock)
    clock.time = EIGHT + timedelta(seconds=3)
    return one


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """Note every statement that is run."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_digest_when_organisations_live_in_two_channels_then_each_hears_of_its_own(
    house: DigestHouse,
) -> None:
    house.link("Harbour", channel="C0FINANCE", by="U0ANA")
    house.link("Mole", channel="C0MONTHEND", by="U0BEN")
    assert house.digests.channels(house.workspace) == {"C0FINANCE": "U0ANA", "C0MONTHEND": "U0BEN"}
    digests = house.digests.preview(house.workspace)
    found = {one.channel_id: [line.name for line in one.lines] for one in digests}
    assert found == {"C0FINANCE": ["Harbour"], "C0MONTHEND": ["Mole"]}


def test_digest_when_one_channel_is_chosen_for_all_then_it_hears_of_every_organisation(
    house: DigestHouse,
) -> None:
    house.link("Harbour", channel="C0FINANCE")
    house.link("Mole", channel="C0MONTHEND")
    house.link("Pier", channel="")
    house.set_digest(channel="C0ALL")
    (one,) = house.digests.of(house.workspace, SLOT)
    assert (one.channel_id, len(one.lines)) == ("C0ALL", 3)


def test_digest_when_an_organisation_has_no_home_then_who_linked_it_hears_of_it(house: DigestHouse) -> None:
    house.link("Pier", channel="", by="U0BEN")
    assert house.digests.channels(house.workspace) == {"U0BEN": "U0BEN"}


def test_digest_when_nothing_is_linked_then_nobody_hears_anything(house: DigestHouse) -> None:
    house.link("Old Ferry", state="unlinked")
    assert house.digests.channels(house.workspace) == {}
    assert house.digests.of(house.workspace, SLOT) == []


def test_coverage_when_a_gap_came_or_went_since_the_last_digest_then_is_new_or_ended_once(
    house: DigestHouse,
) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - DAY, verdict=Verdict.GAPS, gaps=[gap("files"), gap("budgets")])
    house.backed_up(org, NIGHT, verdict=Verdict.GAPS, gaps=[gap("quotes"), gap("budgets")])
    news = house.digest().coverage
    assert [(one.title, one.organisations) for one in news.new] == [("Quotes", ("Harbour",))]
    assert [one.title for one in news.ended] == ["Files"]
    assert news.gaps == 2
    house.clock.time = EIGHT + DAY
    house.backed_up(org, NIGHT + DAY)
    news = house.digest(slot="2026-11-23T08:00").coverage
    assert news.new == ()
    assert sorted(one.title for one in news.ended) == ["Budgets", "Quotes"]
    house.clock.time = EIGHT + 2 * DAY
    house.backed_up(org, NIGHT + 2 * DAY)
    news = house.digest(slot="2026-11-24T08:00").coverage
    assert (news.new, news.ended) == ((), ())


@pytest.mark.parametrize("gaps", [(), ("quotes",)])
def test_digest_when_it_is_the_first_of_its_channel_then_it_speaks_of_no_earlier_one(
    house: DigestHouse, gaps: tuple[str, ...]
) -> None:
    org = house.link("Harbour")
    found = [gap(one) for one in gaps]
    verdict = Verdict.GAPS if gaps else Verdict.COMPLETE
    house.backed_up(org, NIGHT, verdict=verdict, gaps=found, limits=contacts(10_400), first=True)
    shown = str(drawn(house.digest())[0].blocks)
    assert "last digest" not in shown
    assert ("No gap is new, and none has ended." in shown) is not bool(gaps)
    assert ("*New gaps:* Quotes." in shown) is bool(gaps)
    assert "now above a size limit. " in shown


def test_coverage_when_the_newest_backup_failed_then_no_gap_has_ended(house: DigestHouse) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - DAY, verdict=Verdict.GAPS, gaps=[gap("files")])
    house.backed_up(org, NIGHT, verdict=Verdict.FAILED, failure="Xero did not answer.")
    news = house.digest().coverage
    assert (news.new, news.ended, news.gaps) == ((), (), 1)


def test_coverage_when_the_first_backup_has_gaps_then_they_are_new(house: DigestHouse) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT, verdict=Verdict.GAPS, gaps=[gap("files")], first=True)
    assert [one.title for one in house.digest().coverage.new] == ["Files"]


def test_coverage_when_two_days_were_missed_then_what_came_meanwhile_is_still_new(house: DigestHouse) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - 3 * DAY)
    told(house, "2026-11-19T08:00", EIGHT - 3 * DAY)
    house.backed_up(org, NIGHT - 2 * DAY, verdict=Verdict.GAPS, gaps=[gap("files")])
    house.backed_up(org, NIGHT, verdict=Verdict.GAPS, gaps=[gap("files")])
    assert [one.title for one in house.digest().coverage.new] == ["Files"]
    told(house, "2026-11-21T08:00", EIGHT - DAY)
    assert house.digest().coverage.new == ()


def test_coverage_when_this_slot_is_told_elsewhere_already_then_that_is_not_the_last_digest(
    house: DigestHouse,
) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - DAY)
    told(house, "2026-11-21T08:00", EIGHT - DAY)
    house.backed_up(org, NIGHT, verdict=Verdict.GAPS, gaps=[gap("files")])
    told(house, SLOT, EIGHT, channel="C0OTHER")
    assert [one.title for one in house.digest().coverage.new] == ["Files"]
    assert house.digests.unposted(house.workspace, SLOT) == {"C0FINANCE": "U0ANA"}
    told(house, SLOT, EIGHT)
    assert house.digests.unposted(house.workspace, SLOT) == {}


def told(house: DigestHouse, slot: str, at: datetime, *, channel: str = "C0FINANCE") -> None:
    with house.db.session() as session:
        key = f"digest:{house.workspace}:{slot}:{channel}:1"
        outbox.put(session, key, workspace_id=house.workspace, channel_id=channel, payload={}, now=at)


def test_looks_when_found_since_the_last_digest_then_three_are_shown_worst_first(house: DigestHouse) -> None:
    org, other = house.link("Harbour"), house.link("Mole")
    house.backed_up(org, NIGHT - DAY, findings=[Finding(kind=FindingKind.MANY_VOIDS, count=99)])
    evening = house.backed_up(
        org, NIGHT - timedelta(hours=6), findings=[Finding(kind=FindingKind.BANK_DETAILS, count=1)]
    )
    house.backed_up(org, NIGHT, findings=[Finding(kind=FindingKind.DROP, count=9)])
    house.backed_up(
        other,
        NIGHT,
        findings=[
            Finding(kind=FindingKind.BEFORE_LOCK, count=4),
            Finding(kind=FindingKind.BANK_DETAILS, count=2),
        ],
    )
    found = house.digest()
    kinds = [(one.finding.kind, one.finding.count) for one in found.looks]
    assert kinds == [
        (FindingKind.BANK_DETAILS, 2),
        (FindingKind.BANK_DETAILS, 1),
        (FindingKind.BEFORE_LOCK, 4),
    ]
    assert found.more_looks == 1
    assert found.looks[1].run_id == evening


def test_limits_when_growth_reaches_one_within_sixty_days_then_it_is_forecast(house: DigestHouse) -> None:
    org = house.link("Harbour")
    reading = LimitReading(key="contacts", title="Contacts", count=7_000, limit=10_000)
    house.backed_up(org, NIGHT, limits=[reading])
    house.grown(org, "contacts", [4_000 + 100 * n for n in range(31)])
    (line,) = house.digest().lines
    (forecast,) = line.tight(date(2026, 11, 22))
    assert forecast.reaches_at == date(2026, 12, 22)
    text = drawn(house.digest())[0]
    assert "at this pace 10,000 around 22 Dec 2026" in str(text.blocks)


def contacts(count: int) -> list[LimitReading]:
    return [LimitReading(key="contacts", title="Contacts", count=count, limit=10_000)]


def test_limit_when_it_was_passed_since_the_last_digest_then_somebody_is_needed_once(
    house: DigestHouse,
) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - DAY, limits=contacts(9_900))
    told(house, "2026-11-21T08:00", NIGHT - timedelta(hours=18))
    house.backed_up(org, NIGHT, limits=contacts(10_400))
    first = drawn(house.digest())[0]
    assert "Harbour needs you: over a limit" in first.text
    assert "now above a size limit. " in str(first.blocks)

    told(house, SLOT, house.clock())
    house.clock.advance(days=1)
    house.backed_up(org, EIGHT + DAY - timedelta(hours=1), limits=contacts(10_450))
    tomorrow = house.digest(slot="2026-11-23T08:00")
    second = drawn(tomorrow)[0]
    assert "Harbour has a warning" in second.text
    assert "*over* by 450" in str(second.blocks)
    assert "*Needs you*" not in str(second.blocks)
    assert state.need(tomorrow.lines[0].standing) is state.Need.WARNING  # as Home and status say


@pytest.mark.parametrize("before", [10_100, None])
def test_limit_when_nothing_was_backed_up_since_the_last_digest_then_it_is_not_new(
    house: DigestHouse, before: int | None
) -> None:
    org = house.link("Harbour")
    if before:
        house.backed_up(org, NIGHT - 2 * DAY, limits=contacts(before))
    house.backed_up(org, NIGHT - DAY, limits=contacts(10_400))
    told(house, "2026-11-21T08:00", NIGHT - timedelta(hours=18))
    assert not house.digest().lines[0].newly_over


def test_limit_when_the_first_backup_is_above_it_then_it_is_new(house: DigestHouse) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT, limits=contacts(10_400), first=True)
    assert house.digest().lines[0].newly_over


def test_query_count_when_there_are_forty_organisations_then_is_that_of_two(house: DigestHouse) -> None:
    def asked() -> int:
        with counted(house.db) as statements:
            house.digests.of(house.workspace, SLOT)
        return len(statements)

    for number in range(40):
        org = house.link(f"Client {number}", channel=f"C0{number % 5}")
        house.backed_up(org, NIGHT - DAY)
        house.backed_up(org, NIGHT)
        if number == 1:
            few = asked()
    assert asked() == few
    assert few <= 20


def test_slot_when_summer_time_begins_then_eight_on_the_wall_is_an_hour_sooner(
    house: DigestHouse,
) -> None:
    house.link("Harbour")
    house.clock.time = datetime(2027, 3, 27, 8, 0, tzinfo=UTC)
    house.set_digest(zone="Europe/London")
    house.clock.time = datetime(2027, 3, 28, 7, 0, tzinfo=UTC)  # eight o'clock in summer
    found = house.digest(slot="2027-03-28T08:00")
    assert found.due_at == house.clock.time
    assert not found.is_late
    assert "Sunday 28 March 2027" in drawn(found)[0].text


def test_slot_when_the_clock_leaves_it_out_then_it_is_due_when_the_clock_goes_on(house: DigestHouse) -> None:
    house.link("Harbour")
    house.set_digest(zone="Europe/London")
    found = house.digest(slot="2027-03-28T01:30")
    assert found.due_at.astimezone(UTC) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_slot_when_a_later_day_is_due_then_it_is_no_longer_wanted(house: DigestHouse) -> None:
    house.link("Harbour")
    house.set_digest(zone="Europe/London")
    assert house.digests.is_wanted(house.workspace, SLOT)
    house.clock.advance(hours=23)
    assert house.digests.is_wanted(house.workspace, SLOT)
    house.clock.advance(hours=2)
    assert not house.digests.is_wanted(house.workspace, SLOT)
    assert house.digests.is_wanted(house.workspace, "2026-11-23T08:00")


def test_slot_when_the_digest_is_switched_off_then_it_is_not_wanted(house: DigestHouse) -> None:
    house.link("Harbour")
    house.set_digest(enabled=False)
    assert not house.digests.is_wanted(house.workspace, SLOT)


def test_post_now_when_asked_then_asks_for_this_moment_whatever_the_settings(house: DigestHouse) -> None:
    house.link("Harbour")
    house.set_digest(zone="Pacific/Auckland", enabled=False)
    slot = house.digests.post_now(house.workspace)
    assert slot == "2026-11-22T21:00:03"
    ((kind, key, args, delay),) = house.queue.jobs
    assert (kind, key, delay) == ("digest", f"digest:{house.workspace}:{slot}", 0.0)
    assert args == {"workspace": house.workspace, "slot": slot, "asked": True}
    assert not house.digest(slot=slot).is_late


def test_digest_when_a_stored_outline_makes_no_sense_then_is_damaged_and_says_so(house: DigestHouse) -> None:
    org = house.link("Harbour")
    run_id = house.backed_up(org, NIGHT)
    with house.db.session() as session:
        row = session.get_one(RunRow, run_id)
        row.outline = {**(row.outline or {}), "verdict": "Splendid"}
    with pytest.raises(Damaged, match="cannot be read"):
        house.digests.of(house.workspace, SLOT)


def test_digest_when_a_backup_of_an_older_version_has_no_outline_then_it_is_left_out_of_what_is_new(
    house: DigestHouse,
) -> None:
    org = house.link("Harbour")
    house.backed_up(org, NIGHT - DAY)
    with house.db.session() as session:
        session.add(
            RunRow(
                organisation_id=org,
                kind="backup",
                state=RunState.COMPLETE.value,
                requested_at=NIGHT,
                finished_at=NIGHT,
                snapshot_id="old",
            )
        )
    assert house.digest().looks == ()


def test_digest_when_disconnected_then_the_person_told_is_who_linked_most(house: DigestHouse) -> None:
    for name, by in (("A", "U0BEN"), ("B", "U0ANA"), ("C", "U0BEN")):
        house.link(name, by=by)
    with house.db.session() as session:
        for row in session.query(OrganisationRow):
            row.state = "disconnected"
    found = house.digest()
    assert found.instead_user == "U0BEN"
    assert "3 need you" in drawn(found)[0].text
