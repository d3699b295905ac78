"""The counter writes are handed in at: which endpoint, which scope, how big, and what shape the answer has.

What a collection accepts is the business of its own module, listed in `kinds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.oauth import Access
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.people import PEOPLE
from bot.sandbox.xero.reading import Listing
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, encode, indented, textual
from bot.sandbox.xero.writing import setup
from bot.sandbox.xero.writing.batch import (
    Asked,
    Kind,
    malformed,
    refused,
    validation_exception,
    write_all,
)
from bot.sandbox.xero.writing.below import BELOW, Below
from bot.sandbox.xero.writing.idempotency import Keys
from bot.sandbox.xero.writing.kinds import KINDS, REMOVALS
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Invalid, Malformed, Refused
from bot.sandbox.xero.writing.sent import Sent, read_body, read_elements

# The older, smaller of the two limits Xero has published; nobody may count on more.
MOST_BYTES = 3_500_000
Wrap = Callable[[PretendOrganisation, str, Listing], Response]


class WriteDesk:
    """Answers every PUT, POST and DELETE of the accounting API; callers hold the organisation's lock."""

    def __init__(self, *, now: Callable[[], datetime], new_id: Callable[[], str], wrap: Wrap) -> None:
        self.new_id, self.wrap = new_id, wrap
        self.keys = Keys(now)

    def answer(
        self, org: PretendOrganisation, access: Access, collection: Collection, rest: list[str]
    ) -> Response:
        """Answer one write to a collection, or to something below one of its records."""
        below = BELOW.get(rest[1].lower()) if len(rest) > 1 else None
        if below is not None and collection.name not in below.parents:
            return answers.not_found()
        if not collection.writes and below is None:
            return answers.not_implemented()
        wanted = (below.scope,) if below is not None and below.scope else collection.scopes
        if refusal := self._refuse(access, wanted, reports_role=collection.needs_reports_role):
            return refusal
        attached = below is not None and below.scope
        if not attached and len(request.get_data()) > MOST_BYTES:
            return answers.plain(413, "The request is larger than 3.5 MB")
        if below is not None:
            return self._kept(org, lambda: self._below(org, below, collection, rest))
        return self._kept(org, lambda: self._collection(org, collection, rest))

    def set_up(self, org: PretendOrganisation, access: Access) -> Response:
        """Answer POST /Setup."""
        if request.method != "POST":
            return answers.not_implemented()
        if refusal := self._refuse(access, ("accounting.settings",)):
            return refusal

        def run() -> Response:
            body = read_body(request.get_data())
            if not isinstance(body, dict):
                raise Malformed(unpublished("The body must be an object"))
            summary = setup.apply(org, Sent(body))
            whole = {"Id": self.new_id(), "Status": "OK", "ImportSummary": summary}
            return Response(encode(whole), 200, content_type=answers.JSON)

        return self._kept(org, run)

    def _refuse(
        self, access: Access, scopes: tuple[str, ...], *, reports_role: bool = False
    ) -> Response | None:
        if not any(scope in access.scopes for scope in scopes):
            return answers.scope_missing(self.new_id())
        if reports_role and not all(one.reports for one in PEOPLE.values() if one.user_id == access.user_id):
            return answers.forbidden(self.new_id(), "AuthorizationUnsuccessful")
        return None

    def _kept(self, org: PretendOrganisation, run: Callable[[], Response]) -> Response:
        return self.keys.answer(org.tenant_id, lambda: _guarded(run))

    def _collection(self, org: PretendOrganisation, collection: Collection, rest: list[str]) -> Response:
        kind = KINDS.get(collection.name)
        if kind is None:
            return answers.plain(501, "This pretend Xero has no write side for this resource")
        if request.method == "DELETE":
            return self._removal(org, collection, rest)
        if rest and not (request.method == "POST" and kind.by_id):
            return answers.not_implemented()
        if not rest and request.method not in kind.verbs:
            return answers.not_implemented()
        if rest and org.shelf(collection.name).find(rest[0]) is None:
            raise Absent
        elements = read_elements(request.get_data(), collection.name)
        if (kind.alone or rest) and len(elements) != 1:
            raise Refused(400, f"{collection.name} takes one element per request here")
        if kind.most and len(elements) > kind.most:
            raise Refused(400, f"{collection.name} takes at most {kind.most} elements per request")
        return self._write(org, kind, elements, self._asked(org, kind, rest))

    def _asked(self, org: PretendOrganisation, kind: Kind, rest: list[str]) -> Asked:
        query = request.args
        path_id = ""
        if rest and (found := org.shelf(kind.plural).find(rest[0])) is not None:
            path_id = found.record_id
        # The specification writes it one way, Xero's guides the other.
        silent = "false" in {query.get(name, "").lower() for name in ("summarizeErrors", "SummarizeErrors")}
        return Asked(
            creating=request.method == "PUT",
            four_decimals=query.get("unitdp") == "4",
            backorders=query.get("allowBackorders", "").lower() == "true",
            per_element=request.method in kind.summarised and silent and not rest,
            path_id=path_id,
        )

    def _write(self, org: PretendOrganisation, kind: Kind, elements: list[Sent], asked: Asked) -> Response:
        outcomes = write_all(org, kind, elements, asked)
        failed = [outcome.shown for outcome in outcomes if outcome.failed]
        if failed and not asked.per_element:
            return validation_exception(failed)
        return self.show(org, kind.plural, [outcome.shown for outcome in outcomes])

    def show(self, org: PretendOrganisation, plural: str, shown: list[Fields]) -> Response:
        """Answer 200 with records already in wire form."""
        texts = [encode(textual(one)) for one in shown]
        return self.wrap(org, plural, Listing([indented(text, 4) if org.pretty else text for text in texts]))

    def _removal(self, org: PretendOrganisation, collection: Collection, rest: list[str]) -> Response:
        remove = REMOVALS.get(collection.name)
        if remove is None or len(rest) != 1:
            return answers.not_implemented()
        record = _find(org, collection, rest[0])
        try:
            shown = remove(org, record)
        except Invalid as refusal:
            kind = KINDS[collection.name]
            asked = Asked(creating=False, path_id=record.record_id)
            return validation_exception([refused(kind, Sent({}), refusal, asked)])
        return Response(b"", 204) if shown is None else self.show(org, collection.name, [shown])

    def _below(
        self, org: PretendOrganisation, below: Below, collection: Collection, rest: list[str]
    ) -> Response:
        if request.method not in below.verbs:
            return answers.not_implemented()
        found = org.shelf(collection.name).find(rest[0])
        try:
            if found is None:
                below.missing()
                raise Absent
            answer = below.write(org, collection, found, rest[2:])
        except Invalid as refusal:
            texts = [{"Message": message} for message in refusal.messages]
            return validation_exception([{"ValidationErrors": texts}])
        if answer is None:
            return Response(b"", 204)
        if isinstance(answer, dict):
            return Response(encode(textual(answer)), 200, content_type=answers.JSON)
        return self.show(org, *answer)


def _find(org: PretendOrganisation, collection: Collection, key: str) -> Record:
    found = org.shelf(collection.name).find(key)
    if found is None:
        raise Absent
    return found


def _guarded(run: Callable[[], Response]) -> Response:
    try:
        return run()
    except Malformed as problem:
        return malformed(str(problem))
    except Absent:
        return answers.not_found()
    except Refused as refusal:
        return answers.plain(refusal.status, str(refusal))
    except Invalid as refusal:
        return validation_exception([{"ValidationErrors": [{"Message": one} for one in refusal.messages]}])
