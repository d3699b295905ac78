"""Write one snapshot as files below one folder: all of it, or nothing."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, Misconfigured
from bot.services.looking.export_form import Contents, Form, write_contents
from bot.services.looking.export_forms import LINES
from bot.services.looking.export_place import Source, below, private_file
from bot.vault import Books, SnapshotInfo


@dataclass(frozen=True, slots=True)
class Written:
    """An export and the folder it lies in."""

    folder: Path
    contents: Contents

    @property
    def records(self) -> int:
        """How many records were written."""
        return self.contents.records

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources as the manifest lists them."""
        return self.contents.resources

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files as the manifest lists them."""
        return self.contents.files


def write_export(
    books: Books,
    owner: Organisation,
    info: SnapshotInfo,
    to: Path,
    *,
    now: datetime,
    form: Form = LINES,
) -> Written:
    """Write a snapshot into the folder `to`, which must be missing or empty; gives what was written.

    Raises Misconfigured for a folder that cannot take it, a class of Damaged when a record does not open, and
    LedgerkeepError when the disk is full; then nothing is left behind.
    """
    target = _free_target(to)
    with _in_our_words(), _beside(target) as folder:
        inside, scratch = folder / "export", folder / "passing"
        inside.mkdir(mode=0o700)
        scratch.mkdir(mode=0o700)

        def opened(name: str) -> AbstractContextManager[IO[bytes]]:
            # of many small files each alone is not worth waiting for the disk
            return private_file(below(inside, name), durable="/" not in name)

        contents = write_contents(Source(books, info, opened, scratch), owner, form, now=now)
        inside.replace(target)
    return Written(target, contents)


def _free_target(to: Path) -> Path:
    """Follow links once, so that what is checked is what is written; refuse a folder that holds anything."""
    target = to.resolve()
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise Misconfigured(f"--to: {to} is not empty; name a folder that does not exist or is empty.")
    except OSError:
        raise Misconfigured(f"--to: {to} cannot be looked into; choose another folder.") from None
    return target


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside the target, for its owner only, and remove what is left of it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise Misconfigured(
            f"--to: nothing can be written in {target.parent}; choose another folder."
        ) from None
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
        why = "the disk is full" if full else "the folder cannot be written to"
        raise LedgerkeepError(f"The export was not written, {why}; nothing was left behind.") from error
