"""Understanding questions: every word is explained, or the honest answer is that it is not known."""

from __future__ import annotations

import pytest

from bot.catalogue import topics_neutral, topics_words
from bot.services.asking.matching import understand
from bot.services.asking.wording import clauses, plain


@pytest.mark.parametrize(
    "asked",
    [
        "is the quote on the calendar backed up",
        "are quotes from Shakespeare's plays copied",
        "is VAT included in the quote",
        "how do I copy an invoice",
        "how long must I keep payroll records",
        "does Xero keep payslips",
        "does the bank hold our statements",
        "should I use budgets",
        "has the customer paid us back",
        "is my supplier safe",
        "can you read me the notes to the accounts",
        "who keeps the receipts",
        "when is the next train",
        "how old are you",
        "do you know excel",
        "book a table for two",
        "invoices from QuickBooks backed up?",
        "stock market",
        "time off",
        "what time is it in London",
    ],
)
def test_word_when_nothing_explains_it_then_it_is_not_understood(asked: str) -> None:
    assert not understand(asked).says_something


@pytest.mark.parametrize("word", ["notes", "stock", "rules", "users", "files", "logo", "claims", "leave"])
def test_everyday_word_when_alone_or_asked_of_copies_then_is_a_topic(word: str) -> None:
    alone, asked = understand(word), understand(f"are our {word} backed up?")
    assert alone.says_something
    assert (alone.topics, alone.choices) == (asked.topics, asked.choices)
    assert not understand(f"do you like {word}").says_something


def test_topic_when_a_word_is_not_explained_then_is_offered_first() -> None:
    told = understand("are quotes from Shakespeare's plays copied")
    assert told.near[0] == "quotes"


@pytest.mark.parametrize("asked", ["what's the weather", "tell me a joke", "xyzzy", "who won the rugby"])
def test_nonsense_when_asked_then_nothing_is_offered(asked: str) -> None:
    assert understand(asked).near == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("attachemnts", "attachment"),
        ("reconcilation", "reconciliation"),
        ("bnak", "bank"),
        ("training", "training"),
        ("conversation", "conversation"),
        ("quota", "quota"),
        ("contract", "contract"),
        ("noet", "note"),
        ("rolex", "rolex"),
    ],
)
def test_slip_when_one_word_of_ours_is_near_then_is_mended_and_english_never(written: str, read: str) -> None:
    assert plain(written).text == read


def test_clauses_when_the_last_one_asks_then_the_others_only_tell_why() -> None:
    assert understand("our intern wrecked everything, can you roll back?").intent == "rewind"
    assert understand("Our bakery lives off purchase orders. Backed up?").topics == ("purchase_orders",)
    assert not understand("who won the rugby, and is payroll covered?").says_something
    assert clauses("one - two; three. four") == ("one", "two", " three", " four")


def test_words_when_read_then_neutral_ones_name_no_topic_alone() -> None:
    topical = {word for word in topics_neutral.NEUTRAL if understand(word).topics}
    assert topical <= {"file", "track", "import", "site"}
    assert topics_words.CUES | topics_words.WEAK_CUES | {"copies", "mirrored"} >= topics_words.STRONG_CUES


def test_text_when_very_long_then_its_last_clause_is_still_understood() -> None:
    story = "The office moved and everything was packed. " * 40
    assert understand(f"{story}Are bank rules backed up?").topics == ("bank_rules",)
