"""What exists in some countries only, night after night: read there and asked for nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from bot.domain.backup import Outcome, OutcomeStatus
from bot.sandbox.xero import cis
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.server import utcnow
from tests.contract.nights import Nights, nights

MARCH = date(2026, 3, 1), date(2026, 3, 31)
CIS = "organisation_cis_settings"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Callable[[str], Nights]]:
    """Open the nights of one of the made-up organisations."""
    with ExitStack() as open_now:
        yield lambda key: open_now.enter_context(
            nights(lambda: build_organisation(key, seed=7, now=utcnow), tmp_path)
        )


def _outcome(one: Nights, key: str) -> Outcome:
    return next(o for result in one.results.values() for o in result.outcomes if o.resource == key)


def _gaps(one: Nights) -> list[str]:
    return [gap.resource for result in one.results.values() for gap in result.gaps]


def _to_cis(one: Nights) -> int:
    return sum(call.path.endswith("/CISSettings") for call in one.pretend.calls)


def test_tax_reports_when_published_then_each_is_kept_and_asked_for_once(
    at: Callable[[str], Nights],
) -> None:
    nz = at("nz")
    nz.back_up()
    assert nz.kept("tax_reports").keys() == nz.kept("tax_report_details").keys() == nz.org.published.keys()
    for report_id, raw in nz.kept("tax_report_details").items():
        whole = msgspec.json.decode(raw)
        assert (whole["ReportID"], whole["ReportName"]) == (report_id, "GST Report")
        assert whole["Rows"]
        assert whole["Fields"]
    nz.back_up()
    assert [
        call.path for call in nz.pretend.calls if "/Reports" in call.path and "Trial" not in call.path
    ] == ["/api.xro/2.0/Reports"]
    assert _outcome(nz, "tax_report_details").status is OutcomeStatus.READ
    assert _gaps(nz) == []


def test_tax_report_when_published_later_then_it_alone_is_fetched(at: Callable[[str], Nights]) -> None:
    nz = at("nz")
    nz.back_up()
    report_id = nz.org.publish_report("GST Report", *MARCH)
    nz.back_up()
    asked = [call.path for call in nz.pretend.calls if call.path.rpartition("/")[2] in nz.org.published]
    assert asked == [f"/api.xro/2.0/Reports/{report_id}"]
    assert (_outcome(nz, "tax_reports").new, _outcome(nz, "tax_report_details").new) == (1, 1)


def test_tax_report_when_it_disappeared_then_gone_here_and_kept_in_older_snapshots(
    at: Callable[[str], Nights],
) -> None:
    nz = at("nz")
    older = nz.back_up()
    gone = next(iter(nz.org.published))
    del nz.org.published[gone]
    nz.back_up()
    assert gone not in nz.kept("tax_reports")
    assert gone not in nz.kept("tax_report_details")
    assert (_outcome(nz, "tax_reports").gone, _outcome(nz, "tax_report_details").gone) == (1, 1)
    assert nz.books.record(older, "tax_report_details", gone) is not None


def test_tax_reports_when_none_is_listed_any_more_then_they_stand_and_it_is_said(
    at: Callable[[str], Nights],
) -> None:
    nz = at("nz")
    nz.back_up()
    before = nz.kept("tax_report_details")
    nz.org.published.clear()
    nz.back_up()
    assert _outcome(nz, "tax_reports").status is OutcomeStatus.SUSPICIOUS
    assert nz.kept("tax_report_details") == before


def test_forms_when_in_the_united_states_then_of_this_year_and_the_last(at: Callable[[str], Nights]) -> None:
    us = at("fresh-us")
    us.back_up()
    year = us.now().year
    assert sorted(us.asked("Reports/TenNinetyNine")) == [f"reportYear={year - 1}", f"reportYear={year}"]
    kept = us.kept("ten_ninety_nine")
    assert kept.keys() == {f"TenNinetyNine/{one}/{n}" for one in (year - 1, year) for n in (0, 1)}
    assert msgspec.json.decode(kept[f"TenNinetyNine/{year}/0"])["ReportName"].startswith("1099-")
    us.back_up()
    assert us.asked("Reports/TenNinetyNine") == []
    assert us.kept("ten_ninety_nine") == kept


@pytest.mark.parametrize(
    ("key", "path", "resource"),
    [
        ("nz", "/api.xro/2.0/Reports", "tax_reports"),
        ("fresh-us", "/api.xro/2.0/Reports/TenNinetyNine", "ten_ninety_nine"),
    ],
)
def test_reports_of_a_country_when_xero_finds_none_then_there_are_none_and_none_is_amiss(
    at: Callable[[str], Nights], key: str, path: str, resource: str
) -> None:
    one = at(key)
    one.pretend.faults.add("404", path=path, times=0)
    one.back_up()
    assert (_outcome(one, resource).status, _outcome(one, resource).count) == (OutcomeStatus.READ, 0)
    assert _gaps(one) == []
    one.pretend.faults.clear()
    one.pass_days(7)
    one.back_up()
    assert one.kept(resource)
    before = one.kept(resource)
    one.pretend.faults.add("404", path=path, times=0)
    one.pass_days(7)
    one.back_up()
    assert one.kept(resource) == before


@pytest.mark.parametrize("key", ["lively", "fresh-global"])
def test_reports_of_other_countries_when_backed_up_then_never_asked_for(
    at: Callable[[str], Nights], key: str
) -> None:
    one = at(key)
    one.back_up()
    assert one.asked("Reports") == []
    assert one.asked("Reports/TenNinetyNine") == []
    assert _to_cis(one) == (key == "lively")


def test_cis_when_never_switched_on_then_one_call_a_week_and_no_gap(at: Callable[[str], Nights]) -> None:
    lively = at("lively")
    lively.back_up()
    assert _to_cis(lively) == 1
    assert (_outcome(lively, CIS).status, _outcome(lively, CIS).count) == (OutcomeStatus.READ, 0)
    assert CIS not in _gaps(lively)
    lively.back_up()
    assert _to_cis(lively) == 0
    assert lively.calls <= 32
    assert _outcome(lively, CIS).status is OutcomeStatus.STANDS
    lively.pass_days(7)
    lively.back_up()
    assert _to_cis(lively) == 1
    assert lively.books.snapshots()[-1].complete


def test_cis_when_switched_on_then_the_settings_are_kept(at: Callable[[str], Nights]) -> None:
    uk = at("fresh-uk")
    cis.switch_on(uk.org)
    uk.back_up()
    (raw,) = uk.kept(CIS).values()
    told = msgspec.json.decode(raw, type=dict[str, bool | Decimal])
    assert told == {
        "CISContractorEnabled": True,
        "CISSubContractorEnabled": False,
        "Rate": Decimal("20.00"),
    }
