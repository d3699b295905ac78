"""The words in which shapes of Block Kit objects are written down: strings, lists, texts, objects by type.

A check looks at one value under one path and notes what is wrong. Nothing here knows a block, and nothing
changes what it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Surface = Literal["message", "modal", "home"]


@dataclass(slots=True)
class Look:
    """One look at one payload: what was found, and the ids seen so far."""

    surface: Surface
    submits: bool = False
    problems: list[str] = field(default_factory=list)
    block_ids: set[str] = field(default_factory=set)
    action_ids: set[str] = field(default_factory=set)

    def say(self, path: str, rule: str) -> None:
        """Note one problem."""
        self.problems.append(f"{path or '/'}: {rule}")


Check = Callable[[Look, str, object], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its keys, and a rule over several of them."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)
    also: Callable[[Look, str, Mapping[str, object]], None] | None = None

    def __call__(self, look: Look, path: str, value: object) -> None:
        """Check one object against the shape."""
        if not isinstance(value, Mapping):
            look.say(path, "must be an object")
            return
        for key in value:
            if key not in self.required and key not in self.optional:
                look.say(f"{path}/{key}", "unknown property")
        for key in self.required:
            if key not in value:
                look.say(f"{path}/{key}", "is required")
        for key, check in (*self.required.items(), *self.optional.items()):
            if key in value:
                check(look, f"{path}/{key}", value[key])
        if self.also is not None:
            self.also(look, path, value)


def string(longest: int, shortest: int = 1) -> Check:
    """Accept a string of so many characters."""

    def check(look: Look, path: str, value: object) -> None:
        if not isinstance(value, str):
            look.say(path, "must be a string")
        elif len(value) < shortest:
            look.say(
                path, "must not be empty" if shortest == 1 else f"must have at least {shortest} characters"
            )
        elif len(value) > longest:
            look.say(path, f"must have at most {longest} characters, has {len(value)}")

    return check


def flag(look: Look, path: str, value: object) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        look.say(path, "must be true or false")


def number(low: int, high: int) -> Check:
    """Accept a whole number within bounds."""

    def check(look: Look, path: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            look.say(path, f"must be a whole number from {low} to {high}")

    return check


def one_of(*allowed: object) -> Check:
    """Accept one of the given values."""

    def check(look: Look, path: str, value: object) -> None:
        if value not in allowed:
            look.say(path, f"must be one of {', '.join(map(str, allowed))}")

    return check


def several(item: Check, low: int, high: int) -> Check:
    """Accept a list of so many items, each checked."""

    def check(look: Look, path: str, value: object) -> None:
        if not isinstance(value, list | tuple):
            look.say(path, "must be a list")
            return
        if not low <= len(value) <= high:
            look.say(path, f"must have {low} to {high} items, has {len(value)}")
        for index, entry in enumerate(value):
            item(look, f"{path}/{index}", entry)

    return check


def anything(look: Look, path: str, value: object) -> None:
    """Accept what another rule looks at."""


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """Choose the check by the `type` of the object."""

    def check(look: Look, path: str, value: object) -> None:
        kind = value.get("type") if isinstance(value, Mapping) else None
        shape = kinds.get(kind) if isinstance(kind, str) else None
        if shape is None:
            look.say(path, f"{kind!r} is not a {what} that is allowed here")
        else:
            shape(look, path, value)

    return check


def plain(longest: int) -> Check:
    """Accept a plain_text object."""
    return Shape({"type": one_of("plain_text"), "text": string(longest)}, {"emoji": flag})


def words(longest: int) -> Check:
    """Accept a plain_text or mrkdwn object."""
    mrkdwn = Shape({"type": anything, "text": string(longest)}, {"verbatim": flag})
    return by_type({"plain_text": plain(longest), "mrkdwn": mrkdwn}, "text")
