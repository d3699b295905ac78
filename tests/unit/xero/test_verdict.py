"""What each unsuccessful answer means."""

from __future__ import annotations

import pytest

from bot.errors import LedgerkeepError, OrganisationGone, ReadRefused, XeroBusy, XeroUnavailable
from bot.xero.http import Answer
from bot.xero.verdict import error_of, is_success, token_may_be_old

_NO_RIGHT = b'{"Type":null,"Title":"Unauthorized","Status":401,"Detail":"AuthorizationUnsuccessful"}'
_EXPIRED = (
    b'{"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: token expired at 04/09/2023 05:16:59"}'
)
_FORBIDDEN = b'{"Type":null,"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful"}'
_VOLUME = b'{"ErrorNumber":16,"Message":"This request would return too many records: high volume threshold"}'


@pytest.mark.parametrize(
    ("status", "path", "body", "kind", "detail"),
    [
        (400, "Invoices", b'{"ErrorNumber":16,"Message":"The where is wrong"}', ReadRefused, "invalid"),
        (400, "Invoices", _VOLUME, ReadRefused, "too_many"),
        (401, "Invoices", _NO_RIGHT, ReadRefused, "scope"),
        (401, "Journals", _NO_RIGHT, ReadRefused, "tier"),
        (401, "ManualJournals", _NO_RIGHT, ReadRefused, "scope"),
        (403, "Invoices", _FORBIDDEN, OrganisationGone, ""),
        (403, "Reports/TrialBalance", _FORBIDDEN, ReadRefused, "role"),
        (403, "ManualJournals", b"{}", ReadRefused, "role"),
        (403, "Contacts", b'{"Title":"Forbidden"}', ReadRefused, "role"),
        (403, "Contacts", b"<html>blocked</html>", XeroUnavailable, ""),
        (404, "Employees", b"not found", ReadRefused, "not_found"),
        (410, "ExpenseClaims", b"", ReadRefused, "not_found"),
        (501, "ExpenseClaims", b"", ReadRefused, "not_found"),
        (412, "Invoices", b"", ReadRefused, "invalid"),
        (408, "Invoices", b"", XeroUnavailable, ""),
        (429, "Invoices", b"", XeroBusy, ""),
        (500, "Invoices", b"<html>", XeroUnavailable, "does not work"),
        (
            503,
            "Invoices",
            b"The Xero API is currently offline for maintenance",
            XeroUnavailable,
            "maintenance",
        ),
        (503, "Invoices", b"The Organisation is Offline", XeroUnavailable, "this organisation is offline"),
        (503, "Invoices", b"The Xero API is temporarily unavailable", XeroUnavailable, "does not work"),
        (302, "Invoices", b"", XeroUnavailable, "not its API"),
    ],
)
def test_error_of_when_an_answer_is_no_success_then_its_meaning_is_named(
    status: int, path: str, body: bytes, kind: type[LedgerkeepError], detail: str
) -> None:
    error = error_of(Answer(status, {}, body, f"https://api.xero.com/api.xro/2.0/{path}?page=1"))
    assert type(error) is kind
    assert detail in (error.kind.value if isinstance(error, ReadRefused) else str(error))
    assert str(error).endswith(".")


def test_token_may_be_old_when_the_401_speaks_of_rights_then_not() -> None:
    assert token_may_be_old(Answer(401, {}, _EXPIRED, ""))
    assert token_may_be_old(Answer(401, {}, b"", ""))
    assert not token_may_be_old(Answer(401, {}, _NO_RIGHT, ""))
    assert not token_may_be_old(Answer(403, {}, _EXPIRED, ""))


def test_is_success_when_nothing_is_new_then_yes() -> None:
    assert [is_success(Answer(status, {}, b"", "")) for status in (200, 204, 304, 302, 404)] == [
        True,
        True,
        True,
        False,
        False,
    ]
