"""Cutting a plan into calls: neighbours of one kind, one parent, one phase, no more than a batch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.restore_plan import Action
from bot.restore.model import Phase, Step
from bot.restore.planner import KIND
from bot.restore.writes import Numbered, cut

SINGLE = ("currencies", "archived_accounts", "archived_categories")
PARENTED = ("credit_note_allocations", "prepayment_allocations")
MANY = ("invoices", "contacts", "payments")
STEPS = st.builds(
    Step,
    kind=st.sampled_from((*SINGLE, *PARENTED, *MANY)),
    record_id=st.uuids().map(str),
    action=st.sampled_from(Action),
    parent=st.sampled_from(("a", "b")),
    phase=st.sampled_from((Phase.FIRST, Phase.SECOND)),
)


def _numbered(steps: list[Step]) -> list[Numbered]:
    return list(enumerate(steps))


@given(st.lists(STEPS, max_size=80))
def test_cut_when_steps_are_any_then_each_that_writes_goes_out_once_and_in_order(steps: list[Step]) -> None:
    found = [numbered for write in cut(_numbered(steps), KIND) for numbered in write.steps]
    assert found == [(number, step) for number, step in _numbered(steps) if step.writes]


@given(st.lists(STEPS, max_size=80))
def test_cut_when_steps_are_any_then_a_call_is_of_one_kind_phase_and_parent(steps: list[Step]) -> None:
    for write in cut(_numbered(steps), KIND):
        assert {(step.kind, step.phase) for _, step in write.steps} == {
            (write.kind.key, write.steps[0][1].phase)
        }
        assert len(write.steps) <= write.kind.batch
        assert write.number == write.steps[0][0]
        if "{id}" in write.kind.path:
            assert len(write.steps) == 1
        if "{parent}" in write.kind.path:
            assert len({step.parent for _, step in write.steps}) == 1


@given(st.lists(STEPS, max_size=60), st.data())
def test_cut_when_only_a_stage_is_cut_then_as_in_the_whole(steps: list[Step], data: st.DataObject) -> None:
    ordered = _numbered(sorted(steps, key=lambda step: (step.phase, step.kind)))
    if not ordered:
        return
    wanted = data.draw(st.sampled_from(ordered))[1]
    stage = [one for one in ordered if (one[1].phase, one[1].kind) == (wanted.phase, wanted.kind)]
    whole = [write for write in cut(ordered, KIND) if write.steps[0] in stage]
    assert list(cut(stage, KIND)) == whole


def test_cut_when_there_are_51_invoices_then_two_calls() -> None:
    steps = [Step("invoices", str(number), Action.CREATE) for number in range(51)]
    assert [len(write.steps) for write in cut(_numbered(steps), KIND)] == [50, 1]
