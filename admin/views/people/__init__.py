"""People's files."""
