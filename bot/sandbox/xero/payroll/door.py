"""The doors of the payroll APIs: who may ask, which payroll answers, in which envelope. Reading only.

Facts: only people with payroll administrator access can authorise payroll, and payroll must have been set up
(developer.xero.com/documentation/payroll-api-nz/overview); a record that does not exist is answered with a
`problem` (developer.xero.com, payslips of the UK). Inferred, because nothing published says which refusal it
is: an organisation without payroll, or of another country, answers 403 there, as for a person who may not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, g, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.oauth import Access
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.payroll.book import Part, PayrollBook, Table
from bot.sandbox.xero.payroll.opened import payroll_of
from bot.sandbox.xero.people import PEOPLE
from bot.sandbox.xero.reading import parse_since
from bot.sandbox.xero.scopes import opens_reading
from bot.sandbox.xero.wire import Fields, encode, indented, milliseconds, textual, xero_date

PER_PAGE = 100
_OLDER = "1.0"
_MISSING = "http://payroll.xero.com/errors/object-not-found"


class PayrollDoor:
    """Answers one call below `/payroll.xro/1.0/` or `/payroll.xro/2.0/`."""

    def __init__(self, *, app_name: str, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self._app_name, self._now, self._new_id = app_name, now, new_id

    def answer(self, org: PretendOrganisation, access: Access) -> Response:
        """Answer it."""
        _, version, *parts = [part for part in request.path.split("/") if part]
        if not any(scope.startswith("payroll.") for scope in access.scopes):
            return self.scope_missing()
        with org.lock:
            book = payroll_of(org)
            if book is None or (version == _OLDER) is not (book.country == "AU") or not _may(access):
                return answers.forbidden(self._new_id(), "AuthorizationUnsuccessful")
            if request.method != "GET":
                return answers.not_implemented()
            return _Asked(self, org, access, book, version).answer(parts)

    def scope_missing(self) -> Response:
        """Refuse for want of a permission."""
        return answers.scope_missing(self._new_id())

    def head(self, version: str, *, found: bool) -> Fields:
        """Give the envelope's own fields."""
        now = self._now()
        if version == _OLDER:
            stamp = xero_date(now)
            return {
                "Id": self._new_id(),
                "Status": "OK",
                "ProviderName": self._app_name,
                "DateTimeUTC": stamp,
            }
        return {
            "id": self._new_id(),
            "providerName": self._app_name,
            "dateTimeUTC": f"{now:%Y-%m-%dT%H:%M:%S}.{milliseconds(now) % 1000:03d}0000",
            "httpStatusCode": "OK" if found else "NotFound",
        }


class _Asked:
    """One question to one payroll."""

    def __init__(
        self, door: PayrollDoor, org: PretendOrganisation, access: Access, book: PayrollBook, version: str
    ) -> None:
        self._door, self._org, self._access, self._book, self._version = door, org, access, book, version

    def answer(self, parts: list[str]) -> Response:
        path = [part.lower() for part in parts]
        if path[:2] == ["leaveapplications", "v2"]:
            path, parts = [path[0], *path[2:]], [parts[0], *parts[2:]]
        match path:
            case [name] if name in self._book.singles:
                return self._part(self._book.singles[name])
            case [name] if name in self._book.tables and name != "payslip":
                return self._list(self._book.tables[name])
            case [name, _] if name in self._book.tables:
                return self._one(self._book.tables[name], parts[1].lower())
            case ["employees", who, name] if name in self._book.hanging.get(who, {}):
                return self._part(self._book.hanging[who][name])
        return self._nothing()

    def _list(self, table: Table) -> Response:
        if not opens_reading(self._access.scopes, table.scope):
            return self._door.scope_missing()
        rows = table.rows
        if table.within:
            named = {name.lower(): value for name, value in request.args.items()}
            rows = table.of(named.get(table.within.lower(), ""))
        rows = [] if g.get("empty") else _since(rows)
        shown, counts = _page(rows)
        return self._wrap(table.plural, [table.listed(row) for row in shown], counts)

    def _one(self, table: Table, record_id: str) -> Response:
        if not opens_reading(self._access.scopes, table.scope):
            return self._door.scope_missing()
        row = table.row(record_id)
        if row is None:
            return self._nothing(table.single)
        # The older API wraps a record by its id in a list of one; a payslip and a timesheet it does not.
        listed = self._version == _OLDER and table.path not in {"Payslip", "Timesheets"}
        name = "Timesheet" if self._version == _OLDER and table.path == "Timesheets" else table.single
        return self._wrap(name, [row] if listed else row)

    def _part(self, part: Part) -> Response:
        if not opens_reading(self._access.scopes, part.scope):
            return self._door.scope_missing()
        if not part.paged or not isinstance(part.value, list):
            return self._wrap(part.name, part.value)
        shown, counts = _page(part.value)
        return self._wrap(part.name, shown, counts)

    def _wrap(self, name: str, value: object, counts: Fields | None = None) -> Response:
        body = self._door.head(self._version, found=True)
        if self._version != _OLDER:
            body |= {"pagination": counts, "problem": None}
        return self._document(200, body | {name: value})

    def _nothing(self, name: str = "") -> Response:
        if self._version == _OLDER:
            return answers.not_found()
        problem = {
            "type": _MISSING, "title": None, "status": 0, "detail": None, "instance": None,
            "invalidFields": None,
        }  # fmt: skip
        body = self._door.head(self._version, found=False) | {"pagination": None, "problem": problem}
        return self._document(404, body | ({name: None} if name else {}))

    def _document(self, status: int, body: Fields) -> Response:
        text = encode(textual(body))
        return Response(indented(text, 0) if self._org.pretty else text, status, content_type=answers.JSON)


def _may(access: Access) -> bool:
    """Say whether the person has payroll administrator access; here everybody but the plain standard role."""
    return not any(
        person.role == "Standard" for person in PEOPLE.values() if person.user_id == access.user_id
    )


def _since(rows: list[Fields]) -> list[Fields]:
    since = parse_since(request.headers.get("If-Modified-Since"))
    if since is None:
        return rows
    return [row for row in rows if "UpdatedDateUTC" not in row or row["UpdatedDateUTC"] >= since]


def _page(rows: list[Fields]) -> tuple[list[Fields], Fields]:
    """Cut a page; what is no number asks for the first."""
    asked = request.args.get("page", "1")
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() else 1
    counts = {
        "page": number, "pageSize": PER_PAGE, "pageCount": -(-len(rows) // PER_PAGE), "itemCount": len(rows),
    }  # fmt: skip
    return rows[(number - 1) * PER_PAGE : number * PER_PAGE], counts
