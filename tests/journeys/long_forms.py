"""A long form in a real browser: two windows, a session that ends, somebody else in the same browser, and the text that is back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.people import Centre, Person
from tests.journeys.small_centre import PASSWORD

FORM = "/adjustments/new"
FIELD = "main [name=reason]"


def long_forms_lose_nothing(centre: Centre) -> None:
    hr = Person(centre.browser, centre.live, "hr2", PASSWORD)
    hr.sign_in()
    first, second = hr.page, hr.context.new_page()
    for window in (first, second):
        window.goto(centre.live.url + FORM)
    two_windows_are_told_apart(first, second)
    somebody_else_signs_in(centre, hr, first, second)
    hr.context.close()
    assert hr.trouble == []
    centre("hr").sign_in()  # signing out in one browser has ended the sessions in all


def two_windows_are_told_apart(first: Page, second: Page) -> None:
    writes(first, "What the first window says.")
    says(first, "Saved")
    writes(second, "What the second window says.")
    note = second.locator(".draft-note")
    expect(note).to_contain_text("What the first window says.")
    expect(note).to_contain_text("What the second window says.")
    note.get_by_role("button", name="Keep what is here").click()
    says(second, "Saved")
    first.reload()
    expect(first.locator(FIELD)).to_have_value("What the second window says.")


def somebody_else_signs_in(centre: Centre, hr: Person, first: Page, second: Page) -> None:
    press_sign_out(second)
    writes(first, "Written after the session had ended.")
    says(first, "You are signed out.")
    sign_in(second, centre, "hr")
    second.goto(centre.live.url + FORM)
    expect(second.locator(FIELD)).to_have_value("")
    expect(second.locator(".draft-note")).to_have_count(0)
    writes(first, "Written beside somebody else.")
    says(first, "Someone else is now signed in here.")
    press_sign_out(second)
    sign_in(second, centre, "hr2")
    first.evaluate("dispatchEvent(new Event('focus'))")
    says(first, "Saved")
    second.goto(centre.live.url + FORM)
    expect(second.locator(FIELD)).to_have_value("Written beside somebody else.")
    second.get_by_role("button", name="Discard").click()
    expect(second.locator(FIELD)).to_have_value("")
    first.goto("about:blank")


def writes(window: Page, text: str) -> None:
    window.fill(FIELD, text)


def says(window: Page, text: str) -> None:
    expect(window.locator("main form [role=status]").filter(has_text=text).first).to_be_visible()


def press_sign_out(window: Page) -> None:
    window.evaluate("document.querySelector('form[action=\"/logout/\"]').submit()")
    window.wait_for_url("**/login/**")


def sign_in(window: Page, centre: Centre, username: str) -> None:
    window.goto(f"{centre.live.url}/login/")
    window.fill("#username", username)
    window.fill("#password", PASSWORD)
    window.click("main button.main")
    window.wait_for_load_state()
