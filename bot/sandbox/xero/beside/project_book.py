"""The projects of one organisation: people, tasks, time. State and sums, not HTTP.

Sums are never stored: they follow from tasks and time, so that every lever keeps them true.

Facts (Xero OpenAPI 16.1.0): a task is charged by TIME (rate per hour), FIXED (once) or NON_CHARGEABLE; an
entry of time lasts 1 to 59,940 minutes; only a FIXED task can itself be INVOICED.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.xero.wire import money

LONGEST = 59_940
NOTHING = Decimal("0.0")


@dataclass(slots=True, kw_only=True)
class Project:
    """One project; expenses, deposits and credit are kept as their totals."""

    project_id: str
    contact_id: str
    name: str
    currency: str
    status: str = "INPROGRESS"
    deadline_at: datetime | None = None
    estimate: Decimal | None = None
    expenses: Decimal = NOTHING
    expenses_invoiced: Decimal = NOTHING
    project_invoiced: Decimal = NOTHING
    deposit: Decimal = NOTHING
    deposit_applied: Decimal = NOTHING
    credited: Decimal = NOTHING


@dataclass(slots=True, kw_only=True)
class Task:
    """One task of a project; `rate` is per hour, or the whole price of a FIXED one."""

    task_id: str
    project_id: str
    name: str
    rate: Decimal
    charge_type: str = "TIME"
    status: str = "ACTIVE"
    estimate_minutes: int = 0


@dataclass(slots=True, kw_only=True)
class TimeEntry:
    """Minutes somebody logged against a task."""

    entry_id: str
    project_id: str
    task_id: str
    user_id: str
    on: datetime
    entered_at: datetime
    minutes: int
    description: str = ""
    status: str = "ACTIVE"
    invoice_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody with access to projects."""

    user_id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Minutes of a task by what became of them, and what they are worth."""

    minutes: int
    minutes_invoiced: int
    amount: Decimal
    amount_invoiced: Decimal


class ProjectBook:
    """All projects of one organisation, in the order they were made."""

    def __init__(
        self,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        lock: AbstractContextManager[object],
        currency: str,
    ) -> None:
        self.new_id, self.now, self.lock, self.currency = new_id, now, lock, currency
        # How an organisation without a plan for projects is refused. 403 is what people met (pyxero issue
        # 295); developer.xero.com/documentation/projects/projects-response-codes says 401 for it.
        self.refusal = 403
        self.workers: dict[str, Worker] = {}
        self.projects: dict[str, Project] = {}
        self.tasks: dict[str, Task] = {}
        self.entries: dict[str, TimeEntry] = {}

    def add_worker(self, user_id: str, name: str, email: str) -> None:
        """Give somebody access to projects."""
        with self.lock:
            self.workers[user_id] = Worker(user_id=user_id, name=name, email=email)

    def add_project(self, name: str, contact_id: str, **wishes: Any) -> str:
        """Add a project for a contact; `wishes` are fields of `Project`. Give its id."""
        with self.lock:
            wishes = {"currency": self.currency} | wishes
            project = Project(project_id=self.new_id(), name=name, contact_id=contact_id, **wishes)
            self.projects[project.project_id] = project
            return project.project_id

    def add_task(self, project_id: str, name: str, rate: Decimal, **wishes: Any) -> str:
        """Add a task; `wishes` are fields of `Task`. Give its id; raises KeyError for an unknown project."""
        with self.lock:
            task = Task(
                task_id=self.new_id(),
                project_id=self.projects[project_id].project_id,
                name=name,
                rate=rate,
                **wishes,
            )
            self.tasks[task.task_id] = task
            return task.task_id

    def log_time(self, task_id: str, user_id: str, minutes: int, **wishes: Any) -> str:
        """Log time against a task; `wishes` are fields of `TimeEntry`. Give its id.

        Raises KeyError for an unknown task or somebody without access, ValueError for too few or too many
        minutes.
        """
        if not 1 <= minutes <= LONGEST:
            raise ValueError(f"An entry lasts 1 to {LONGEST} minutes.")
        with self.lock:
            task, worker, moment = self.tasks[task_id], self.workers[user_id], self.now()
            wishes = {"on": moment, "entered_at": moment} | wishes
            entry = TimeEntry(
                entry_id=self.new_id(),
                project_id=task.project_id,
                task_id=task_id,
                user_id=worker.user_id,
                minutes=minutes,
                **wishes,
            )
            self.entries[entry.entry_id] = entry
            return entry.entry_id

    def change(self, wanted: str, **fields: Any) -> None:
        """Set fields of a project, task or entry of time; raises KeyError, or AttributeError for a field."""
        with self.lock:
            found = self.projects.get(wanted) or self.tasks.get(wanted) or self.entries[wanted]
            for name, value in fields.items():
                setattr(found, name, value)

    def vanish(self, wanted: str) -> None:
        """Take away a project, task or entry of time, with what hangs on it; raises KeyError."""
        with self.lock:
            if self.entries.pop(wanted, None) is not None:
                return
            if self.tasks.pop(wanted, None) is None:
                del self.projects[wanted]
            self.tasks = {key: one for key, one in self.tasks.items() if one.project_id != wanted}
            gone = {wanted}
            self.entries = {
                key: one for key, one in self.entries.items() if not gone & {one.project_id, one.task_id}
            }

    def tasks_of(self, project_id: str) -> list[Task]:
        """Give the tasks of a project."""
        return [one for one in self.tasks.values() if one.project_id == project_id]

    def entries_of(self, project_id: str) -> list[TimeEntry]:
        """Give the entries of time of a project."""
        return [one for one in self.entries.values() if one.project_id == project_id]

    def sums(self, task: Task) -> Sums:
        """Add up one task."""
        entries = [one for one in self.entries.values() if one.task_id == task.task_id]
        minutes = sum(one.minutes for one in entries)
        billed = sum(one.minutes for one in entries if one.status == "INVOICED")
        if task.charge_type == "NON_CHARGEABLE":
            return Sums(minutes=minutes, minutes_invoiced=0, amount=NOTHING, amount_invoiced=NOTHING)
        if task.charge_type == "FIXED":
            invoiced = task.rate if task.status == "INVOICED" else NOTHING
            return Sums(minutes=minutes, minutes_invoiced=0, amount=task.rate, amount_invoiced=invoiced)
        return Sums(
            minutes=minutes,
            minutes_invoiced=billed,
            amount=money(task.rate * minutes / 60),
            amount_invoiced=money(task.rate * billed / 60),
        )
