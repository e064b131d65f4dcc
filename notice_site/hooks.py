"""What MkDocs calls while it builds: our pages go in as HTML, never as Markdown.

`notice_site.build` sets `config.extra["edition"]`; a plain `mkdocs build` finds none and takes the last published
snapshot, or the sample, and builds every language.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the mkdocs command does not have the project on its path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

import config as settings
from notice_site import build, elsewhere, pages, pictures, release, validate
from notice_site.edition import Edition, base_path

SAMPLE = Path(__file__).with_name("sample.json")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Find the snapshot when MkDocs was called by itself, and say what the pages are."""
    if "edition" not in config.extra:
        last = _last_snapshot()
        if last is not None:  # real names are about to be written: the portal takes them down there as well
            elsewhere.note(_var_dir(), elsewhere.BUILT, Path(config.site_dir))
        snapshot = validate.read(last or SAMPLE)
        build.prepare(config, Edition(snapshot, snapshot["languages"][0]))
        config.extra["whole_site"] = True
    edition: Edition = config.extra["edition"]
    config.extra["pages"] = {page.source: page for page in pages.all_pages(edition)}
    config.extra["menu"] = pages.menu(edition)
    # Fixed pages alone: a list in nav or sitemap would be found after it has come down.
    config.nav = [{page.title: page.source} for page in pages.fixed_pages(edition)]
    return config


def _last_snapshot() -> Path | None:
    return release.last_snapshot(_var_dir() / "notice_site")


def _var_dir() -> Path:
    return settings.folder("VAR_DIR", os.environ.get("VAR_DIR", "var"))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages (empty: their HTML comes later), the pictures, and leave out what nobody loads."""
    edition: Edition = config.extra["edition"]
    for file in [file for file in files if _unused(file.src_uri, edition)]:
        files.remove(file)
    for source in config.extra["pages"]:
        files.append(File.generated(config, source, content=""))
    for name, svg in pictures.pictures(edition).items():
        files.append(File.generated(config, name, content=svg))
    return files


def _unused(source: str, edition: Edition) -> bool:
    return source.endswith(".map") or "/lunr/" in source or (source == "robots.txt" and not edition.is_root)


def on_page_markdown(markdown: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
    """Give the page its title, its layout and its place in or outside the search."""
    ours = _ours(page, config)
    page.meta.update({"title": ours.title, "template": ours.layout, "listed": ours.listed, "section": ours.section})
    if not ours.listed:
        # The index is one file for all pages and would keep a name for as long as a browser keeps it.
        page.meta["search"] = {"exclude": True}
    # Nothing passes through Markdown: a name must not become a heading, a link or a picture.
    return ""


def on_page_content(html: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
    """The page itself; the one entry of the contents makes the theme's skip link."""
    ours = _ours(page, config)
    page.toc = TableOfContents([AnchorLink(ours.title, "main", 1)])
    return pages.render(ours, config.extra["edition"])


def _ours(page: MkDocsPage, config: MkDocsConfig) -> pages.Page:
    found: pages.Page = config.extra["pages"][page.file.src_uri]
    return found


def on_template_context(context: Any, template_name: str, config: MkDocsConfig) -> Any:
    """A 404 page is shown at any address: its links begin at the site's own path."""
    if template_name == "404.html":
        edition: Edition = config.extra["edition"]
        context["base_url"] = base_path(edition.snapshot) + edition.folder
    return context


def on_post_build(config: MkDocsConfig) -> None:
    """With a plain `mkdocs build`: the rows, and the other languages."""
    if config.extra.get("whole_site"):
        edition: Edition = config.extra["edition"]
        build.finish(Path(config.site_dir), edition)
        build.other_languages(edition.snapshot, Path(config.site_dir))
