"""How people ask how far something is that is read over several nights, and when it is done. Data.

Tried on the plain form, as the other shapes. With a topic they are taken so only for what is read record by
record: of anything else "when is it finished" may ask for something that is none of ours.
"""

from __future__ import annotations

from bot.catalogue.topics_model import Beside, Shape

FILLED = frozenset({"attachments", "history", "files", "pdfs"})
_DONE = (
    r"(?:complete|completed|completely|done|finish|finished|ready|filled|fill|caught up|all in|all there|"
    r"there|backup|copied|read|in|through)"
)
_LOOKS_FORWARD = r"(?:when|how long|how many (?:more )?(?:night|day|run))"

SHAPES = (
    Shape(
        "filled",
        rf"^(?:and |so |ok )*{_LOOKS_FORWARD} (?:will|is|are|until|till|before|does it take|doe it take)\b"
        rf".*\b{_DONE}$|"
        rf"^(?:and |so |ok )*(?:is|are)\b.*\b(?:complete|completed|done|finished|caught up|all in|all there|"
        rf"filled)(?: up)?(?: (?:yet|now|already))?$|"
        r"^(?:and |so )*how far (?:along |on |through )?(?:is|are|have|has|did|with)\b|"
        rf"^(?:and |so )*how much of\b.*\b(?:{_DONE}|so far|left|to go)$|"
        r"^(?:and |so )*how many\b.*\b(?:left to (?:read|copy|backup)|to go|so far)$|"
        r"\bstill filling(?: up)?\b|\bprogress\b",
        Beside.NEEDED,
    ),
    Shape(
        "filling",
        r"\bstill (?:filling|fill)(?: up)?\b|\b(?:filling|filled) up\b|"
        r"^(?:and |so )*when will (?:everything|all of it|it all|all) be (?:read|in|there|complete|filled)\b",
    ),
)
