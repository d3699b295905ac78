"""A process that writes a restore and may be killed: `python -m tests.faults.writing_child …`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.restore.apply import Applier, endpoints
from bot.services.restoring.writebook import WriteBook
from bot.xero.app import XeroApp
from bot.xero.limits import Pace
from bot.xero.writing import XeroWriter
from tests.faults.writing_room import BACK, KINDS, RESTORE, copy_of, writes


def main(*words: str) -> None:
    """Write what is left."""
    url, address, tenant_id, token, key, ahead, size = words

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead))

    app = XeroApp(
        client_id="", client_secret="", redirect_uri=BACK, login_url=address, identity_url=address,
        api_url=address,
    )  # fmt: skip
    book = WriteBook(Database.open(url, now=now), KeyRing.parse(key), RESTORE, now=now)
    pace = Pace(lambda: 0.0, lambda _: None, sleep=lambda _: None, now=now)
    with XeroWriter(
        app, tenant_id, token=lambda _: token, pace=pace, now=now, endpoints=endpoints(KINDS),
        still_allowed=lambda: True,
    ) as writer:  # fmt: skip
        applier = Applier(copy_of(int(size)), writer, book, now=now)
        for write in writes(book):
            applier.write(write)


if __name__ == "__main__":
    main(*sys.argv[1:])
