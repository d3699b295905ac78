"""Idempotency keys: the same request again within some minutes gets the first answer again.

Reported of the real Xero: six minutes, refusals are remembered too, at most 128 characters, and a key that
comes back with another request is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request

from bot.sandbox.xero import answers
from bot.sandbox.xero.writing import messages

LIVES = timedelta(minutes=6)
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Remembered:
    """The answer a key got."""

    until: datetime
    fingerprint: str
    status: int
    content_type: str
    body: bytes


class Keys:
    """The keys of one pretend Xero; callers hold the organisation's lock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._known: dict[tuple[str, str], Remembered] = {}

    def answer(self, tenant_id: str, make: Callable[[], Response]) -> Response:
        """Answer the current request, or repeat the answer its key got before."""
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in {"PUT", "POST"}:
            return make()
        if len(key) > LONGEST:
            return answers.plain(400, f"The Idempotency-Key is longer than {LONGEST} characters")
        mine = _fingerprint()
        known = self._known.get((tenant_id, key))
        if known is not None and known.until > self.now():
            if known.fingerprint != mine:
                return answers.plain(400, messages.key_reused(key))
            return Response(known.body, known.status, content_type=known.content_type)
        answer = make()
        kept = Remembered(
            self.now() + LIVES, mine, answer.status_code, answer.content_type, answer.get_data()
        )
        self._known[tenant_id, key] = kept
        return answer


def _fingerprint() -> str:
    parts = (request.method.encode(), request.path.encode(), request.query_string, request.get_data())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
