"""Answers about what is read record by record, switched off or not permitted: by each one's own facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalogue import backup_scopes
from bot.catalogue.model import ReasonClass
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.answers import Answer, ReportPart, Stand, StandingsPart, TopicPart
from bot.domain.backup import Fill, Gap
from bot.domain.coverage import Section
from bot.domain.settings import Extra
from bot.views import answers as views
from tests.conftest import Clock
from tests.contract.asking_house import AskingHouse

SOME = Fill(resource="attachments", title="Attachments", done=900, total=1_200, nights=4, failed=3)
NONE = Fill(resource="history", title="History and notes", done=0, total=40_000, nights=None)
ALL = Fill(resource="attachments", title="Attachments", done=1_200, total=1_200, nights=0)
NOT_GIVEN = Gap(
    resource="assets",
    title="Fixed assets",
    reason=ReasonClass.SCOPE_NOT_GRANTED,
    sentence="The permission to read it was not given.",
    action="Reconnect with /backup connect and leave every permission ticked.",
)
BROAD = tuple(one for one in backup_scopes() if not one.startswith(("assets", "projects", "files")))


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path) -> AskingHouse:
    return AskingHouse(sqlite_database, clock, key_ring, tmp_path)


def topic(answer: Answer) -> TopicPart:
    (part,) = answer.parts
    assert isinstance(part, TopicPart)
    return part


def heard(house: AskingHouse, text: str) -> str:
    return str(views.draw(house.ask(text), house.clock()).payload["text"])


def shown(house: AskingHouse, text: str) -> str:
    return str(views.draw(house.ask(text), house.clock()).payload)


def not_backed_up(house: AskingHouse) -> dict[str, ReasonClass]:
    (part,) = house.ask("what is not covered?").parts
    assert isinstance(part, ReportPart)
    return {line.title: line.reason for line in part.report.lines if line.section is Section.NOT_BACKED_UP}


def test_attachments_when_some_are_read_then_the_answer_says_how_far_and_how_long(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"), fills=[SOME])
    told = heard(house, "are attachments backed up?")
    assert "not all of them are in yet" in told
    assert "900 of 1,200 records so far (3 could not be read, tried again), about 4 nights to go" in told
    assert "Attachments" not in not_backed_up(house)


def test_attachments_when_all_are_read_then_nothing_is_said_of_nights(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"), fills=[ALL])
    assert "night" not in heard(house, "are attachments backed up?")
    assert "every record has had its turn" in heard(house, "when will the attachments be complete?")


def test_history_when_no_calls_are_left_then_it_is_not_said_to_be_backed_up(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"), fills=[NONE], none_of={"history"})
    part = topic(house.ask("is history backed up?"))
    assert part.stand is Stand.WAITING
    assert "not backed up yet" in part.headline
    assert "no calls to Xero left" in heard(house, "when will history be complete?")
    assert "nothing is lost" not in heard(house, "history?")
    assert not_backed_up(house)["History and notes"] is ReasonClass.WAITING


def test_count_when_not_all_is_read_then_says_so_and_never_none(house: AskingHouse) -> None:
    harbour = house.link("Harbour")
    house.back_up(harbour, fills=[SOME])
    told = heard(house, "how many attachments do we have?")
    assert told.startswith("Attachments: 7 in the last backup (Harbour).")
    assert "900 of 1,200 records so far" in told
    house.clock.advance(hours=1)
    house.back_up(
        harbour,
        fills=[Fill(resource="attachments", title="A", done=0, total=9, nights=1)],
        none_of={"attachments"},
    )
    assert heard(house, "how many attachments do we have?").startswith("I cannot count that.")


def test_gap_when_single_records_failed_then_the_kind_is_still_said_to_be_read(house: AskingHouse) -> None:
    failed = Gap(
        resource="attachments",
        title="Attachments",
        reason=ReasonClass.FAILED_LAST_TIME,
        sentence="They could not be read for 3 records so far; what was read for them before stands.",
    )
    house.back_up(house.link("Harbour"), gaps=[failed], fills=[SOME])
    part = topic(house.ask("attachments?"))
    assert part.stand is not Stand.FAILED
    assert part.lines[0].sentence == failed.sentence


def test_switch_when_off_then_the_answer_says_where_to_switch_it_on(house: AskingHouse) -> None:
    harbour = house.link("Harbour")
    house.back_up(harbour)
    house.read_beside(harbour)
    for asked in ("attachments", "history", "payroll", "pdfs", "general ledger"):
        part = topic(house.ask(f"{asked}?"))
        assert part.stand is Stand.SWITCHED_OFF, asked
        assert "/backup settings" in part.lines[0].instead, asked
    assert topic(house.ask("file library?")).stand is Stand.PARTLY
    told = not_backed_up(house)
    assert (
        told["Attachments"] is told["History and notes"] is told["File library"] is ReasonClass.SWITCHED_OFF
    )


def test_switch_when_on_without_the_permission_then_says_what_is_missing(house: AskingHouse) -> None:
    harbour = house.link("Harbour")
    house.back_up(harbour)
    house.read_beside(harbour, Extra.PAYROLL, Extra.PDFS)
    payroll = topic(house.ask("payroll?"))
    assert payroll.stand is Stand.NOT_PERMITTED
    assert [line.reason for line in payroll.lines] == [ReasonClass.SCOPE_NOT_GRANTED]
    assert "/backup connect" in payroll.lines[0].instead
    assert topic(house.ask("pdfs?")).stand is Stand.KEPT


def test_switch_when_on_and_permitted_then_it_is_kept_and_never_restored(house: AskingHouse) -> None:
    payroll = {"payroll.employees.read", "payroll.payruns.read", "payroll.payslip.read"}
    payroll |= {"payroll.settings.read", "payroll.timesheets.read"}
    harbour = house.link("Harbour", scopes=(*backup_scopes(), *payroll))
    house.back_up(harbour)
    house.read_beside(harbour, Extra.PAYROLL)
    part = topic(house.ask("payroll?"))
    assert part.stand is Stand.KEPT
    assert [line.section for line in part.lines] == [Section.NOT_RESTORABLE]
    assert "never restored" in part.lines[0].sentence


@pytest.mark.parametrize("gaps", [(), (NOT_GIVEN,)])
def test_consent_when_it_is_of_an_older_version_then_says_to_reconnect(
    house: AskingHouse, gaps: tuple[Gap, ...]
) -> None:
    house.back_up(house.link("Harbour", scopes=BROAD), gaps=gaps)
    assets = topic(house.ask("are fixed assets backed up?"))
    assert assets.stand is Stand.NOT_PERMITTED
    assert "Reconnect with /backup connect" in assets.lines[0].instead
    told = not_backed_up(house)
    for title in ("Fixed assets", "Projects", "File library"):
        assert told[title] is ReasonClass.SCOPE_NOT_GRANTED
    (part,) = house.ask("what is not covered?").parts
    assert isinstance(part, ReportPart)
    assert [line.title for line in part.report.lines].count("Fixed assets") == 1


def test_payroll_when_xero_has_none_for_the_country_then_there_is_nothing_to_switch_on(
    house: AskingHouse,
) -> None:
    house.back_up(house.link("Dallas Inc", country="US"))
    assert topic(house.ask("payroll?")).headline == "Payroll is not backed up."


def test_filling_when_asked_of_everything_then_every_organisation_says_its_own(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"), fills=[SOME, NONE])
    house.back_up(house.link("Mole"), fills=[ALL])
    (part,) = house.ask("what is still filling up?").parts
    assert isinstance(part, StandingsPart)
    told = heard(house, "what is still filling up?")
    assert told == "1 organisation is still filling up."


PROJECTS = {"projects", "project_users", "project_tasks", "project_time"}


def test_projects_when_closed_here_then_nobody_claims_that_there_are_none(house: AskingHouse) -> None:
    harbour = house.link("Harbour")
    house.back_up(harbour, absent=PROJECTS)
    told = shown(house, "are projects backed up for Harbour?")
    assert "Xero opens it to nobody here" in told
    assert "nothing is lost" not in told
    assert "are backed up" not in told
    part = topic(house.ask("projects?"))
    assert part.stand is Stand.CLOSED
    assert part.holdings[0].count is None
    assert "Projects" in not_backed_up(house)
    assert heard(house, "how many projects do we have?").startswith("I cannot count that.")


def test_projects_when_open_and_empty_then_it_is_said_that_nothing_is_lost(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"), none_of=PROJECTS)
    assert "nothing is lost" in shown(house, "are projects backed up for Harbour?")


def test_collection_when_it_failed_and_none_is_kept_then_nobody_claims_that_there_are_none(
    house: AskingHouse,
) -> None:
    failed = Gap(
        resource="assets",
        title="Fixed assets",
        reason=ReasonClass.FAILED_LAST_TIME,
        sentence="Xero does not work at the moment.",
    )
    house.back_up(house.link("Harbour"), gaps=[failed], none_of={"assets"})
    assert "nothing is lost" not in shown(house, "are fixed assets backed up?")
