"""Branding themes: paired by name, never written."""

from __future__ import annotations

from bot.domain.restore_plan import Action
from bot.restore.kinds.themes import BRANDING_THEMES
from bot.restore.model import IdMap
from bot.restore.target import TargetState
from bot.sandbox.xero.demo import build_organisation
from tests.unit.restore.kinds.bench_of_lists import NOON, facts_of, ground_of

SOURCE = {
    "s1": {"BrandingThemeID": "s1", "Name": "Standard", "SortOrder": 0},
    "s2": {"BrandingThemeID": "s2", "Name": "Export  Wörk", "SortOrder": 1},
    "s3": {"BrandingThemeID": "s3", "Name": "Gone", "SortOrder": 2},
}
TARGET = (
    {"BrandingThemeID": "t9", "Name": "standard", "SortOrder": 3},
    {"BrandingThemeID": "t1", "Name": "Standard", "SortOrder": 0},
    {"BrandingThemeID": "t2", "Name": "export wörk", "SortOrder": 1},
)


def test_plan_when_names_agree_then_they_are_matched_and_others_left_out() -> None:
    facts = facts_of(build_organisation("fresh-uk", seed=7, now=lambda: NOON))
    target = TargetState(organisation_id="o", tenant_id="t", facts=facts, branding_themes=TARGET)
    ground = ground_of({"branding_themes": SOURCE}, target, chosen=("branding_themes",))
    steps = {step.record_id: step for step in BRANDING_THEMES.plan(ground)}
    assert (steps["s1"].action, steps["s1"].target_key) == (Action.MATCH, "t1")
    assert (steps["s2"].action, steps["s2"].target_key) == (Action.MATCH, "t2")
    assert (steps["s3"].action, steps["s3"].reasons) == (Action.LEAVE_OUT, ("themes.by_hand",))
    assert not any(step.writes for step in steps.values())
    assert ground.will_exist("branding_themes", "s1")
    assert not ground.will_exist("branding_themes", "s3")
    assert BRANDING_THEMES.payload(steps["s3"], SOURCE["s3"], IdMap()) == {}
    assert list(BRANDING_THEMES.plan(ground_of({"branding_themes": SOURCE}, target, chosen=()))) == []
