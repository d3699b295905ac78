"""Answers: true to the last backup, only for what may be seen, and never a guess at who or what is meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalogue.model import ReasonClass
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.domain.answers import (
    Answer,
    Aspect,
    FactPart,
    HoldersPart,
    LimitsPart,
    ReportPart,
    Stand,
    StandingsPart,
    TopicPart,
    Unknown,
    WhichOrganisation,
)
from bot.domain.backup import Gap
from bot.domain.names import Actor
from bot.domain.settings import Approvers, OrganisationSettings, Retention, WorkspaceSettings
from bot.errors import NotHere, NothingLinked
from bot.services.asking.talks import DIRECTLY, Talk
from bot.views import answers as views
from tests.conftest import Clock
from tests.contract.asking_house import FINANCE, OTHER, AskingHouse

QUOTES_GAP = Gap(
    resource="quotes",
    title="Quotes",
    reason=ReasonClass.FAILED_LAST_TIME,
    sentence="Xero did not answer after several tries.",
    action="Nothing to do; the next backup tries again.",
)


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path) -> AskingHouse:
    return AskingHouse(sqlite_database, clock, key_ring, tmp_path)


@pytest.fixture
def three(house: AskingHouse) -> AskingHouse:
    """Harbour and Kiwi at home in #finance, one of them without budgets; Secret elsewhere."""
    house.back_up(house.link("Harbour & Sons Ltd"))
    house.clock.advance(hours=1)
    house.back_up(house.link("Kiwi Orchards Ltd", country="NZ"), none_of={"budgets"})
    house.back_up(house.link("Secret Holdings", channel=OTHER))
    return house


def topic(answer: Answer) -> TopicPart:
    (part,) = answer.parts
    assert isinstance(part, TopicPart)
    return part


def names(answer: Answer) -> list[str]:
    return [each.source.organisation_name for each in topic(answer).holdings]


def test_answer_when_nothing_is_linked_then_says_so_except_for_help_and_greetings(house: AskingHouse) -> None:
    with pytest.raises(NothingLinked):
        house.ask("are quotes backed up?")
    assert [house.ask(text).parts[0].kind for text in ("hello", "thanks", "help", "", "  ")] == [
        "hello",
        "thanks",
        "help",
        "help",
        "help",
    ]


@pytest.mark.parametrize("text", ["quotes", "who is the king of France?", "where are the copies?", "limits"])
def test_answer_when_asked_where_nothing_is_at_home_then_nothing_is_said(
    three: AskingHouse, text: str
) -> None:
    with pytest.raises(NotHere):
        three.ask(text, channel="C0RANDOM")


def test_answer_when_others_are_at_home_elsewhere_then_they_are_never_named(three: AskingHouse) -> None:
    for text in (
        "are quotes backed up for Secret?",
        "status",
        "who has budgets?",
        "limits",
        "Secret Holdings",
    ):
        assert "Secret" not in str(replace(three.ask(text), parts=_without_words(three.ask(text))))


def _without_words(answer: Answer) -> tuple[object, ...]:
    """Leave out the question itself, which an honest "I don't know" quotes."""
    return tuple(part for part in answer.parts if not isinstance(part, Unknown))  # type: ignore[return-value]


def test_topic_when_several_are_visible_then_one_answer_has_the_numbers_of_each(three: AskingHouse) -> None:
    part = topic(three.ask("are quotes backed up?"))
    assert part.stand is Stand.CHANGED
    assert [(each.count, each.source.number) for each in part.holdings] == [(7, 12), (7, 12)]
    assert three.ask("are quotes backed up?").organisation_id == ""


@pytest.mark.parametrize(
    "asked", ["quotes of Kiwi?", "are quotes backed up for kiwi orchards ltd", "quotes of the orchrads?"]
)
def test_topic_when_one_is_named_then_only_that_is_told(three: AskingHouse, asked: str) -> None:
    assert names(three.ask(asked)) == ["Kiwi Orchards Ltd"]


def test_topic_when_it_failed_for_one_then_that_one_stands_out(three: AskingHouse) -> None:
    three.back_up(three.link("Mole & Co"), gaps=[QUOTES_GAP])
    part = topic(three.ask("quotes?"))
    assert part.headline == "Quotes are backed up; some details would come back changed."
    told = {each.source.organisation_name: each.headline for each in part.holdings}
    assert told["Mole & Co"] == "Quotes were not read in the last backup."
    assert told["Kiwi Orchards Ltd"] == ""
    mole = topic(three.ask("quotes of mole?"))
    assert mole.stand is Stand.FAILED
    assert mole.lines[0].sentence == QUOTES_GAP.sentence


def test_topic_when_there_is_no_backup_yet_then_says_so(house: AskingHouse) -> None:
    house.link("New Pier Ltd")
    part = topic(house.ask("quotes"))
    assert part.headline == "Quotes will be backed up; there is no backup yet."
    assert part.holdings[0].source.at is None
    assert "There is no backup yet" in topic(house.ask("is VAT covered")).headline
    assert topic(house.ask("bank rules")).headline == "Bank rules are not backed up."


def test_negation_when_asked_then_the_fact_stays_the_same(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    for asked in (
        "what is NOT covered for attachments",
        "attachments aren't backed up, right?",
        "attachments",
    ):
        assert topic(house.ask(asked)).headline.startswith("Attachments are backed up")
    for asked in ("so payments are not backed up?", "without payments?", "payments"):
        assert topic(house.ask(asked)).headline == "Payments are backed up."


def test_holders_when_asked_then_counts_by_organisation_and_never_guesses(three: AskingHouse) -> None:
    (part,) = three.ask("which of my organisations have budgets?").parts
    assert isinstance(part, HoldersPart)
    assert [each.source.organisation_name for each in part.holders] == ["Harbour & Sons Ltd"]
    assert (part.without, part.unknown) == (1, ())
    (payroll,) = three.ask("which of my organisations have payroll").parts
    assert isinstance(payroll, HoldersPart)
    assert payroll.headline == "Payroll is not backed up: it is switched off in the settings."
    assert len(payroll.unknown) == 2


def test_everything_when_several_are_visible_then_asks_which_and_never_picks(three: AskingHouse) -> None:
    (part,) = three.ask("what isn't covered?").parts
    assert isinstance(part, WhichOrganisation)
    assert [one.title for one in part.choices] == ["Harbour & Sons Ltd", "Kiwi Orchards Ltd"]
    for asked in ("what isn't covered for Kiwi?", "coverage kiwi"):
        (report,) = three.ask(asked).parts
        assert isinstance(report, ReportPart)
        assert report.report.organisation_name == "Kiwi Orchards Ltd"


def test_command_when_it_names_an_organisation_or_nothing_then_tells_everything(three: AskingHouse) -> None:
    assert three.ask("", topic="everything").parts[0].kind == "which_organisation"
    assert three.ask("harbour", topic="everything").parts[0].kind == "everything"
    assert three.ask("orch", topic="everything").parts[0].kind == "everything"  # part of a name
    assert three.ask("bank rules", topic="everything").parts[0].kind == "not_backed_up"


def test_name_alone_when_said_then_tells_how_it_stands(three: AskingHouse) -> None:
    (part,) = three.ask("Kiwi Orchards?").parts
    assert isinstance(part, StandingsPart)
    assert (part.key, [one.organisation.name for one in part.standings]) == ("status", ["Kiwi Orchards Ltd"])


def test_button_when_its_organisation_is_given_then_only_that_is_told(three: AskingHouse) -> None:
    kiwi = next(one for one in three.organisations.linked() if one.name.startswith("Kiwi"))
    viewer = Actor(workspace_id=three.workspace, team_id="T0HOUSE", user_id="U0BEN", channel_id=FINANCE)
    from bot.domain.answers import Question

    question = Question(text="", viewer=viewer, topic="quotes", organisation_id=kiwi.id)
    assert names(three.questions.answer(question, three.clock())) == ["Kiwi Orchards Ltd"]


@pytest.mark.parametrize(
    ("said", "aspect"),
    [
        ("and in the restore?", Aspect.RESTORE),
        ("would they come back?", Aspect.RESTORE),
        ("why?", Aspect.WHY),
        ("what can I do instead?", Aspect.INSTEAD),
        ("how many do we have?", Aspect.COUNT),
    ],
)
def test_follow_up_when_in_the_thread_then_is_about_its_topic(
    three: AskingHouse, said: str, aspect: Aspect
) -> None:
    three.ask("are quotes backed up?", thread="1.1")
    part = topic(three.ask(said, thread="1.1"))
    assert (part.key, part.aspect) == ("quotes", aspect)


def test_follow_up_when_elsewhere_or_too_late_then_is_not_understood(three: AskingHouse) -> None:
    three.ask("are quotes backed up?", thread="1.1")
    three.ask("are quotes backed up?", thread=DIRECTLY)
    assert three.ask("why?", thread="2.2").parts[0].kind == "unknown"
    assert three.ask("why?").parts[0].kind == "unknown"
    three.clock.advance(hours=2)
    assert three.ask("why?", thread=DIRECTLY).parts[0].kind == "unknown"
    assert three.ask("why?", thread="1.1").parts[0].kind == "changed"
    three.clock.advance(days=15)
    assert three.ask("why?", thread="1.1").parts[0].kind == "unknown"


def test_follow_up_when_it_names_another_organisation_or_topic_then_keeps_the_rest(
    three: AskingHouse,
) -> None:
    three.ask("are quotes of Harbour backed up?", thread="1.1")
    assert names(three.ask("and for Kiwi?", thread="1.1")) == ["Kiwi Orchards Ltd"]
    budgets = three.ask("and budgets?", thread="1.1")
    assert (topic(budgets).key, names(budgets)) == ("budgets", ["Kiwi Orchards Ltd"])
    three.ask("when was the last backup?", thread="3.3")
    (part,) = three.ask("and for Harbour?", thread="3.3").parts
    assert isinstance(part, StandingsPart)
    assert (part.key, len(part.standings)) == ("last_backup", 1)


def test_follow_up_when_its_organisation_moved_away_then_it_is_no_longer_told(three: AskingHouse) -> None:
    three.ask("are quotes of Harbour backed up?", thread="1.1")
    harbour = next(one for one in three.organisations.linked() if one.name.startswith("Harbour"))
    keeper = Actor(workspace_id=three.workspace, team_id="T0HOUSE", user_id="U0ANA", channel_id=FINANCE)
    three.settings.move_home(keeper, harbour, OTHER)
    assert names(three.ask("why?", thread="1.1")) == ["Kiwi Orchards Ltd"]


def test_several_topics_when_asked_then_each_is_answered(house: AskingHouse) -> None:
    house.back_up(house.link("Harbour"))
    answer = house.ask("quotes and purchase orders?", thread="1.1")
    assert [part.key for part in answer.parts] == ["quotes", "purchase_orders"]
    again = house.ask("why?", thread="1.1")
    assert [part.key for part in again.parts] == ["quotes", "purchase_orders"]


def test_rights_when_asked_then_come_from_the_settings(three: AskingHouse) -> None:
    (nobody,) = three.ask("who may approve a restore?").parts
    assert isinstance(nobody, FactPart)
    assert "workspace admins" in nobody.headline
    keeper = Actor(workspace_id=three.workspace, team_id="T0HOUSE", user_id="U0ANA", channel_id=FINANCE)
    wanted = WorkspaceSettings(keepers=("U0BEN",), approvers=Approvers(users=("U0PRIYA",), needed=2))
    three.settings.change_workspace(keeper, wanted)
    (approvers,) = three.ask("who may approve a restore?").parts
    (keepers,) = three.ask("who are the keepers?").parts
    assert isinstance(approvers, FactPart)
    assert isinstance(keepers, FactPart)
    assert (approvers.people, keepers.people) == (("U0PRIYA",), ("U0BEN",))
    assert any("2 of them are needed; who asks for a restore needs somebody" in one for one in approvers.more)
    three.questions._house._allow_self = True
    (own,) = three.ask("who may approve a restore?").parts
    assert isinstance(own, FactPart)
    assert any("who asks for a restore may approve it here" in one for one in own.more)


def test_retention_when_it_differs_then_is_told_by_organisation(three: AskingHouse) -> None:
    (same,) = three.ask("how long are backups kept?").parts
    assert isinstance(same, FactPart)
    assert "7 days" in same.headline
    kiwi = next(one for one in three.organisations.linked() if one.name.startswith("Kiwi"))
    keeper = Actor(workspace_id=three.workspace, team_id="T0HOUSE", user_id="U0ANA", channel_id=FINANCE)
    three.settings.change_organisation(keeper, kiwi, OrganisationSettings(retention=Retention(all_days=30)))
    (differs,) = three.ask("how long are backups kept?").parts
    assert isinstance(differs, FactPart)
    assert any(each.startswith("Kiwi Orchards Ltd: every snapshot of 30 days") for each in differs.more)


def test_limits_when_asked_then_each_rests_on_its_last_good_backup(three: AskingHouse) -> None:
    (part,) = three.ask("how close are we to the limits?").parts
    assert isinstance(part, LimitsPart)
    assert [len(each.limits) for each in part.sizes] == [5, 5]
    assert all(each.source.number == 12 for each in part.sizes)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "\x00\x1b[2J",
        "\u202egnp.exe",
        "<!channel> <@U1|x>",
        "🧾" * 3000,
        "؟ هل",
        "' OR 1=1 --",
        "%s{0}",
    ],
)
def test_answer_when_the_question_is_wild_then_is_an_honest_one(three: AskingHouse, text: str) -> None:
    answer = three.ask(text, thread="1.1")
    assert answer.parts[0].kind in {"unknown", "help"}
    assert all(len(part.fact.asked) <= 3000 for part in answer.parts if isinstance(part, Unknown))


def test_name_when_written_from_right_to_left_then_is_found(house: AskingHouse) -> None:
    house.back_up(house.link("שלום מסחר"))
    house.back_up(house.link("Harbour"))
    assert names(house.ask("quotes of שלום?")) == ["שלום מסחר"]


def test_name_when_it_is_also_a_word_of_ours_then_the_whole_name_is_wanted(house: AskingHouse) -> None:
    house.back_up(house.link("Budget Quotes Ltd"))
    house.back_up(house.link("Harbour"))
    assert len(names(house.ask("quotes?"))) == 2
    assert names(house.ask("bank rules of budget quotes?")) == ["Budget Quotes Ltd"]


def test_talks_when_swept_then_only_old_ones_are_forgotten(
    database: Database, clock: Clock, key_ring: KeyRing, tmp_path: Path
) -> None:
    talks = AskingHouse(database, clock, key_ring, tmp_path).talks
    actor = Actor(workspace_id="w" * 32, team_id="T", user_id="U", channel_id="C1")  # type: ignore[arg-type]
    talks.note(actor, "1.1", Talk(("quotes",)))
    clock.advance(days=10)
    talks.note(actor, "2.2", Talk(tuple(f"topic_number_{n}" for n in range(9)), "org-1"))
    clock.advance(days=5)
    assert talks.sweep() == 1
    kept = talks.last(actor, "2.2")
    assert kept is not None
    assert (kept.organisation_id, kept.topics[:2]) == ("org-1", ("topic_number_0", "topic_number_1"))
    assert talks.last(actor, "1.1") is None


@pytest.mark.parametrize(
    ("text", "settle"),
    [
        ("are dog photos backed up?", "Xero's own list"),
        ("who is the king of France?", "an admin of this workspace"),
        ("when is the office party?", "an admin of this workspace"),
    ],
)
def test_unknown_when_told_then_names_who_could_settle_it(three: AskingHouse, text: str, settle: str) -> None:
    answer = three.ask(text)
    (part,) = answer.parts
    assert isinstance(part, Unknown)
    assert settle in part.fact.settle


def test_unknown_when_nothing_is_near_then_offers_what_can_be_asked(three: AskingHouse) -> None:
    offered = [(one.key, one.title) for one in three.ask("who is the king of France?").near]
    assert offered == [
        ("everything", "What isn't covered?"),
        ("last_backup", "When was the last backup?"),
        ("next_run", "When is the next backup?"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "how many invoices has Secret Holdings",
        "how many invoices does Zebulon Ltd have?",
        "are the quotes of Zebulon backed up",
        "when was the last backup for Zebulon Partners?",
    ],
)
def test_name_when_it_may_not_be_shown_then_nothing_tells_whether_it_exists(
    three: AskingHouse, text: str
) -> None:
    (part,) = three.ask(text).parts
    assert isinstance(part, FactPart)
    assert part.headline == "I cannot show that here."
    assert not {"Secret", "Zebulon"} & set(str(part).split())


@pytest.mark.parametrize(
    "text", ["how many invoices has Harbour", "is VAT for HMRC backed up", "hi, has Xero quotes"]
)
def test_name_when_it_is_shown_or_none_then_is_answered(three: AskingHouse, text: str) -> None:
    assert all(part.key != "not_shown" for part in three.ask(text).parts)


@pytest.mark.parametrize("text", ["can you restore an invoice?", "could you bring the quotes back?"])
def test_restore_when_asked_of_a_kind_then_the_answer_begins_with_where_it_goes(
    three: AskingHouse, text: str
) -> None:
    message = views.draw(three.ask(text), three.clock())
    begun = "A restore brings this back into another, empty organisation, never into the live one. "
    assert str(message.payload["text"]).startswith(begun)


@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("what happens to budgets in a restore?", "A restore does not write this; the copies keep it. "),
        ("what happens to the file library in a restore?", "A restore does not write this; the copies keep "),
        ("does payroll come back when we restore?", "The last backup holds no copy of this, so a restore "),
    ],
)
def test_restore_when_asked_of_what_it_cannot_write_then_the_answer_begins_with_that(
    three: AskingHouse, text: str, begun: str
) -> None:
    message = views.draw(three.ask(text), three.clock())
    assert str(message.payload["text"]).startswith(begun)


def test_topic_when_told_then_says_how_it_comes_back(three: AskingHouse) -> None:
    drawn = str(views.draw(three.ask("are quotes of Harbour backed up?"), three.clock()).blocks)
    assert "*In a restore:* Created under the same number" in drawn


def test_two_questions_when_asked_of_one_organisation_then_both_are_answered_briefly(
    three: AskingHouse,
) -> None:
    answer = three.ask("When did the last backup of Harbour run and what is missing?")
    assert [part.kind for part in answer.parts] == ["last_backup", "everything"]
    message = views.draw(answer, three.clock())
    assert "What isn't covered for Harbour" in str(message.blocks)


def test_two_questions_when_one_needs_an_organisation_then_each_is_a_button(three: AskingHouse) -> None:
    answer = three.ask("When did the last backup run and what is missing?")
    assert [part.kind for part in answer.parts] == ["one_at_a_time"]
    assert [one.key for one in answer.near] == ["last_backup", "everything"]
    assert "one at a time" in str(views.draw(answer, three.clock()).blocks)
