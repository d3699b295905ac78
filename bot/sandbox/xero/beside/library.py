"""The file library of one organisation: folders, files, and what a file belongs to. State, not HTTP.

Facts (Xero OpenAPI 16.1.0): one folder is the inbox, it alone has an e-mail address and cannot go; names may
not hold some characters ("Name contains one or more bad characters"); several files may have one name.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

INBOX = "Inbox"
# Which they are is not published; these are the ones attachments may not hold.
BAD = frozenset('<>:"/\\|?*+\0')
Content = bytes | Callable[[], bytes]
# The kinds Python itself knows, not those of the machine: the same organisation is the same everywhere.
_KINDS = mimetypes.MimeTypes()
_KINDS.add_type("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who put a file there."""

    user_id: str
    email: str
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """That a file belongs to a record: the record's id, and Xero's two words for what it is."""

    object_id: str
    group: str
    kind: str
    send_with: bool = False
    linked_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Folder:
    """One folder; only the inbox has an address."""

    folder_id: str
    name: str
    email: str = ""


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """One file; `content` may be made only when somebody wants it."""

    file_id: str
    name: str
    mime_type: str
    size: int
    created_at: datetime
    updated_at: datetime
    person: Person
    folder_id: str
    content: Content
    links: list[Link] = field(default_factory=list)

    def read(self) -> bytes:
        """Give the bytes of the file."""
        return self.content if isinstance(self.content, bytes) else self.content()


class FileLibrary:
    """All files of one organisation, in the order they came."""

    def __init__(
        self,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
        lock: AbstractContextManager[object],
        owner: Person,
        created_at: datetime,
    ) -> None:
        self.new_id, self.now, self.lock, self.owner, self.created_at = new_id, now, lock, owner, created_at
        inbox = new_id()
        self.inbox = Folder(
            folder_id=inbox, name=INBOX, email=f"xero.inbox.{inbox[:4]}.{inbox[-12:]}@xerofiles.com"
        )
        self.folders: dict[str, Folder] = {inbox: self.inbox}
        self.files: dict[str, StoredFile] = {}
        self._last = created_at

    def _stamp(self) -> datetime:
        """Give the time of a change: now, and always a millisecond after the change before."""
        self._last = max(self.now(), self._last + timedelta(milliseconds=1))
        return self._last

    def add_folder(self, name: str) -> str:
        """Make a folder; give its id. Raises ValueError for a name Xero would not take."""
        _refuse_bad(name)
        with self.lock:
            folder_id = self.new_id()
            self.folders[folder_id] = Folder(folder_id=folder_id, name=name)
            return folder_id

    def folder_of(self, wanted: str) -> Folder:
        """Find a folder by id or name; raises KeyError."""
        found = self.folders.get(wanted.lower()) or next(
            (one for one in self.folders.values() if one.name == wanted), None
        )
        if found is None:
            raise KeyError(f"folder {wanted}")
        return found

    def add_file(
        self,
        name: str,
        content: Content,
        folder: str = INBOX,
        associations: Sequence[Link] = (),
        *,
        size: int | None = None,
        mime_type: str = "",
        person: Person | None = None,
        at: datetime | None = None,
    ) -> str:
        """Put a file into a folder (by name or id); give its id.

        Content made only when asked for (a function) needs its `size` in bytes. Raises ValueError for a name
        Xero would not take, KeyError for an unknown folder.
        """
        _refuse_bad(name)
        with self.lock:
            moment = at or self._stamp()
            file = StoredFile(
                file_id=self.new_id(),
                name=name,
                mime_type=mime_type or _KINDS.guess_type(name)[0] or "application/octet-stream",
                size=_size(content, size),
                created_at=moment,
                updated_at=moment,
                person=person or self.owner,
                folder_id=self.folder_of(folder).folder_id,
                content=content,
            )
            self.files[file.file_id] = file
            for link in associations:
                self.associate(file.file_id, replace(link, linked_at=link.linked_at or moment))
            return file.file_id

    def associate(self, file_id: str, link: Link) -> None:
        """Let a file belong to a record, too; raises KeyError for an unknown file."""
        with self.lock:
            self.files[file_id].links.append(replace(link, linked_at=link.linked_at or self._stamp()))

    def dissociate(self, file_id: str, object_id: str) -> None:
        """Let a file no longer belong to a record; raises KeyError for an unknown file."""
        with self.lock:
            file = self.files[file_id]
            file.links[:] = [link for link in file.links if link.object_id != object_id]

    def change(self, file_id: str, *, name: str = "", folder: str = "") -> None:
        """Rename or move a file, which moves the time of its last update; contents never change in Xero."""
        _refuse_bad(name or "unchanged")
        with self.lock:
            file = self.files[file_id]
            file.name = name or file.name
            file.folder_id = self.folder_of(folder).folder_id if folder else file.folder_id
            file.updated_at = self._stamp()

    def vanish(self, wanted: str) -> None:
        """Take away a file, or a folder with its files, without a trace.

        Raises KeyError for an id that is neither, ValueError for the inbox.
        """
        with self.lock:
            if wanted in self.files:
                del self.files[wanted]
                return
            if wanted == self.inbox.folder_id:
                raise ValueError("The inbox cannot be deleted.")
            del self.folders[wanted]
            self.files = {key: one for key, one in self.files.items() if one.folder_id != wanted}


def _refuse_bad(name: str) -> None:
    if not name or set(name) & BAD:
        raise ValueError("Name contains one or more bad characters")


def _size(content: Content, size: int | None) -> int:
    if isinstance(content, bytes):
        return len(content)
    if size is None:
        raise ValueError("The size of content that is made later must be said.")
    return size
