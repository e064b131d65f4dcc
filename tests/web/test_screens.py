"""Every generated screen opens for those whom the access list names."""

from __future__ import annotations

import re

import pytest


def test_every_menu_entry_opens_for_hr(signed_in):
    client = signed_in("hr")
    links = re.findall(r'<nav class="side".*?</nav>', client.get("/").text, re.S)[0]
    addresses = set(re.findall(r'href="(/[^"]*)"', links))
    assert {"/departments/list/", "/employees/list/", "/pay_bands/list/"} <= addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", ["admin", "auditor", "emp1", "sup1", "head1", "management"])
def test_every_menu_entry_opens_for_its_reader(signed_in, name):
    client = signed_in(name)
    links = re.findall(r'<nav class="side".*?</nav>', client.get("/").text, re.S)[0]
    for address in set(re.findall(r'href="(/[^"]*)"', links)):
        assert client.get(address).status_code == 200, address


def test_a_department_is_added_changed_and_deleted(signed_in):
    client = signed_in("hr")
    assert client.post("/departments/add", data={"code": "QA", "name": "品質"}).status_code == 302
    page = client.get("/departments/list/?_flt_2_code=QA").text
    key = re.search(r"/departments/show/(\d+)", page)[1]
    form = client.get(f"/departments/edit/{key}").text
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', form)[1]
    assert (
        client.post(f"/departments/edit/{key}", data={"code": "QA", "name": "品質部", "seen": seen}).status_code == 302
    )
    assert "品質部" in client.get(f"/departments/show/{key}").text
    assert client.post(f"/departments/delete/{key}").status_code == 302
    assert client.get(f"/departments/show/{key}").status_code == 404
