"""Work that a process holds and nobody works on."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.errors import Transient
from jobs.stranded import Stranded


@dataclass
class ListOfWork:
    """Stands for the queue: who holds what, and what was asked for again."""

    holders: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_full: bool = False

    def running(self) -> dict[str, str]:
        return dict(self.holders)

    def ask_again(self, keys: list[str]) -> None:
        if self.is_full:
            raise Transient("The list of work cannot be written right now.")
        self.asked += keys
        for key in keys:
            del self.holders[key]


def _stranded(work: ListOfWork, at_work: set[str]) -> Stranded:
    return Stranded(work, "me", at_work=lambda: at_work)  # type: ignore[arg-type]


def test_recover_when_nobody_is_at_a_job_twice_then_it_is_asked_for_again_once() -> None:
    work = ListOfWork({"backup:1": "me"})
    stranded = _stranded(work, set())
    assert [stranded.recover() for _ in range(4)] == [0, 1, 0, 0]
    assert work.asked == ["backup:1"]


def test_recover_when_somebody_is_at_it_or_another_process_holds_it_then_it_is_left_alone() -> None:
    work = ListOfWork({"backup:1": "me", "backup:2": "another"})
    stranded = _stranded(work, {"backup:1"})
    assert [stranded.recover() for _ in range(3)] == [0, 0, 0]


def test_recover_when_it_was_only_about_to_begin_then_it_is_left_alone() -> None:
    at_work: set[str] = set()
    work = ListOfWork({"backup:1": "me"})
    stranded = _stranded(work, at_work)
    assert stranded.recover() == 0
    at_work.add("backup:1")
    assert stranded.recover() == 0
    at_work.clear()
    assert stranded.recover() == 0
    assert stranded.recover() == 1


def test_recover_when_it_cannot_be_asked_for_yet_then_the_next_look_asks() -> None:
    work = ListOfWork({"backup:1": "me"}, is_full=True)
    stranded = _stranded(work, set())
    stranded.recover()
    with pytest.raises(Transient):
        stranded.recover()
    work.is_full = False
    assert stranded.recover() == 1
