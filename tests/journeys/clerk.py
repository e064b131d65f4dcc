"""Somebody new at a screen, by a clock of their own: what they click, fill in and read is counted at a human pace."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.journeys.conftest import LivePortal
from tests.journeys.people import Person

A_CLICK, A_FIELD, A_ROW = (
    1.5,
    3.0,
    0.5,
)  # seconds: to find and press, to find and fill in, to look over a row of a table
HAN_A_MINUTE, WORDS_A_MINUTE = 400, 250
MOST_ROWS = 30  # of a longer table nobody looks at more before they go on

# What stands outside of tables, and how many rows the tables have; hidden text is read by nobody.
READ = """() => {
  const main = document.querySelector("main").cloneNode(true);
  const rows = document.querySelectorAll("main tbody tr").length;
  const unread = "tbody, option, script, template, [hidden], .sr-only, details:not([open]) > :not(summary)";
  main.querySelectorAll(unread).forEach((each) => each.remove());
  return [main.innerText, rows];
}"""


class Clerk(Person):
    """A person whose clicks, fields and reading are counted."""

    def __init__(self, browser: Any, live: LivePortal, username: str, password: str) -> None:
        super().__init__(browser, live, username, password)
        self.context.close()
        self.context = browser.new_context(
            locale="zh-TW", viewport={"width": 1280, "height": 900}, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.clicks = self.fields = self.rows = 0
        self.han, self.words = 0, 0
        self.known: set[str] = set()
        self.steps: list[tuple[str, float]] = []

    @property
    def seconds(self) -> float:
        """How long a person takes for what was done so far."""
        reading = self.han * 60 / HAN_A_MINUTE + self.words * 60 / WORDS_A_MINUTE
        return self.clicks * A_CLICK + self.fields * A_FIELD + self.rows * A_ROW + reading

    def arrives(self) -> Clerk:
        """Read what is new on the page; what was read on an earlier one is known."""
        text, rows = self.page.evaluate(READ)
        for line in {each.strip() for each in text.splitlines()} - self.known:
            self.known.add(line)
            self.han += len(re.findall(r"[\u3400-\u9fff]", line))
            self.words += len(re.findall(r"[A-Za-z0-9][A-Za-z0-9./:-]*", line))
        self.rows += min(rows, MOST_ROWS)
        return self

    def step(self, name: str) -> None:
        """What was done since the last step is called so."""
        self.steps.append((name, self.seconds - sum(each for _name, each in self.steps)))

    def signs_in(self) -> Clerk:
        """Name and password, and the button."""
        self.sign_in()
        self.fields, self.clicks = self.fields + 2, self.clicks + 1
        return self.arrives()

    def goes(self, name: str, within: str = "main") -> Clerk:
        """Follow a link by its name."""
        self.page.locator(within).get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        return self.arrives()

    def follows_home(self) -> Clerk:
        """To the first page, by the menu."""
        return self.goes("首頁", within="nav")

    def goes_in_first_row(self) -> Clerk:
        """Open what stands first in the page's table."""
        self.page.locator("main tbody tr").first.get_by_role("link").first.click()
        self.page.wait_for_load_state()
        self.clicks += 1
        return self.arrives()

    def sees(self, role: Any, name: str) -> bool:
        """Whether a button or a link of this name is on the page."""
        return bool(self.page.locator("main").get_by_role(role, name=name).count())

    def clicks_on(self, name: str) -> Clerk:
        """Press a button by its name; where the portal asks once more that is another click."""
        button = self.page.locator("main").get_by_role("button", name=name).first
        asks = button.get_attribute("data-confirm") is not None
        self.presses(name)
        self.clicks += 2 if asks else 1
        return self.arrives()

    def prints(self, name: str) -> Clerk:
        """Press a button whose page goes to the printer: nobody reads what others are handed."""
        self.presses(name)
        self.clicks += 1
        return self

    def chooses_files(self, files: list[Path]) -> Clerk:
        """Choose files in the system's dialogue: open it, mark them, confirm."""
        self.page.locator("main input[type=file]").first.set_input_files(files)
        self.clicks += 3
        return self

    def picks(self, field: str, value: str) -> Clerk:
        """Choose in a list by its value."""
        self.page.locator(f"main [name='{field}']:visible").first.select_option(value)
        self.fields += 1
        return self

    def picks_where_empty(self, field: str, value: str) -> None:
        """Choose in a list in which nothing is chosen yet."""
        found = self.page.locator(f"main select[name='{field}']:visible")
        if found.count() and not found.first.input_value():
            self.picks(field, value)

    def picks_labelled(self, label: str, value: str) -> None:
        """The same in the list that stands beside a word, where the page has one."""
        found = self.page.locator("main").get_by_label(label, exact=True)
        if found.count() and not found.first.input_value():
            found.first.select_option(value)
            self.fields += 1

    def names(self, field: str, text: str) -> Clerk:
        """Find somebody in a field that finds people."""
        self.finds(field, text)
        self.fields += 1
        return self

    def types(self, **fields: str) -> Clerk:
        """Type into fields."""
        self.fills(**fields)
        self.fields += len(fields)
        return self
