"""Whose turn it is: the order, what is kept of the line, the weekly round, the share of the day."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.backup.filling.budget import A_PERSON_WAITS, Budget, budget
from bot.backup.filling.due import (
    RAREST_NIGHTS,
    ROUNDS,
    TRIES,
    Due,
    as_records,
    from_records,
    is_in_round,
    line_up,
    rests,
)
from bot.backup.filling.kinds import FILL_KINDS, look

KINDS = [kind.key for kind in FILL_KINDS]
dues = st.builds(
    Due,
    st.sampled_from(KINDS),
    st.sampled_from(["invoices", "contacts"]),
    st.text("abcdef", min_size=1, max_size=3),
    st.sampled_from(["", "/Date(1000)/", "/Date(2000)/"]),
    st.integers(0, 3),
)


@given(st.lists(dues), st.lists(dues), st.randoms())
def test_line_when_worked_out_again_then_is_the_same(
    waiting: list[Due], found: list[Due], chance: random.Random
) -> None:
    waiting = list({(one.kind, one.parent, one.parent_id): one for one in waiting}.values())
    found = list({(one.kind, one.parent, one.parent_id): one for one in found}.values())
    line = line_up(waiting, found, gone=())
    chance.shuffle(waiting)
    chance.shuffle(found)
    assert line_up(waiting, found, gone=()) == line
    named = {(one.kind, one.parent, one.parent_id) for one in (*waiting, *found)}
    assert {(one.kind, one.parent, one.parent_id) for one in line} == named


@given(st.lists(dues))
def test_line_when_kept_then_comes_back(waiting: list[Due]) -> None:
    line = line_up(waiting, (), gone=())
    kept = [raw for _, raw in as_records(line)]
    assert sorted(map(repr, from_records(kept))) == sorted(map(repr, line))


def test_line_when_long_then_only_the_newest_part_of_what_is_kept_changes() -> None:
    line = [Due("history", "invoices", f"{n:05}", f"/Date({n:05})/") for n in range(4_500, 0, -1)]
    before = dict(as_records(line))
    after = dict(as_records(line[700:]))
    assert [key for key in before if before[key] != after.get(key)] == ["history/000003", "history/000004"]


def test_line_when_a_waiting_record_changes_then_it_keeps_its_place_and_a_failed_one_begins_anew() -> None:
    waits = Due("history", "invoices", "a", "/Date(1)/")
    failed = Due("history", "invoices", "b", "/Date(1)/", 2)
    found = [Due("history", "invoices", one, "/Date(9)/") for one in "ab"]
    assert line_up([waits, failed], found, gone=()) == [found[1], waits]
    assert line_up([waits], (), gone={("invoices", "a")}) == []


def test_line_when_several_kinds_are_due_then_files_come_before_history_and_newest_first() -> None:
    line = [
        Due("history", "invoices", "new", "/Date(9)/"),
        Due("attachments", "invoices", "old", "/Date(1)/"),
        Due("attachments", "invoices", "new", "/Date(9)/"),
        Due("attachments", "invoices", "tried", "/Date(9)/", 1),
    ]
    ordered = line_up(line, (), gone=())
    assert [(one.kind, one.parent_id) for one in ordered] == [
        ("attachments", "new"),
        ("attachments", "old"),
        ("attachments", "tried"),
        ("history", "new"),
    ]


def test_line_when_quotes_are_in_it_then_records_that_tell_of_files_come_first() -> None:
    quote = Due("attachments", "quotes", "q", "/Date(9)/")
    invoice = Due("attachments", "invoices", "i", "/Date(1)/")
    assert line_up([quote, invoice], (), gone=()) == [invoice, quote]


def test_line_when_records_failed_again_and_again_then_they_are_asked_for_ever_more_rarely() -> None:
    tried = [Due("history", "invoices", "a", "", tries) for tries in range(TRIES + 1)]
    asked = [sum(not rests(one, night) for night in range(RAREST_NIGHTS)) for one in tried]
    assert asked == [16, 16, 16, 16, 8, 4, 2, 1, 1, 1]


def test_line_when_some_of_it_rests_then_that_stands_at_the_end_and_none_is_lost() -> None:
    line = [Due("attachments", "invoices", str(n), "", TRIES) for n in range(40)]
    line.append(Due("pdfs", "invoices", "new"))
    tonight = line_up(line, (), gone=(), night=7)
    awake = [one for one in tonight if not rests(one, 7)]
    assert tonight[: len(awake)] == awake
    assert len(awake) < len(tonight) == 41


def test_line_when_a_record_changed_whose_files_were_listed_then_its_list_is_asked_for_anew() -> None:
    listed = Due("attachments", "invoices", "a", "/Date(1)/", listed=True)
    found = Due("attachments", "invoices", "a", "/Date(9)/")
    assert line_up([listed], [found], gone=()) == [found]
    assert line_up([listed], (), gone=()) == [listed]


def test_line_when_an_older_version_kept_it_then_it_is_read() -> None:
    assert list(from_records([b'[["history","invoices","a","/Date(1)/",2]]'])) == [
        Due("history", "invoices", "a", "/Date(1)/", 2)
    ]


def test_round_when_all_weeks_have_passed_then_every_record_had_its_turn_once() -> None:
    for record in ("a", "b", "3f2a"):
        assert sum(is_in_round(record, week) for week in range(100, 100 + ROUNDS)) == 1


def test_budget_when_the_books_were_read_then_a_quarter_of_the_day_is_left_to_others() -> None:
    assert budget(per_day=5000, left=4960, books=40, by_hand=False) == Budget(calls=3710, a_night=3710)
    assert budget(per_day=1000, left=300, books=40, by_hand=False).calls == 50
    assert budget(per_day=1000, left=200, books=40, by_hand=False).calls == 0
    assert budget(per_day=5000, left=None, books=40, by_hand=True).calls == A_PERSON_WAITS
    assert budget(per_day=5000, left=4960, books=40, by_hand=False, at_most=0).nights(1) is None


def test_nights_when_reckoned_then_are_rounded_up() -> None:
    assert [Budget(calls=0, a_night=100).nights(due) for due in (0, 1, 100, 101)] == [0, 1, 1, 2]


def test_parent_when_looked_at_then_what_it_wants_is_told() -> None:
    by_key = {kind.key: kind for kind in FILL_KINDS}
    rounded = look(b'{"Total": 10.01, "SubTotal": 8.00, "TotalTax": 2.00, "HasAttachments": true}')
    plain = look(b'{"Total": 10.00, "SubTotal": 8.00, "TotalTax": 2.00, "HasAttachments": false}')
    assert by_key["invoice_details"].wants("invoices", rounded)
    assert not by_key["invoice_details"].wants("invoices", plain)
    assert by_key["attachments"].wants("invoices", rounded)
    assert not by_key["attachments"].wants("invoices", plain)
    assert by_key["attachments"].wants("quotes", plain)
    owing = look(
        b'{"Balances": {"AccountsReceivable": {"Outstanding": 0.0}, "AccountsPayable": {"Outstanding": 5}}}'
    )
    assert by_key["aged_payables"].wants("contacts", owing)
    assert not by_key["aged_payables"].wants("contacts", plain)
    odd = look(b'{"Total": "?", "HasAttachments": "maybe", "Balances": 3, "UpdatedDateUTC": 7}')
    for key in ("attachments", "invoice_details", "aged_payables"):
        assert not by_key[key].wants("contacts", odd)
    assert odd.changed_at == ""
