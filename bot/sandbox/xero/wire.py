r"""How the pretend Xero writes JSON: the text itself, byte for byte.

It knows nothing of what the records mean.

Facts kept here (Xero OpenAPI 16.1.0 examples;
developer.xero.com/documentation/api/accounting/requests-and-responses): dates are `\/Date(ms+0000)\/`
with escaped slashes, the envelope's own date has no offset, numbers keep their trailing zeros, text is
plain UTF-8.
"""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

Fields = dict[str, Any]

ENCODER = msgspec.json.Encoder(decimal_format="number")
CENT = Decimal("0.01")
ONE = Decimal(1)
# Most values inside a record; asked first, because records are rendered by the thousand.
_AS_THEY_ARE = frozenset({str, Decimal, bool, int, type(None), msgspec.Raw})
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def money(value: Decimal | int | str) -> Decimal:
    """Round to two decimals, half up, as Xero does."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def pence(amount: Decimal, rate: Decimal = ONE) -> int:
    """Turn an amount in a document's currency into pence of the base currency."""
    return int(money(amount / rate) * 100)


def milliseconds(moment: date | datetime) -> int:
    """Give the milliseconds since 1970; negative before."""
    if isinstance(moment, datetime):
        return (moment - EPOCH) // timedelta(milliseconds=1)
    return timegm(moment.timetuple()) * 1000


def xero_date(moment: date | datetime) -> msgspec.Raw:
    """Write a date as Xero writes it inside a record."""
    return msgspec.Raw(b'"\\/Date(%d+0000)\\/"' % milliseconds(moment))


def day_text(moment: date | datetime) -> str:
    """Write the ISO sibling of a date, as in `DateString`."""
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment.isoformat()}T00:00:00"


def textual(value: Any) -> Any:
    """Replace every date inside a value by its wire form."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, date):
        return xero_date(value)
    if isinstance(value, dict):
        return {key: textual(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [textual(inner) for inner in value]
    return value


def encode(value: Any) -> bytes:
    """Turn plain values (Decimals kept to the digit) into JSON text."""
    return ENCODER.encode(value)


def indented(text: bytes, depth: int) -> bytes:
    """Lay JSON text out on many lines with CRLF, its continuation lines moved in by `depth` spaces."""
    return msgspec.json.format(text, indent=2).replace(b"\n", b"\r\n" + b" " * depth)


def envelope(
    head: Fields,
    moment: datetime,
    plural: str,
    records: list[bytes],
    *,
    pretty: bool,
    pagination: Fields | None = None,
) -> bytes:
    """Wrap record texts in the answer Xero gives for a collection."""
    about = head | {"DateTimeUTC": msgspec.Raw(b'"\\/Date(%d)\\/"' % milliseconds(moment))}
    if pagination is not None:
        about["pagination"] = pagination
    opening = encode(about)[:-1]
    if not pretty:
        return opening + b',"%s":[%s]}' % (plural.encode(), b",".join(records))
    opening = indented(opening + b"}", 0)[:-3]
    inner = b"[]" if not records else b"[\r\n    " + b",\r\n    ".join(records) + b"\r\n  ]"
    return opening + b',\r\n  "%s": %s\r\n}' % (plural.encode(), inner)
