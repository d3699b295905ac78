"""What is kept as evidence: one step a kind of data, in the catalogue's words."""

from __future__ import annotations

from bot.catalogue import RESOURCES
from bot.catalogue.model import Reading, RestoreRule
from bot.domain.restore_plan import Action
from bot.restore.kinds import evidence
from bot.restore.planner import KINDS
from bot.restore.summing import FOLLOWS
from tests.unit.restore.kinds.company_bench import ground_of


def test_plan_when_the_copy_has_evidence_then_one_step_says_how_much() -> None:
    budgets = {key: {"BudgetID": key} for key in "123"}
    ground = ground_of({"budgets": budgets, "users": {}, "invoices": {"1": {"InvoiceID": "1"}}})
    (step,) = evidence.plan(ground)
    assert (step.record_id, step.action, step.name, step.part) == ("budgets", Action.LEAVE_OUT, "3", "3")
    assert step.reasons == ("evidence.budgets",)


def test_plan_when_the_kind_of_data_is_not_chosen_then_nothing_is_said() -> None:
    assert list(evidence.plan(ground_of({"budgets": {"1": {}}}, chosen=("invoices",)))) == []


def test_reasons_when_read_then_each_is_a_sentence_and_worst_come_first() -> None:
    found = {one.key: one for one in evidence.EVIDENCE.reasons}
    assert all(one.sentence.endswith(".") for one in found.values())
    assert found["evidence.expense_claims"].moves_ledger
    assert not found["evidence.journals"].moves_ledger
    assert found["evidence.expense_claims"].weight < found["evidence.journals"].weight
    assert found["evidence.payroll_uk_pay_runs"].sentence.startswith("Payroll")


def test_reasons_when_xero_draws_a_report_again_then_nothing_is_lost_with_it() -> None:
    found = {one.key: one for one in evidence.EVIDENCE.reasons}
    for key in ("trial_balance", "balance_sheet", "profit_and_loss", "aged_payables"):
        assert found[f"evidence.{key}"].weight >= FOLLOWS
    assert found["evidence.tax_reports"].weight < FOLLOWS, "what was lodged is drawn by nobody again"


def test_kinds_when_a_copy_can_have_it_then_every_kind_of_data_is_answered_for() -> None:
    answered = {kind.resource for kind in KINDS} | {one.key[9:] for one in evidence.EVIDENCE.reasons}
    assert set(RESOURCES) - answered == {"attachment_contents"}, "files come back with their attachments"


def test_evidence_when_another_kind_plans_a_resource_then_it_is_silent_on_it() -> None:
    own = {kind.resource for kind in KINDS}
    assert own & {one.key[9:] for one in evidence.EVIDENCE.reasons} == set()
    assert all(
        RESOURCES[one.key[9:]].reading is not Reading.READ
        or RESOURCES[one.key[9:]].restore.rule
        in {RestoreRule.EVIDENCE, RestoreRule.NEVER, RestoreRule.DERIVED}
        for one in evidence.EVIDENCE.reasons
    )
