"""What the three doors share: one question as it was asked, its page, and the answer as JSON.

Dates here are ISO texts, unlike in the accounting API (Xero OpenAPI 16.1.0 examples).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response

from bot.sandbox.xero import answers
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, encode, indented


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One GET: below which API's root, with which parameters; `empty` lets a list be empty."""

    org: PretendOrganisation
    parts: tuple[str, ...]
    query: Mapping[str, str]
    empty: bool = False

    def answer(self, body: Any) -> Response:
        """Answer with JSON."""
        text = encode(body)
        return Response(indented(text, 0) if self.org.pretty else text, 200, content_type=answers.JSON)

    def kept(self, rows: list[Any]) -> list[Any]:
        """Give a list as it shall be seen."""
        return [] if self.empty else rows


class BadQuestion(Exception):
    """A parameter Xero answers with 400: its name, what was sent, and a sentence."""

    def __init__(self, name: str, value: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name, self.value, self.sentence = name, value, sentence


@dataclass(frozen=True, slots=True)
class Page:
    """A page, counted from one."""

    number: int
    size: int

    def cut(self, rows: list[Any]) -> list[Any]:
        """Give the rows of this page; none past the end."""
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def counts(self, rows: list[Any]) -> Fields:
        """Give the pagination part of the answer."""
        pages = -(-len(rows) // self.size)
        return {"page": self.number, "pageSize": self.size, "pageCount": pages, "itemCount": len(rows)}


def page_asked(
    query: Mapping[str, str], size_name: str, *, usual: int, most: int, clamps: bool = True
) -> Page:
    """Read page and size; raises BadQuestion below one, and above the most unless Xero clamps there."""
    size = _number(query, size_name, usual)
    if size > most and not clamps:
        raise BadQuestion(size_name, query[size_name], f"{size_name} must be between 1 and {most}")
    return Page(_number(query, "page", 1), min(size, most))


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise BadQuestion(name, text, f"{name} must be a number greater than 0")
    return int(text)


def one_of(query: Mapping[str, str], name: str, known: tuple[str, ...], *, any_case: bool = False) -> str:
    """Read a word out of a list, as the list writes it; raises BadQuestion for any other. "" is none."""
    text = query.get(name, "")
    for word in known:
        if text == word or (any_case and text.lower() == word.lower()):
            return word
    if text:
        raise BadQuestion(name, text, f"{name} must be one of {', '.join(known)}")
    return ""


def day_text(day: date) -> str:
    """Write a day the way assets do."""
    return f"{day:%Y-%m-%d}T00:00:00"


def seven_decimals(moment: datetime) -> str:
    """Write a moment with seven decimals and without a zone, the way files do."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0"


def zulu(moment: datetime) -> str:
    """Write a moment the way projects do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
