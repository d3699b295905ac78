"""Settings of an organisation: itself, tracking, branding themes, people, reminders. Data."""

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
_WRITE = "accounting.settings"

ORGANISATION = Resource(
    key="organisation",
    title="Organisation details",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Organisation",
        collection="Organisations",
        id_field="OrganisationID",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
        status_field="OrganisationStatus",
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list to compare with the new organisation."),
    children=("organisation_cis_settings",),
    quirks=(
        Quirk(
            fact="The answer is a list of one, under a plural name, though the path is singular.",
            source=_SPEC,
        ),
        Quirk(
            fact="Class has grown new values without notice; treat every enumeration here as open.",
            source="XeroAPI/Xero-OpenAPI issue 818",
        ),
    ),
    caveats=(
        Caveat(
            sentence=(
                "Name, year end, tax basis, lock dates, addresses and payment terms cannot be set from "
                "outside."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead=(
                "Ledgerkeep lists them so that you can enter them in the new organisation, about 20 minutes."
            ),
            source=_SPEC,
            weight=45,
        ),
    ),
)

ORGANISATION_ACTIONS = Resource(
    key="organisation_actions",
    title="What the connection is allowed to do",
    rhythm=Rhythm.WEEKLY,
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Organisation/Actions",
        collection="Actions",
        id_field="Name",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
    ),
    restore=Restore(
        rule=RestoreRule.DERIVED, comes_back="Follows from the plan and the role of who connects."
    ),
)

TRACKING_CATEGORIES = Resource(
    key="tracking_categories",
    title="Tracking categories and options",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="TrackingCategories",
        collection="TrackingCategories",
        id_field="TrackingCategoryID",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
        params=(("includeArchived", "true"),),
        status_field="Status",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Created with their options; archived ones are created, used and archived again.",
        write_scope=_WRITE,
    ),
    quirks=(
        Quirk(
            fact=(
                "At most 2 categories may be active and 4 exist in all; 100 options each is advice, not a "
                "rule."
            ),
            source="developer.xero.com/documentation/api/accounting/trackingcategories",
        ),
        Quirk(fact="Unused categories and options vanish when deleted.", source=_SPEC),
    ),
    caveats=(
        Caveat(
            sentence=(
                "A document that mixes archived and current tracking may come back without some of its "
                "tracking."
            ),
            reason=ReasonClass.CHANGED_ON_RESTORE,
            instead="The plan names these documents; add the tracking by hand where it matters.",
            source="developer.xero.com/documentation/api/accounting/trackingcategories",
            weight=40,
        ),
    ),
)

BRANDING_THEMES = Resource(
    key="branding_themes",
    title="Branding themes (names only)",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="BrandingThemes",
        collection="BrandingThemes",
        id_field="BrandingThemeID",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE,
        comes_back="Not created; documents are given the theme of the same name where you made one.",
    ),
    caveats=(
        Caveat(
            sentence=(
                "Branding themes cannot be created from outside; Ledgerkeep keeps their names, logo address "
                "and order."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead=(
                "Make themes with the same names in the new organisation before the restore; documents then "
                "use them."
            ),
            source=_SPEC,
            weight=42,
        ),
    ),
)

USERS = Resource(
    key="users",
    title="Users",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="Users",
        collection="Users",
        id_field="UserID",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
        modified_since=True,
        updated_field="UpdatedDateUTC",
    ),
    restore=Restore(rule=RestoreRule.EVIDENCE, comes_back="As a list of people and roles to invite again."),
    caveats=(
        Caveat(
            sentence=(
                "Users cannot be invited from outside; Ledgerkeep keeps who had access and in which role."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Invite them again in Xero from the list that Ledgerkeep keeps.",
            source=_SPEC,
            weight=55,
        ),
    ),
)

INVOICE_REMINDERS = Resource(
    key="invoice_reminders",
    title="Invoice reminders (on or off)",
    rhythm=Rhythm.WEEKLY,
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="InvoiceReminders/Settings",
        collection="InvoiceReminders",
        id_field="",
        paging=Paging.WHOLE,
        scopes=scopes.SETTINGS,
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE, comes_back="As a line on the list of settings to enter again."
    ),
    quirks=(Quirk(fact="One record without any id, holding one field: Enabled.", source=_SPEC),),
    caveats=(
        Caveat(
            sentence=(
                "Of invoice reminders Xero tells only whether they are on; their days and texts cannot be "
                "read."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Keep a copy of the reminder texts yourself and set them up again by hand.",
            source=_SPEC,
            weight=58,
        ),
    ),
)

ORGANISATION_CIS_SETTINGS = Resource(
    key="organisation_cis_settings",
    title="CIS settings of the organisation (UK)",
    area=Area.ACCOUNTING,
    reading=Reading.READ,
    rhythm=Rhythm.WEEKLY,
    ledger=LedgerEffect.NONE,
    countries=("GB",),
    read=Read(
        path="Organisation/{id}/CISSettings",
        collection="CISSettings",
        id_field="",
        paging=Paging.PER_PARENT,
        parent="organisation",
        scopes=scopes.SETTINGS,
        not_found_is_none=True,
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE, comes_back="As a line on the list of settings to enter again."
    ),
    needs=("organisation",),
    quirks=(
        Quirk(
            fact="An organisation that never had CIS switched on is answered 404; that is no failure.",
            source="developer.xero.com/documentation/api/accounting/organisation",
        ),
    ),
    caveats=(
        Caveat(
            sentence=(
                "The UK construction industry (CIS) settings of the organisation are kept, but cannot be "
                "written back."
            ),
            reason=ReasonClass.NOT_RESTORABLE,
            instead="Look up in the copy whether it is contractor, subcontractor or both; enter it again.",
            source=_SPEC,
            weight=49,
            countries=("GB",),
        ),
    ),
)

PAYMENT_SERVICES = Resource(
    key="payment_services",
    title="Online payment services",
    area=Area.ACCOUNTING,
    reading=Reading.NEVER,
    ledger=LedgerEffect.NONE,
    read=Read(
        path="PaymentServices",
        collection="PaymentServices",
        id_field="PaymentServiceID",
        paging=Paging.WHOLE,
        scopes=scopes.PAYMENT_SERVICES,
    ),
    restore=Restore(rule=RestoreRule.NEVER, comes_back="Not at all; connect them again in Xero."),
    caveats=(
        Caveat(
            sentence=(
                "Connections to payment services such as Stripe or GoCardless are open to Xero's partners "
                "only."
            ),
            reason=ReasonClass.APP_TIER,
            instead="Connect your payment services again in Xero under Online payments.",
            source="cjw296/xerotrust docs/export.rst",
            weight=39,
        ),
    ),
)

FIRST = (ORGANISATION, ORGANISATION_ACTIONS)
AFTER_CHART = (TRACKING_CATEGORIES, BRANDING_THEMES, USERS, INVOICE_REMINDERS)
LATER = (ORGANISATION_CIS_SETTINGS, PAYMENT_SERVICES)
