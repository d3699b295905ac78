"""Projects: filters, pages, and sums that follow from tasks and time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

CONTACT, USER = str(uuid4()), str(uuid4())


@pytest.fixture
def busy(reader: Any) -> Any:
    """Somebody reading an organisation with one project, two tasks and somebody to work on it."""
    book = reader.beside.projects
    book.add_worker(USER, "Wanda Worker", "wanda@example.com")
    reader.project = book.add_project("Shed", CONTACT, expenses=Decimal("499.00"))
    reader.task = book.add_task(reader.project, "Roof", Decimal("20.00"), estimate_minutes=60)
    reader.fixed = book.add_task(reader.project, "Plan", Decimal("100.50"), charge_type="FIXED")
    return reader


def test_projects_when_the_organisation_is_new_then_none(reader: Any) -> None:
    nothing = {"page": 1, "pageSize": 50, "pageCount": 0, "itemCount": 0}
    for path in ("Projects", "ProjectsUsers"):
        assert reader.get("projects", path).body == {"pagination": nothing, "items": []}


@pytest.mark.parametrize(
    "query", [{"pageSize": 501}, {"pageSize": 0}, {"page": "one"}, {"states": "INPROGRESS,LOST"}]
)
def test_projects_when_the_question_cannot_be_read_then_400_with_a_model_state(
    reader: Any, query: dict[str, Any]
) -> None:
    answer = reader.get("projects", "Projects", **query)
    assert (answer.status, list(answer.body["modelState"])) == (400, list(query))


def test_projects_when_read_page_by_page_then_each_comes_once(reader: Any) -> None:
    ids = [reader.beside.projects.add_project(f"P{number}", CONTACT) for number in range(51)]
    pages = [reader.get("projects", "Projects", page=page).body for page in (1, 2, 3)]
    assert [one["projectId"] for page in pages for one in page["items"]] == ids
    assert pages[1]["pagination"] == {"page": 2, "pageSize": 50, "pageCount": 2, "itemCount": 51}
    assert len(reader.get("projects", "Projects", pageSize=500).rows) == 51


def test_projects_when_filtered_then_only_those(lively: Any) -> None:
    def names(**query: str) -> list[str]:
        return [one["name"] for one in lively.get("projects", "Projects", **query).rows]

    book = list(lively.beside.projects.projects.values())
    closed = [one.name for one in book if one.status == "CLOSED"]
    assert names(states="CLOSED") == closed == ["Boat show stand 2025", "Website"]
    assert len(names(states="INPROGRESS,CLOSED")) == len(names()) == 5
    assert names(contactID=book[1].contact_id.upper()) == [book[1].name]
    assert names(projectIds=f"{book[0].project_id},{book[4].project_id}") == [book[0].name, book[4].name]


def test_project_when_time_is_logged_then_its_sums_follow(busy: Any) -> None:
    book = busy.beside.projects
    first = book.log_time(busy.task, USER, 90)
    book.log_time(busy.fixed, USER, 10)
    shown = busy.get("projects", f"Projects/{busy.project}").body
    assert (shown["minutesLogged"], shown["minutesToBeInvoiced"]) == (100, 90)
    assert shown["totalTaskAmount"] == {"currency": "GBP", "value": Decimal("130.5")}
    assert shown["totalToBeInvoiced"]["value"] == Decimal("629.5")
    book.change(first, status="INVOICED")
    shown = busy.get("projects", f"Projects/{busy.project.upper()}").body
    assert (shown["minutesToBeInvoiced"], shown["taskAmountInvoiced"]["value"]) == (0, 30)
    assert shown["totalInvoiced"]["value"] == 30
    task = busy.get("projects", f"Projects/{busy.project}/Tasks/{busy.task}").body
    assert (task["totalMinutes"], task["minutesInvoiced"], task["amountToBeInvoiced"]["value"]) == (90, 90, 0)
    assert b'"value":0.0' in busy.get("projects", f"Projects/{busy.project}/Tasks").raw


def test_time_when_logged_then_dates_are_iso_and_an_empty_description_is_left_out(busy: Any) -> None:
    on = datetime(2026, 2, 27, 15, 0, tzinfo=UTC)
    entered = datetime(2026, 2, 28, 3, 24, 29, 221564, tzinfo=UTC)
    told = busy.beside.projects.log_time(
        busy.task, USER, 45, on=on, entered_at=entered, description="Tarring"
    )
    silent = busy.beside.projects.log_time(busy.task, USER, 30)
    rows = {one["timeEntryId"]: one for one in busy.get("projects", f"Projects/{busy.project}/Time").rows}
    assert rows[told] == {
        "timeEntryId": told,
        "userId": USER,
        "projectId": busy.project,
        "taskId": busy.task,
        "dateUtc": "2026-02-27T15:00:00Z",
        "dateEnteredUtc": "2026-02-28T03:24:29.2215640Z",
        "duration": 45,
        "description": "Tarring",
        "status": "ACTIVE",
    }
    assert "description" not in rows[silent]
    assert busy.get("projects", f"Projects/{busy.project}/Time/{told}").body == rows[told]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 3),
        ({"userId": USER}, 3),
        ({"userId": str(uuid4())}, 0),
        ({"invoiceId": CONTACT}, 1),
        ({"contactId": CONTACT}, 3),
        ({"contactId": USER}, 0),
        ({"states": "INVOICED"}, 1),
        ({"states": "ACTIVE,INVOICED"}, 3),
        ({"isChargeable": "true"}, 2),
        ({"isChargeable": "false"}, 1),
        ({"dateAfterUtc": "2026-02-02T00:00:00Z"}, 2),
        ({"dateBeforeUtc": "2026-02-02T00:00:00Z"}, 2),
        ({"dateAfterUtc": "2026-02-02", "dateBeforeUtc": "2026-02-02"}, 1),
    ],
)
def test_time_when_filtered_then_only_those(busy: Any, query: dict[str, str], count: int) -> None:
    book = busy.beside.projects
    free = book.add_task(busy.project, "Tea", Decimal(0), charge_type="NON_CHARGEABLE")
    for day, task in ((1, busy.task), (2, free), (3, busy.fixed)):
        book.log_time(task, USER, 5, on=datetime(2026, 2, day, tzinfo=UTC))
    book.change(next(iter(book.entries)), status="INVOICED", invoice_id=CONTACT)
    answer = busy.get("projects", f"Projects/{busy.project}/Time", **query)
    assert (len(answer.rows), answer.body["pagination"]["itemCount"]) == (count, count)


def test_tasks_when_filtered_then_only_those(busy: Any) -> None:
    path = f"Projects/{busy.project}/Tasks"
    assert [one["taskId"] for one in busy.get("projects", path, chargeType="FIXED").rows] == [busy.fixed]
    assert [one["taskId"] for one in busy.get("projects", path, taskIds=busy.task).rows] == [busy.task]
    assert busy.get("projects", path, chargeType="HOURLY").status == 400
    assert busy.get("projects", f"Projects/{busy.project}/Time", dateAfterUtc="soon").status == 400


@pytest.mark.parametrize("path", ["{id}", "{id}/Tasks", "{id}/Time", "{id}/Tasks/{id}", "{id}/Time/{id}"])
def test_project_when_unknown_then_404(busy: Any, path: str) -> None:
    assert busy.get("projects", "Projects/" + path.format(id=uuid4())).status == 404


def test_task_when_asked_for_below_another_project_then_404(busy: Any) -> None:
    other = busy.beside.projects.add_project("Other", CONTACT)
    entry = busy.beside.projects.log_time(busy.task, USER, 5)
    assert busy.get("projects", f"Projects/{other}/Tasks/{busy.task}").status == 404
    assert busy.get("projects", f"Projects/{other}/Time/{entry}").status == 404


def test_levers_when_things_vanish_then_what_hangs_on_them_too(busy: Any) -> None:
    book = busy.beside.projects
    for task in (busy.task, busy.task, busy.fixed):
        book.log_time(task, USER, 5)
    book.vanish(next(iter(book.entries)))
    assert len(book.entries) == 2
    book.vanish(busy.task)
    assert [one.task_id for one in book.entries.values()] == [busy.fixed]
    book.vanish(busy.project)
    assert (book.projects, book.tasks, book.entries) == ({}, {}, {})
    with pytest.raises(KeyError):
        book.vanish(busy.project)


def test_levers_when_they_ask_for_what_cannot_be_then_refused(busy: Any) -> None:
    book = busy.beside.projects
    for minutes in (0, 59_941):
        with pytest.raises(ValueError, match="minutes"):
            book.log_time(busy.task, USER, minutes)
    with pytest.raises(KeyError):
        book.log_time(busy.task, CONTACT, 5)
    with pytest.raises(KeyError):
        book.add_task(CONTACT, "No project", Decimal(1))
    with pytest.raises(AttributeError):
        book.change(busy.task, colour="red")


def test_workers_when_listed_then_by_name_and_address(busy: Any) -> None:
    assert busy.get("projects", "ProjectsUsers").rows == [
        {"userId": USER, "name": "Wanda Worker", "email": "wanda@example.com"}
    ]
