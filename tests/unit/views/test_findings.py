"""What is worth a look, in words: counts in channels, names in the modal, all within what Slack takes."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bot.domain.backup import Verdict
from bot.domain.findings import FindingDetail, Noticed
from bot.domain.standing import Finding, FindingKind
from bot.errors import NotHere
from bot.views import findings as views
from bot.views import ids
from bot.views.backup import finished
from bot.views.check import check_message, check_view
from bot.views.errors import refused
from tests.unit.views.samples import HOSTILE, VAST, summary

BANK = Finding(kind=FindingKind.BANK_DETAILS, count=1)
VOIDS = Finding(kind=FindingKind.MANY_VOIDS, count=14, detail="1 Oct 2026")
LOCKED = Finding(kind=FindingKind.BEFORE_LOCK, count=3, detail="31 Mar 2026")
DROP = Finding(kind=FindingKind.DROP, count=1_200, resource="contacts", detail="12 %")
RECORDS = (
    Noticed(name="Kauri Timber", kind="contacts", before="•••• 2300", after="•••• 9900"),
    Noticed(name="Rimu Ltd", kind="contacts", after="•••• 1111"),
)


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (BANK, "1 supplier is to be paid to other bank details than before."),
        (VOIDS, "14 documents were voided or deleted within one hour, on 1 Oct 2026."),
        (LOCKED, "3 entries dated on or before the lock date (31 Mar 2026) are new or changed."),
        (
            Finding(kind=FindingKind.BEFORE_LOCK, count=5_000, detail="31 Mar 2026", at_least=True),
            "At least 5,000 entries dated on or before the lock date (31 Mar 2026) are new or changed.",
        ),
        (
            Finding(kind=FindingKind.BEFORE_LOCK, count=0, detail="31 Mar 2026; since taken away"),
            "The lock date (31 Mar 2026; since taken away) is no longer what it was.",
        ),
        (DROP, "1,200 records are gone that were there before (12 %): customers and suppliers."),
    ],
)
def test_told_when_read_then_one_sentence_that_fits_a_channel(finding: Finding, sentence: str) -> None:
    assert views.told(finding) == sentence


def test_worth_a_look_when_there_is_nothing_then_nothing_is_drawn() -> None:
    assert views.worth_a_look((), "run") is None
    assert views.spoken(()) == ""


def test_finished_when_something_is_worth_a_look_then_the_summary_says_so_and_offers_the_button() -> None:
    message = finished(summary(), (BANK, LOCKED))
    assert check_message(message.payload) == []
    assert "worth a look: bank details of a supplier and entries before the lock date." in message.text
    (block,) = [one for one in message.blocks if ids.SEE_FINDINGS in json.dumps(one)]
    assert block["accessory"]["value"] == ids.reference(summary().run.id)
    assert "1 supplier is to be paid" in block["text"]["text"]


@pytest.mark.parametrize("verdict", [Verdict.COMPLETE, Verdict.GAPS])
def test_finished_when_something_is_worth_a_look_then_the_next_line_points_to_it(verdict: Verdict) -> None:
    shown = json.dumps(finished(summary(verdict), (BANK,)).blocks)
    assert "look at what is worth a look below" in shown
    assert "nothing to do" not in shown
    assert ("look at the gaps below" in shown) is (verdict is Verdict.GAPS)


def test_finished_when_nothing_is_worth_a_look_then_it_is_as_before() -> None:
    assert finished(summary(), ()) == finished(summary())


def test_details_when_shown_then_names_and_masked_accounts_before_and_after() -> None:
    view = views.details("Harbour", [FindingDetail(finding=BANK, records=RECORDS)])
    shown = json.dumps(view, ensure_ascii=False)
    assert "Kauri Timber: •••• 2300 → •••• 9900" in shown
    assert "Rimu Ltd: none → •••• 1111" in shown
    assert check_view(view) == []


def test_details_when_documents_then_kind_number_contact_and_date() -> None:
    record = Noticed(
        kind="invoices", document="INV-7", name="Kauri Timber", on=date(2026, 3, 1), after="VOIDED"
    )
    view = views.details("Harbour", [FindingDetail(finding=VOIDS, records=(record,))])
    assert "INV-7, Kauri Timber, 1 Mar 2026, voided" in json.dumps(view)


@pytest.mark.parametrize("text", [HOSTILE, VAST])
def test_details_when_hostile_or_enormous_then_slack_takes_it(text: str) -> None:
    record = Noticed(name=text, document=text, kind=text, before=text, after=text, on=date(2026, 3, 1))
    found = [FindingDetail(finding=one, records=(record,) * 5_000) for one in (BANK, VOIDS, LOCKED, DROP)]
    view = views.details(text, found)
    assert check_view(view) == []
    assert "<!channel>" not in json.dumps(view)


def test_details_when_all_kinds_are_long_then_each_is_begun_and_the_rest_counted() -> None:
    record = Noticed(name="Kauri Timber", document="INV-1", kind="invoices", on=date(2026, 3, 1))
    view = views.details(
        "Harbour", [FindingDetail(finding=one, records=(record,) * 500) for one in (VOIDS, LOCKED)]
    )
    assert json.dumps(view).count("and 470 more") == 2


def test_modals_when_opened_refused_or_without_findings_then_slack_takes_them() -> None:
    for view in (views.looking(), views.refusal(refused(NotHere())), views.details("Harbour", ())):
        assert check_view(view) == []
    assert "I cannot show that here" in json.dumps(views.refusal(refused(NotHere())))
