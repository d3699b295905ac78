"""Slack's mrkdwn and the `markdown` block as safe HTML. Everything that is not understood stays text.

Subset: docs.slack.dev/messaging/formatting-message-text. What the page shows is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from markupsafe import Markup, escape

EMOJI: Mapping[str, str] = {
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "warning": "⚠️", "x": "❌", "no_entry": "⛔",
    "no_entry_sign": "🚫", "octagonal_sign": "🛑", "rotating_light": "🚨", "information_source": "ℹ️",
    "question": "❓", "exclamation": "❗", "bulb": "💡", "lock": "🔒", "unlock": "🔓", "key": "🔑",
    "shield": "🛡️",
    "hourglass_flowing_sand": "⏳", "hourglass": "⌛", "alarm_clock": "⏰", "clock1": "🕐", "calendar": "📅",
    "arrows_counterclockwise": "🔄", "floppy_disk": "💾", "file_cabinet": "🗄️", "package": "📦",
    "bar_chart": "📊",
    "chart_with_upwards_trend": "📈", "page_facing_up": "📄", "paperclip": "📎", "link": "🔗", "mag": "🔍",
    "gear": "⚙️", "wave": "👋", "eyes": "👀", "tada": "🎉", "bell": "🔔", "red_circle": "🔴",
    "large_yellow_circle": "🟡", "large_orange_circle": "🟠", "large_green_circle": "🟢",
    "large_blue_circle": "🔵",
    "white_circle": "⚪", "black_square_for_stop": "⏹️", "arrow_right": "➡️", "books": "📚", "moneybag": "💰",
}  # fmt: skip
_HOLD, _LET = "\ue000", "\ue001"
_FENCE, _CODE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL), re.compile(r"`([^`\n]+)`")
_REFERENCE = re.compile(r"<([^<>\n]+)>")
_HELD = re.compile(f"{_HOLD}(\\d+){_LET}")
_EMOJI = re.compile(r":([a-z0-9_+-]+):")
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "strong"), ("_", "em"), ("~", "s"))
)
_DATE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called here, and when it is."""

    people: Mapping[str, str]
    channels: Mapping[str, str]
    now: datetime


def safe_url(url: str) -> str:
    """Return an address that may be linked: web and mail only; empty otherwise."""
    return url if urlsplit(url).scheme in ("http", "https", "mailto") else ""


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Held:
    """Finished pieces of HTML that later steps must not touch."""

    def __init__(self) -> None:
        self._pieces: list[Markup] = []

    def hold(self, piece: Markup) -> str:
        self._pieces.append(piece)
        return f"{_HOLD}{len(self._pieces) - 1}{_LET}"

    def release(self, text: str) -> str:
        while _HELD.search(text):
            text = _HELD.sub(lambda match: str(self._pieces[int(match[1])]), text)
        return text


def link(url: str, label: object) -> Markup:
    """Return a link that opens in a new tab, or the bare label when the address is no web address."""
    if not safe_url(url):
        return Markup("{}").format(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, label)


def _reference(names: Names, inner: str) -> Markup:
    target, _bar, label = inner.partition("|")
    label = _unescape(label)
    if target.startswith("@"):
        return Markup('<b class="ref">@{}</b>').format(names.people.get(target[1:], label or target[1:]))
    if target.startswith("#"):
        return Markup('<b class="ref">#{}</b>').format(names.channels.get(target[1:], label or target[1:]))
    if target.startswith("!date^"):
        return _date(names, target, label)
    if target.startswith("!"):
        return Markup('<b class="ref">@{}</b>').format(label or target[1:].split("^")[0])
    return link(_unescape(target), label or _unescape(target).removeprefix("mailto:"))


def _date(names: Names, target: str, fallback: str) -> Markup:
    _kind, stamp, shape, *rest = [*target.split("^"), "", ""]
    try:
        at = datetime.fromtimestamp(int(stamp), UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return Markup("{}").format(fallback)
    text = _DATE.sub(lambda match: date_part(match[1], at, names.now), shape)
    shown = Markup('<time datetime="{}">{}</time>').format(at.isoformat(), text)
    return link(rest[0], shown) if rest and rest[0] else shown


def date_part(name: str, at: datetime, now: datetime) -> str:
    """Return one `{token}` of a date reference in words."""
    day = {0: "today", 1: "yesterday", -1: "tomorrow"}.get((now.astimezone().date() - at.date()).days, "")
    plain = {
        "date_num": at.strftime("%Y-%m-%d"),
        "date": f"{at.day} {at:%B %Y}",
        "date_short": f"{at.day} {at:%b %Y}",
        "date_long": f"{at:%A} {at.day} {at:%B %Y}",
        "date_slash": at.strftime("%d/%m/%Y"),
        "time": at.strftime("%H:%M"),
        "time_secs": at.strftime("%H:%M:%S"),
        "ago": ago(now - at),
    }
    return (day if name.endswith("_pretty") else "") or plain.get(name.removesuffix("_pretty"), "")


def ago(gap: timedelta) -> str:
    """Return a distance in time in words."""
    minutes = abs(int(gap.total_seconds())) // 60
    units = ((1440, "day"), (60, "hour"), (1, "minute"))
    size, unit = next(((size, unit) for size, unit in units if minutes >= size), (1, ""))
    if not unit:
        return "just now"
    count = minutes // size
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {words}" if gap < timedelta(0) else f"{words} ago"


def emoji(text: str) -> str:
    """Replace the short codes we know; others stay as they are."""
    return _EMOJI.sub(lambda match: EMOJI.get(match[1], match[0]), text)


def plain(text: str, *, with_emoji: bool = True) -> Markup:
    """Return plain_text as HTML."""
    lines = (emoji(text) if with_emoji else text).split("\n")
    return Markup("<br>").join(lines)


def mrkdwn(text: str, names: Names) -> Markup:
    """Return mrkdwn as HTML."""
    held = _Held()
    text = text.replace(_HOLD, "").replace(_LET, "")
    text = _FENCE.sub(lambda m: held.hold(Markup("<pre>{}</pre>").format(_unescape(m[1]))), text)
    text = _CODE.sub(lambda m: held.hold(Markup("<code>{}</code>").format(_unescape(m[1]))), text)
    text = _REFERENCE.sub(lambda m: held.hold(_reference(names, m[1])), text)
    return _lines(str(escape(emoji(_unescape(text)))), held, _styled, bullet="• ")


def _styled(line: str) -> str:
    for pattern, tag in _STYLES:
        line = pattern.sub(rf"<{tag}>\1</{tag}>", line)
    return line


def _lines(text: str, held: _Held, styled: Callable[[str], str], *, bullet: str) -> Markup:
    """Put lines together: quotes and bullets as what they are, other lines with line breaks."""
    out: list[str] = []
    kind = ""
    for line in text.split("\n"):
        now = "blockquote" if line.startswith("&gt;") else "ul" if line.startswith(bullet) else ""
        if now != kind:
            out.append(f"</{kind}>" if kind else "")
            out.append(f"<{now}>" if now else "")
        elif now == "blockquote" or (not now and out):
            out.append("<br>")
        body = line.removeprefix("&gt;").removeprefix(bullet).strip() if now else line
        if not now and line.startswith("  "):  # Slack shows the spaces a line begins with
            out.append(f'<span class="deep">{styled(body.strip())}</span>')
        else:
            out.append(f"<li>{styled(body)}</li>" if now == "ul" else styled(body))
        kind = now
    out.append(f"</{kind}>" if kind else "")
    return Markup(held.release("".join(out)))  # noqa: S704 - every piece was escaped before


_MD_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_MD_ITALIC = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]+?)(?<=\S)\1(?![\w*_])")
_MD_STRIKE, _MD_HEAD = re.compile(r"~~(.+?)~~"), re.compile(r"^#{1,6} (.+)$")
_MD_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")


def _marked(line: str) -> str:
    line = _MD_HEAD.sub(r'<strong class="md-head">\1</strong>', line)
    line = _MD_BOLD.sub(r"<strong>\1</strong>", line)
    line = _MD_ITALIC.sub(r"<em>\2</em>", line)
    return _MD_STRIKE.sub(r"<s>\1</s>", line)


def markdown(text: str) -> Markup:
    """Return a markdown block as HTML: headings, bold, italic, strike, code, links, lists, quotes."""
    held = _Held()
    text = text.replace(_HOLD, "").replace(_LET, "")
    text = _FENCE.sub(lambda m: held.hold(Markup("<pre>{}</pre>").format(m[1])), text)
    text = _CODE.sub(lambda m: held.hold(Markup("<code>{}</code>").format(m[1])), text)
    text = _MD_LINK.sub(lambda m: held.hold(link(m[2], m[1])), text)
    return _lines(str(escape(emoji(text))), held, _marked, bullet="- ")
