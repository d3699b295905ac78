"""Answer about one topic: what the catalogue says of it, for one organisation or several. Reads nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.backup.stages import switch_of
from bot.catalogue import MISSING, RESOURCES
from bot.catalogue.coverage import Standing, standing
from bot.catalogue.model import Paging, Reading, ReasonClass, Resource, RestoreRule
from bot.catalogue.topics import TOPICS, Topic
from bot.domain.answers import Aspect, HoldersPart, Holding, Source, Stand, TopicPart
from bot.domain.backup import Fill
from bot.domain.coverage import CoverageLine, Section
from bot.domain.organisation import Organisation
from bot.services.coverage import Evidence, known_count, lines_for
from bot.services.how_read import How, how_read

Known = tuple[Organisation, Evidence]

_IN = frozenset({Stand.BACKED_UP, Stand.CHANGED, Stand.KEPT})
_WORST_IN = (Stand.KEPT, Stand.CHANGED, Stand.BACKED_UP)
_OF = {
    Standing.COVERED: Stand.BACKED_UP,
    Standing.CHANGED: Stand.CHANGED,
    Standing.EVIDENCE: Stand.KEPT,
}
_GAP = {ReasonClass.SCOPE_NOT_GRANTED: Stand.NOT_PERMITTED}
_UNREAD = {
    How.OFF: Stand.SWITCHED_OFF,
    How.NOT_PERMITTED: Stand.NOT_PERMITTED,
    How.NEVER: Stand.NOT_BACKED_UP,
}
_FILLING = "being backed up record by record, over several nights; not all of them are in yet."
_PART_OF = frozenset({"attachment_contents"})  # come back with what they are part of
_AT_FIRST = "There is no backup yet; once there is one: "
_SAID = {
    Stand.BACKED_UP: "backed up.",
    Stand.CHANGED: "backed up; some details would come back changed.",
    Stand.KEPT: "backed up, but cannot be written back to Xero.",
    Stand.OPT_IN: "not backed up, unless it is asked for.",
    Stand.SWITCHED_OFF: "not backed up: it is switched off in the settings.",
    Stand.NOT_PERMITTED: "not backed up: the permission to read it was not given in Xero.",
    Stand.WAITING: "not backed up yet: no record has had its turn.",
    Stand.CLOSED: "not backed up: Xero opens this to nobody here, or not to the person who connected.",
    Stand.FAILED: "not read in the last backup.",
    Stand.NOT_BACKED_UP: "not backed up.",
}


@dataclass(frozen=True, slots=True)
class _One:
    """One organisation's answer; `settled` is its headline once there is a backup."""

    stand: Stand
    headline: str
    settled: str
    count: int | None


def answer(key: str, known: Sequence[Known], aspect: Aspect = Aspect.WHOLE) -> TopicPart:
    """Answer about a topic for these organisations, one at least; those that differ are told one by one."""
    topic = TOPICS[key]
    found = [_one(topic, organisation, evidence) for organisation, evidence in known]
    read = [each for each, (_, evidence) in zip(found, known, strict=True) if evidence.as_of]
    usual = Counter(each.headline for each in read or found).most_common(1)[0][0]
    place = next(at for at, each in enumerate(found) if each.headline == usual)
    main, (organisation, evidence) = found[place], known[place]
    lines = tuple(_lines(topic, _stands(topic, organisation, evidence), organisation, evidence))
    if len(found) > 1:  # what one has is told beside its name, not in the caveat
        lines = tuple(replace(line, own_numbers="") for line in lines)
    return TopicPart(
        key=key,
        title=topic.title,
        stand=main.stand,
        headline=usual,
        aspect=aspect,
        comes_back=tuple(_comes_back(topic, *known[0])),
        lines=lines,
        holdings=tuple(
            Holding(
                source=source_of(organisation, evidence),
                count=each.count,
                headline="" if each.settled == main.settled else each.settled,
                fills=tuple(_fills(topic, evidence)),
            )
            for (organisation, evidence), each in zip(known, found, strict=True)
        ),
    )


def holders(key: str, known: Sequence[Known]) -> HoldersPart:
    """Say which organisations have something of a topic, the most first; never guess where nobody counted."""
    topic = TOPICS[key]
    found = [
        (organisation, evidence, _count(topic, organisation, evidence)) for organisation, evidence in known
    ]
    have = [Holding(source=source_of(one, evidence), count=count) for one, evidence, count in found if count]
    unknown = tuple(organisation.name for organisation, _, count in found if count is None)
    nobody = answer(key, known).headline if len(unknown) == len(known) else ""
    return HoldersPart(
        key=key,
        title=topic.title,
        holders=tuple(sorted(have, key=lambda each: (-(each.count or 0), each.source.organisation_name))),
        without=sum(1 for _, _, count in found if count == 0),
        unknown=unknown,
        headline=nobody,
    )


def source_of(organisation: Organisation, evidence: Evidence) -> Source:
    """Name what is known of an organisation and since when."""
    return Source(organisation_name=organisation.name, number=evidence.snapshot_number, at=evidence.as_of)


def _one(topic: Topic, organisation: Organisation, evidence: Evidence) -> _One:
    stands = _stands(topic, organisation, evidence)
    overall = _overall(set(stands.values()))
    settled = _headline(topic, overall, stands, is_backed_up=True)
    if overall in _IN and not all(one.is_done for one in _fills(topic, evidence)):
        settled = f"{topic.title} {'is' if topic.single else 'are'} {_FILLING}"
    is_backed_up = evidence.as_of is not None
    return _One(
        overall,
        settled if is_backed_up else _headline(topic, overall, stands, is_backed_up=False),
        settled,
        _count(topic, organisation, evidence),
    )


def _fills(topic: Topic, evidence: Evidence) -> Iterator[Fill]:
    """Give how far the entries are that are read record by record."""
    for key in topic.about:
        if key in evidence.fills:
            yield evidence.fills[key]


def _stands(topic: Topic, organisation: Organisation, evidence: Evidence) -> dict[str, Stand]:
    """Say how each entry stands; those of other countries are left out unless there are no others."""
    keys = (*topic.about, *topic.also)
    here = [key for key in keys if _exists_in(key, organisation.facts.country)]
    return {key: _stand(topic, key, organisation, evidence) for key in here or keys}


def _exists_in(key: str, country: str) -> bool:
    countries = (MISSING[key] if key in MISSING else RESOURCES[key]).countries
    return not country or not countries or country in countries


def _stand(topic: Topic, key: str, organisation: Organisation, evidence: Evidence) -> Stand:
    if key in MISSING or not _exists_in(key, organisation.facts.country):
        return Stand.NOT_BACKED_UP
    resource, fill = RESOURCES[key], evidence.fills.get(key)
    if key in evidence.closed:
        return Stand.CLOSED
    if key in evidence.gaps and fill is None:  # of what fills up, single records failed
        return _GAP.get(evidence.gaps[key].reason, Stand.FAILED)
    how = how_read(resource, organisation, evidence.extras)
    if how is not How.READ:
        only_asked = how is How.NOT_PERMITTED and resource.reading is Reading.OPT_IN
        return Stand.OPT_IN if only_asked and switch_of(resource) is None else _UNREAD[how]
    if fill is not None and fill.is_waiting:
        return Stand.WAITING
    on_request = Stand.KEPT if resource.reading is Reading.OPT_IN else _OF[standing(resource)]
    return _stand_of_part(topic, resource) if topic.only else on_request


def _stand_of_part(topic: Topic, resource: Resource) -> Stand:
    """Say how the part of a resource stands that some of its caveats are about."""
    about = [caveat for caveat in resource.caveats if topic.only in caveat.sentence]
    unwritable = any(caveat.reason.name == "NOT_RESTORABLE" for caveat in about)
    return Stand.KEPT if unwritable else Stand.CHANGED


def _overall(stands: set[Stand]) -> Stand:
    if stands & _IN and stands - _IN:
        return Stand.PARTLY
    if stands & _IN:
        return next(one for one in _WORST_IN if one in stands)
    return next(iter(stands)) if len(stands) == 1 else Stand.NOT_BACKED_UP


def _headline(topic: Topic, overall: Stand, stands: dict[str, Stand], *, is_backed_up: bool) -> str:
    be = "is" if topic.single else "are"
    if topic.says and Stand.FAILED not in stands.values():
        return topic.says if is_backed_up or overall not in _IN | {Stand.PARTLY} else _AT_FIRST + topic.says
    if overall is Stand.PARTLY:
        return f"Of {_small(topic.title)}, {_parted(stands)}."
    if not is_backed_up and overall in _IN:
        return f"{topic.title} will be backed up; there is no backup yet."
    if overall is Stand.FAILED:
        be = "was" if topic.single else "were"
    return f"{topic.title} {be} {_SAID[overall]}"


def _parted(stands: dict[str, Stand]) -> str:
    """Say which entries are backed up, and which are not."""
    kept = [_small(_title(key)) for key, stand in stands.items() if stand in _IN]
    left = [_small(_title(key)) for key, stand in stands.items() if stand not in _IN]
    return f"backed up: {', '.join(kept)}; not backed up: {', '.join(left)}"


def _title(key: str) -> str:
    return MISSING[key].title if key in MISSING else RESOURCES[key].title


def _small(title: str) -> str:
    """Begin a title with a small letter, unless it begins with a name or an abbreviation."""
    named = title.startswith(("Xero", "Hubdoc", "VAT", "CIS", "PDF"))
    return title if named or title[:2].isupper() else title[:1].lower() + title[1:]


def _lines(
    topic: Topic, stands: dict[str, Stand], organisation: Organisation, evidence: Evidence
) -> Iterator[CoverageLine]:
    """Give the caveats of the entries, what is not backed up first."""
    groups = {RESOURCES[key].group for key in stands if key in RESOURCES} - {""}
    mine = [
        line
        for line in lines_for(organisation, evidence)
        if (line.key in stands or line.title in groups) and topic.only in line.sentence
    ]
    missing = [line for line in mine if line.section is Section.NOT_BACKED_UP]
    others = [line for line in mine if line not in missing and (line.key in topic.about or topic.only)]
    yield from sorted(missing, key=lambda line: line.weight)
    yield from sorted(others, key=lambda line: line.weight)


def _comes_back(topic: Topic, organisation: Organisation, evidence: Evidence) -> Iterator[str]:
    """Say how what is read would come back; of a part of something, its caveats say that."""
    if topic.only:
        return
    several = len([key for key in topic.about if key not in _PART_OF]) > 1
    for key in topic.about:
        if key in RESOURCES and key not in _PART_OF and _is_written(RESOURCES[key], organisation, evidence):
            told = RESOURCES[key].restore.comes_back
            yield f"{_title(key)}: {_small(told)}" if several else told


def _is_written(resource: Resource, organisation: Organisation, evidence: Evidence) -> bool:
    """Say whether its way back may be told: it is read, and no caveat says that it does not come back."""
    evidence_only = resource.restore.rule in {RestoreRule.EVIDENCE, RestoreRule.NEVER}
    kept_only = standing(resource) is Standing.EVIDENCE and not evidence_only
    return how_read(resource, organisation, evidence.extras) is How.READ and not kept_only


def _count(topic: Topic, organisation: Organisation, evidence: Evidence) -> int | None:
    """Count the records of the first entry at home in the topic; reports and settings are not counted."""
    key = topic.about[0] if topic.about else ""
    resource = RESOURCES.get(key)
    if resource is None or resource.read is None:
        return None
    if how_read(resource, organisation, evidence.extras) is not How.READ:
        return None
    if resource.read.paging is Paging.REPORT or key in {"organisation", "invoice_reminders"}:
        return None
    fill, count = evidence.fills.get(key), known_count(key, evidence)
    return None if fill is not None and not fill.is_done and not count else count
