"""The home page."""

from __future__ import annotations

from admin.web.page import Page, route


class HomeView(Page):
    """/ — what waits for me."""

    route_base = ""

    @route("/")
    def index(self) -> str:
        """The home page."""
        return self.show_page("appbuilder/index.html")
