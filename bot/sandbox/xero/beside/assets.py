"""The Assets API: what it answers to each GET.

Facts (Xero OpenAPI 16.1.0): a status is mandatory; 10 assets a page unless asked for; AssetTypes is a bare
list; what can be done to an asset is told only when it is asked for by id. Inferred: a page of more than 200
is cut to 200.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from bot.sandbox.xero import answers
from bot.sandbox.xero.beside.asking import BadQuestion, Page, Question, one_of, page_asked
from bot.sandbox.xero.beside.register import AssetRegister
from bot.sandbox.xero.beside.state import beside_of
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished

USUAL, MOST = 10, 200
STATUSES = ("DRAFT", "REGISTERED", "DISPOSED")
_ORDERS = {
    "AssetName": "assetName",
    "AssetNumber": "assetNumber",
    "PurchaseDate": "purchaseDate",
    "PurchasePrice": "purchasePrice",
}
_DISPOSED_ORDERS = {"DisposalDate": "disposalDate", "DisposalPrice": "disposalPrice"}
_SEARCHED = ("assetName", "assetNumber", "description")


def refused(bad: BadQuestion) -> Response:
    """Answer 400 in the shape of the Assets API."""
    kind = "http://common.service.xero.com/errors/validation"
    sentence = unpublished(bad.sentence)
    problem = {
        "fieldName": bad.name,
        "valueProvided": bad.value,
        "localisedMessage": sentence,
        "type": f"{kind}/field",
        "title": "Validation Error",
        "detail": sentence,
    }
    body = {
        "resourceValidationErrors": [],
        "fieldValidationErrors": [problem],
        "type": kind,
        "title": "The resource update failed validation.",
        "detail": "Validation Errors",
    }
    return answers.document(400, body)


def answer(question: Question) -> Response:
    """Answer one GET below `/assets.xro/1.0/`; raises BadQuestion."""
    register = beside_of(question.org).assets
    match [question.parts[0].lower(), *question.parts[1:]]:
        case ["assets"]:
            return _assets(question, register)
        case ["assets", asset_id]:
            return _asset(question, register.assets.get(asset_id.lower()))
        case ["assettypes"]:
            return question.answer(question.kept(list(register.types.values())))
        case ["settings"]:
            return question.answer(register.settings)
    return answers.not_found()


def _assets(question: Question, register: AssetRegister) -> Response:
    query = question.query
    status = one_of(query, "status", STATUSES)
    if not status:
        raise BadQuestion("status", "", "status must be given")
    page = page_asked(query, "pageSize", usual=USUAL, most=MOST)
    rows = [one for one in register.assets.values() if one["assetStatus"].upper() == status]
    if wanted := query.get("filterBy", "").casefold():
        rows = [one for one in rows if wanted in _words(register, one)]
    rows = question.kept(_ordered(question, register, rows, status))
    items = [one | {"isDeleteEnabledForDate": False} for one in page.cut(rows)]
    return question.answer({"pagination": _pagination(page, rows, status), "items": items})


def _words(register: AssetRegister, asset: Fields) -> str:
    kind = register.types.get(asset.get("assetTypeId", ""), {}).get("assetTypeName", "")
    return "\n".join([*(str(asset.get(name, "")) for name in _SEARCHED), kind]).casefold()


def _ordered(question: Question, register: AssetRegister, rows: list[Fields], status: str) -> list[Fields]:
    known = _ORDERS | (_DISPOSED_ORDERS if status == "DISPOSED" else {})
    order = one_of(question.query, "orderBy", ("AssetType", *known), any_case=True)
    direction = one_of(question.query, "sortDirection", ("asc", "desc"), any_case=True)
    key: Callable[[Fields], Any]
    if not order:
        return rows[::-1] if direction == "desc" else rows
    if order == "AssetType":
        names = {type_id: kind["assetTypeName"] for type_id, kind in register.types.items()}
        key = lambda row: names.get(row.get("assetTypeId", ""), "").casefold()  # noqa: E731
    else:
        key = lambda row: row[known[order]]  # noqa: E731
    return sorted(rows, key=key, reverse=direction == "desc")


def _pagination(page: Page, rows: list[Fields], status: str) -> Fields:
    counts = page.counts(rows)
    steps = {"first": 1}
    if page.number < counts["pageCount"]:
        steps["next"] = page.number + 1
    steps["last"] = max(1, counts["pageCount"])
    # Xero sends addresses of a machine of its own here, which nobody outside can reach.
    address = f"http://asset.favorit.xero.com/v1/assets?status={status}&page="
    return counts | {"links": {name: {"href": f"{address}{number}"} for name, number in steps.items()}}


def _asset(question: Question, asset: Fields | None) -> Response:
    if asset is None:
        return answers.not_found()
    can = {"bookDepreciationDetailsCanChange": True, "taxDepreciationDetailsCanChange": True}
    return question.answer(
        asset | {"metaData": can, "isDeleteEnabledForDate": asset["assetStatus"] == "Draft"}
    )
