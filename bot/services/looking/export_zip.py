"""One ZIP file for one export: streamed, private to this user, there whole or not at all."""

from __future__ import annotations

import errno
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, Refused
from bot.services.looking.export_form import Contents, Form, write_contents
from bot.services.looking.export_place import Source, private_file
from bot.vault import Books, SnapshotInfo

LARGEST_BYTES = 1_000_000_000
FULL = "The machine that makes it has no room left on its disk. Nothing was left behind."
NOT_WRITTEN = "The file could not be written on the machine that makes it. Nothing was left behind."
TOO_LARGE = (
    "It would be larger than 1 GB. Whoever runs Ledgerkeep can write it to a folder with `ledgerkeep export`."
)


def write_zip(  # noqa: PLR0917 - what, of whom, where, how
    books: Books,
    owner: Organisation,
    info: SnapshotInfo,
    path: Path,
    now: datetime,
    largest_bytes: int,
    form: Form,
) -> Contents:
    """Write a snapshot into a ZIP file of that path.

    Raises Refused when it grows too large, LedgerkeepError when the disk does not take it, a class of Damaged
    when a record does not open; then nothing is left behind.
    """
    with _in_our_words():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(path) as part, _passing(path) as scratch:
            with private_file(part) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                members = _Members(archive, file, info.taken_at, largest_bytes, scratch)
                source = Source(books, info, members.opened, scratch)
                contents = write_contents(source, owner, form, now=now)
            part.replace(path)
    return contents


class _Members:
    """The files inside the archive, which takes one after the other; others wait beside it."""

    def __init__(
        self, archive: zipfile.ZipFile, file: IO[bytes], at: datetime, largest: int, scratch: Path
    ) -> None:
        self._archive, self._file, self._at, self._largest = archive, file, at, largest
        self._scratch, self._busy = scratch, False
        self._waiting: list[tuple[str, IO[bytes]]] = []

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; raises Refused when the archive has grown too large."""
        if self._busy:
            with self._aside() as aside:
                yield cast("IO[bytes]", _Limited(aside, self._written, self._largest))
                self._waiting.append((name, aside))
            return
        self._busy = True
        try:
            with self._member(name) as member:
                yield member
        finally:
            self._busy = False
        waiting, self._waiting = self._waiting, []
        for each, aside in waiting:
            with aside, self._member(each) as member:
                aside.seek(0)
                shutil.copyfileobj(aside, member, 1 << 20)

    @contextmanager
    def _aside(self) -> Iterator[IO[bytes]]:
        """Give a file without a name, which is closed here only when it was not taken over."""
        with ExitStack() as undo:
            aside = undo.enter_context(TemporaryFile(dir=self._scratch))
            yield aside
            undo.pop_all()

    @contextmanager
    def _member(self, name: str) -> Iterator[IO[bytes]]:
        about = zipfile.ZipInfo(name, date_time=self._at.timetuple()[:6])
        about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self._archive.open(about, "w", force_zip64=True) as member:
            yield cast("IO[bytes]", _Limited(member, self._written, self._largest))

    def _written(self) -> int:
        return self._file.tell() + sum(aside.tell() for _, aside in self._waiting if not aside.closed)


class _Limited:
    """Writes to a member until the archive has grown too large."""

    def __init__(self, member: IO[bytes], written: Callable[[], int], largest: int) -> None:
        self._member, self._written, self._largest = member, written, largest

    def write(self, data: bytes) -> int:
        """Write; raises Refused when the archive is larger than allowed."""
        if self._written() > self._largest:
            raise Refused(TOO_LARGE)
        return self._member.write(data)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a path beside the wanted one, free of what a crash left, and remove what is left there."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _passing(path: Path) -> Iterator[Path]:
    """Give a folder beside the wanted file for what passes through, free of what a crash left, and remove it.

    It has the same name, so that whoever sweeps knows whose it is.
    """
    folder = path.with_suffix(".passing")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        raise LedgerkeepError(FULL if full else NOT_WRITTEN) from error
