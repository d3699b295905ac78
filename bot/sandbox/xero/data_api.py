"""The accounting API and its neighbours: who may ask, and which shelf answers.

It parses requests and builds answers; what a list contains is `reading.py`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, request

from bot.sandbox.xero import answers, attached, cis, papers_shown, pdf
from bot.sandbox.xero.aged import AGED
from bot.sandbox.xero.bank_summary import bank_summary
from bot.sandbox.xero.budget_summary import budget_summary
from bot.sandbox.xero.collections import COLLECTIONS, PATHS, Collection
from bot.sandbox.xero.executive_summary import executive_summary
from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.history import history
from bot.sandbox.xero.journals import journals
from bot.sandbox.xero.oauth import Access
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.people import PEOPLE
from bot.sandbox.xero.reading import Listing, list_records, one_record
from bot.sandbox.xero.reports import REPORTS, Reporter
from bot.sandbox.xero.scopes import OTHER_APIS, PUBLISHED_SCOPE, REPORT_SCOPES, opens_reading
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.tax_reports import published, ten_ninety_nine
from bot.sandbox.xero.wire import Fields, encode, envelope, indented, textual
from bot.sandbox.xero.writing import notes
from bot.sandbox.xero.writing.desk import WriteDesk

ACTIONS = (
    "CreateApprovedInvoice",
    "CreateDraftPurchaseOrder",
    "CreateApprovedBill",
    "AttachFilesIntoInvoice",
    "UseMulticurrency",
    "CreateDraftInvoice",
    "CreateRepeatingInvoice",
    "CreateRepeatingBill",
    "CreateSentQuote",
    "CreateInvoicePayment",
    "CreateApprovedPurchaseOrder",
    "CreateDraftQuote",
    "CreateDraftBill",
    "ApproveTransactionsBeforePeriodLockDate",
)
# What hangs on a record and has a permission of its own (Xero OpenAPI 16.1.0).
_BELOW_SCOPES = {"attachments": ("accounting.attachments",), "cissettings": ("accounting.settings",)}
_GUID = re.compile(r"[0-9a-fA-F-]{36}")
# Every report with a name of its own; a maker gives one report, several, or None for an unknown contact.
_MAKERS: dict[str, Callable[[Reporter, Mapping[str, str]], Fields | list[Fields] | None]] = {
    **REPORTS,
    **AGED,
    "BankSummary": bank_summary,
    "BudgetSummary": budget_summary,
    "ExecutiveSummary": executive_summary,
    "TenNinetyNine": ten_ninety_nine,
}


class DataApi:
    """Answers data calls for one app; the caller has already checked token, tenant and limits."""

    def __init__(self, *, app_name: str, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.app_name, self.now, self.new_id = app_name, now, new_id
        self._reporters: dict[str, tuple[int, Reporter]] = {}
        self.desk = WriteDesk(now=now, new_id=new_id, wrap=self.wrap)

    def answer(
        self, org: PretendOrganisation, access: Access, path: str, *, advanced: bool, empty: bool
    ) -> Response:
        """Answer one call below `/api.xro/2.0/`."""
        parts = [part for part in path.split("/") if part]
        first, rest = (parts[0].lower() if parts else ""), parts[1:]
        with org.lock:
            if first in PATHS:
                return self._collection(org, access, PATHS[first], rest, empty=empty)
            if first == "setup" and not rest and request.method != "GET":
                return self.desk.set_up(org, access)
            if first == "invoicereminders":
                return self._reminders(org, access, rest)
            if first == "reports":
                return self._report(org, access, rest)
            if first == "journals":
                return self._journals(org, access, advanced=advanced)
        return answers.not_found()

    def _collection(
        self,
        org: PretendOrganisation,
        access: Access,
        collection: Collection,
        rest: list[str],
        *,
        empty: bool,
    ) -> Response:
        if request.method != "GET":
            return self.desk.answer(org, access, collection, rest)
        below = rest[1].lower() if len(rest) > 1 else ""
        scopes = _BELOW_SCOPES.get(below, collection.scopes)
        if refusal := self._refuse_reading(access, *scopes, reports_role=collection.needs_reports_role):
            return refusal
        if below == "cissettings" and len(rest) == 2:
            found = cis.settings(org, collection.name, rest[0])
            return answers.not_found() if found is None else self._wrap_fields(org, "CISSettings", [found])
        if collection.name == "Organisations" and rest:
            return self._about(org, rest)
        if below:
            return self._below(org, collection, below, rest, empty=empty)
        return self._read(org, collection, rest, empty=empty)

    def _refuse_reading(self, access: Access, *scopes: str, reports_role: bool = False) -> Response | None:
        if not opens_reading(access.scopes, *scopes):
            return answers.scope_missing(self.new_id())
        if reports_role and not _has_reports_role(access):
            return answers.forbidden(self.new_id(), "AuthorizationUnsuccessful")
        return None

    def _read(
        self, org: PretendOrganisation, collection: Collection, rest: list[str], *, empty: bool
    ) -> Response:
        query = request.args.to_dict()
        if rest and papers_shown.wants_paper(collection.name):
            record = org.shelf(collection.name).find(rest[0])
            return answers.not_found() if record is None else papers_shown.paper(org, collection.name, record)
        try:
            if rest:
                text = one_record(org, collection, rest[0], query)
                return (
                    answers.not_found() if text is None else self.wrap(org, collection.name, Listing([text]))
                )
            listing = list_records(org, collection, query, request.headers.get("If-Modified-Since"))
        except QueryRefused as refusal:
            return answers.query_refused(str(refusal))
        if empty:
            nothing = (
                None if listing.pagination is None else listing.pagination | {"pageCount": 0, "itemCount": 0}
            )
            listing = Listing([], nothing)
        return self.wrap(org, collection.name, listing)

    def _about(self, org: PretendOrganisation, rest: list[str]) -> Response:
        if [part.lower() for part in rest] != ["actions"]:
            return answers.not_found()
        actions = [
            encode({"Name": name, "Status": "NOT-ALLOWED" if name in org.forbidden_actions else "ALLOWED"})
            for name in ACTIONS
        ]
        return self.wrap(org, "Actions", Listing(actions))

    def _below(
        self, org: PretendOrganisation, collection: Collection, below: str, rest: list[str], *, empty: bool
    ) -> Response:
        record = org.shelf(collection.name).find(rest[0])
        if record is None or len(rest) > (3 if below == "attachments" else 2):
            return answers.not_found()
        if below == "attachments" and collection.name in attached.PARENTS:
            return self._files(org, record, rest[2:], empty=empty)
        if below == "history" and collection.name in notes.PARENTS:
            entries = [] if empty else history(org, collection, record, self.app_name)
            return self._wrap_fields(org, "HistoryRecords", entries)
        if below == "pdf" and collection.name in pdf.PARENTS:
            return papers_shown.paper(org, collection.name, record)
        return answers.not_found()

    def _files(self, org: PretendOrganisation, record: Record, wanted: list[str], *, empty: bool) -> Response:
        if wanted:
            return papers_shown.file(org, record.record_id, wanted[0])
        return self._wrap_fields(org, "Attachments", [] if empty else attached.listed(org, record.record_id))

    def _reminders(self, org: PretendOrganisation, access: Access, rest: list[str]) -> Response:
        if [part.lower() for part in rest] != ["settings"]:
            return answers.not_found()
        if request.method != "GET":
            return answers.not_implemented()
        if refusal := self._refuse_reading(access, "accounting.settings"):
            return refusal
        return self.wrap(org, "InvoiceReminders", Listing([encode({"Enabled": org.reminders_enabled})]))

    def _report(self, org: PretendOrganisation, access: Access, rest: list[str]) -> Response:
        if request.method != "GET":
            return answers.not_implemented()
        name = next((one for one in REPORT_SCOPES if [one.lower()] == [part.lower() for part in rest]), "")
        if not name and rest and not _GUID.fullmatch(rest[0]):
            return answers.not_found()
        if refusal := self._refuse_reading(
            access, REPORT_SCOPES.get(name, PUBLISHED_SCOPE), reports_role=True
        ):
            return refusal
        return self._make_report(org, name) if name else self._published(org, rest)

    def _make_report(self, org: PretendOrganisation, name: str) -> Response:
        try:
            made = _MAKERS[name](self._reporter(org), request.args.to_dict())
        except QueryRefused as refusal:
            return answers.query_refused(str(refusal))
        if made is None:
            return answers.not_found()
        return self._wrap_fields(org, "Reports", made if isinstance(made, list) else [made])

    def _published(self, org: PretendOrganisation, rest: list[str]) -> Response:
        if not rest:
            return self._wrap_fields(org, "Reports", published(org))
        found = org.published.get(rest[0].lower()) if len(rest) == 1 else None
        return answers.not_found() if found is None else self._wrap_fields(org, "Reports", [found])

    def _reporter(self, org: PretendOrganisation) -> Reporter:
        known = self._reporters.get(org.tenant_id)
        if known is None or known[0] != org.revision:
            known = self._reporters[org.tenant_id] = (org.revision, Reporter(org))
        return known[1]

    def _journals(self, org: PretendOrganisation, access: Access, *, advanced: bool) -> Response:
        if request.method != "GET":
            return answers.not_implemented()
        if not advanced:
            return answers.scope_missing(self.new_id())
        if refusal := self._refuse_reading(access, "accounting.journals", reports_role=True):
            return refusal
        return self._wrap_fields(org, "Journals", journals(org, request.args.to_dict()))

    def _wrap_fields(self, org: PretendOrganisation, plural: str, records: list[Fields]) -> Response:
        texts = [encode(textual(record)) for record in records]
        return self.wrap(org, plural, Listing([indented(text, 4) if org.pretty else text for text in texts]))

    def wrap(self, org: PretendOrganisation, plural: str, listing: Listing) -> Response:
        """Wrap records in Xero's envelope; XML unless JSON was asked for."""
        head: Fields = {"Id": self.new_id(), "Status": "OK", "ProviderName": self.app_name}
        if "application/json" not in request.headers.get("Accept", ""):
            return _as_xml(head, plural, len(listing.records))
        text = envelope(
            head, self.now(), plural, listing.records, pretty=org.pretty, pagination=listing.pagination
        )
        return Response(text, 200, content_type=answers.JSON)

    def other_api(self, access: Access, api: str) -> Response:
        """Answer for the files, assets and projects APIs: a scope check, then nothing is there yet."""
        reading = request.method == "GET"
        if not (
            opens_reading(access.scopes, OTHER_APIS[api]) if reading else OTHER_APIS[api] in access.scopes
        ):
            return answers.scope_missing(self.new_id())
        return answers.not_found()


def _has_reports_role(access: Access) -> bool:
    return all(person.reports for person in PEOPLE.values() if person.user_id == access.user_id)


def _as_xml(head: Fields, plural: str, count: int) -> Response:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in head.items())
    singular = COLLECTIONS[plural].id_field.removesuffix("ID") if plural in COLLECTIONS else "Record"
    inner = f"<{singular} />" * count
    text = f'<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{fields}<{plural}>{inner}</{plural}></Response>'
    return Response(text, 200, content_type="text/xml; charset=utf-8")
