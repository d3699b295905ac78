"""What people call the kinds of data, and which entries of the catalogue answer for each. Data only.

Every resource and every missing thing has one home among the topics; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

from bot.catalogue import topics_beside, topics_books, topics_lists, topics_product, topics_restoring
from bot.catalogue.topics_model import Fact, Topic, Unclear

__all__ = ["FACTS", "TOPICS", "UNCLEAR", "Fact", "Topic", "Unclear", "topic_of"]


def _by_key(topics: tuple[Topic, ...]) -> Mapping[str, Topic]:
    """Index the topics; raise ValueError on a key given twice, or a near one that nobody has."""
    found = {topic.key: topic for topic in topics}
    near = set(chain.from_iterable(topic.near for topic in topics))
    if len(found) != len(topics) or near - found.keys():
        raise ValueError("Topics have the same key, or name a near topic that does not exist.")
    return MappingProxyType(found)


TOPICS: Mapping[str, Topic] = _by_key((*topics_books.ALL, *topics_lists.ALL, *topics_beside.ALL))
FACTS: Mapping[str, Fact] = MappingProxyType(
    {fact.key: fact for fact in (*topics_product.FACTS, *topics_restoring.FACTS)}
)
UNCLEAR: tuple[Unclear, ...] = topics_product.UNCLEAR
_HOMES = {key: topic for topic in TOPICS.values() for key in topic.about}


def topic_of(key: str) -> Topic:
    """Give the topic where a resource or a missing thing is at home; raises KeyError."""
    return _HOMES[key]
