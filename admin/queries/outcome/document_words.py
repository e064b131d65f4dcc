"""What a formal document is called and says of itself, by its kind: one table (3.3.6, 4.2, 4.3, 6.3-a, 1.2-f)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DocumentWording:
    """Titles by language (`%(year)s` stands for the year), the clauses it rests on, and its sentences as printed.

    `appeal` is the sentence on how to object: `{days}` working days from service, or none where the notice gave the time.
    """

    titles: Mapping[str, str]
    basis: str
    clauses: tuple[str, ...]
    introduction: str
    appeal: str = "公示期間已依第 3.3.5 條提供申訴之機會；期內所提之申訴及異議均已審結。"
    served: bool = field(default=False, kw_only=True)


def _titles(zh_hant: str, zh_hans: str, en: str) -> dict[str, str]:
    return {"zh_hant": zh_hant, "zh_hans": zh_hans, "en": en}


CONFIRMED = "下列人員之職級，經評審委員會審定、公示期滿，現予確認。"
SERVED = "本文件送達本人；本人得自送達之日起 {days} 個工作日內申訴（第 4.3-a 條）。"
RULES = "依《客服中心職級管理辦法》第 {} 條發布。"
WORDING: dict[str, DocumentWording] = {
    "annual": DocumentWording(
        _titles(
            "%(year)s 年度客服職級評定結果", "%(year)s 年度客服职级评定结果", "Results of the grade review %(year)s"
        ),
        RULES.format("3.3.6"),
        ("3.3.4", "3.3.5", "3.3.6"),
        CONFIRMED,
    ),
    "appeal": DocumentWording(
        _titles("客服職級申訴案件評定結果", "客服职级申诉个案评定结果", "Grades after appeal"),
        RULES.format("3.3.5 條、第 3.3.6"),
        ("3.3.5", "3.3.5-a", "3.3.6"),
        "下列人員之職級，經申訴小組審定、公示期滿，現予確認。",
    ),
    "initial": DocumentWording(
        _titles("新進客服人員職級評定結果", "新进客服人员职级评定结果", "First grading"),
        RULES.format("1.2-a 條、第 3.3.6"),
        ("1.2-a", "3.3.4", "3.3.5", "3.3.6"),
        "下列新進人員之職級，經評審委員會審定、公示期滿，現予確認。",
    ),
    "demotion": DocumentWording(
        _titles("客服職級降級核定", "客服职级降级核定", "Demotion"),
        RULES.format("4.2.1 條、第 4.2.2 條、第 3.3.6"),
        ("4.2.1", "4.2.2", "4.2-a", "3.3.4", "3.3.5", "3.3.6"),
        "下列人員符合降級事由，經上級提出、部門主管審核、聽取本人陳述，由評審委員會審定，現予確認。",
    ),
    "reassessment": DocumentWording(
        _titles("客服職級重新評定結果", "客服职级重新评定结果", "Grade assessed again"),
        RULES.format("6.3.2 條、第 3.3.6"),
        ("6.3.2", "6.3-a", "3.3.6"),
        "下列人員之職級，經重新評定、評審委員會審定、公示期滿，現予確認，自生效日起取代{before}所載之職級。",
    ),
    "adjustment": DocumentWording(
        _titles("客服職級調整", "客服职级调整", "Other adjustment of grades"),
        RULES.format("4.3"),
        ("4.3", "4.3-a"),
        "下列人員之職級，經人力資源部提出、管理層核准，予以調整。",
        SERVED,
        served=True,
    ),
    "takeover_correction": DocumentWording(
        _titles("既有職級承接更正", "既有职级承接更正", "Correction of a grade taken over"),
        RULES.format("1.2-c 條、第 1.2-f"),
        ("1.2-c", "1.2-f"),
        "下列人員於系統啟用前之職級，承接時登載有誤，經人力資源部提出佐證、管理層核准，自原承接之日起更正。",
        SERVED,
        served=True,
    ),
}
GROUNDS = {
    "1": "績效評級連續不合格，已達規定年數",
    "2": "嚴重違反公司規定，致重大損失或惡劣影響",
    "3": "經培訓及調整崗位後，仍不勝任現職級",
}
HEARINGS = {"statement": "已提出書面陳述", "interview": "已面談並作成紀錄", "not_taken_up": "經通知未陳述"}


def document_wording(kind: str) -> DocumentWording:
    """The wording of a kind of document; raises KeyError for a kind that nobody issues."""
    return WORDING[kind]


def title_in(title: str, language: str) -> str:
    """A stored title in a language; one that no kind of today has is left as it was issued."""
    year = next(iter(re.findall(r"\d{4}", title)), "")
    # By the title itself: documents store the title that they were issued under, and kinds change their words.
    for words in WORDING.values():
        if words.titles["zh_hant"] % {"year": year} == title:
            return words.titles[language] % {"year": year}
    return title


def title_of(kind: str, year: int, language: str = "zh_hant") -> str:
    """What a document is called in a language."""
    return document_wording(kind).titles[language] % {"year": year}
