"""Routes that are not conversations: Slack's HTTP door, the consent at Xero, install, health and metrics."""
