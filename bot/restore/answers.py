"""Read what Xero says of a write: which elements it took, which it refused, in its own words. Pure.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/responsecodes): with
`summarizeErrors=false` the answer is 200 and each element carries StatusAttributeString, in the order sent;
without it one bad element makes the answer 400, listing the bad ones only, and developers report that the
good ones may have been written all the same. Messages stand under Message, in one published sample under
Description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from bot.errors import OutcomeUnknown
from bot.restore.model import Kind
from bot.xero.http import Answer

NO_ID = "00000000-0000-0000-0000-000000000000"  # what Xero gives an element it did not create
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_LONGEST = 2000  # characters of Xero's words that are kept of one element
_PROBLEMS = ("fieldValidationErrors", "resourceValidationErrors")
_GONE = frozenset({404, 410})
_NOT_ITS_API = "Xero answered something that is not its API."
_CLASH = b"is used with a different request"


@dataclass(frozen=True, slots=True)
class Said:
    """What Xero said of one element; `words` are why it was refused, or its warnings."""

    taken: bool
    element: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def read_answer(kind: Kind, answer: Answer, count: int) -> tuple[Said, ...] | None:
    """Give what became of each of the `count` elements sent, in their order.

    None: the answer does not say it for each, and some may have been written. Raises OutcomeUnknown for what
    is no answer of Xero's API.
    """
    if answer.status == 204 or (kind.verb == "DELETE" and answer.status in _GONE):
        return tuple(Said(taken=True) for _ in range(count))
    if answer.status in {200, 201}:
        return _taken(kind, answer, count)
    if _CLASH in answer.body:
        raise OutcomeUnknown("Xero knows the key of a write for another one.")
    return (Said(taken=False, words=_refusal(answer)),) if count == 1 else None


def records_of(answer: Answer, collection: str) -> list[Mapping[str, Any]]:
    """Give the records of a read, or those inside its records (allocations). Raises OutcomeUnknown.

    Without a collection the answer itself is the list.
    """
    if not answer.body:
        return []
    if not collection:
        return _objects(_any(answer))
    body = _decode(answer)
    if isinstance(body.get(collection), list):
        return _objects(body[collection])
    above = [one for value in body.values() if isinstance(value, list) for one in _objects(value)]
    return [one for record in above for one in _objects(record.get(collection))]


def page_count(answer: Answer) -> int | None:
    """Give how many pages a list has; None where Xero does not say."""
    told = _decode(answer).get("pagination") if answer.body else None
    found = told.get("pageCount") if isinstance(told, dict) else None
    return found if isinstance(found, int) else None


def _taken(kind: Kind, answer: Answer, count: int) -> tuple[Said, ...] | None:
    body = _decode(answer)
    elements = _elements(kind, body)
    if len(elements) != count:
        return None
    common = _messages(body.get("Warnings"))  # of the whole answer: nobody says whose they are
    return tuple(_of_element(kind, one, common) for one in elements)


def _elements(kind: Kind, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    named = body.get(kind.collection)
    if isinstance(named, list):
        return _objects(named)
    if kind.id_field in body:
        return [body]
    lists = [value for key, value in body.items() if isinstance(value, list) and key != "Warnings"]
    return _objects(lists[0]) if len(lists) == 1 else [body]


def _of_element(kind: Kind, element: Mapping[str, Any], common: tuple[str, ...]) -> Said:
    if _is_refused(kind, element):
        return Said(False, element, _short(_below(element, "ValidationErrors")) or ("Xero gave no reason.",))
    return Said(True, element, _short((*common, *_below(element, "Warnings"))))


def _is_refused(kind: Kind, element: Mapping[str, Any]) -> bool:
    status = str(element.get("StatusAttributeString", "")).upper()
    if status == "ERROR" or element.get(kind.id_field) == NO_ID:
        return True
    flagged = (
        element.get("HasErrors") or element.get("HasValidationErrors") or element.get("ValidationErrors")
    )
    return bool(flagged) and status not in {"OK", "WARNING"}


def _refusal(answer: Answer) -> tuple[str, ...]:
    try:
        body = _decode(answer)
    except OutcomeUnknown:
        text = answer.body.decode("utf-8", "replace").strip()
        spoken = text and not text.startswith("<")
        return _short((text,)) if spoken else (f"Xero answered {answer.status} without a reason.",)
    said = _below(body, "ValidationErrors") or _beside(body) or _spoken(body)
    return _short(said) or (f"Xero answered {answer.status} without a reason.",)


def _spoken(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(body[key]) for key in ("Message", "Detail", "message", "Title") if body.get(key))[:1]


def _beside(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what the APIs of fixed assets and projects say of the fields they refuse."""
    problems = [one for key in _PROBLEMS for one in _objects(body.get(key))]
    told = [str(one["localisedMessage"]) for one in problems if one.get("localisedMessage")]
    state = body.get("modelState")
    lists = state.values() if isinstance(state, dict) else ()
    told += [str(one) for found in lists if isinstance(found, list) for one in found]
    return tuple(dict.fromkeys(told))


def _below(value: Any, name: str) -> tuple[str, ...]:
    """Collect the messages of an element and of what is inside it, each once."""
    return tuple(dict.fromkeys(_walk(value, name)))


def _walk(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _messages(value.get(name))
        for key, inner in value.items():
            if key != name:
                yield from _walk(inner, name)
    elif isinstance(value, list):
        for one in value:
            yield from _walk(one, name)


def _messages(value: Any) -> tuple[str, ...]:
    found = (one.get("Message") or one.get("Description") for one in _objects(value))
    return tuple(str(one) for one in found if one)


def _short(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one[:_LONGEST] for one in words[:20])


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _decode(answer: Answer) -> Mapping[str, Any]:
    body = _any(answer)
    if not isinstance(body, dict):
        raise OutcomeUnknown(_NOT_ITS_API)
    return body


def _any(answer: Answer) -> Any:
    try:
        return _DECODER.decode(answer.body)
    except msgspec.DecodeError:
        raise OutcomeUnknown(_NOT_ITS_API) from None
