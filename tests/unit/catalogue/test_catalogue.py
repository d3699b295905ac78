from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.catalogue import (
    MISSING,
    RESOURCES,
    SIZE_LIMITS,
    _checked,
    backup_scopes,
    in_dependency_order,
    reading_now,
    resource,
)
from bot.catalogue.coverage import Place, caveats_now, place_of
from bot.catalogue.model import (
    Area,
    Caveat,
    Missing,
    Paging,
    Reading,
    ReasonClass,
    Resource,
    RestoreRule,
)

READ_IN_ORDER = (
    "organisation",
    "organisation_actions",
    "currencies",
    "tax_rates",
    "accounts",
    "tracking_categories",
    "branding_themes",
    "users",
    "invoice_reminders",
    "contacts",
    "contact_groups",
    "contact_group_members",
    "items",
    "invoices",
    "credit_notes",
    "bank_transactions",
    "bank_transfers",
    "prepayments",
    "overpayments",
    "batch_payments",
    "payments",
    "manual_journals",
    "budgets",
    "budget_lines",
    "purchase_orders",
    "quotes",
    "repeating_invoices",
    "linked_transactions",
    "organisation_cis_settings",
    "invoice_details",
    "contact_cis_settings",
    "attachments",
    "attachment_contents",
    "history",
    "folders",
    "files",
    "file_contents",
    "associations",
    "asset_types",
    "assets",
    "asset_settings",
    "projects",
    "project_users",
    "project_tasks",
    "project_time",
    "aged_receivables",
    "aged_payables",
    "bank_summary",
    "budget_summary",
    "executive_summary",
    "tax_reports",
    "tax_report_details",
    "ten_ninety_nine",
    "trial_balance",
    "balance_sheet",
    "profit_and_loss",
)

BARE = {
    "attachment_contents",
    "file_contents",
    "associations",
    "folders",
    "asset_types",
    "asset_settings",
}

# Keys that are not the snake case of the answer's collection name, and why.
OTHER_KEYS = {
    "organisation": "one organisation, though Xero's list is called Organisations",
    "organisation_actions": "Actions alone would say too little",
    "contact_group_members": "ContactGroups by id, kept beside the list",
    "budget_lines": "Budgets by id, kept beside the list",
    "invoice_details": "Invoices by id, kept beside the list",
    "contact_cis_settings": "CISSettings of a contact",
    "organisation_cis_settings": "CISSettings of the organisation",
    "history": "HistoryRecords, called history in the path",
}

FORBIDDEN = re.compile(
    r"one-click|complete restore|\bfull\b|\bexact(ly)?\b|guarantee|100 ?%|point-in-time|endpoint|tenant"
    r"|payload|organization",
    re.IGNORECASE,
)

EVERY = tuple(RESOURCES.values())


def _told() -> Iterator[tuple[str, str]]:
    """Give every text that people read, with where it stands."""
    for entry in EVERY:
        yield entry.key, entry.title
        yield entry.key, entry.restore.comes_back
        for caveat in entry.caveats:
            yield entry.key, caveat.sentence
            yield entry.key, caveat.instead
    for gap in MISSING.values():
        for text in (gap.title, gap.sentence, gap.instead):
            yield gap.key, text


def test_reading_now_gives_what_a_backup_reads_in_order() -> None:
    assert tuple(entry.key for entry in reading_now()) == READ_IN_ORDER


def test_reading_now_when_asked_for_more_adds_opt_in_resources_only() -> None:
    more = {entry.key for entry in reading_now(include=("receipts", "journals", "payment_services"))}
    assert more - set(READ_IN_ORDER) == {"receipts", "journals"}


def test_reading_now_when_asked_for_an_unknown_key_refuses() -> None:
    with pytest.raises(KeyError, match="inovices"):
        reading_now(include=("inovices",))


def test_backup_scopes_are_granular_and_read_only() -> None:
    assert backup_scopes() == (
        "offline_access",
        "accounting.settings.read",
        "accounting.contacts.read",
        "accounting.invoices.read",
        "accounting.banktransactions.read",
        "accounting.payments.read",
        "accounting.manualjournals.read",
        "accounting.budgets.read",
        "accounting.attachments.read",
        "files.read",
        "assets.read",
        "projects.read",
        "accounting.reports.aged.read",
        "accounting.reports.banksummary.read",
        "accounting.reports.budgetsummary.read",
        "accounting.reports.executivesummary.read",
        "accounting.reports.taxreports.read",
        "accounting.reports.tenninetynine.read",
        "accounting.reports.trialbalance.read",
        "accounting.reports.balancesheet.read",
        "accounting.reports.profitandloss.read",
    )


def test_backup_scopes_when_asked_for_more_add_each_once() -> None:
    more = backup_scopes(include=("journals", "payroll_uk_tax", "payroll_uk_leave", "history"))
    assert set(more) - set(backup_scopes()) == {"accounting.journals.read", "payroll.employees.read"}
    assert len(set(more)) == len(more)


def test_backup_scopes_when_asked_for_an_unknown_key_refuse() -> None:
    with pytest.raises(KeyError, match="fils"):
        backup_scopes(include=("fils",))


def test_backup_scopes_whatever_is_included_never_write() -> None:
    """The one writing scope is of payment services, for which Xero has no reading one."""
    every = backup_scopes(include=RESOURCES.keys())
    assert {s for s in every if not s.endswith(".read")} == {"offline_access", "paymentservices"}


def test_keys_are_unique_and_snake_case() -> None:
    keys = [*RESOURCES, *MISSING]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", key) for key in keys)
    assert all(key == entry.key for key, entry in RESOURCES.items())


def _named() -> list[Resource]:
    """List the accounting resources whose answer carries the name of the collection."""
    return [
        entry for entry in EVERY if entry.area is Area.ACCOUNTING and entry.read and entry.read.collection
    ]


@pytest.mark.parametrize("entry", _named(), ids=lambda entry: entry.key)
def test_key_of_an_accounting_collection_is_its_name_in_snake_case(entry: Resource) -> None:
    assert entry.read is not None
    if entry.file_stem == "reports":
        assert entry.read.collection == "Reports"
    elif entry.key not in OTHER_KEYS:
        assert re.sub(r"(?<!^)(?=[A-Z])", "_", entry.read.collection).lower() == entry.key
    else:
        assert re.sub(r"(?<!^)(?=[A-Z])", "_", entry.read.collection).lower() != entry.key


def test_contract_names_are_all_here() -> None:
    contract = """invoices bank_transactions credit_notes manual_journals contact_groups tracking_categories
        tax_rates linked_transactions repeating_invoices batch_payments bank_transfers purchase_orders
        branding_themes assets asset_types files folders projects project_tasks project_time reports
        history"""
    assert set(contract.split()) <= {entry.file_stem for entry in EVERY}


def test_in_dependency_order_puts_each_after_what_it_needs() -> None:
    place = {entry.key: number for number, entry in enumerate(in_dependency_order())}
    assert place.keys() == RESOURCES.keys()
    assert all(place[other] < place[entry.key] for entry in EVERY for other in entry.needs)


def test_reading_order_puts_each_after_its_parent() -> None:
    place = {key: number for number, key in enumerate(RESOURCES)}
    for entry in EVERY:
        if entry.read and entry.read.parent:
            assert place[entry.read.parent] < place[entry.key], entry.key


def test_parents_and_children_agree() -> None:
    for entry in EVERY:
        if entry.read and entry.read.parent:
            assert entry.key in RESOURCES[entry.read.parent].children
        for child in entry.children:
            read = RESOURCES[child].read
            assert read is not None
            assert read.parent in {"", entry.key}
            assert ("{parent}" in read.path) is (read.parent == "")


def test_placeholder_for_the_parent_stands_where_there_is_one() -> None:
    for entry in EVERY:
        if entry.read:
            held = "{id}" in entry.read.path or any("{id}" in value for _, value in entry.read.params)
            assert held is (entry.read.paging is Paging.PER_PARENT), entry.key


def test_unknown_key_in_needs_is_refused() -> None:
    quotes = resource("quotes")
    with pytest.raises(ValueError, match="quotes names contacts"):
        _checked((quotes,))


def test_same_key_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        _checked((resource("currencies"), resource("currencies")))


@pytest.mark.parametrize("entry", reading_now(), ids=lambda entry: entry.key)
def test_everything_read_says_how(entry: Resource) -> None:
    assert entry.read is not None
    # Of history the permission is that of the record it belongs to.
    assert (entry.read.scopes == ()) is (entry.key == "history")
    assert all(scope.endswith(".read") for scope in entry.read.scopes[:1])
    # A bare list and a file have no name; a list that hangs on each of others may itself be paged.
    assert bool(entry.read.collection) is (entry.key not in BARE)
    paged = {Paging.SIZED, Paging.FIXED} | ({Paging.PER_PARENT} if entry.area is Area.PROJECTS else set())
    assert (entry.read.page_size > 0) is (entry.read.paging in paged)
    assert entry.read.dates is not None or entry.read.paging is not Paging.REPORT


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.key)
def test_whatever_is_not_covered_has_a_caveat_with_what_to_do(entry: Resource) -> None:
    if entry.reading is not Reading.READ:
        assert caveats_now(entry)
    elif entry.restore.rule in {RestoreRule.EVIDENCE, RestoreRule.NEVER}:
        told = {place_of(caveat.reason) for caveat in entry.caveats}
        assert told & {Place.NOT_RESTORABLE, Place.CHANGED}
    elif entry.restore.rule is RestoreRule.DRAFT:
        assert any(place_of(caveat.reason) is Place.CHANGED for caveat in entry.caveats)


@pytest.mark.parametrize("told", [c for entry in EVERY for c in entry.caveats] + list(MISSING.values()))
def test_every_gap_is_a_sentence_with_what_to_do_and_a_source(told: Caveat | Missing) -> None:
    assert re.fullmatch(r"[A-Z].{20,160}\.", told.sentence)
    assert re.fullmatch(r"[A-Z].{15,160}\.", told.instead)
    assert told.source
    assert 1 <= told.weight < 100
    assert set(told.countries) <= {"AU", "NZ", "GB", "US"}


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.key)
def test_every_quirk_names_its_source(entry: Resource) -> None:
    for quirk in entry.quirks:
        assert re.fullmatch(r"[A-Z].{10,160}\.", quirk.fact), quirk.fact
        assert quirk.source


def test_no_text_promises_too_much_or_speaks_jargon() -> None:
    found = [(key, text) for key, text in _told() if FORBIDDEN.search(text)]
    assert found == []


def test_forbidden_words_are_found_when_they_stand_there() -> None:
    assert FORBIDDEN.search("A full copy")
    assert not FORBIDDEN.search("Carefully filled, but 0 % VAT")


def test_opt_in_means_another_permission_or_tier() -> None:
    for entry in EVERY:
        if entry.reading is Reading.OPT_IN:
            reason = caveats_now(entry)[0].reason
            assert reason in {ReasonClass.APP_TIER, ReasonClass.SCOPE_NOT_GRANTED, ReasonClass.SWITCHED_OFF}
            shared = set(backup_scopes()) & set(entry.read.scopes if entry.read else ())
            assert bool(shared) is (entry.key == "pdfs")  # they cost a call each, and need nothing else


def test_retired_resources_are_never_asked_for_by_default() -> None:
    assert {entry.key for entry in EVERY if entry.retired} == {"expense_claims", "receipts"}
    assert not [entry.key for entry in reading_now() if entry.retired]


def test_payroll_is_read_only_where_it_is_switched_on() -> None:
    payroll = [entry for entry in EVERY if entry.key.startswith("payroll_")]
    assert {entry.reading for entry in payroll} == {Reading.OPT_IN}
    assert {entry.caveats[0].reason for entry in payroll} == {ReasonClass.SWITCHED_OFF}
    assert not [one for one in backup_scopes() if one.startswith("payroll")]


def test_payroll_below_other_records_says_whose_it_is() -> None:
    """An id that is unique below one parent only would let one employee's leave replace another's."""
    for entry in EVERY:
        read = entry.read
        if entry.key.startswith("payroll_") and read and read.parent:
            parent = resource(read.parent).read
            own = bool(read.id_field) and parent is not None and read.id_field != parent.id_field
            assert read.id_within_parent is own, entry.key


def test_payroll_is_never_restored() -> None:
    payroll = [entry for entry in EVERY if entry.area.name.startswith("PAYROLL")]
    assert payroll
    assert {entry.restore.rule for entry in payroll} == {RestoreRule.NEVER}
    assert not any(entry.restore.write_scope for entry in payroll)


def test_whatever_is_created_names_the_permission_to_write() -> None:
    writing = {RestoreRule.CREATE, RestoreRule.MATCH, RestoreRule.ALLOCATE, RestoreRule.DRAFT}
    for entry in EVERY:
        assert bool(entry.restore.write_scope) is (entry.restore.rule in writing), entry.key
        assert not entry.restore.write_scope.endswith(".read")


def test_base_paths_are_those_of_the_apis() -> None:
    assert Area.PAYROLL_UK.base_path == Area.PAYROLL_NZ.base_path == "payroll.xro/2.0"
    assert Area.PAYROLL_AU.base_path == "payroll.xro/1.0"
    assert Area.ACCOUNTING.base_path == "api.xro/2.0"


def test_reports_share_one_file_and_others_have_their_own() -> None:
    stems = [entry.file_stem for entry in reading_now()]
    assert stems.count("reports") == 11
    assert all(stems.count(stem) == 1 for stem in stems if stem != "reports")


def test_size_limits_are_the_published_ones() -> None:
    assert {limit.key: limit.limit for limit in SIZE_LIMITS} == {
        "documents": 40_000,
        "bank_transactions": 40_000,
        "allocated_credit_notes": 2_500,
        "contacts": 10_000,
        "accounts": 600,
    }
    assert {key for limit in SIZE_LIMITS for key in limit.counts} <= set(READ_IN_ORDER)


def test_size_limit_of_allocated_credit_notes_does_not_count_all_of_them() -> None:
    assert {limit.key for limit in SIZE_LIMITS if not limit.counts} == {"allocated_credit_notes"}


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.key)
def test_caveats_of_a_country_s_own_resource_name_the_country(entry: Resource) -> None:
    if entry.countries:
        assert {caveat.countries for caveat in entry.caveats} == {entry.countries}


def test_budget_dates_stay_within_what_one_call_gives() -> None:
    read = resource("budget_lines").read
    assert read is not None
    assert read.dates is not None
    assert read.dates.days_before + read.dates.days_after + 1 <= 23 * 31  # never more than 24 calendar months


def test_trial_balance_is_read_for_today_and_thirteen_month_ends() -> None:
    read = resource("trial_balance").read
    assert read is not None
    assert read.dates is not None
    assert (read.dates.names, read.dates.month_ends) == (("date",), 13)
