"""Read what a plan must know of the target, in as few calls as possible. Never writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.catalogue import resource
from bot.catalogue.model import Paging, Read
from bot.errors import ReadRefused, XeroUnavailable
from bot.restore.model import same_id
from bot.restore.source import decode
from bot.restore.target import TargetState
from bot.xero.client import XeroClient
from bot.xero.dates import read_moment
from bot.xero.facts import organisation_facts
from bot.xero.split import split

PAGE_SIZE = 1000
# What an empty organisation has none of, with what counts as a document: each costs one call.
DOCUMENTS = (
    "invoices", "credit_notes", "bank_transactions", "manual_journals", "payments", "prepayments",
    "overpayments", "bank_transfers", "batch_payments", "purchase_orders", "quotes", "repeating_invoices",
    "linked_transactions",
)  # fmt: skip
ASSETS, PROJECTS = "assets", "projects"  # the permissions to write there
Row = dict[str, Any]


def read_target(
    client: XeroClient, *, organisation_id: str, tenant_id: str, scopes: frozenset[str]
) -> TargetState:
    """Read lists whole and count documents (24 calls, more only with over 1,000 contacts).

    What Xero refuses is kept in `unread`, unless no plan is possible without it: raises ReadRefused then, and
    whatever else a read raises.
    """
    return _Reading(client).state(organisation_id, tenant_id, scopes)


class _Reading:
    def __init__(self, client: XeroClient) -> None:
        self._client = client
        self._calls_before = client.calls
        self._unread: dict[str, str] = {}

    def state(self, organisation_id: str, tenant_id: str, scopes: frozenset[str]) -> TargetState:
        """Ask for everything in turn; equal targets give equal states."""
        about = self._about()
        currencies = list(self._raw("currencies"))
        organisation = dict(decode(about))
        return TargetState(
            organisation_id=organisation_id,
            tenant_id=tenant_id,
            facts=organisation_facts(about, sorted(currencies)),
            organisation=organisation,
            actions=self._actions(),
            period_lock_date=_day(organisation.get("PeriodLockDate")),
            year_end_lock_date=_day(organisation.get("EndOfYearLockDate")),
            accounts=self._list("accounts"),
            tax_rates=self._list("tax_rates"),
            currencies=tuple(sorted(str(decode(raw)["Code"]) for raw in currencies)),
            tracking_categories=self._list("tracking_categories"),
            contacts=self._list("contacts"),
            contact_groups=self._list("contact_groups"),
            items=self._list("items"),
            branding_themes=self._list_or_note("branding_themes"),
            users=self._list_or_note("users"),
            asset_types=self._list_or_note("asset_types") if ASSETS in scopes else (),
            project_users=self._list_or_note("project_users") if PROJECTS in scopes else (),
            documents=dict(self._documents()),
            unread=dict(sorted(self._unread.items())),
            scopes=scopes,
            calls=self._client.calls - self._calls_before,
        )

    def _about(self) -> bytes:
        records = list(self._raw("organisation"))
        if not records:
            raise XeroUnavailable("Xero answered something that is not its API.")
        return records[0]

    def _actions(self) -> frozenset[str] | None:
        try:
            rows = [decode(raw) for raw in self._raw("organisation_actions")]
        except ReadRefused as refusal:
            self._note("organisation_actions", refusal)
            return None
        # No list at all is no answer: nobody may read it as "nothing is allowed".
        return frozenset(str(one["Name"]) for one in rows if one.get("Status") == "ALLOWED") if rows else None

    def _list(self, key: str) -> tuple[Row, ...]:
        rows = [dict(decode(raw)) for raw in self._raw(key)]
        return tuple(sorted(rows, key=lambda row: same_id(str(row.get(_read(key).id_field, "")))))

    def _list_or_note(self, key: str) -> tuple[Row, ...]:
        try:
            return self._list(key)
        except ReadRefused as refusal:
            self._note(key, refusal)
            return ()

    def _documents(self) -> Iterator[tuple[str, int]]:
        for key in DOCUMENTS:
            try:
                yield key, self._count(key)
            except ReadRefused as refusal:
                self._note(key, refusal)

    def _count(self, key: str) -> int:
        read = _read(key)
        params = {"page": "1"} if read.paging in {Paging.SIZED, Paging.FIXED} else {}
        if read.paging is Paging.SIZED:
            params["pageSize"] = "1"
        found = self._ask(key, params)
        # Where Xero does not say how many there are, one page tells empty from not empty.
        return len(found[0]) if found[1] is None else found[1]

    def _raw(self, key: str) -> Iterator[bytes]:
        """Yield the records of a list, all pages."""
        if _read(key).paging is not Paging.SIZED:
            yield from self._ask(key, {})[0]
            return
        size = min(PAGE_SIZE, _read(key).page_size or PAGE_SIZE)
        page, there_is_more = 1, True
        while there_is_more:
            records, count = self._ask(key, {"page": str(page), "pageSize": str(size)})
            there_is_more = bool(records) and (page * size < count if count is not None else True)
            yield from records
            page += 1

    def _ask(self, key: str, more: Mapping[str, str]) -> tuple[list[bytes], int | None]:
        read = _read(key)
        params = {**dict(read.params), **more}
        if read.order and "page" in more:
            params["order"] = read.order
        answer = self._client.get(resource(key).area, read.path, params)
        if not answer.body:
            raise XeroUnavailable("Xero answered nothing.")
        page = split(answer.body, read.collection)
        return page.records, page.item_count

    def _note(self, key: str, refusal: ReadRefused) -> None:
        self._unread[key] = str(refusal)


def _read(key: str) -> Read:
    found = resource(key).read
    if found is None:
        raise KeyError(key)
    return found


def _day(value: object) -> str:
    moment = read_moment(str(value)) if value else None
    return moment.date().isoformat() if moment else ""
