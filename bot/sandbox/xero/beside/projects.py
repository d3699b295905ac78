"""The Projects API: what it answers to each GET.

Facts (Xero OpenAPI 16.1.0): 50 a page unless asked for, at most 500, and a larger wish is refused; amounts
are a currency and a value. The shape of a 400 is that of
developer.xero.com/documentation/projects/projects-response-codes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from flask import Response

from bot.sandbox.xero import answers
from bot.sandbox.xero.beside.asking import (
    BadQuestion,
    Question,
    one_of,
    page_asked,
    seven_decimals,
    zulu,
)
from bot.sandbox.xero.beside.project_book import Project, ProjectBook, Task, TimeEntry
from bot.sandbox.xero.beside.state import beside_of
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished

USUAL, MOST = 50, 500
_CHARGES = ("TIME", "FIXED", "NON_CHARGEABLE")


def refused(bad: BadQuestion) -> Response:
    """Answer 400 in the shape of the Projects API."""
    state = {bad.name: [unpublished(bad.sentence)]}
    return answers.document(400, {"message": "The request is invalid.", "modelState": state})


def answer(question: Question) -> Response:
    """Answer one GET below `/projects.xro/2.0/`; raises BadQuestion."""
    book = beside_of(question.org).projects
    match [part.lower() for part in question.parts]:
        case ["projects"]:
            return _listed(question, [_shown(book, one) for one in _wanted(question, book)])
        case ["projectsusers"]:
            return _listed(question, [_worker(book, user_id) for user_id in book.workers])
        case ["projects", project_id, *rest] if project_id in book.projects:
            return _below(question, book, book.projects[project_id], rest)
    return answers.not_found()


def _below(question: Question, book: ProjectBook, project: Project, rest: list[str]) -> Response:
    match rest:
        case []:
            return question.answer(_shown(book, project))
        case ["tasks"]:
            return _listed(question, [_task(book, one) for one in _tasks(question, book, project)])
        case ["time"]:
            return _listed(question, [_entry(one) for one in _entries(question, book, project)])
        case ["tasks", task_id]:
            found = [_task(book, one) for one in book.tasks_of(project.project_id) if one.task_id == task_id]
        case ["time", entry_id]:
            found = [_entry(one) for one in book.entries_of(project.project_id) if one.entry_id == entry_id]
        case _:
            found = []
    return question.answer(found[0]) if found else answers.not_found()


def _listed(question: Question, rows: list[Fields]) -> Response:
    page = page_asked(question.query, "pageSize", usual=USUAL, most=MOST, clamps=False)
    rows = question.kept(rows)
    return question.answer({"pagination": page.counts(rows), "items": page.cut(rows)})


def _list_of(question: Question, name: str) -> set[str] | None:
    text = question.query.get(name)
    return None if text is None else {one.strip().lower() for one in text.split(",")}


def _wanted(question: Question, book: ProjectBook) -> list[Project]:
    ids, states = _list_of(question, "projectIds"), _list_of(question, "states")
    contact = question.query.get("contactID", "").lower()
    if states is not None and not states <= {"inprogress", "closed"}:
        raise BadQuestion("states", question.query["states"], "states must be INPROGRESS or CLOSED")
    return [
        one
        for one in book.projects.values()
        if (ids is None or one.project_id in ids)
        and (states is None or one.status.lower() in states)
        and contact in {"", one.contact_id}
    ]


def _tasks(question: Question, book: ProjectBook, project: Project) -> list[Task]:
    ids, charge = _list_of(question, "taskIds"), one_of(question.query, "chargeType", _CHARGES)
    return [
        one
        for one in book.tasks_of(project.project_id)
        if (ids is None or one.task_id in ids) and charge in {"", one.charge_type}
    ]


def _entries(question: Question, book: ProjectBook, project: Project) -> list[TimeEntry]:
    query, states = question.query, _list_of(question, "states")
    after, before = _moment(question, "dateAfterUtc"), _moment(question, "dateBeforeUtc")
    chargeable = one_of(query, "isChargeable", ("true", "false"), any_case=True)
    if query.get("contactId", project.contact_id).lower() != project.contact_id:
        return []
    holds: list[Callable[[TimeEntry], bool]] = [
        lambda one: query.get("userId", one.user_id).lower() == one.user_id,
        lambda one: query.get("taskId", one.task_id).lower() == one.task_id,
        lambda one: query.get("invoiceId", one.invoice_id).lower() == one.invoice_id,
        lambda one: states is None or one.status.lower() in states,
        lambda one: after is None or one.on >= after,
        lambda one: before is None or one.on <= before,
        lambda one: (
            not chargeable
            or (book.tasks[one.task_id].charge_type != "NON_CHARGEABLE") == (chargeable == "true")
        ),
    ]
    return [one for one in book.entries_of(project.project_id) if all(hold(one) for hold in holds)]


def _moment(question: Question, name: str) -> datetime | None:
    text = question.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuestion(name, text, f"{name} must be a date") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _shown(book: ProjectBook, project: Project) -> Fields:
    tasks = [(task, book.sums(task)) for task in book.tasks_of(project.project_id)]
    charged = [sums for task, sums in tasks if task.charge_type == "TIME"]
    total = sum((sums.amount for _, sums in tasks), Decimal(0))
    billed = sum((sums.amount_invoiced for _, sums in tasks), Decimal(0))
    open_expenses = project.expenses - project.expenses_invoiced
    invoiced = billed + project.expenses_invoiced + project.project_invoiced
    amounts: dict[str, Decimal | int] = {
        "totalTaskAmount": total,
        "totalExpenseAmount": project.expenses,
        "minutesToBeInvoiced": sum(sums.minutes - sums.minutes_invoiced for sums in charged),
        "taskAmountToBeInvoiced": total - billed,
        "taskAmountInvoiced": billed,
        "expenseAmountToBeInvoiced": open_expenses,
        "expenseAmountInvoiced": project.expenses_invoiced,
        "projectAmountInvoiced": project.project_invoiced,
        "deposit": project.deposit,
        "depositApplied": project.deposit_applied,
        "creditNoteAmount": project.credited,
        "totalInvoiced": invoiced,
        "totalToBeInvoiced": total - billed + open_expenses,
    }
    fields: Fields = {
        "projectId": project.project_id,
        "contactId": project.contact_id,
        "name": project.name,
        "currencyCode": project.currency,
        "minutesLogged": sum(sums.minutes for _, sums in tasks),
    }
    for name, value in amounts.items():
        fields[name] = value if isinstance(value, int) else _amount(project, value)
    if project.deadline_at is not None:
        fields["deadlineUtc"] = zulu(project.deadline_at)
    if project.estimate is not None:
        fields["estimate"] = _amount(project, project.estimate)
    return fields | {"status": project.status}


def _amount(project: Project, value: Decimal) -> Fields:
    """Write an amount: one decimal at least, as Xero's examples do."""
    short = value.normalize()
    shortest = Decimal("0.1") if int(short.as_tuple().exponent) >= -1 else short
    return {"currency": project.currency, "value": value.quantize(shortest)}


def _task(book: ProjectBook, task: Task) -> Fields:
    project, sums = book.projects[task.project_id], book.sums(task)
    by_time = task.charge_type == "TIME"
    return {
        "name": task.name,
        "rate": _amount(project, task.rate),
        "chargeType": task.charge_type,
        "status": task.status,
        "estimateMinutes": task.estimate_minutes,
        "taskId": task.task_id,
        "projectId": task.project_id,
        "totalMinutes": sums.minutes,
        "totalAmount": _amount(project, sums.amount),
        "minutesToBeInvoiced": sums.minutes - sums.minutes_invoiced if by_time else 0,
        "minutesInvoiced": sums.minutes_invoiced,
        "nonChargeableMinutes": sums.minutes if task.charge_type == "NON_CHARGEABLE" else 0,
        "fixedMinutes": sums.minutes if task.charge_type == "FIXED" else 0,
        "amountToBeInvoiced": _amount(project, sums.amount - sums.amount_invoiced),
        "amountInvoiced": _amount(project, sums.amount_invoiced),
    }


def _entry(entry: TimeEntry) -> Fields:
    fields: Fields = {
        "timeEntryId": entry.entry_id,
        "userId": entry.user_id,
        "projectId": entry.project_id,
        "taskId": entry.task_id,
        "dateUtc": zulu(entry.on),
        "dateEnteredUtc": f"{seven_decimals(entry.entered_at)}Z",
        "duration": entry.minutes,
    }
    if entry.description:
        fields["description"] = entry.description
    return fields | {"status": entry.status}


def _worker(book: ProjectBook, user_id: str) -> Fields:
    worker = book.workers[user_id]
    return {"userId": worker.user_id, "name": worker.name, "email": worker.email}
