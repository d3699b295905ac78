"""Projects: each with its tasks and the time logged on them; those that were closed are closed at the end.

Facts (Xero OpenAPI 16.1.0, Projects): one element a call; a project is opened for a contact, in Xero's choice
of currency; tasks and time come back as not invoiced, for what was invoiced stands in documents; time is
logged for a user of the projects of that organisation; 1 to 59,940 minutes an entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.catalogue.model import Area
from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds import project_reasons as why
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Settle, Step
from bot.restore.target_reading import PROJECTS as SCOPE

_USERS = "project_users"  # in the id map: people there and here
_LONGEST_NAME = 100  # of a task
_MONEY = ("totalExpenseAmount", "projectAmountInvoiced", "deposit", "creditNoteAmount", "totalInvoiced")


def plan(ground: Ground) -> Iterator[Step]:
    """Open every project for its contact."""
    if not ground.is_chosen("projects"):
        return
    for record in ground.records("projects"):
        key = str(record["projectId"])
        action, reasons = _end(ground, record)
        ground.settle("projects", key, action)
        yield _step("projects", key, action, reasons, name=str(record.get("name", "")))


def _is_permitted(ground: Ground) -> bool:
    return SCOPE in ground.target.scopes and _USERS not in ground.target.unread


def _end(ground: Ground, record: Mapping[str, Any]) -> tuple[Action, tuple[str, ...]]:
    if not _is_permitted(ground):
        return Action.LEAVE_OUT, (why.NOT_PERMITTED.key,)
    if not ground.will_exist("contacts", str(record.get("contactId", ""))):
        return Action.BLOCKED, (why.CONTACT.key,)
    money = any(_amount(record.get(name)) for name in _MONEY)
    foreign = record.get("currencyCode") not in {None, ground.facts.base_currency}
    found = [reason.key for holds, reason in ((foreign, why.CURRENCY), (money, why.MONEY)) if holds]
    return (Action.CHANGE if found else Action.CREATE), tuple(found)


def plan_tasks(ground: Ground) -> Iterator[Step]:
    """Enter the tasks of projects that come back."""
    if not ground.is_chosen("project_tasks"):
        return
    for key, record in _below(ground, "project_tasks", "taskId"):
        project = str(record.get("projectId", ""))
        action, reason = _with(ground, "projects", project)
        if not reason and str(record.get("status")) == "INVOICED":
            action, reason = Action.CHANGE, why.INVOICED.key
        if not reason and len(str(record.get("name", ""))) > _LONGEST_NAME:
            action, reason = Action.CHANGE, why.LONG_NAME.key
        ground.settle("project_tasks", str(record.get("taskId", "")), action)
        name = str(record.get("name", ""))
        yield _step("project_tasks", key, action, (reason,) if reason else (), name=name, parent=project)


def plan_time(ground: Ground) -> Iterator[Step]:
    """Log the time on tasks that come back, for people who are there."""
    if not ground.is_chosen("project_time"):
        return
    people = _people(ground)
    ground.notes.setdefault("pairs", []).extend(Pair(_USERS, one, found) for one, found in people.items())
    for key, record in _below(ground, "project_time", "timeEntryId"):
        action, reason = _with(ground, "project_tasks", str(record.get("taskId", "")))
        if not reason and str(record.get("userId", "")) not in people:
            action, reason = Action.LEAVE_OUT, why.PERSON.key
        if not reason and str(record.get("status")) == "INVOICED":
            action, reason = Action.CHANGE, why.INVOICED.key
        project = str(record.get("projectId", ""))
        name = f"{str(record.get('dateUtc', ''))[:10]}, {record.get('duration', 0)} min"
        yield _step("project_time", key, action, (reason,) if reason else (), name=name, parent=project)


def plan_closing(ground: Ground) -> Iterator[Step]:
    """Close what was closed, once everything is in it."""
    if ground.is_chosen("projects"):
        for record in ground.records("projects"):
            key = str(record["projectId"])
            if record.get("status") == "CLOSED" and ground.will_exist("projects", key):
                yield Step(
                    kind="closed_projects",
                    record_id=key,
                    action=Action.CHANGE,
                    part="close",
                    name=str(record.get("name", "")),
                    phase=Phase.CLOSING,
                )


def _step(
    kind: str, key: str, action: Action, reasons: tuple[str, ...], *, name: str, parent: str = ""
) -> Step:
    done = Phase.SETTLING
    return Step(
        kind=kind, record_id=key, action=action, parent=parent, name=name, reasons=reasons, phase=done
    )


def _below(ground: Ground, resource: str, field: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what hangs on projects, with its id in the copy."""
    for record in ground.records(resource):
        yield f"{record.get('projectId', '')}/{record.get(field, '')}", record


def _with(ground: Ground, resource: str, key: str) -> tuple[Action, str]:
    """Say what becomes of something by what becomes of what it hangs on."""
    fate = ground.fate(resource, key)
    if fate is not None and fate.will_exist:
        return Action.CREATE, ""
    if fate is not None and fate.action is Action.BLOCKED:
        return Action.BLOCKED, why.BLOCKED.key
    return Action.LEAVE_OUT, (why.NO_PROJECT if _is_permitted(ground) else why.NOT_PERMITTED).key


def _people(ground: Ground) -> dict[str, str]:
    """Find the copy's people among those of the target, by address, else by a name that is only one's."""
    by_mail = {_plain(one.get("email")): str(one["userId"]) for one in ground.target.project_users}
    names = [_plain(one.get("name")) for one in ground.target.project_users]
    by_name = {
        _plain(one.get("name")): str(one["userId"])
        for one in ground.target.project_users
        if names.count(_plain(one.get("name"))) == 1
    }
    found = {}
    for one in ground.records(_USERS):
        there = by_mail.get(_plain(one.get("email")) or "?") or by_name.get(_plain(one.get("name")) or "?")
        if there:
            found[str(one["userId"])] = there
    return found


def _plain(text: object) -> str:
    return " ".join(str(text or "").casefold().split())


def _amount(told: Any) -> Decimal:
    return Decimal(str(told.get("value") or 0)) if isinstance(told, Mapping) else Decimal(0)


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send a project."""
    del step
    found: Json = {
        "contactId": ids.need("contacts", str(record["contactId"])),
        "name": record.get("name", ""),
    }
    if record.get("deadlineUtc"):
        found["deadlineUtc"] = record["deadlineUtc"]
    if estimate := _amount(record.get("estimate")):
        found["estimateAmount"] = estimate
    return found


def task_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send a task."""
    del step, ids
    rate = record.get("rate") or {}
    return {
        "name": str(record.get("name", ""))[:_LONGEST_NAME],
        "rate": {name: rate[name] for name in ("currency", "value") if name in rate},
        "chargeType": record.get("chargeType", "TIME"),
        "estimateMinutes": record.get("estimateMinutes") or 0,
    }


def time_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send an entry of time."""
    del step
    found: Json = {
        "userId": ids.need(_USERS, str(record["userId"])),
        "taskId": ids.need("project_tasks", str(record["taskId"])),
        "dateUtc": record.get("dateUtc", ""),
        "duration": record.get("duration", 0),
    }
    return found | ({"description": record["description"]} if record.get("description") else {})


def closing_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Close a project."""
    del step, record, ids
    return {"status": "CLOSED"}


def learn_task(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Pair]:
    """Learn the task's id, by its id in the copy and by its own."""
    found = str(answer.get("taskId") or "")
    for key in (step.record_id, str(record.get("taskId", ""))):
        yield Pair("project_tasks", key, found)


def _like_project(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("contactId")).lower(), str(row.get("name"))


def _like_task(row: Mapping[str, Any]) -> tuple[str, str, Decimal, int]:
    minutes = int(row.get("estimateMinutes") or 0)
    return str(row.get("name")), str(row.get("chargeType")), _amount(row.get("rate")), minutes


def _like_time(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("userId", "taskId", "dateUtc", "duration", "description")
    return tuple(str(row.get(name) or "").lower() for name in names)


_PAGES = {"pageSize": "500"}
PROJECTS = Kind(
    key="projects",
    resource="projects",
    title="Projects",
    stage=188,
    verb="POST",
    path="Projects",
    collection="",
    id_field="projectId",
    plan=plan,
    payload=payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    settle=Settle(path="Projects", collection="items", likeness=_like_project, params=_PAGES, paged=True),
    reasons=(why.NOT_PERMITTED, why.CONTACT, why.CURRENCY, why.MONEY),
    may_be_refused=True,
    area=Area.PROJECTS,
)
PROJECT_TASKS = Kind(
    key="project_tasks",
    resource="project_tasks",
    title="Tasks of projects",
    stage=189,
    verb="POST",
    path="Projects/{parent}/Tasks",
    collection="",
    id_field="taskId",
    plan=plan_tasks,
    payload=task_payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    parent_resource="projects",
    learn=learn_task,
    settle=Settle(
        path="Projects/{parent}/Tasks", collection="items", likeness=_like_task, params=_PAGES, paged=True
    ),
    reasons=(why.NOT_PERMITTED, why.NO_PROJECT, why.BLOCKED, why.INVOICED, why.LONG_NAME),
    may_be_refused=True,
    area=Area.PROJECTS,
)
PROJECT_TIME = Kind(
    key="project_time",
    resource="project_time",
    title="Time on projects",
    stage=190,
    verb="POST",
    path="Projects/{parent}/Time",
    collection="",
    id_field="timeEntryId",
    plan=plan_time,
    payload=time_payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    parent_resource="projects",
    settle=Settle(
        path="Projects/{parent}/Time", collection="items", likeness=_like_time, params=_PAGES, paged=True
    ),
    reasons=(why.NOT_PERMITTED, why.NO_PROJECT, why.BLOCKED, why.PERSON, why.INVOICED),
    may_be_refused=True,
    area=Area.PROJECTS,
)
CLOSED_PROJECTS = Kind(
    key="closed_projects",
    resource="projects",
    title="Projects",
    stage=192,
    verb="PATCH",
    path="Projects/{id}",
    collection="",
    id_field="projectId",
    plan=plan_closing,
    payload=closing_payload,
    write_scope=SCOPE,
    batch=1,
    params={},
    may_be_refused=True,
    area=Area.PROJECTS,
)
