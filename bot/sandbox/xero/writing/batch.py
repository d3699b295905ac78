"""Taking many elements at once: each stands or falls alone, and the answer says which.

Facts kept here (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/responsecodes): with
`summarizeErrors=false` the answer is 200 and each element carries StatusAttributeString; without it one bad
element makes the answer 400, listing the bad ones only, although the good ones were written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from bot.sandbox.xero import answers
from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.projection import View, project
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, encode, textual
from bot.sandbox.xero.writing import stock
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.refusals import Invalid
from bot.sandbox.xero.writing.sent import Sent

NO_ID = "00000000-0000-0000-0000-000000000000"
Write = Callable[[Act, Sent], Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one collection takes elements.

    `verbs` exist on the collection, `by_id` says whether POST to one of its records does, `summarised` are
    the verbs that know `summarizeErrors` (Xero OpenAPI 16.1.0: not all do).
    """

    plural: str
    write: Write
    verbs: tuple[str, ...] = ("PUT", "POST")
    by_id: bool = True
    flag: str = ""
    summarised: tuple[str, ...] = ("PUT", "POST")
    alone: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one element."""

    shown: Fields
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the query says about the whole request."""

    creating: bool
    four_decimals: bool = False
    backorders: bool = False
    per_element: bool = False
    path_id: str = ""

    def act(self, org: PretendOrganisation) -> Act:
        """Make the surroundings of one element."""
        return Act(
            org=org,
            creating=self.creating,
            four_decimals=self.four_decimals,
            backorders=self.backorders,
            path_id=self.path_id,
        )


def write_all(org: PretendOrganisation, kind: Kind, elements: list[Sent], asked: Asked) -> list[Outcome]:
    """Write every element; one that is refused changes nothing."""
    return [_one(org, kind, sent, asked) for sent in elements]


def _one(org: PretendOrganisation, kind: Kind, sent: Sent, asked: Asked) -> Outcome:
    act = asked.act(org)
    try:
        record = kind.write(act, sent)
    except Invalid as refusal:
        return Outcome(refused(kind, sent, refusal, asked), True)
    stock.recount(org)
    return Outcome(_written(org, kind, record, act, asked), False)


def _written(org: PretendOrganisation, kind: Kind, record: Record, act: Act, asked: Asked) -> Fields:
    shown = show(org, kind.plural, record, four_decimals=asked.four_decimals)
    if asked.per_element:
        shown["StatusAttributeString"] = "WARNING" if act.warnings else "OK"
    if act.warnings:
        shown["Warnings"] = [{"Message": message} for message in act.warnings]
    return shown


def show(org: PretendOrganisation, plural: str, record: Record, *, four_decimals: bool = False) -> Fields:
    """Give a record the way an answer to a write shows it: as asked for by id."""
    return project(
        org, COLLECTIONS[plural], record, View(single=True, four_decimals=four_decimals, revealed=True)
    )


def refused(kind: Kind, sent: Sent, refusal: Invalid, asked: Asked) -> Fields:
    """Echo an element with what is wrong with it."""
    id_field = COLLECTIONS[kind.plural].id_field
    head: Fields = {} if kind.plural in {"TaxRates", "Currencies"} else {id_field: asked.path_id or NO_ID}
    shown = head | sent.fields
    if kind.flag:
        shown[kind.flag] = True
    shown["ValidationErrors"] = [{"Message": message} for message in refusal.messages]
    if asked.per_element:
        shown["StatusAttributeString"] = "ERROR"
    return dict(textual(shown))


def validation_exception(elements: list[Fields]) -> Response:
    """Answer 400 with the elements that were refused."""
    body = {
        "ErrorNumber": 10,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return Response(encode(textual(body)), 400, content_type=answers.JSON)


def malformed(sentence: str) -> Response:
    """Answer 400 for a body that cannot be read."""
    return answers.document(400, {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": sentence})
