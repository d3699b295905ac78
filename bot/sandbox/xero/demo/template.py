"""Fast texts for generated records: one record is rendered the ordinary way, its changing parts become holes.

It proves itself: a template whose texts differ from the ordinary rendering is refused when it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from bot.sandbox.xero.collections import COLLECTIONS
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.projection import project, whole_list_view
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, encode

# A number whose parts look like nothing else in a record.
SPECIMEN = 76_543_219
Parts = Callable[[int], dict[bytes, bytes]]


def make_template(
    org: PretendOrganisation, collection: str, build: Callable[[int], Fields], parts: Parts
) -> Callable[[int], bytes]:
    """Give a function from number to text; raises ValueError when the parts do not cover all that changes."""

    def ordinary(number: int) -> bytes:
        record = Record("", datetime.fromtimestamp(0, UTC), build(number))
        described = COLLECTIONS[collection]
        return encode(project(org, described, record, whole_list_view(described)))

    template = ordinary(SPECIMEN).replace(b"%", b"%%")
    for name, part in sorted(parts(SPECIMEN).items(), key=lambda item: -len(item[1])):
        template = template.replace(part, b"%%(%s)s" % name)

    def text(number: int) -> bytes:
        return template % parts(number)

    for number in (0, 1, 2, 99, 1000, 31_415):
        if text(number) != ordinary(number):
            raise ValueError(f"The template of {collection} is not true.")
    return text
