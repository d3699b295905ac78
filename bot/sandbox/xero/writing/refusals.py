"""The ways a write can be refused; `batch.py` and `desk.py` turn them into answers."""

from __future__ import annotations


class Invalid(Exception):
    """One element breaks rules; carries every sentence, in order."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Malformed(Exception):
    """The body cannot be read at all: ErrorNumber 14, the whole request is refused."""


class Absent(Exception):
    """The path names a record that is not there: 404."""


class Refused(Exception):
    """The whole request is refused with plain text, because the real answer's shape is unknown."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Checks:
    """Collects what is wrong with an element, so that all of it can be said at once."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def require(self, holds: object, message: str) -> bool:
        """Note the message once unless it holds; tell whether it holds."""
        if not holds and message not in self.messages:
            self.messages.append(message)
        return bool(holds)

    def settle(self) -> None:
        """Raise Invalid when anything was wrong."""
        if self.messages:
            raise Invalid(*self.messages)
