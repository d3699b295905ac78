"""What apps may write beside the books: asset types and draft assets, projects with tasks and time.

Facts (Xero OpenAPI 16.1.0): POST Assets and AssetTypes take one object and answer 200; a type of the same
name is 409; a rate and a life together are refused; POST Projects and Tasks answer 201, Time 200, PATCH of a
project's status 204. Inferred: nothing is entered in a closed project, and only drafts are taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.beside import assets, projects
from bot.sandbox.xero.beside.asking import BadQuestion, Question
from bot.sandbox.xero.beside.project_book import LONGEST
from bot.sandbox.xero.beside.register import Depreciation, Worth
from bot.sandbox.xero.beside.state import beside_of
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, encode

_METHODS = ("NoDepreciation", "StraightLine", "DiminishingValue100", "DiminishingValue150",
            "DiminishingValue200", "FullDepreciation")  # fmt: skip
_AVERAGING = ("FullMonth", "ActualDays")
_CHARGES = ("TIME", "FIXED", "NON_CHARGEABLE")
_ACCOUNTS = {
    "fixedAssetAccountId": "Fixed Asset Account Id is invalid",
    "depreciationExpenseAccountId": "Depreciation Expense Account Id is invalid",
    "accumulatedDepreciationAccountId": "Accumulated Depreciation Account Id is invalid",
}
_LONGEST_NAME = 100
Sent = Mapping[str, Any]


def write(org: PretendOrganisation, api: str) -> Response:
    """Answer one write below another API; callers hold the organisation's lock."""
    path = str((request.view_args or {}).get("path", ""))
    parts = [part.lower() for part in path.split("/") if part]
    refused = assets.refused if api == "assets.xro" else projects.refused
    try:
        match (request.method, api, *parts):
            case ("POST", "assets.xro", "assettypes" | "assets" as what):
                return (_type if what == "assettypes" else _asset)(org, _body())
            case ("POST", "projects.xro", "projects"):
                return _project(org, _body())
            case ("PATCH", "projects.xro", "projects", project_id):
                return _patch(org, project_id, _body())
            case ("POST", "projects.xro", "projects", project_id, "tasks" | "time" as what):
                return _below(org, project_id, _body(), _task if what == "tasks" else _entry)
    except BadQuestion as bad:
        return refused(bad)
    return answers.not_implemented()


def _body() -> Sent:
    try:
        found = json.loads(request.get_data(), parse_float=Decimal)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise BadQuestion("", "", "The body must be an object")
    return found


def _require(holds: object, name: str, value: object, sentence: str) -> None:
    if not holds:
        raise BadQuestion(name, str(value if value is not None else ""), sentence)


def _answer(body: Fields, status: int = 200) -> Response:
    return Response(encode(body), status, content_type=answers.JSON)


def _account(org: PretendOrganisation, key: object) -> bool:
    return org.shelf("Accounts").find(str(key)) is not None


def _depreciation(sent: Sent, *, needed: bool) -> Depreciation | None:
    told = sent.get("bookDepreciationSetting")
    _require(told or not needed, "BookDepreciationSetting", "", "Book Depreciation Setting is required")
    if not told:
        return None
    method, averaging = told.get("depreciationMethod"), told.get("averagingMethod", "ActualDays")
    name = "BookDepreciationSetting"
    _require(method in _METHODS, f"{name}.DepreciationMethod", method, "Depreciation Method is invalid")
    _require(averaging in _AVERAGING, f"{name}.AveragingMethod", averaging, "Averaging Method is invalid")
    rate, life = told.get("depreciationRate"), told.get("effectiveLifeYears")
    both = rate is not None and life is not None
    _require(not both, f"{name}.DepreciationRate", "", "Can't have both Depreciation Rate and Effective Life")
    return Depreciation(
        method=method,
        averaging=averaging,
        rate=None if rate is None else _number(rate, f"{name}.DepreciationRate"),
        life=life,
    )


def _type(org: PretendOrganisation, sent: Sent) -> Response:
    register, name = beside_of(org).assets, sent.get("assetTypeName")
    _require(name, "AssetTypeName", name, "Asset Type Name is required")
    for field, sentence in _ACCOUNTS.items():
        _require(_account(org, sent.get(field, "")), field[:1].upper() + field[1:], "", sentence)
    setting = _depreciation(sent, needed=True)
    if any(one["assetTypeName"].casefold() == str(name).casefold() for one in register.types.values()):
        return answers.plain(409, "A type already exists")
    first, second, third = (str(sent[field]).lower() for field in _ACCOUNTS)
    key = register.add_type(str(name), (first, second, third), setting or Depreciation())
    return _answer(register.types[key])


def _asset(org: PretendOrganisation, sent: Sent) -> Response:
    register, name, number = beside_of(org).assets, sent.get("assetName"), sent.get("assetNumber")
    _require(name, "AssetName", name, "Asset Name is required")
    status, kind = sent.get("assetStatus", "Draft"), str(sent.get("assetTypeId") or "").lower()
    _require(status == "Draft", "AssetStatus", status, "Assets can be created as drafts only")
    _require(not kind or kind in register.types, "AssetTypeId", kind, "Asset Type Id is invalid")
    taken = {one.get("assetNumber") for one in register.assets.values()}
    _require(not number or number not in taken, "AssetNumber", number, "Asset Number must be unique")
    detail = sent.get("bookDepreciationDetail") or {}
    named = ("serialNumber", "warrantyExpiryDate")
    extra: Fields = {one: sent[one] for one in named if sent.get(one)}
    if number:
        extra["assetNumber"] = number
    key = register.add_asset(
        str(name),
        bought_on=_day(sent.get("purchaseDate") or f"{org.now():%Y-%m-%d}", "PurchaseDate"),
        price=_number(sent.get("purchasePrice", 0), "PurchasePrice"),
        type_id=kind,
        depreciation=_depreciation(sent, needed=False),
        worth=_worth(detail),
        extra=extra,
    )
    if start := detail.get("depreciationStartDate"):
        told = f"{_day(start, 'DepreciationStartDate')}T00:00:00"
        register.assets[key]["bookDepreciationDetail"]["depreciationStartDate"] = told
    return _answer(register.assets[key] | {"isDeleteEnabledForDate": True})


def _worth(detail: Sent) -> Worth:
    def amount(name: str) -> Decimal | None:
        return _number(detail[name], f"BookDepreciationDetail.{name}") if detail.get(name) else None

    return Worth(
        prior=amount("priorAccumDepreciationAmount") or Decimal(0),
        current=amount("currentAccumDepreciationAmount") or Decimal(0),
        residual=amount("residualValue"),
        cost_limit=amount("costLimit"),
    )


def _project(org: PretendOrganisation, sent: Sent) -> Response:
    book, name, contact = beside_of(org).projects, sent.get("name"), str(sent.get("contactId") or "")
    _require(name, "name", name, "The name field is required.")
    found = org.shelf("Contacts").find(contact)
    _require(found, "contactId", contact, "The contact does not exist.")
    wishes: dict[str, Any] = {}
    if sent.get("deadlineUtc"):
        wishes["deadline_at"] = _moment(sent["deadlineUtc"], "deadlineUtc")
    if sent.get("estimateAmount") is not None:
        wishes["estimate"] = _number(sent["estimateAmount"], "estimateAmount")
    key = book.add_project(str(name), contact.lower(), **wishes)
    return _shown(org, ["projects", key], 201)


def _patch(org: PretendOrganisation, project_id: str, sent: Sent) -> Response:
    book, status = beside_of(org).projects, sent.get("status")
    if project_id not in book.projects:
        return answers.not_found()
    _require(status in {"INPROGRESS", "CLOSED"}, "status", status, "The status is not valid.")
    book.change(project_id, status=status)
    return Response(b"", 204)


def _below(
    org: PretendOrganisation,
    project_id: str,
    sent: Sent,
    enter: Callable[[PretendOrganisation, str, Sent], Response],
) -> Response:
    project = beside_of(org).projects.projects.get(project_id)
    if project is None:
        return answers.not_found()
    _require(project.status != "CLOSED", "projectId", project_id, "The project is closed.")
    return enter(org, project_id, sent)


def _task(org: PretendOrganisation, project_id: str, sent: Sent) -> Response:
    name, rate, charge = sent.get("name"), sent.get("rate"), sent.get("chargeType")
    _require(
        name and len(str(name)) <= _LONGEST_NAME, "name", name, "The name must have 1 to 100 characters."
    )
    _require(isinstance(rate, dict) and "value" in rate, "rate", rate, "The rate field is required.")
    _require(charge in _CHARGES, "chargeType", charge, "The charge type is not valid.")
    key = beside_of(org).projects.add_task(
        project_id,
        str(name),
        _number((rate or {}).get("value"), "rate"),
        charge_type=str(charge),
        estimate_minutes=int(sent.get("estimateMinutes") or 0),
    )
    return _shown(org, ["projects", project_id, "tasks", key], 201)


def _entry(org: PretendOrganisation, project_id: str, sent: Sent) -> Response:
    book, minutes = beside_of(org).projects, sent.get("duration")
    user, task = str(sent.get("userId") or "").lower(), str(sent.get("taskId") or "").lower()
    _require(user in book.workers, "userId", user, "The user does not exist.")
    mine = {one.task_id for one in book.tasks_of(project_id)}
    _require(task in mine, "taskId", task, "The task does not exist in this project.")
    fits = isinstance(minutes, int) and 1 <= minutes <= LONGEST
    _require(fits, "duration", minutes, f"The duration must be between 1 and {LONGEST}.")
    on = _moment(sent.get("dateUtc"), "dateUtc")
    key = book.log_time(task, user, int(minutes or 0), on=on, description=str(sent.get("description") or ""))
    return _shown(org, ["projects", project_id, "time", key], 200)


def _shown(org: PretendOrganisation, parts: list[str], status: int) -> Response:
    """Answer with what reading it by its id would give."""
    found = projects.answer(Question(org=org, parts=tuple(parts), query={}))
    return Response(found.get_data(), status, content_type=answers.JSON)


def _number(value: object, name: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise BadQuestion(name, str(value), f"{name} must be a number") from None


def _day(value: object, name: str) -> date:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise BadQuestion(name, str(value), f"{name} must be a date") from None


def _moment(value: object, name: str) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise BadQuestion(name, str(value), f"{name} must be a date") from None
