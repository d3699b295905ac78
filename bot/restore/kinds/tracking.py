"""Tracking categories and their options: made, used and, where they were archived, archived again.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/trackingcategories): categories
and options are made one at a time, each option below its category; archiving is an update of the status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.tracking_plan import (
    Category,
    category_id,
    is_archived,
    options,
    plain,
    tracking_plan,
)
from bot.restore.model import IdMap, Json, Kind, NotMapped, Pair, Phase, Reason, Settle, Step

NO_ROOM = Reason(
    key="tracking.no_room",
    sentence="Xero allows two active tracking categories and four in all; there is no room for this one.",
    instead="Archive or delete tracking categories of the new organisation that you do not need.",
    fields=("Tracking",),
    weight=20,
    todo="Make room for the tracking categories of the copy in the new organisation.",
)
ASLEEP = Reason(
    key="tracking.archived_there",
    sentence="The new organisation has this tracking, but archived; documents cannot use it.",
    instead="Make it active again in Xero; the next plan uses it.",
    fields=("Tracking",),
    weight=18,
    todo="Make the archived tracking of the new organisation active again where the copy has the same.",
    todo_before=True,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Match, make or leave out every category; settles categories and options."""
    if not ground.is_chosen("tracking_categories"):
        return
    decided = tracking_plan(ground)
    for category in ground.records("tracking_categories"):
        key = category_id(category)
        action, reasons = _fate(ground, key)
        there = decided.matched.get(key) if action is Action.MATCH else None
        target_key = category_id(there) if there else ""
        ground.settle("tracking_categories", key, action, target_key)
        yield Step(
            kind="tracking_categories",
            record_id=key,
            action=action,
            name=str(category.get("Name", "")),
            reasons=reasons,
            phase=_begins(ground, key),
            target_key=target_key,
        )


def plan_options(ground: Ground) -> Iterator[Step]:
    """Match or make the options of every category, as the category fares."""
    if not ground.is_chosen("tracking_categories"):
        return
    decided = tracking_plan(ground)
    for category in ground.records("tracking_categories"):
        action, reasons = _fate(ground, category_id(category))
        there = decided.matched.get(category_id(category), {})
        known = {plain(one): one for one in options(there)}
        for option in options(category):
            yield _option(ground, category, option, known.get(plain(option)), (action, reasons))


def plan_archived_options(ground: Ground) -> Iterator[Step]:
    """Archive options that are archived in the source, once their documents are written."""
    for category, there, turn in _to_close(ground):
        archived = {plain(one) for one in options(there) if is_archived(one)}
        for option in options(category):
            fate = ground.fate("tracking_options", str(option["TrackingOptionID"]))
            if is_archived(option) and fate and fate.will_exist and plain(option) not in archived:
                yield Step(
                    kind="archived_options",
                    record_id=category_id(category),
                    action=Action.CHANGE,
                    part=f"archive:{option['TrackingOptionID']}",
                    parent=str(option["TrackingOptionID"]),
                    name=_full_name(category, option),
                    phase=turn,
                )


def plan_archived_categories(ground: Ground) -> Iterator[Step]:
    """Archive categories that are archived in the source: those made first before the others are made."""
    for category, there, turn in _to_close(ground):
        fate = ground.fate("tracking_categories", category_id(category))
        if is_archived(category) and fate and fate.will_exist and not is_archived(there):
            yield Step(
                kind="archived_categories",
                record_id=category_id(category),
                action=Action.CHANGE,
                part="archive",
                name=str(category.get("Name", "")),
                phase=turn,
            )


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the name; a new category is active and has no options yet."""
    del step, ids
    return {"Name": record["Name"]}


def option_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the name of the option that the step's part names."""
    del ids
    found = next((one for one in options(record) if one["TrackingOptionID"] == step.part), None)
    if found is None:
        raise NotMapped("tracking_options", step.part)
    return {"Name": found["Name"]}


def archive(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the status and nothing else."""
    del step, record, ids
    return {"Status": "ARCHIVED"}


def learn_option(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """The option's new id."""
    del record
    yield Pair("tracking_options", step.part, str(answer["TrackingOptionID"]))


def learn_nothing(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """Nothing is new: the category and the option are known by then."""
    del step, record, answer
    return ()


def _fate(ground: Ground, key: str) -> tuple[Action, tuple[str, ...]]:
    decided = tracking_plan(ground)
    if key in decided.asleep:
        return Action.BLOCKED, (ASLEEP.key,)
    if key not in decided.turns:
        return Action.LEAVE_OUT, (NO_ROOM.key,)
    return (Action.MATCH if key in decided.matched else Action.CREATE), ()


def _option(
    ground: Ground,
    category: Category,
    option: Category,
    there: Category | None,
    fate: tuple[Action, tuple[str, ...]],
) -> Step:
    (action, reasons), key, target_key = fate, str(option["TrackingOptionID"]), ""
    if action in {Action.MATCH, Action.CREATE}:
        action = Action.CREATE
        needed = not is_archived(option) or key in tracking_plan(ground).used
        if there is not None and is_archived(there) and needed:
            action, reasons = Action.BLOCKED, (ASLEEP.key,)
        elif there is not None:
            action, target_key = Action.MATCH, str(there["TrackingOptionID"])
            ground.notes.setdefault("pairs", []).append(Pair("tracking_options", key, target_key))
    ground.settle("tracking_options", key, action, target_key)
    return Step(
        kind="tracking_options",
        record_id=category_id(category),
        action=action,
        part=key,
        parent=category_id(category),
        name=_full_name(category, option),
        reasons=reasons,
        phase=_begins(ground, category_id(category)),
    )


def _to_close(ground: Ground) -> Iterator[tuple[Category, Category, Phase]]:
    if not ground.is_chosen("tracking_categories"):
        return
    decided = tracking_plan(ground)
    for category in ground.records("tracking_categories"):
        turn = decided.turns.get(category_id(category))
        if turn is not None:
            there = decided.matched.get(category_id(category), {})
            yield category, there, turn.ends


def _begins(ground: Ground, key: str) -> Phase:
    turn = tracking_plan(ground).turns.get(key)
    return turn.begins if turn else Phase.FIRST


def _full_name(category: Category, option: Category) -> str:
    return f"{category.get('Name', '')}: {option.get('Name', '')}"


_EVERY: Mapping[str, str] = {"includeArchived": "true"}
TRACKING_CATEGORIES = Kind(
    key="tracking_categories",
    resource="tracking_categories",
    title="Tracking categories",
    stage=40,
    verb="PUT",
    path="TrackingCategories",
    collection="TrackingCategories",
    id_field="TrackingCategoryID",
    plan=plan,
    payload=payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    settle=Settle(path="TrackingCategories", collection="TrackingCategories", likeness=plain, params=_EVERY),
    reasons=(NO_ROOM, ASLEEP),
)
TRACKING_OPTIONS = Kind(
    key="tracking_options",
    resource="tracking_categories",
    title="Tracking options",
    stage=41,
    verb="PUT",
    path="TrackingCategories/{parent}/Options",
    collection="Options",
    id_field="TrackingOptionID",
    plan=plan_options,
    payload=option_payload,
    write_scope="accounting.settings",
    batch=1,
    params={},
    parent_resource="tracking_categories",
    learn=learn_option,
    settle=Settle(path="TrackingCategories/{parent}", collection="Options", likeness=plain, params=_EVERY),
    reasons=(NO_ROOM, ASLEEP),
)
# The option is the parent here: the path holds the category as the record itself, then the option.
ARCHIVED_OPTIONS = Kind(
    key="archived_options",
    resource="tracking_categories",
    title="Tracking options to archive",
    stage=190,
    verb="POST",
    path="TrackingCategories/{id}/Options/{parent}",
    collection="Options",
    id_field="TrackingOptionID",
    plan=plan_archived_options,
    payload=archive,
    write_scope="accounting.settings",
    batch=1,
    params={},
    parent_resource="tracking_options",
    learn=learn_nothing,
)
ARCHIVED_CATEGORIES = Kind(
    key="archived_categories",
    resource="tracking_categories",
    title="Tracking categories to archive",
    stage=191,
    verb="POST",
    path="TrackingCategories/{id}",
    collection="TrackingCategories",
    id_field="TrackingCategoryID",
    plan=plan_archived_categories,
    payload=archive,
    write_scope="accounting.settings",
    batch=1,
    params={},
    learn=learn_nothing,
)
