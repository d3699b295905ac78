"""Where an export is written, and what it is made from. Knows no form of it: folders and archives fit."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.errors import LedgerkeepError
from bot.vault import Books, Record, SnapshotInfo

Opened = Callable[[str], AbstractContextManager[IO[bytes]]]
FileWords = dict[str, Any]  # a file as the manifest lists it: name, records, SHA-256


@dataclass(frozen=True, slots=True)
class Source:
    """One snapshot to be written; `opened` gives its files by name, `scratch` is a private folder."""

    books: Books
    info: SnapshotInfo
    opened: Opened
    scratch: Path

    def records(self, resource: str) -> Iterator[Record]:
        """Yield a resource's records in id order; nothing for one that the snapshot does not hold."""
        return self.books.records(self.info, resource)

    def ids(self, resource: str) -> Iterator[str]:
        """Yield a resource's ids in their order, without reading a record."""
        return (record_id for record_id, _ in self.books.lengths(self.info, resource))

    @contextmanager
    def passing(self) -> Iterator[IO[bytes]]:
        """Lend a file that nobody sees and nothing is left of: an archive takes one file after the other."""
        with tempfile.TemporaryFile(dir=self.scratch) as file:
            yield file

    def copy(self, file: IO[bytes], name: str) -> None:
        """Write what was put into such a file under a name."""
        file.seek(0)
        with self.opened(name) as written:
            shutil.copyfileobj(file, written, 1 << 20)

    def put(self, name: str, pieces: Iterable[bytes]) -> FileWords:
        """Write a file piece by piece; gives its size and its SHA-256."""
        digest, size = hashlib.sha256(), 0
        with self.opened(name) as file:
            for piece in pieces:
                digest.update(piece)
                size += file.write(piece)
        return {"path": name, "bytes": size, "sha256": digest.hexdigest()}


@contextmanager
def private_file(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner can read; `durable`: it is on the disk before it is done with.

    Raises FileExistsError where anything is already, and whatever else the disk says.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
        yield file
        file.flush()
        if durable:
            os.fsync(descriptor)


def below(folder: Path, name: str) -> Path:
    """Give the path of a file below a folder, whose own folders it makes; never one outside.

    Raises LedgerkeepError for a name that leads out of it.
    """
    path = folder.joinpath(*name.split("/"))
    if not path.is_relative_to(folder) or {"", ".", ".."} & set(name.split("/")):
        raise LedgerkeepError("An export would write a file outside its folder.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
