"""Who may do and see what. Importing this package puts the row scope in force for every session."""

from admin.access import amounts, confidential, reading, scope_accounts, scope_development, viewed

__all__ = ["amounts", "confidential", "reading", "scope_accounts", "scope_development", "viewed"]
