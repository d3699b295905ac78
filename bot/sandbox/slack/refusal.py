"""How the pretend Slack says no on the wire. Never leaves the sandbox's own server."""

from __future__ import annotations

from bot.sandbox.slack.people import Json


class SlackRefusalError(Exception):
    """An answer `{"ok": false, "error": code}`, with more fields, another status or headers."""

    def __init__(
        self, code: str, *, status: int = 200, headers: dict[str, str] | None = None, more: Json | None = None
    ) -> None:
        self.code, self.status = code, status
        self.headers, self.more = headers or {}, more or {}
        super().__init__(code)


def refuse_problems(code: str, problems: list[str]) -> None:
    """Raise a refusal that lists each problem with its path, as Slack does in `response_metadata`."""
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise SlackRefusalError(code, more={"errors": problems, "response_metadata": {"messages": messages}})
