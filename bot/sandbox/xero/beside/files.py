"""The Files API: what it answers to each GET.

Facts (Xero OpenAPI 16.1.0): `pagesize` in lower case, at most 100, 50 unless asked for; newest first unless
asked otherwise; Folders and Associations are bare lists; more is told of an association when it is asked for
by the record than when it is asked for by the file. Inferred: a larger `pagesize` is cut to 100, and a record
nobody put a file to is answered with an empty list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from bot.sandbox.xero import answers
from bot.sandbox.xero.beside.asking import BadQuestion, Question, one_of, page_asked, seven_decimals
from bot.sandbox.xero.beside.library import FileLibrary, Folder, Link, StoredFile
from bot.sandbox.xero.beside.state import beside_of
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished

USUAL, MOST = 50, 100
_FILE_ORDERS: dict[str, Callable[[StoredFile], Any]] = {
    "Name": lambda file: file.name.casefold(),
    "Size": lambda file: file.size,
    "CreatedDateUTC": lambda file: file.created_at,
}
Linked = tuple[StoredFile, Link]
_LINK_ORDERS: dict[str, Callable[[Linked], Any]] = {
    "Name": lambda one: one[0].name.casefold(),
    "Size": lambda one: one[0].size,
    "CreatedDateUtc": lambda one: one[0].created_at,
    "AssociationDateUtc": lambda one: one[1].linked_at,
}


def refused(bad: BadQuestion) -> Response:
    """Answer 400 in the shape of the Files API: a bare list of problems."""
    problem = {"type": "Validation", "title": "Validation failure", "detail": unpublished(bad.sentence)}
    return answers.document(400, [problem])


def answer(question: Question) -> Response:
    """Answer one GET below `/files.xro/1.0/`; raises BadQuestion."""
    library = beside_of(question.org).files
    first, *rest = question.parts
    door = _DOORS.get(first.lower())
    return answers.not_found() if door is None else door(question, library, [part.lower() for part in rest])


def _files(question: Question, library: FileLibrary, rest: list[str]) -> Response:
    if rest:
        return _file(question, library.files.get(rest[0]), rest[1:])
    page = page_asked(question.query, "pagesize", usual=USUAL, most=MOST)
    rows = question.kept(_sorted(question, list(library.files.values()), _FILE_ORDERS, "CreatedDateUTC"))
    return question.answer(
        {
            "TotalCount": len(rows),
            "Page": page.number,
            "PerPage": page.size,
            "Items": [_shown(file) for file in page.cut(rows)],
        }
    )


def _sorted(question: Question, rows: list[Any], orders: dict[str, Callable[[Any], Any]], usual: str) -> Any:
    """Order rows as asked; those that are equal stay in the order they came, whichever the direction."""
    order = one_of(question.query, "sort", tuple(orders), any_case=True)
    direction = one_of(question.query, "direction", ("ASC", "DESC"), any_case=True)
    downwards = direction == "DESC" or not (order or direction)
    return sorted(rows, key=orders[order or usual], reverse=downwards)


def _file(question: Question, file: StoredFile | None, rest: list[str]) -> Response:
    if file is None:
        return answers.not_found()
    if not rest:
        return question.answer(_shown(file))
    if rest == ["content"]:
        return Response(file.read(), 200, content_type=file.mime_type)
    if rest == ["associations"]:
        return question.answer(question.kept([_link(file, link) for link in file.links]))
    return answers.not_found()


def _shown(file: StoredFile) -> Fields:
    person = file.person
    return {
        "Name": file.name,
        "MimeType": file.mime_type,
        "Size": file.size,
        "CreatedDateUtc": seven_decimals(file.created_at),
        "UpdatedDateUtc": seven_decimals(file.updated_at),
        "User": {
            "Name": person.email,
            "FirstName": person.first,
            "LastName": person.last,
            "FullName": f"{person.first} {person.last}",
            "Id": person.user_id,
        },
        "FolderId": file.folder_id,
        "Id": file.file_id,
    }


def _link(file: StoredFile, link: Link) -> Fields:
    return {
        "FileId": file.file_id,
        "ObjectId": link.object_id,
        "ObjectType": link.kind,
        "ObjectGroup": link.group,
    }


def _folders(question: Question, library: FileLibrary, rest: list[str]) -> Response:
    if not rest:
        return question.answer(question.kept(_ordered_folders(question, library)))
    found = library.folders.get(rest[0]) if len(rest) == 1 else None
    return answers.not_found() if found is None else question.answer(_shown_folder(library, found))


def _inbox(question: Question, library: FileLibrary, rest: list[str]) -> Response:
    return answers.not_found() if rest else question.answer(_shown_folder(library, library.inbox))


def _shown_folder(library: FileLibrary, folder: Folder) -> Fields:
    count = sum(file.folder_id == folder.folder_id for file in library.files.values())
    fields: Fields = {"Name": folder.name, "FileCount": count}
    if folder.email:
        fields["Email"] = folder.email
    return fields | {"IsInbox": bool(folder.email), "Id": folder.folder_id}


def _ordered_folders(question: Question, library: FileLibrary) -> list[Fields]:
    rows = [_shown_folder(library, folder) for folder in library.folders.values()]
    # The specification's own example is `CreatedDateUTC DESC`: the direction is part of the same word here.
    order, _, direction = question.query.get("sort", "").partition(" ")
    order = one_of({"sort": order}, "sort", ("Name", "Size", "CreatedDateUTC"), any_case=True)
    if order in {"Name", "Size"}:
        rows.sort(key=lambda row: row["Name"].casefold() if order == "Name" else row["FileCount"])
    return rows[::-1] if direction.upper() == "DESC" else rows


def _associations(question: Question, library: FileLibrary, rest: list[str]) -> Response:
    if rest == ["count"]:
        return _counts(question, library)
    if len(rest) != 1 or not _is_guid(rest[0]):
        return answers.not_found()
    wanted = rest[0]
    page = page_asked(question.query, "pagesize", usual=USUAL, most=MOST)
    found = [
        (file, link) for file in library.files.values() for link in file.links if link.object_id == wanted
    ]
    rows = question.kept(_sorted(question, found, _LINK_ORDERS, "CreatedDateUtc"))
    return question.answer([_told_in_full(file, link) for file, link in page.cut(rows)])


def _told_in_full(file: StoredFile, link: Link) -> Fields:
    return {
        "SendWithObject": link.send_with,
        "Name": file.name,
        "Size": file.size,
        "CreatedDateUtc": seven_decimals(file.created_at),
        "AssociationDateUtc": seven_decimals(link.linked_at or file.created_at),
        **_link(file, link),
    }


def _counts(question: Question, library: FileLibrary) -> Response:
    wanted = [one for one in question.query.get("ObjectIds", "").lower().split(",") if one]
    if not wanted or not all(map(_is_guid, wanted)):
        raise BadQuestion("ObjectIds", ",".join(wanted), "ObjectIds must be a list of ids")
    held = [link.object_id for file in library.files.values() for link in file.links]
    return question.answer({one: held.count(one) for one in wanted})


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


_DOORS: dict[str, Callable[[Question, FileLibrary, list[str]], Response]] = {
    "files": _files,
    "folders": _folders,
    "inbox": _inbox,
    "associations": _associations,
}
