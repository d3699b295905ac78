"""Branding themes: matched by name, never made; Xero's API cannot create them (Xero OpenAPI 16.1.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Phase, Reason, Step

BY_HAND = Reason(
    key="themes.by_hand",
    sentence="Branding themes cannot be created from outside; documents then use the standard theme.",
    instead="Make themes with the same names first, and documents use them again.",
    weight=65,
    todo="Make branding themes with the same names in the new organisation, if documents shall use them.",
)


def plan(ground: Ground) -> Iterator[Step]:
    """Pair themes of the same name; of several with one name, the first in Xero's order."""
    if not ground.is_chosen("branding_themes"):
        return
    there = _by_name(ground)
    for record in ground.records("branding_themes"):
        theme_id, name = str(record["BrandingThemeID"]), str(record.get("Name", ""))
        found = there.get(_plain(name), "")
        action = Action.MATCH if found else Action.LEAVE_OUT
        ground.settle("branding_themes", theme_id, action, found)
        yield Step(
            kind="branding_themes",
            record_id=theme_id,
            action=action,
            name=name,
            reasons=() if found else (BY_HAND.key,),
            phase=Phase.FIRST,
            target_key=found,
        )


def _by_name(ground: Ground) -> dict[str, str]:
    last_first = sorted(ground.target.branding_themes, key=_order, reverse=True)
    return {_plain(str(one.get("Name", ""))): str(one["BrandingThemeID"]) for one in last_first}


def _order(theme: Mapping[str, Any]) -> tuple[int, str]:
    return int(theme.get("SortOrder") or 0), str(theme["BrandingThemeID"])


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _nothing(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step, record, ids
    return {}


BRANDING_THEMES = Kind(
    key="branding_themes",
    resource="branding_themes",
    title="Branding themes",
    stage=45,
    verb="PUT",
    path="BrandingThemes",
    collection="BrandingThemes",
    id_field="BrandingThemeID",
    plan=plan,
    payload=_nothing,  # no step of this kind ever writes
    write_scope="accounting.settings",
    batch=1,
    params={},
    reasons=(BY_HAND,),
)
