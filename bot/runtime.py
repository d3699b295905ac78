"""Tune the interpreter and the C library for a long-running process with many threads. Knows nothing else."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress

# How long a thread that computes may keep others waiting. Python's own 5 ms, some hundred times in one
# command, make a person wait for a second while backups work (bench/acknowledge.py).
SWITCH_SECONDS = 0.0005
# glibc gives threads memory pools of their own and hands little of them back: with threads that come and go,
# 25 small backups were measured to grow the process from 140 to 280 MB; with two pools it stays at 165.
POOLS = 2
# Pieces from here on are asked of the kernel and go back to it when they are let go. Left alone, glibc raises
# this up to 32 MiB by the size of what is let go: 10 MB more at a large backup's peak. With glibc's own
# beginning, 128 KiB, every page of Xero's and every chunk is such a piece: a third of the system time.
LARGE_BYTES = 2 * 1024 * 1024
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # mallopt(3)


def settle() -> None:
    """Apply all of it; where the C library is another one, memory stays as it is."""
    sys.setswitchinterval(SWITCH_SECONDS)
    os.umask(0o077)  # whatever is written is for this user alone, also in a folder that others may enter
    try:
        limit = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    limit(_M_ARENA_MAX, POOLS)
    limit(_M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """Hand memory that lies free back to the kernel; after a large piece of work, 10 to 15 MB in 2 ms."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def begun() -> None:
    """Take all that is there by now for what stays: full searches for garbage no longer go through it.

    To be called once, when a process has started: it walks some 150,000 objects that never go, up to a tenth
    of a second at a time, during which nothing else runs.
    """
    gc.collect()
    gc.freeze()
