"""The planner: kinds that fit together, steps in order, plans nobody can approve."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest

from bot.catalogue import RESOURCES, beside_scopes, restore_scopes
from bot.catalogue.model import Area
from bot.domain.restore_plan import Action, Choice
from bot.errors import UnsafePlan
from bot.restore import kinds
from bot.restore.kinds import lines
from bot.restore.model import Kind, Reason
from bot.restore.planner import AUXILIARY, KIND, KINDS, REASONS, raise_if_unsafe
from bot.restore.reasons import gathered
from tests.unit.restore.worlds import copy_of, plan_of, target_of


def _every_kind() -> set[str]:
    found: set[str] = set()
    for module in pkgutil.iter_modules(kinds.__path__):
        for value in vars(importlib.import_module(f"{kinds.__name__}.{module.name}")).values():
            some = value if isinstance(value, tuple) else (value,)
            found |= {one.key for one in some if isinstance(one, Kind)}
    return found


def test_kinds_when_listed_then_none_that_exists_is_forgotten() -> None:
    assert _every_kind() == KIND.keys()
    assert len(KINDS) == len(KIND)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_kind_when_described_then_it_holds_together(kind: Kind) -> None:
    assert not kind.resource or kind.resource in RESOURCES
    assert kind.title
    assert kind.verb in {"PUT", "POST", "DELETE"} or (kind.verb, kind.area) == ("PATCH", Area.PROJECTS)
    if "{parent}" in kind.path and "{id}" not in kind.path:
        assert kind.parent_resource
    if "{id}" in kind.path:
        assert kind.batch == 1
    if kind.write_scope and kind.key != "attachments":  # which writes nothing yet, and asks for nothing
        assert kind.write_scope in {*restore_scopes(frozenset(RESOURCES)), *beside_scopes()}


def test_auxiliary_when_listed_then_all_are_kinds() -> None:
    assert KIND.keys() >= AUXILIARY


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.key)
def test_reason_when_told_then_it_is_whole_sentences(reason: Reason) -> None:
    told = (reason.sentence, reason.instead, reason.todo)
    assert reason.sentence
    assert all(not one or one.endswith((".", "?", "”")) for one in told)
    assert not reason.todo_before or reason.todo
    assert 1 <= reason.weight <= 99


def test_reasons_when_two_share_a_key_then_it_is_an_error() -> None:
    one = Reason(key=lines.REASONS[0].key, sentence="Another.")
    with pytest.raises(ValueError, match="two reasons"):
        gathered([replace(KINDS[0], reasons=(one,))])


def test_plan_when_made_then_steps_go_by_phase_and_stage() -> None:
    steps = plan_of(copy_of("lively")[0], target_of("fresh-uk")).plan.steps
    places = [(step.phase, KIND[step.kind].stage) for step in steps]
    assert places == sorted(places)


def test_plan_when_made_twice_then_equal_whatever_the_moment() -> None:
    first = plan_of(copy_of("lively")[0], target_of("fresh-uk"))
    again = plan_of(copy_of("lively")[0], target_of("fresh-uk"))
    assert again.plan == first.plan
    assert again.pairs == first.pairs


def test_plan_when_the_target_was_touched_then_another_name() -> None:
    target = target_of("fresh-uk")
    first = plan_of(copy_of("lively")[0], target).plan.fingerprint
    renamed = ({**target.accounts[0], "Name": "Renamed"}, *target.accounts[1:])
    for other in (
        replace(target, accounts=renamed),
        replace(target, documents={**target.documents, "invoices": 1}),
        replace(target, contacts=({"ContactID": "c", "Name": "Ann", "ContactStatus": "ACTIVE"},)),
    ):
        assert plan_of(copy_of("lively")[0], other).plan.fingerprint != first
    assert plan_of(copy_of("lively")[0], replace(target, calls=99)).plan.fingerprint == first


def test_plan_when_types_are_chosen_then_nothing_else_is_planned_and_all_needs_are_named() -> None:
    made = plan_of(copy_of("lively")[0], target_of("fresh-uk"), Choice(types=("contacts",)))
    resources = {KIND[step.kind].resource for step in made.plan.steps if step.writes}
    assert "contacts" in resources
    assert resources.isdisjoint({"invoices", "payments", "bank_transactions", "manual_journals", "quotes"})
    named = {RESOURCES[key].title for key in resources - {"contacts"}}
    assert named <= set(made.summary.added_types)


def test_plan_when_unsafe_then_it_cannot_be_approved() -> None:
    summary = plan_of(copy_of("nz")[0], target_of("fresh-uk")).summary
    assert summary.unsafe
    with pytest.raises(UnsafePlan):
        raise_if_unsafe(summary)
    raise_if_unsafe(plan_of(copy_of("nz")[0], target_of("fresh-nz")).summary)


def test_plan_when_pairs_are_known_then_every_match_has_one() -> None:
    made = plan_of(copy_of("lively")[0], target_of("fresh-uk"))
    known = {(pair.resource, pair.source) for pair in made.pairs}
    matched = [step for step in made.plan.steps if step.action is Action.MATCH and not step.part]
    assert matched
    assert all((KIND[step.kind].resource, step.record_id) in known for step in matched)
