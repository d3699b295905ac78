"""Remember: tables, units of work, encrypted columns, migrations. Knows no Xero, no Slack, no vault."""
