"""What axe finds on a page against WCAG 2.2 A and AA; its script is put into each page once."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


def barriers(page: Any) -> list[str]:
    """Each violation with the first places where it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(rules) => axe.run(rules).then(result => result.violations)", RULES)
    return [f"{fault['id']} {[node['target'] for node in fault['nodes']][:3]}" for fault in found]
