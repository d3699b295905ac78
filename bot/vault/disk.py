"""Durable writes on a local disk: the file is whole and on the platter, or it is not there.

obstore's LocalStore writes a temporary name and links it, but calls no fsync (strace, 0.12.1): a power cut
could leave an empty pack behind a valid head. So local writes are done here; reads stay with obstore.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from bot.crypto import random_bytes

TEMPORARY = "tmp"
STALE_SECONDS = 24 * 3600


def write_durably(root: Path, name: str, data: bytes | bytearray, *, create: bool) -> bool:
    """Write `root/name` and fsync file and folder; with `create`, say False when it is there already."""
    target = root / name
    _make_folder(target.parent, root)
    temporary = root / TEMPORARY / random_bytes(12).hex()
    try:
        _write_file(temporary, data)
        if create:
            return publish(root, temporary, name)
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return True


def publish(root: Path, temporary: Path, name: str) -> bool:
    """Give a file that is on the platter the name `root/name`; say False when that is there already."""
    target = root / name
    _make_folder(target.parent, root)
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    _sync_folder(target.parent)
    return True


def prepare(root: Path) -> None:
    """Make the vault's folder and clear what a killed writer left in its temporary folder a day ago."""
    folder = root / TEMPORARY
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in folder.iterdir():
        if time.time() - leftover.stat().st_mtime > STALE_SECONDS:
            leftover.unlink(missing_ok=True)


def _write_file(path: Path, data: bytes | bytearray) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path, root: Path) -> None:
    if folder.is_dir():
        return
    if folder != root:
        _make_folder(folder.parent, root)
    folder.mkdir(exist_ok=True, parents=folder == root, mode=0o700)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
