"""Fixed assets and projects through a whole restore at the pretend Xero: written, read back, compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from bot.catalogue import beside_scopes, restore_scopes
from bot.domain.proof import Proof, TypeProof
from bot.domain.restore_plan import Action, Choice
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import KIND, REASONS, MadePlan
from bot.restore.proof.comparing import compare
from bot.sandbox.xero.beside import Beside, beside_of
from tests.unit.restore.worlds import NOON, World, copy_of, plan_of, target_of, world

BESIDE = ("asset_types", "assets", "projects", "project_tasks", "project_time")
CHOICE = Choice(types=("assets", "project_time"))


@dataclass
class Restored:
    """A restore of what is beside the books, and what became of it."""

    here: World
    made: MadePlan
    beside: Beside
    proof: Proof

    def type(self, key: str) -> TypeProof:
        return next(one for one in self.proof.types if one.key == key)


@pytest.fixture(scope="module")
def restored() -> Iterator[Restored]:
    """Write the demo's assets and projects where two of its three people are known, one by name only."""
    source = copy_of("lively")[0]
    with world() as here:
        org = here.xero.open_organisation("fresh-uk")
        book = beside_of(org).projects
        ana, ben, *_ = source.records("project_users")
        book.add_worker("11111111-0000-4000-8000-000000000001", "A. N. Other", ana["email"].upper())
        book.add_worker("11111111-0000-4000-8000-000000000002", f" {ben['name'].upper()}", "new@example.com")
        made = plan_of(source, here.look(org), CHOICE)
        here.write(org, source, made)
        target = here.copy(org, files=False)[0]
        for pair in made.pairs:
            here.ids.add(pair.resource, pair.source, pair.target)
        proof = compare(
            source,
            target,
            outcomes(here, made),
            here.ids,
            made.summary,
            kinds=KIND,
            reasons=REASONS,
            extra_balances={},
            now=NOON,
            target_snapshot_id="t",
        )
        yield Restored(here, made, beside_of(org), proof)


def outcomes(here: World, made: MadePlan) -> Iterator[StepOutcome]:
    """Tell of every step as the write book would."""
    ends = {
        Action.MATCH: StepState.DONE,
        Action.LEAVE_OUT: StepState.SKIPPED,
        Action.BLOCKED: StepState.SKIPPED,
    }
    for number, step in enumerate(made.plan.steps):
        target = step.target_key or here.ids.find(KIND[step.kind].resource, step.record_id) or ""
        yield StepOutcome(
            number=number, step=step, state=ends.get(step.action, StepState.DONE), target_key=target
        )


def test_write_when_xero_takes_them_then_all_are_there_and_nothing_was_refused(restored: Restored) -> None:
    assert [one for one in restored.here.refused if one.step.kind in {*BESIDE, "closed_projects"}] == []
    beside = restored.beside
    assert Counter(one["assetStatus"] for one in beside.assets.assets.values()) == {"Draft": 16}
    assert len(beside.assets.types) == 6
    assert Counter(one.status for one in beside.projects.projects.values()) == {"INPROGRESS": 3, "CLOSED": 2}
    assert len(beside.projects.tasks) == 10
    assert {one.user_id[-1] for one in beside.projects.entries.values()} == {"1", "2"}


def test_plan_when_a_person_is_not_there_then_their_time_is_left_out_and_said(restored: Restored) -> None:
    reasons = {one.key: one for one in restored.made.summary.reasons}
    left = reasons["projects.person"]
    assert (left.action, left.count) == (Action.LEAVE_OUT, 40 - len(restored.beside.projects.entries))
    assert reasons["assets.disposed"].count == 4
    assert "projects.person" in {one.key for one in restored.made.summary.todos}


@pytest.mark.parametrize("key", BESIDE)
def test_proof_when_read_back_then_each_is_found_and_differs_only_as_the_plan_said(
    restored: Restored, key: str
) -> None:
    told = restored.type(key)
    assert told.found == told.created == told.planned > 0
    assert told.not_predicted == told.not_verified == 0, restored.proof.fields
    assert told.equal + told.as_predicted == told.found


def test_plan_when_nobody_gave_the_permission_then_they_stay_in_the_copy_and_it_is_said() -> None:
    target = target_of("fresh-uk")
    poor = replace(target, scopes=target.scopes - {*beside_scopes()}, asset_types=(), project_users=())
    made = plan_of(copy_of("lively")[0], poor, CHOICE)
    assert not any(step.writes for step in made.plan.steps if step.kind in BESIDE)
    said = {one.key for one in made.summary.reasons}
    assert {"assets.not_permitted", "projects.not_permitted"} <= said
    assert not any("scopes" in one for one in made.summary.unsafe)
    assert set(restore_scopes()).isdisjoint(beside_scopes())


def test_plan_when_the_target_has_a_type_of_that_name_then_it_is_matched() -> None:
    source = copy_of("lively")[0]
    one = next(iter(source.records("asset_types")))
    there = ({"assetTypeId": "T", "assetTypeName": f" {one['assetTypeName'].upper()} "},)
    made = plan_of(source, replace(target_of("fresh-uk"), asset_types=there), CHOICE)
    (step,) = [step for step in made.plan.steps if step.record_id == one["assetTypeId"]]
    assert (step.action, step.target_key) == (Action.MATCH, "T")
