"""Plan a restore, write it, prove it. Plans and payloads are pure; who may ask is decided elsewhere."""
