"""Topics: every entry of the catalogue has one home, every name one meaning."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bot.catalogue import MISSING, RESOURCES
from bot.catalogue.topics import FACTS, TOPICS, UNCLEAR, Fact, topic_of
from bot.catalogue.topics_asking import SHAPES
from bot.services.asking.matching import understand
from bot.services.asking.wording import plain


def test_entries_when_looked_up_then_each_has_one_home() -> None:
    homes = Counter(key for topic in TOPICS.values() for key in topic.about)
    assert set(homes) == RESOURCES.keys() | MISSING.keys()
    assert [key for key, count in homes.items() if count > 1] == []
    assert topic_of("payroll_uk_payslips").key == "payroll"


def test_topics_when_read_then_they_name_what_exists() -> None:
    for topic in TOPICS.values():
        assert set(topic.also) <= RESOURCES.keys() | MISSING.keys()
        assert topic.about or topic.also
        assert topic.key not in topic.near
        if topic.only:
            told = [caveat.sentence for key in topic.also for caveat in RESOURCES[key].caveats]
            assert any(topic.only in sentence for sentence in told)
    for unclear in UNCLEAR:
        assert set(unclear.topics) <= TOPICS.keys()


def test_keys_when_compared_then_topics_facts_and_intents_share_none() -> None:
    intents = {shape.key for shape in SHAPES} - FACTS.keys()
    assert not TOPICS.keys() & FACTS.keys()
    assert not (TOPICS.keys() | FACTS.keys()) & intents


def test_names_when_compared_then_no_two_topics_share_one() -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for topic in TOPICS.values():
        for name in (*topic.words.split(","), topic.title):
            owners.setdefault(plain(name).words, set()).add(topic.key)
    assert {" ".join(name): keys for name, keys in owners.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("key", TOPICS)
def test_topic_when_asked_by_its_title_then_it_is_found(key: str) -> None:
    assert understand(TOPICS[key].title).topics == (key,)
    assert understand(f"Are {TOPICS[key].title.lower()} backed up?").topics == (key,)


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_fact_when_told_then_is_made_of_whole_sentences(fact: Fact) -> None:
    texts = [fact.headline, *fact.more, fact.instead]
    assert not re.search(r"one-click|\bfully?\b|\bexact|guarantee|100 ?%|point-in-time", " ".join(texts))
    assert all(text.endswith(".") and text[0].isupper() for text in texts if text)
