"""A form that is refused comes back on its page: everything typed is in it, and beside it the words with their clause."""

from __future__ import annotations

from admin.web.refilling import SentForm, refilled

PAGE = """<!DOCTYPE html><main class="x"><p>&amp; &#8212;</p>
<form method="post" action="/do/1"><input type="hidden" name="kind" value="a"><input name="note" value="old">
<button>a</button></form>
<dialog id="d"><form method="post" action="/do/1"><input type="hidden" name="kind" value="b"><input name="note" value="old">
<textarea name="reason" rows="4">
</textarea><select name="stage"><option value="1" selected>one</option><option value="2">two</option></select>
<input type="checkbox" name="tick" value="7"><input type="checkbox" name="tick" value="8" checked>
<input type="password" name="secret" value=""><input type="hidden" name="once" value="new"></form></dialog></main>"""


def sent(**values: list[str]) -> SentForm:
    return SentForm("/do/1", values, "<b>words</b>", "<i>apart</i>", {"note": "too <long>"})


def test_the_form_that_was_sent_is_filled_in_and_no_other() -> None:
    html = refilled(
        PAGE, "/page", sent(kind=["b"], note=['a "quoted" <text>'], reason=["because\n<of>"], stage=["2"], tick=["7"],
        secret=["pass"], once=["old"]),
    )  # fmt: skip
    first, second = html.split("<dialog")
    assert 'name="note" value="old"' in first and "words" not in first and "apart" not in html
    assert second.startswith(' id="d" open><form method="post" action="/do/1"><b>words</b>')
    assert (
        'name="note" value="a &quot;quoted&quot; &lt;text&gt;" aria-invalid="true"><p class="error">too &lt;long&gt;</p>'
        in second
    )
    assert '<textarea name="reason" rows="4">\nbecause\n&lt;of&gt;</textarea>' in second
    assert '<option value="1">one</option><option value="2" selected>two</option>' in second
    assert 'name="tick" value="7" checked>' in second and 'name="tick" value="8">' in second
    assert "pass" not in second.replace("password", "") and 'name="once" value="new"' in second


def test_everything_else_of_the_page_stays_as_it_was() -> None:
    html = refilled(PAGE, "/page", sent(kind=["a"], note=["new"]))
    assert html.startswith('<!DOCTYPE html><main class="x"><p>&amp; &#8212;</p>')
    assert html.partition("<dialog")[2] == PAGE.partition("<dialog")[2]


def test_a_page_that_has_the_form_no_longer_says_it_at_its_head() -> None:
    html = refilled("<main><p>x</p></main>", "/page", sent(note=["new"]))
    assert html == "<main><i>apart</i><p>x</p></main>"


def test_a_form_without_an_address_is_that_of_its_page() -> None:
    html = refilled('<form method="post"><input name="note"></form>', "/do/1", sent(note=["new"]))
    assert html.startswith('<form method="post"><b>words</b><input name="note" value="new"')
