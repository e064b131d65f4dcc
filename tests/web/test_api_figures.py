"""Figures, scorecards and jobs for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

Bearer = Callable[[str], dict[str, str]]


@pytest.mark.parametrize("resource", ["metrics", "scorecards", "jobs"])
def test_hr_reads_figures_scorecards_and_jobs(app: Flask, bearer: Bearer, resource: str) -> None:
    answer = app.test_client().get(f"/api/v1/{resource}/", headers=bearer("hr"))
    assert answer.status_code == 200
    assert answer.json is not None and answer.json["count"] == len(answer.json["result"])


@pytest.mark.parametrize("resource", ["metrics", "scorecards", "jobs"])
def test_nobody_writes_them_over_the_api(app: Flask, bearer: Bearer, resource: str) -> None:
    assert app.test_client().post(f"/api/v1/{resource}/", json={}, headers=bearer("hr")).status_code in (404, 405)


def test_jobs_are_not_there_for_an_employee(app: Flask, bearer: Bearer) -> None:
    assert app.test_client().get("/api/v1/jobs/", headers=bearer("emp1")).status_code == 404
