"""Take a snapshot and compare two: logic over catalogue, Xero and vault; no database, no Slack."""
