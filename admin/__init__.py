"""The admin portal of the customer service centre's grade management, and the core that it stands on."""

__version__ = "0.1.0"
