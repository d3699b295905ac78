"""What stops a restore for a cause, and what goes on as an ordinary refusal."""

from __future__ import annotations

import pytest

from bot.restore.causes import SEVERAL, Cause, Watch, is_known

LOCK = "The document date cannot be before the period lock date, currently set at 30-Sep-2025"
YEAR = "The document date cannot be before the end of year lock date, currently set at 30-Sep-2025"
PAID = "Organisation accounts are locked on the specified payment"
CAP = "You have reached the limit of invoices you can approve"
CURRENCY = "Organisation is not subscribed to currency EUR"


def _seen(watch: Watch, *words: str, taken: int = 0) -> Cause | None:
    return watch.see([(one,) for one in words], taken)


@pytest.mark.parametrize("words", [LOCK, YEAR, PAID, CAP, CURRENCY, f"{CAP}."])
def test_cause_when_xero_names_one_that_is_known_then_the_first_refusal_stops_and_quotes_it(
    words: str,
) -> None:
    cause = _seen(Watch(), words, taken=49)
    assert cause is not None
    assert words in cause.sentence
    assert "is sent again when the restore goes on" in cause.sentence
    assert cause.explains((words,))
    assert not cause.explains(("Nope",))


@pytest.mark.parametrize("words", [LOCK, CAP])
def test_cause_when_it_still_stands_after_people_let_it_go_on_then_it_stops_again(words: str) -> None:
    first = _seen(Watch(), words)
    assert first is not None
    assert _seen(Watch((first.key,)), words)


def test_cause_when_it_may_be_meant_to_stay_then_it_stops_once() -> None:
    watch = Watch()
    assert _seen(watch, CURRENCY)
    assert not _seen(watch, CURRENCY, CURRENCY, CURRENCY)
    assert not _seen(Watch(watch.borne), CURRENCY)


def test_cause_when_a_text_only_contains_a_known_one_then_it_is_not_quoted() -> None:
    text = f"Dear Koala Ltd: {CAP}"
    assert not is_known(text)
    cause = _seen(Watch(), *[text] * SEVERAL)
    assert cause is not None
    assert "Koala" not in cause.sentence


def test_refusals_when_they_are_single_or_differ_then_nothing_stops() -> None:
    watch = Watch()
    assert not _seen(watch, "Taken already.", taken=49)
    assert not _seen(watch, "Taken already.", "Taken already.")
    assert not _seen(watch, *[f"Name {number} is taken." for number in range(50)])
    assert not _seen(watch, "Taken already.")
    assert not _seen(watch, taken=1)
    assert not _seen(watch, "Taken already.")
    assert not _seen(watch, "Taken already.", "Taken already.")


def test_refusals_when_a_whole_write_or_three_in_a_row_have_the_same_words_then_it_stops_once() -> None:
    whole = Watch()
    assert _seen(whole, *["Trial ended."] * SEVERAL)
    in_a_row = Watch()
    assert [bool(_seen(in_a_row, "Trial ended.")) for _ in range(4)] == [False, False, True, False]
    assert not _seen(Watch(in_a_row.borne), *["Trial ended."] * 50)
    assert _seen(Watch(in_a_row.borne), *["Suspended."] * 50)
