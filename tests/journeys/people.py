"""A person in front of the portal: signs in as themselves, opens pages, presses buttons, reads what is there."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from sqlalchemy import select

from admin.models import Review
from tests.journeys import small_centre
from tests.journeys.conftest import WIDE, LivePortal
from tests.journeys.small_centre import NUMBERS, PASSWORD

PATIENCE_MILLISECONDS = 60_000  # on a busy machine
expect.set_options(timeout=PATIENCE_MILLISECONDS)


class Person:
    """Somebody with a browser of their own; every complaint of the browser fails the step that caused it."""

    def __init__(self, browser: Any, live: LivePortal, username: str, password: str) -> None:
        self.username, self.password, self.live, self.trouble = username, password, live, list[str]()
        self.context = browser.new_context(locale="en-GB", viewport=WIDE, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "request",
            lambda asked: None if asked.url.startswith((live.url, "data:")) else self.trouble.append(asked.url),
        )

    def sign_in(self) -> None:
        """Through the form, from wherever the portal asks for it."""
        if "/login" not in self.page.url:
            self.page.goto(f"{self.live.url}/login/")
        self.page.fill("#username", self.username)
        self.page.fill("#password", self.password)
        self.page.click("main button.main")
        self.page.wait_for_load_state()
        assert "/login" not in self.page.url, self.main()

    def opens(self, path: str, status: int = 200) -> Person:
        """Go to an address of the portal."""
        answer = self.page.goto(self.live.url + path)
        assert answer.status == status, (self.username, path, answer.status, self.main()[:1500])
        assert self.trouble == []
        return self

    def follows(self, name: str) -> Person:
        """Follow a link of the page."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self

    def presses(self, name: str, within: str = "main", exact: bool = False) -> Person:
        """Press a button, and say yes where the portal asks."""
        self.page.locator(within).get_by_role("button", name=name, exact=exact).first.click()
        asked = self.page.locator("#confirm-dialog[open] [data-confirmed]")
        if asked.count():
            asked.click()
        self.page.wait_for_load_state()
        self._signs_where_asked()
        assert self.trouble == []
        return self

    def _signs_where_asked(self) -> None:
        """What cannot be taken back asks for the password again, when somebody signed in a while ago."""
        again = self.page.locator("main [name=password_again]")
        if again.count():
            again.fill(self.password)
            self.page.locator("main").get_by_role("button", name="Sign and go on").click()
            self.page.wait_for_load_state()

    def fills(self, **fields: str) -> Person:
        """Type into fields by their names."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name}']:visible").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        return self

    def finds(self, field: str, text: str) -> Person:
        """Search in a field that finds records, and take the first one."""
        self.page.fill(f"#{field}", text)
        self.page.locator(f"#{field}-list [role=option]").first.click()
        return self

    def rates(self, value: int) -> Person:
        """Choose the same value on every scale of the form."""
        for choice in self.page.locator(f"main input[type=radio][value='{value}']").all():
            choice.check()
        return self

    def reads(self, *texts: str) -> Person:
        """These texts stand on the page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)
        return self

    def does_not_read(self, *texts: str) -> Person:
        """These do not."""
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)
        return self

    def main(self) -> str:
        """What the page says."""
        return str(self.page.locator("main").inner_text())

    def downloads(self, name: str, within: str = "main", role: Any = "button") -> bytes:
        """Press a button or a link and keep the file that comes."""
        with self.page.expect_download() as coming:
            self.page.locator(within).get_by_role(role, name=name).first.click()
        return bytes(coming.value.path().read_bytes())

    def bearer(self) -> dict[str, str]:
        """The same person as a program: the header that the API asks for."""
        given = {"username": self.username, "password": self.password, "provider": "db"}
        answer = self.context.request.post(f"{self.live.url}/api/v1/security/login", data=given)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


class Centre:
    """The running portal of the small centre, and its people, who sign in when they are first needed."""

    def __init__(self, browser: Any, live: LivePortal) -> None:
        self.browser, self.live, self.signed_in = browser, live, dict[str, Person]()

    def __call__(self, username: str) -> Person:
        if username not in self.signed_in:
            person = self.signed_in[username] = Person(self.browser, self.live, username, PASSWORD)
            person.sign_in()
        return self.signed_in[username]

    def at(self, moment: str) -> None:
        """The clock stands at this moment (Taipei); what is due then is done."""
        self.live.clock(f"{moment}+08:00")
        self.live.tick()

    def case(self, username: str) -> int:
        """The number of somebody's case."""
        return int(self.ask(select(Review.id).where(Review.employee.has(number=NUMBERS[username]))))

    def stage(self, username: str) -> str:
        return str(self.ask(select(Review.stage).where(Review.employee.has(number=NUMBERS[username]))))

    def ask(self, query: Any) -> Any:
        with self.live.inside() as session:
            return session.scalar(query)

    def behind_the_scenes(self, username: str, act: Any, *args: Any, **kwargs: Any) -> None:
        """What repeats itself is done by the operation, as that person."""
        with self.live.inside():
            act(*args, **kwargs, actor=small_centre.actor(username, self.live.now), now=self.live.now)
