"""Put together what makes and hands out exports: a part of the composition root, app.py. Decides nothing."""

from __future__ import annotations

from bot.parts import Parts
from bot.queue import Queue
from bot.services.exports import Exports

FOLDER = "exports"  # below DATA_DIR; files in it are not encrypted, and short-lived


def exports(parts: Parts, queue: Queue) -> Exports:
    """Build the service."""
    return Exports(
        parts.db,
        organisations=parts.organisations,
        books=parts.books,
        queue=queue,
        audit=parts.audit,
        folder=parts.settings.data_dir / FOLDER,
        public_url=parts.settings.public_url,
        now=parts.now,
    )
