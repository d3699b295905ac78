"""The daily digest as people meet it: in its channels, once, with buttons that work, on good and bad days."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from bot.db.tables import GrowthRow, OrganisationRow, RunRow, ScheduleRow
from bot.domain.organisation import Organisation
from bot.domain.settings import DigestSettings, WorkspaceSettings
from bot.sandbox.slack.installed import Grant
from bot.sandbox.slack.people import Message
from bot.views import ids
from bot.views.check import check_message
from tests.scenario.office import ANA, BEN, FINANCE, GENERAL, GIL, MONTH_END, PRIYA, RANDOM, Office

KERERU, EMPTY = "Kererū Coffee Roasters", "Empty Shell Restore Ltd"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance."""
    shared.slack.rate_limits = False
    one = shared.link("nz")
    set_digest(shared)
    shared.back_up("kereru")
    return one


def set_digest(office: Office, *, channel: str = "") -> None:
    """Let the clock's own digest come half a day from now, whenever these tests run."""
    assert office.bot is not None
    worker, actor = office.bot.worker, office.actor(ANA, FINANCE)
    zone = ZoneInfo(worker.services.schedules.zone_of(actor.workspace_id))
    at = (office.now() + timedelta(hours=12)).astimezone(zone).time().replace(second=0, microsecond=0)
    digest = DigestSettings(at=at, channel=channel)
    worker.services.settings.change_workspace(actor, WorkspaceSettings(digest=digest))
    worker.services.schedules.settle_workspace(actor.workspace_id)


@pytest.fixture(scope="module")
def empty(shared: Office, kereru: Organisation) -> Organisation:
    """An organisation at home in the private #month-end, not backed up yet."""
    assert kereru
    return shared.link("empty", channel=MONTH_END)


@pytest.fixture(autouse=True)
def good_days_after(shared: Office) -> Iterator[None]:
    yield
    shared.slack.faults.clear()
    shared.xero.faults.clear()


def workspace(office: Office) -> str:
    return office.actor(ANA, FINANCE).workspace_id


def digests(office: Office, channel: str, *, user: str | None = None) -> list[Message]:
    """Give the messages of a channel that are digests, or say that one could not be built."""
    shown = office.slack.messages(channel, user) if user else office.slack.messages(channel)
    return [one for one in shown if one.text.startswith(("Backups, ", "The digest of "))]


def asked(office: Office, slot: str, *, again: int = 0) -> None:
    """Let the digest job of a slot run to its end, under a key of its own."""
    assert office.bot is not None
    queue, key = office.bot.worker.reach.queue, f"test:{next(_numbers)}:{again}"
    args = {"workspace": workspace(office), "slot": slot, "again": again}
    queue.enqueue("digest", organisation=workspace(office), key=key, args=args)
    assert office.slack.wait_until(lambda: queue.status(key) in {"SUCCESS", "ERROR"}, 30)
    assert queue.status(key) == "SUCCESS"


def slot_of(office: Office, *, hour: int = 0, minute: int = 0) -> str:
    """Name a moment of the present day that no other test names, on the wall of the digest's zone."""
    assert office.bot is not None
    zone = ZoneInfo(office.bot.worker.services.schedules.zone_of(workspace(office)))
    today = office.now().astimezone(zone).date()
    return f"{today}T{hour:02}:{minute or next(_numbers) % 60:02}"


def new_digest(office: Office, channel: str = FINANCE) -> Message:
    """Let a digest of this moment be posted and give it."""
    before = len(digests(office, channel))
    asked(office, slot_of(office))
    found = digests(office, channel)[before:]
    assert len(found) == 1, [one.text for one in found]
    assert check_message({"text": found[0].text, "blocks": [dict(one) for one in found[0].blocks]}) == []
    return found[0]


def test_digest_when_organisations_live_in_two_channels_then_each_sees_only_its_own(
    shared: Office, kereru: Organisation, empty: Organisation
) -> None:
    assert kereru
    assert empty
    asked(shared, slot_of(shared))
    finance, month_end = digests(shared, FINANCE)[-1], digests(shared, MONTH_END)[-1]
    assert KERERU in shared.text(finance)
    assert "Empty" not in shared.text(finance)
    assert EMPTY in shared.text(month_end)
    assert KERERU not in shared.text(month_end)
    assert "not covered" in shared.text(finance)
    assert digests(shared, GENERAL) == []


def test_digest_when_the_clock_strikes_then_is_posted_once_and_says_when_the_next_one_comes(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    assert kereru
    before = len(digests(shared, FINANCE))
    worker, db = shared.bot.worker, shared.bot.parts.db
    with db.session() as session:
        due = shared.now() - timedelta(minutes=1)
        session.execute(update(ScheduleRow).where(ScheduleRow.kind == "digest").values(next_at=due))
    worker.clock.tick()
    assert shared.slack.wait_until(lambda: len(digests(shared, FINANCE)) > before, 20)
    worker.clock.tick()
    following = worker.services.schedules.next_digest(workspace(shared))
    assert following is not None
    assert shared.now() < following
    assert "next digest" in shared.text(digests(shared, FINANCE)[-1])
    assert len(digests(shared, FINANCE)) == before + 1


def test_digest_when_the_same_slot_runs_again_then_nothing_is_posted_twice(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    slot = slot_of(shared)
    before = len(digests(shared, FINANCE))
    asked(shared, slot)
    asked(shared, slot)
    asked(shared, slot, again=3)
    assert len(digests(shared, FINANCE)) == before + 1


def test_digest_when_a_later_day_is_due_then_the_older_one_is_left_out(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    before = len(digests(shared, FINANCE))
    asked(shared, "2020-01-01T08:00")
    assert len(digests(shared, FINANCE)) == before


def test_digest_when_it_is_late_then_says_so_and_when_it_was_due(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert shared.bot is not None
    before = len(digests(shared, FINANCE))
    queue = shared.bot.worker.reach.queue
    args = {"workspace": workspace(shared), "slot": "2026-01-02T08:00", "asked": True}
    queue.enqueue("digest", organisation=workspace(shared), key="late", args=args)
    assert shared.slack.wait_until(lambda: len(digests(shared, FINANCE)) > before, 20)
    told = shared.text(digests(shared, FINANCE)[-1])
    assert "This digest is late: it was due 1 Jan 2026, 19:00 UTC" in told  # eight in Auckland
    assert "Friday 2 January 2026" in told


def test_digest_when_asked_for_now_then_is_posted_through_the_queue(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    assert shared.bot is not None
    before = len(digests(shared, FINANCE))
    shared.bot.worker.services.digests.post_now(workspace(shared))
    assert shared.slack.wait_until(lambda: len(digests(shared, FINANCE)) > before, 20)
    assert "late" not in shared.text(digests(shared, FINANCE)[-1])


def test_digest_when_an_answer_was_empty_then_is_a_new_gap_today_and_an_ended_one_tomorrow(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    new_digest(shared)
    shared.xero.faults.add("empty_list", path="/api.xro/2.0/BrandingThemes", times=10)
    assert "gap" in shared.text(shared.back_up("kereru"))
    told = shared.text(new_digest(shared))
    assert "1 warning" in told or "has a warning" in told
    assert "New gaps: Branding themes (names only)." in told
    shared.xero.faults.clear()
    again = shared.text(new_digest(shared))
    assert "No gap is new since the last digest, and none has ended." in again
    shared.back_up("kereru")
    assert "Ended gaps: Branding themes (names only)." in shared.text(new_digest(shared))


def test_digest_when_a_button_is_pressed_by_somebody_else_and_twice_then_one_backup_runs(
    shared: Office, empty: Organisation
) -> None:
    assert shared.bot is not None
    with shared.bot.parts.db.session() as session:  # nothing planned: a person must begin
        session.execute(
            update(ScheduleRow)
            .where(ScheduleRow.subject == empty.id, ScheduleRow.kind == "backup")
            .values(next_at=None)
        )
    message = new_digest(shared, MONTH_END)
    assert f"{EMPTY} needs you: no backup yet" in shared.text(message)
    with shared.held():
        first = shared.press(PRIYA, MONTH_END, message, ids.BACK_UP_NOW)
        second = shared.press(ANA, MONTH_END, message, ids.BACK_UP_NOW)
    assert "is queued" in first
    assert "already" in second
    shared.wait_for(MONTH_END, "backup of", also=("Complete",))
    assert f"{EMPTY} is fine" in shared.text(new_digest(shared, MONTH_END))


def test_connect_when_pressed_by_a_guest_then_is_refused_and_by_an_admin_gives_a_link(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    shared.bot.worker.reach.xero.lost(kereru.id)
    try:
        message = new_digest(shared)
        assert "disconnected" in shared.text(message)
        shared.slack.workspace.join(FINANCE, GIL)
        assert "Guests of this workspace may not" in shared.press(GIL, FINANCE, message, ids.CONNECT)
        assert "Connect to Xero" in shared.press(ANA, FINANCE, message, ids.CONNECT)
    finally:
        connected(shared)


def connected(office: Office) -> None:
    """Connect the organisation of #finance again."""
    status, _, page = office.consent(office.link_offered(), organisation="nz")
    assert status == 200, page


def test_coverage_when_pressed_in_a_digest_then_only_the_presser_is_told(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    message = new_digest(shared)
    before = len(shared.slack.messages(FINANCE))
    assert "Not backed up" in shared.press(BEN, FINANCE, message, ids.COVERAGE)
    assert len([one for one in shared.slack.messages(FINANCE) if one.only_for is None]) <= before


def test_slack_when_it_is_down_at_eight_then_the_digest_arrives_once_afterwards(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    before, slot = len(digests(shared, FINANCE)), slot_of(shared)
    shared.slack.faults.status("chat.postMessage", 503, times=10_000)
    asked(shared, slot)
    assert len(digests(shared, FINANCE)) == before
    shared.slack.faults.clear()
    shared.send_waiting(minutes=5)
    asked(shared, slot)
    assert len(digests(shared, FINANCE)) == before + 1


def both(office: Office) -> list[Message]:
    """Give the digests of both channels."""
    return digests(office, FINANCE) + digests(office, MONTH_END)


def test_slack_when_it_refuses_the_blocks_then_the_sentence_is_posted(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    before = {one.ts for one in both(shared)}
    shared.slack.faults.error("chat.postMessage", "invalid_blocks", times=1)
    asked(shared, slot_of(shared))
    first, second = (one for one in both(shared) if one.ts not in before)
    assert sorted([len(first.blocks) > 0, len(second.blocks) > 0]) == [False, True]
    assert "needs you" in first.text + second.text or "fine" in first.text + second.text


def test_channel_when_the_bot_was_removed_then_who_linked_the_organisation_hears_it(
    shared: Office, kereru: Organisation
) -> None:
    assert kereru
    before, bot = len(digests(shared, FINANCE)), shared.slack.app.user_id
    shared.slack.workspace.leave(FINANCE, bot)
    try:
        asked(shared, slot_of(shared))
    finally:
        shared.slack.workspace.join(FINANCE, bot)
    assert len(digests(shared, FINANCE)) == before
    direct = shared.slack.workspace.direct(ANA, bot).id
    told = shared.last_private(ANA, direct)
    assert "I am not in #C0FINANCE" in told
    assert KERERU in told


def test_digest_when_all_go_to_one_channel_then_it_names_the_home_instead_of_a_button_that_is_refused(
    shared: Office, kereru: Organisation, empty: Organisation
) -> None:
    assert kereru
    assert empty
    set_digest(shared, channel=GENERAL)
    try:
        finance, month_end = len(digests(shared, FINANCE)), len(digests(shared, MONTH_END))
        told = shared.text(new_digest(shared, GENERAL))
        assert KERERU in told
        assert EMPTY in told
        assert (len(digests(shared, FINANCE)), len(digests(shared, MONTH_END))) == (finance, month_end)
    finally:
        set_digest(shared)


def test_digest_when_what_a_backup_left_cannot_be_read_then_says_so_with_a_reference(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    before, db = len(digests(shared, FINANCE)), shared.bot.parts.db
    with db.session() as session:
        runs = session.query(RunRow).filter_by(organisation_id=kereru.id, snapshot_id="").all()
        row = runs[0] if runs else session.query(RunRow).filter_by(organisation_id=kereru.id).all()[-1]
        run_id, good = row.id, row.outline
        row.outline = {**(good or {}), "verdict": "Splendid", "finished_at": "now"}
    try:
        asked(shared, slot_of(shared))
    finally:
        with db.session() as session:
            session.get_one(RunRow, run_id).outline = good
    (found,) = digests(shared, FINANCE)[before:]
    told = shared.text(found)
    assert "could not be built" in told
    assert "still stand" in told
    assert "Reference: `" in told


def test_channel_when_it_has_more_organisations_than_fit_then_the_rest_stands_in_the_thread(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    db = shared.bot.parts.db
    shared.slack.workspace.join(RANDOM, shared.slack.app.user_id)
    many = [f"Client {number:03}" for number in range(150)]
    with db.session() as session:
        session.add_all(_row(shared, kereru, name) for name in many)
    try:
        asked(shared, slot_of(shared))
    finally:
        with db.session() as session:
            session.execute(delete(OrganisationRow).where(OrganisationRow.home_channel == RANDOM))
            session.execute(delete(ScheduleRow).where(ScheduleRow.subject.like("many-%")))
    first, *rest = digests(shared, RANDOM)
    assert first.thread_ts is None
    assert rest
    assert {one.thread_ts for one in rest} == {first.ts}
    rows = [row for one in (first, *rest) for block in one.blocks for row in block.get("rows", ())]
    assert sorted(row[0]["text"] for row in rows if row[0]["text"] != "Organisation") == many
    assert "150 need you" in first.text or "150 waiting" in first.text


def _row(office: Office, like: Organisation, name: str) -> OrganisationRow:
    return OrganisationRow(
        id=f"many-{name[-3:]}",
        workspace_id=workspace(office),
        tenant_id=f"many-{name}",
        state_since=office.now(),
        name=name,
        facts={"country": "NZ"},
        home_channel=RANDOM,
        linked_by=ANA,
        linked_at=like.linked_at + timedelta(days=1),
        scopes=[],
    )


def pictures(office: Office, channel: str) -> list[Message]:
    """Give the messages of a channel that are files."""
    return [one for one in office.slack.messages(channel) if one.files]


def test_picture_when_growth_has_something_to_show_then_one_stands_in_the_thread_if_files_are_allowed(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    today = shared.now().date()
    with shared.bot.parts.db.session() as session:
        for age in range(1, 31):
            day = (today - timedelta(days=age)).isoformat()
            counts = {"contacts": 2_000 - 40 * age}
            session.merge(GrowthRow(organisation_id=kereru.id, day=day, counts=counts, snapshots=31 - age))
    new_digest(shared)
    assert pictures(shared, FINANCE) == []  # the permission to upload is optional, the digest complete
    grants, token = shared.slack.app.grants, shared.slack.bot_token
    kept = grants[token]
    grants[token] = Grant(token, kept.scopes | {"files:write"})
    try:
        message = new_digest(shared)
    finally:
        grants[token] = kept
    (shown,) = pictures(shared, FINANCE)
    assert shown.thread_ts == message.ts
    (picture,) = shown.files
    assert picture.content.startswith(b"\x89PNG")
    assert picture.name.endswith(".png")
    shared.slack.faults.error("files.getUploadURLExternal", "internal_error", times=5)
    new_digest(shared)
    assert len(pictures(shared, FINANCE)) == 1


def test_finding_when_bank_details_changed_then_the_digest_points_to_it_once_and_shows_it_to_one_person(
    shared: Office, kereru: Organisation
) -> None:
    books = shared.xero.organisation("nz")
    supplier = next(one for one in books.shelf("Contacts") if not one.fields.get("IsCustomer"))
    new_digest(shared)
    books.change("Contacts", supplier.record_id, BankAccountDetails="12-3456-0001234-00")
    shared.back_up("kereru")
    message = new_digest(shared)
    told = shared.text(message)
    assert "1 thing worth a look" in told.splitlines()[0]
    assert "1 thing worth a look" in message.text
    assert "Worth a look" in told
    assert "bank details" in told
    assert str(supplier.fields["Name"]) not in told
    assert "0001234" not in told
    assert shared.slack.click(BEN, FINANCE, message, ids.SEE_FINDINGS).ok
    assert shared.slack.wait_until(lambda: "3400" in str(shared.slack.workspace.modals(BEN)), 15)
    assert "orth a look" not in shared.text(new_digest(shared))
    status = shared.say("status kereru")
    assert "1 supplier is to be paid to other bank details" in status
    assert "0001234" not in status
    assert shared.slack.open_home(ANA).ok
    assert shared.slack.wait_until(lambda: "orth a look" in str(shared.slack.home(ANA)), 10)
    assert shared.slack.click_home(ANA, ids.SEE_FINDINGS).ok
    assert shared.slack.wait_until(lambda: "3400" in str(shared.slack.workspace.modals(ANA)), 15)
