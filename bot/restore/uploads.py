"""Files that a restore uploads: their names, addresses and headers, and what Xero says it took. Pure.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): the name stands in
the address, the body is the file itself, the answer tells AttachmentID, FileName and ContentLength; a file of
the same name is replaced; some characters are not allowed in names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from bot.errors import VaultDamaged
from bot.restore.model import Json, Upload
from bot.restore.source import Source

LONGEST_NAME = 200  # characters; Xero tells no limit, file systems end at 255 bytes
MOST_BYTES = 10_000_000  # Xero's pages name 10 MB and 25 MB: the smaller one is sure
PLAIN = "application/octet-stream"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*+\x00-\x1f\x7f]')
_MIME = re.compile(r"[A-Za-z0-9][\w.+-]{0,60}/[A-Za-z0-9][\w.+-]{0,80}")


def allowed_name(name: str, number: str = "") -> str:
    """Give a name that Xero takes: what it forbids becomes "_"; `number` tells namesakes apart."""
    path = PurePosixPath(_FORBIDDEN.sub("_", name).strip() or "file")
    ending = path.suffix[:20]
    stem = path.name.removesuffix(path.suffix)
    more = f" ({number})" if number else ""
    found = stem[: LONGEST_NAME - len(ending) - len(more)].rstrip() + more + ending
    return f"_{found}" if set(found) == {"."} else found


def described(record: Mapping[str, Any], number: str = "") -> Json:
    """Tell of an attachment what its upload says: name, kind, length, whether customers see it."""
    mime = str(record.get("MimeType") or "")
    told: Json = {
        "FileName": allowed_name(str(record.get("FileName") or ""), number),
        "MimeType": mime if _MIME.fullmatch(mime) else PLAIN,
        "ContentLength": int(record.get("ContentLength") or 0),
    }
    return told | {"IncludeOnline": True} if record.get("IncludeOnline") is True else told


def address(path: str, payload: Mapping[str, Any]) -> str:
    """Put the name into the path."""
    return path.replace("{name}", quote(str(payload.get("FileName", "")), safe=""))


def params(payload: Mapping[str, Any]) -> dict[str, str]:
    """Give what stands behind the path."""
    return {"IncludeOnline": "true"} if payload.get("IncludeOnline") else {}


def content(upload: Upload, source: Source, record_id: str) -> bytes:
    """Read one file whole, so that every byte of it is checked before the first one is sent.

    Raises KeyError where the copy does not hold it, VaultDamaged where its bytes are not what they were.
    """
    found, length = [], 0
    for piece in source.file(upload.contents, record_id):
        length += len(piece)
        if length > MOST_BYTES:
            raise VaultDamaged("A file of this copy is longer than the copy says.")
        found.append(piece)
    return b"".join(found)


def doubt(payload: Mapping[str, Any], element: Mapping[str, Any]) -> str:
    """Say what Xero confirms otherwise than it was sent; "" when name and length are the same."""
    sent = payload.get("ContentLength")
    if element.get("ContentLength") != sent:
        return f"Xero says that it holds {element.get('ContentLength')} bytes of the {sent} that were sent."
    if element.get("FileName") != payload.get("FileName"):
        return "Xero says that it holds the file under another name."
    return ""
