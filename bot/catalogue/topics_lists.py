"""What people call lists, settings and people. Data."""

from __future__ import annotations

from bot.catalogue.topics_model import Topic

_LISTS = (
    Topic(
        key="contacts",
        title="Customers and suppliers",
        words=(
            "contact, customer, supplier, vendor, client, client list, customer list, address book, "
            "supplier bank detail, bank detail, bank details of supplier, payment term, contact "
            "person, email address, archived contact, supplier account, creditor detail, contact "
            "detail"
        ),
        about=("contacts",),
        near=("contact_groups", "smart_lists"),
    ),
    Topic(
        key="contact_groups",
        title="Contact groups",
        words="contact group, group of contact, customer group, supplier group, group of customer",
        about=("contact_groups", "contact_group_members"),
        near=("contacts", "smart_lists"),
    ),
    Topic(
        key="smart_lists",
        title="Smart lists of contacts",
        words="smart list, smartlist, contact filter, saved contact search",
        about=("smart_lists",),
        near=("contact_groups", "contacts"),
    ),
    Topic(
        key="items",
        title="Products and services (items)",
        words=(
            "item, product, service item, product and service, inventory, stock, stock level, tracked "
            "inventory, inventory item, item list, price list, stock on hand, sku, tracked inventory "
            "item, inventory quantity, stock value, item code, stock list"
        ),
        about=("items",),
        near=("invoices", "purchase_orders"),
    ),
    Topic(
        key="accounts",
        title="The chart of accounts with its bank accounts",
        words=(
            "chart of account, coa, nominal code, account code, gl code, gl account, bank account, "
            "nominal, account list, nominal account, archived account, ledger account"
        ),
        about=("accounts",),
        near=("credit_cards", "trial_balance"),
        single=True,
    ),
    Topic(
        key="credit_cards",
        title="Credit card accounts",
        words=(
            "credit card, card account, amex, visa card, mastercard, paypal account, company card, paypal"
        ),
        also=("accounts",),
        only="credit card",
        near=("accounts", "bank_transactions"),
        says="Credit card accounts are backed up, but Xero lets no app create one again.",
    ),
    Topic(
        key="currencies",
        title="Currencies and exchange rates",
        words=(
            "currency, foreign currency, exchange rate, multi currency, multicurrency, fx, fx rate, "
            "forex, foreign exchange, xe rate"
        ),
        about=("currencies",),
        near=("bank_transactions", "tax_rates"),
    ),
    Topic(
        key="tax_rates",
        title="Tax rates",
        words=(
            "tax rate, vat rate, gst rate, tax code, tax type, vat code, sales tax rate, custom tax "
            "rate, gst code"
        ),
        about=("tax_rates",),
        near=("reverse_charge", "vat", "tax_returns"),
    ),
    Topic(
        key="reverse_charge",
        title="Reverse charge VAT rates",
        words="reverse charge, domestic reverse charge, drc, reverse charge vat, special tax rate",
        also=("tax_rates",),
        only="reverse charge",
        near=("tax_rates", "vat"),
        says="Reverse charge rates are backed up, but Xero refuses to let an app create some of them.",
    ),
    Topic(
        key="vat",
        title="VAT, GST and sales tax",
        words="vat, gst, sales tax, tax, value added tax, hst",
        also=("tax_rates", "vat_returns", "tax_reports", "tax_report_details"),
        near=("tax_rates", "tax_returns", "reverse_charge"),
        says="The tax on each document and the tax rates are backed up; filed returns are not.",
        single=True,
    ),
    Topic(
        key="tracking",
        title="Tracking categories and options",
        words=(
            "tracking, tracking category, tracking option, department, cost centre, cost center, "
            "archived tracking, archived tracking option, class, tracking code"
        ),
        about=("tracking_categories",),
        near=("reports", "budgets"),
    ),
    Topic(
        key="budgets",
        title="Budgets",
        words="budget, budget manager, budget figure, forecast, budget manager figure, budget line",
        about=("budgets", "budget_lines"),
        near=("reports", "tracking"),
    ),
)

_SETTINGS = (
    Topic(
        key="organisation",
        title="Organisation details and settings",
        words=(
            "organisation detail, organisation setting, organization setting, company detail, company "
            "setting, year end, financial year end, org setting, financial setting, xero setting, vat "
            "number, registration number, org detail, organization detail, general setting, invoice "
            "setting"
        ),
        about=("organisation", "organisation_actions"),
        near=("lock_dates", "users", "reminders"),
    ),
    Topic(
        key="lock_dates",
        title="Lock dates",
        words="lock date, period lock, locked period, closed period, lock, lockdate",
        about=("lock_date_history",),
        also=("organisation",),
        near=("organisation", "audit_trail"),
        says=(
            "Today's lock dates are in each backup but cannot be written back; who changed them, and when, "
            "cannot be read."
        ),
    ),
    Topic(
        key="branding",
        title="Branding themes",
        words="branding, branding theme, invoice theme, theme, invoice layout, invoice design",
        about=("branding_themes", "branding_theme_layouts"),
        near=("invoice_templates", "email_templates"),
    ),
    Topic(
        key="invoice_templates",
        title="Custom invoice templates and logo files",
        words=(
            "logo, invoice template, docx template, custom template, custom docx template, word "
            "template, docx, letterhead, custom invoice template, quote template, logo file"
        ),
        about=("custom_invoice_templates",),
        near=("branding", "email_templates"),
    ),
    Topic(
        key="email_templates",
        title="E-mail templates",
        words=(
            "email template, email text, invoice email, email wording, wording of invoice email, "
            "wording of email, reminder text, statement email, email message, wording"
        ),
        about=("email_templates",),
        near=("reminders", "branding"),
    ),
    Topic(
        key="reminders",
        title="Invoice reminders",
        words="invoice reminder, payment reminder, reminder, chaser, dunning, overdue reminder",
        about=("invoice_reminders",),
        near=("email_templates", "repeating"),
    ),
    Topic(
        key="users",
        title="Users and their permissions",
        words=(
            "user, user role, user permission, permission, access to xero, who had access, role, xero "
            "user, user access, access right, who had access to xero, user list"
        ),
        about=("users", "user_permissions"),
        near=("audit_trail", "organisation"),
    ),
    Topic(
        key="audit_trail",
        title="Logins and the history of the whole organisation",
        words=(
            "audit trail, audit log, login, who logged in, activity log, login history, log in "
            "history, who did what, history and notes activity, audit history, change log, logged in"
        ),
        about=("login_history",),
        near=("history", "users"),
    ),
    Topic(
        key="payment_services",
        title="Online payment services",
        words=(
            "payment service, stripe, gocardless, online payment, payment gateway, square, direct "
            "debit, paypal payment"
        ),
        about=("payment_services",),
        near=("online_links", "connected_apps"),
    ),
    Topic(
        key="connected_apps",
        title="Connected apps",
        words=(
            "connected app, app connected, app connected to xero, integration, add on, addon, dext, "
            "receipt bank, third party app, marketplace app, a2x, approvalmax, app, plugin, autoentry"
        ),
        about=("connected_apps",),
        near=("payment_services", "hubdoc"),
    ),
    Topic(
        key="subscription",
        title="Xero subscription and billing",
        words=(
            "xero subscription, subscription, xero plan, xero billing, invoice from xero, "
            "subscription billing"
        ),
        about=("subscription",),
        near=("users",),
        hangs_on_records=True,
    ),
    Topic(
        key="cis",
        title="CIS settings (UK construction industry)",
        words=(
            "cis, construction industry scheme, cis setting, subcontractor, cis deduction, "
            "contractor, subbie, cis deduction setting"
        ),
        about=("organisation_cis_settings", "contact_cis_settings"),
        near=("contacts", "tax_returns"),
    ),
)

ALL = (*_LISTS, *_SETTINGS)
