"""Read what stands in the fields of a modal, and say what is wrong with it. Pure; asks nobody."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from bot.domain.settings import RETENTION_BOUNDS, TIMES_AT_MOST, Retention
from bot.errors import Refused
from bot.services.timing.zone_names import near, zone_typed
from bot.views import settings_keeping as keeping
from bot.views.words import plain_name, series

Json = dict[str, Any]
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})|(?P<sharp>h))?(?P<half>am|pm)?")
_HALF = re.compile(r"(?<=[0-9])\s*([ap])\.?m\b\.?")
_SHARP = re.compile(r"(?<=[0-9])\s+h\b")
_TWELVE = re.compile(r"\b12\s+(?=noon|midday|midnight)")
_NAMED = {"midnight": time(0), "noon": time(12), "midday": time(12)}
_BETWEEN = re.compile(r"[,;\s]+|\band\b")
NO_TIME = "Type at least one time of day, for instance 02:00."
NO_ZONE = "Type a time zone."
NO_DAY = "Choose at least one day."


class Wrong(Refused):
    """A field holds what cannot be taken; `block` is where the sentence is shown."""

    def __init__(self, block: str, sentence: str) -> None:
        self.block = block
        super().__init__(sentence)


def text(view: Json, block: str) -> str:
    """Give what was typed, or the value of a number or a clock."""
    field = _field(view, block)
    return str(field.get("value") or field.get("selected_time") or "").strip()


def chosen(view: Json, block: str) -> str:
    """Give the value of the chosen option; "" when there is none."""
    return str((_field(view, block).get("selected_option") or {}).get("value") or "")


def ticked(view: Json, block: str) -> tuple[str, ...]:
    """Give the values of the ticked or chosen options."""
    return tuple(str(one.get("value", "")) for one in _field(view, block).get("selected_options") or ())


def people(view: Json, block: str) -> tuple[str, ...]:
    """Give the chosen people, each once."""
    return tuple(dict.fromkeys(str(one) for one in _field(view, block).get("selected_users") or ()))


def channel(view: Json, block: str) -> str:
    """Give the chosen channel; "" when there is none."""
    return str(_field(view, block).get("selected_conversation") or "")


def asked(view: Json, block: str) -> bool:
    """Say whether the modal had this field at all."""
    return bool(_field(view, block))


def first_field(view: Json) -> str:
    """Give the first field of a modal, where a sentence about the whole of it is shown."""
    return next(str(one["block_id"]) for one in view["blocks"] if one.get("type") == "input")


def times(view: Json, block: str) -> tuple[time, ...]:
    """Read times of day; raises Wrong."""
    typed = _TWELVE.sub("", _SHARP.sub("h", _HALF.sub(r"\1m", text(view, block).casefold())))
    parts = [one for one in _BETWEEN.split(typed) if one]
    found = sorted({_time(block, one) for one in parts})
    if not found:
        raise Wrong(block, NO_TIME)
    if len(found) > TIMES_AT_MOST:
        raise Wrong(block, f"At most {TIMES_AT_MOST} times a day.")
    return tuple(found)


def weekdays(view: Json, block: str) -> frozenset[int]:
    """Read the ticked days, Monday is 0; raises Wrong when there is none."""
    found = frozenset(int(one) for one in ticked(view, block) if one in set("0123456"))
    if not found:
        raise Wrong(block, NO_DAY)
    return found


def zone(view: Json, block: str, *, at: datetime) -> str:
    """Read a time zone; raises Wrong with what may be meant at that moment."""
    typed = text(view, block)
    found = zone_typed(typed)
    if found:
        return found
    meant = near(typed, at)
    guess = f" Did you mean {series(meant, 'or')}?" if meant else " Type a city, for instance London."
    raise Wrong(block, f"I know no time zone “{plain_name(typed, 40)}”.{guess}" if typed else NO_ZONE)


def number(view: Json, block: str, *, least: int, most: int) -> int:
    """Read a whole number; raises Wrong."""
    typed = text(view, block)
    if not re.fullmatch(r"[0-9]{1,6}", typed) or not least <= int(typed) <= most:
        raise Wrong(block, f"Type a whole number from {least} to {most}.")
    return int(typed)


def retention(view: Json) -> Retention:
    """Read the numbers of a retention; raises Wrong."""
    return Retention(
        **{
            field: number(view, field, least=least, most=most)
            for field, (least, most) in RETENTION_BOUNDS.items()
        }
    )


def held(view: Json) -> bool:
    """Say whether the legal hold is ticked."""
    return keeping.HELD in ticked(view, keeping.HOLD)


def _time(block: str, typed: str) -> time:
    if typed in _NAMED:
        return _NAMED[typed]
    found = _TIME.fullmatch(typed)
    if found is None or not (found["minute"] or found["half"] or found["sharp"]):
        raise Wrong(block, f"“{plain_name(typed, 20)}” is no time of day. Write it like 02:00 or 13:30.")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    elif found["half"]:
        hour = 24
    if hour > 23 or minute > 59:
        raise Wrong(block, f"“{plain_name(typed, 20)}” is no time of day. Write it like 02:00 or 13:30.")
    return time(hour, minute)


def _field(view: Json, block: str) -> Json:
    values = view.get("state", {}).get("values", {})
    field = values.get(block, {}).get(f"{block}_input") or {}
    return field if isinstance(field, dict) else {}
