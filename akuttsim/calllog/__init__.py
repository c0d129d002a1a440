"""Call logs: real calls as exported, checked, kept private, and replayed as patients."""
