"""Every clause is carried out: by a rule that operations call, by a page that shows its id, or by the published text.

Whether a page is there, the portal's registered views say; a clause whose page is not says so on the policy's page.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from admin.domain.workflow import TABLE
from admin.queries.policy.clauses import PAGES, ClausePage
from admin.rulebook.cases import failures
from admin.rulebook.content import Clause
from admin.rulebook.loader import shipped
from admin.web.clause_pages import is_there
from tests.views.conftest import bearer, centre, no_tokens, signed_in  # noqa: F401  fixtures

BOOK = shipped()
ROOT = Path(__file__).parents[2]
ADMIN = ROOT / "admin"

# Who reads the page; HR where nothing is said.
READER = {
    "audit": "auditor",
    "complaints": "complaint_officer",
    "departments": "head1",
    "grade-file": "emp1",
    "my-path": "emp1",
}
# Enforced clauses that say what there is or who finds what: no worked case can refuse it, these tests do.
PROVED_BY_TESTS = {
    "1.2-a": "tests/domain/test_service.py",
    "3.3-g": "tests/web/test_traps_rows.py",
}


def ids(clause: Clause) -> str:
    return clause.id


ENFORCED = [clause for clause in BOOK.clauses if clause.carrier == "enforced"]
WITH_RULE = [clause for clause in BOOK.clauses if clause.rule]
WITH_PAGE = [clause for clause in BOOK.clauses if clause.page]


# -- enforced: the rule is called ------------------------------------------------------------------------------------


@cache
def domain_modules() -> dict[str, ast.Module]:
    """Every module of the domain by its dotted place below admin.domain."""
    root = ADMIN / "domain"
    places = {".".join(path.relative_to(root).with_suffix("").parts): path for path in root.rglob("*.py")}
    return {
        place.removesuffix(".__init__"): ast.parse(path.read_text(encoding="utf-8")) for place, path in places.items()
    }


def imported(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """(local name, module below admin.domain, name) of everything imported from the domain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("admin.domain"):
            module = (node.module or "").removeprefix("admin.domain").lstrip(".")
            for alias in node.names:
                yield alias.asname or alias.name, module, alias.name


def names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


@cache
def called() -> frozenset[tuple[str, str]]:
    """(module, name) of every domain function that operations, queries or pages reach, directly or through another."""
    start: set[tuple[str, str]] = set()
    floors = ("operations", "queries", "web", "views", "api")
    for path in (*(path for floor in floors for path in (ADMIN / floor).rglob("*.py")), ADMIN / "rulebook" / "book.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = names_in(tree)
        start |= {(module, name) for local, module, name in imported(tree) if local in used}
    found, queue = set(start), deque(start)
    while queue:
        for each in reached_from(*queue.popleft()) - found:
            found.add(each)
            queue.append(each)
    return frozenset(found)


def reached_from(module: str, name: str) -> set[tuple[str, str]]:
    """What a top-level function or class of the domain uses of the domain."""
    tree = domain_modules().get(module)
    if tree is None:
        return set()
    here = {local: (place, real) for local, place, real in imported(tree)}
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    body = next((node for node in tree.body if getattr(node, "name", None) == name), None)
    if body is None:
        return {here[name]} if name in here else set()
    return {here.get(used, (module, used)) for used in names_in(body) if used in here or used in own}


def steps_taken() -> str:
    """The source of the operations, where the table's actions are named."""
    return "\n".join(path.read_text(encoding="utf-8") for path in (ADMIN / "operations").rglob("*.py"))


def is_called(rule: str) -> bool:
    module, _dot, name = rule.partition(".")
    if module != "workflow":
        return (module, name) in called()
    process, _dot, action = name.partition(".")
    if process == "guards":
        return any(action in row.only_if for row in TABLE)
    return any((row.process, row.action) == (process, action) for row in TABLE) and f'"{action}"' in steps_taken()


@pytest.mark.parametrize("clause", WITH_RULE, ids=ids)
def test_the_rule_of_a_clause_is_called_by_an_operation_or_a_query(clause: Clause):
    assert is_called(str(clause.rule)), f"{clause.rule} is called by nothing"


def test_a_rule_that_nothing_calls_would_be_found():
    assert not is_called("grades.no_such_rule")
    assert not is_called("workflow.guards.no_such_guard")


@pytest.mark.parametrize("clause", [clause for clause in ENFORCED if clause.id not in PROVED_BY_TESTS], ids=ids)
def test_an_enforced_clause_has_a_worked_case(clause: Clause):
    assert [case for case in BOOK.cases if case.clause == clause.id]


def test_every_worked_case_comes_out_as_it_says():
    assert failures(BOOK) == []


@pytest.mark.parametrize(("clause", "file"), PROVED_BY_TESTS.items())
def test_what_no_case_can_show_is_proved_by_tests(clause: str, file: str):
    assert BOOK.clause(clause).carrier == "enforced"
    assert re.search(r"^def test_", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


# -- carried: the page is there and says so --------------------------------------------------------------------------


def test_every_page_that_a_clause_names_has_an_address():
    assert {clause.page for clause in BOOK.clauses if clause.page} <= set(PAGES)


@pytest.mark.parametrize("clause", WITH_PAGE, ids=ids)
def test_the_page_of_a_clause_shows_its_id_or_the_policy_says_that_there_is_none(app, signed_in, clause: Clause):  # noqa: F811
    page = str(clause.page)
    with app.app_context():
        there = is_there(PAGES[page])
    entry = signed_in("hr").get("/policy/clauses", headers={"Accept-Language": "en"}).text
    entry = entry.partition(f'id="c-{clause.id}"')[2].partition("</article>")[0]
    assert ("No page of this portal carries it yet" in entry) is not there
    if there:
        answer = signed_in(READER.get(page, "hr")).get(PAGES[page].address, follow_redirects=True)
        assert answer.status_code == 200
        assert f'href="/policy/clauses#c-{clause.id}"' in answer.text


def test_a_page_is_there_when_a_view_is_registered_for_it_and_not_otherwise(app):
    with app.app_context():
        assert is_there(PAGES["cycles"])
        assert not is_there(ClausePage("/nowhere/at-all/", "Nowhere"))


# -- published: an anchor in the site --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(portal, database, tmp_path_factory) -> Path:
    """The notice site, built once from the portal's own snapshot."""
    from admin.access.actor import acting_as, system_actor
    from admin.models import db
    from admin.queries.outcome.public_snapshot import public_snapshot
    from notice_site.site import publish

    database.restore()
    folder = tmp_path_factory.mktemp("carriers")
    with portal.app_context(), acting_as(system_actor()):
        snapshot = public_snapshot(db.session(), portal.config["PORTAL"].now())
        db.session.remove()
        db.engine.dispose()
    return publish(snapshot, folder).path


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh_hant", "zh_hans", "en"])
def test_every_clause_has_an_anchor_in_the_published_policy(site: Path, language: str):
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("policy*/index.html")]
    anchors = [set(re.findall(r'id="c-([\w.-]+)"', page)) for page in pages]
    assert sum(found >= {clause.id for clause in BOOK.clauses} for found in anchors) >= 3, language
