"""Records come out as they went in, whatever they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import RESOURCES
from bot.errors import XeroUnavailable
from bot.xero.split import Peek, split

_TEXT = st.text(max_size=12)
_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | _TEXT
    | st.just("/Date(1539993600000+0000)/"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_RECORDS = st.lists(st.dictionaries(_TEXT, _VALUE, max_size=4), max_size=5)


@given(_RECORDS, st.sampled_from([None, 0, 2]), st.booleans(), st.booleans())
def test_split_when_any_page_then_every_record_is_byte_for_byte(
    records: list[dict[str, Any]], indent: int | None, ascii_only: bool, escaped: bool
) -> None:
    parts = [json.dumps(one, indent=indent, ensure_ascii=ascii_only) for one in records]
    if escaped:
        parts = [one.replace("/", "\\/") for one in parts]
    body = f'{{"Id":"x","Invoices":[{" , ".join(parts)}],"Status":"OK"}}'.encode()
    assert split(body, "Invoices").records == [one.encode() for one in parts]


def test_split_when_numbers_have_trailing_zeros_then_they_keep_them() -> None:
    body = b'{"Items":[{"Code":"A","UnitPrice":1.0000,"Rate":0.1000000000}]}'
    assert split(body, "Items").records == [b'{"Code":"A","UnitPrice":1.0000,"Rate":0.1000000000}']


def test_split_when_the_envelope_counts_then_the_page_knows() -> None:
    body = (
        rb'{"DateTimeUTC":"\/Date(1552326816230)\/","pagination":{"page":1,"pageSize":1000,"pageCount":3,'
        rb'"itemCount":2042},"Payments":[]}'
    )
    page = split(body, "Payments")
    assert (page.page_count, page.item_count, page.records) == (3, 2042, [])
    assert page.server_time == datetime(2019, 3, 11, 17, 53, 36, 230000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "collection", "records"),
    [
        (b'[{"id":1}, {"id":2}]', "items", [b'{"id":1}', b'{"id":2}']),
        (b'{"pagination":{"pageCount":1,"itemCount":1},"items":[{"id":1}]}', "items", [b'{"id":1}']),
        (b' {"assetNumberPrefix":"FA-"} ', "", [b'{"assetNumberPrefix":"FA-"}']),
        (b"", "Invoices", []),
    ],
)
def test_split_when_the_shape_is_another_areas_then_records_come_out(
    body: bytes, collection: str, records: list[bytes]
) -> None:
    assert split(body, collection).records == records


def test_split_when_the_files_api_counts_then_pages_follow() -> None:
    page = split(b'{"TotalCount":101,"Page":1,"PerPage":50,"Items":[{"Id":"a"}]}', "Items")
    assert (page.page_count, page.item_count) == (3, 101)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>down</html>",
        b'{"ErrorNumber":10,"Type":"ValidationException","Message":"secret 42"}',
        b'{"Invoices":null}',
        b'{"Invoices":[{"a":1}',
        b'"text"',
        b'{"Invoices":{"a":1}}',
    ],
)
def test_split_when_it_is_no_answer_of_the_api_then_it_is_unavailable_and_quotes_nothing(body: bytes) -> None:
    with pytest.raises(XeroUnavailable) as caught:
        split(body, "Invoices")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_peek_when_values_are_unknown_then_they_pass() -> None:
    raw = (
        rb'{"InvoiceID":"i-1","Status":"INVENTED","UpdatedDateUTC":"\/Date(1539993600000+0000)\/",'
        rb'"New":{"a":[1]}}'
    )
    assert Peek(RESOURCES["invoices"]).of(raw) == ("i-1", "INVENTED", datetime(2018, 10, 20, tzinfo=UTC))


@pytest.mark.parametrize("raw", [b"{}", b'{"InvoiceID":null,"Status":null,"UpdatedDateUTC":null}'])
def test_peek_when_fields_are_missing_then_they_are_empty(raw: bytes) -> None:
    assert Peek(RESOURCES["invoices"]).of(raw) == ("", "", None)


def test_peek_when_the_record_is_no_object_then_it_is_unavailable() -> None:
    with pytest.raises(XeroUnavailable):
        Peek(RESOURCES["invoices"]).of(b"[1]")
