"""Customers, suppliers and the groups they are in. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"
_WRITE = "accounting.contacts"

CONTACTS = Resource(
    key="contacts",
    title="Customers and suppliers",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Contacts",
        collection="Contacts",
        id_field="ContactID",
        paging=Paging.SIZED,
        page_size=1000,
        scopes=scopes.CONTACTS,
        modified_since=True,
        order="ContactID ASC",
        params=(("includeArchived", "true"),),
        status_field="ContactStatus",
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back=(
            "Created with people, bank details, defaults and terms; archived ones are archived at the end."
        ),
        write_scope=_WRITE,
    ),
    needs=("accounts", "tax_rates", "tracking_categories", "currencies", "branding_themes"),
    children=("attachments", "history", "contact_cis_settings", "aged_receivables", "aged_payables"),
    quirks=(
        Quirk(
            fact=(
                "Balances, IsCustomer and IsSupplier change without a new UpdatedDateUTC; a weekly whole "
                "scan is needed."
            ),
            source="developer.xero.com as third parties copied it",
        ),
        Quirk(
            fact="A merged contact stays in the list and names its successor in MergedToContactID.",
            source=_SPEC,
        ),
    ),
    caveats=(
        Caveat(
            sentence="A contact's website and standing discount can be read but not written back.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Look them up in the copy and enter them by hand for the contacts that need them.",
            source=_SPEC,
            weight=65,
        ),
        Caveat(
            sentence=(
                "Bank details of contacts come back only when the person connecting may manage bank accounts."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="Have an adviser with bank account administration connect the new organisation.",
            source="developer.xero.com as third parties copied it",
            weight=22,
        ),
        Caveat(
            sentence="Two contacts that share a name, one of them archived, may need a small change of name.",
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan shows each new name before you approve it.",
            source=_SPEC,
            weight=68,
        ),
    ),
)

CONTACT_GROUPS = Resource(
    key="contact_groups",
    title="Contact groups",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="ContactGroups",
        collection="ContactGroups",
        id_field="ContactGroupID",
        paging=Paging.WHOLE,
        scopes=scopes.CONTACTS,
        status_field="Status",
    ),
    restore=Restore(rule=RestoreRule.CREATE, comes_back="Created under the same name.", write_scope=_WRITE),
    children=("contact_group_members",),
    quirks=(
        Quirk(
            fact="Deleted groups are not listed; comparing whole lists shows that one is gone.", source=_SPEC
        ),
        Quirk(fact="An organisation may hold at most 100 groups.", source=_SPEC),
    ),
)

CONTACT_GROUP_MEMBERS = Resource(
    key="contact_group_members",
    title="Members of contact groups",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="ContactGroups/{id}",
        collection="ContactGroups",
        id_field="ContactGroupID",
        paging=Paging.PER_PARENT,
        parent="contact_groups",
        scopes=scopes.CONTACTS,
        status_field="Status",
    ),
    restore=Restore(
        rule=RestoreRule.ALLOCATE,
        comes_back="The restored contacts are put into their groups again.",
        write_scope=_WRITE,
    ),
    needs=("contact_groups", "contacts"),
    quirks=(Quirk(fact="Only a group fetched by itself lists its members.", source=_SPEC),),
)

CONTACT_CIS_SETTINGS = Resource(
    key="contact_cis_settings",
    title="CIS settings of subcontractors (UK)",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.FILLED,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Contacts/{id}/CISSettings",
        collection="CISSettings",
        id_field="",
        paging=Paging.PER_PARENT,
        parent="contacts",
        scopes=scopes.SETTINGS,
        not_found_is_none=True,
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list to enter again."),
    countries=("GB",),
    needs=("contacts", "organisation_cis_settings"),
    quirks=(
        Quirk(
            fact="A contact that never had CIS switched on is answered 404; that is no failure.",
            source="developer.xero.com/documentation/api/accounting/contacts",
        ),
        Quirk(
            fact="One call for each contact; asked only where the organisation itself takes part in CIS.",
            source=_SPEC,
        ),
        Quirk(fact="The name of the list is CISSettings; the example has CISSetting.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence=(
                "The UK construction industry (CIS) settings of subcontractors are kept, but cannot be "
                "written back; verification numbers cannot be read."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead=(
                "Enter the rates again from the copy, and keep a list of the verification numbers yourself."
            ),
            source=_SPEC,
            weight=48,
            countries=("GB",),
        ),
    ),
)

FIRST = (CONTACTS, CONTACT_GROUPS, CONTACT_GROUP_MEMBERS)
LATER = (CONTACT_CIS_SETTINGS,)
