"""The words that HR's files have for our values: what they mean where they mean one thing, and the usual scales."""

from __future__ import annotations

from collections.abc import Mapping

from admin.domain.codes import EmployeeStatus, PerformanceRating
from admin.files.headers import words
from admin.files.screen_words import said

STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "in_service": words(
        "在職|在职|在崗|在岗|在籍|正式|試用|试用|試用期|试用期|試用中|试用中|Active|In service|Employed|Probation"
    ),
    "left": words(
        "離職|离职|已離職|已离职|退休|已退休|資遣|资遣|Terminated|Left|Resigned|Retired|Voluntarily Terminated|Terminated for Cause"
    ),
    "on_leave": words(
        "留職停薪|留职停薪|留停|育嬰留停|育婴留停|停薪留職|停薪留职|長假|长假|产假|產假|育嬰假|育婴假|On leave"
    ),
}
RATING_WORDS: dict[str, tuple[str, ...]] = {  # only words that mean one thing; other scales are mapped by HR
    "excellent": words("優秀|优秀|Excellent"),
    "good": words("良好|Good"),
    "qualified": words("合格|Qualified"),
    "unqualified": words("不合格|Unqualified"),
    "unrated": words("未評定|未评定|未參評|未参评|Unrated"),
}
RATING_SCALES: dict[str, dict[str, str]] = {  # offered to HR for other scales, never applied unasked
    "優/甲/乙/丙/丁": {
        **dict.fromkeys(("特優", "特优", "優", "优", "優等", "优等"), "excellent"),
        **dict.fromkeys(("甲上", "甲", "甲等"), "good"),
        **dict.fromkeys(("乙上", "乙", "乙等"), "qualified"),
        **dict.fromkeys(("丙", "丙等", "丁", "丁等"), "unqualified"),
    },
    "S/A/B/C/D": {"S": "excellent", "A": "good", "B": "qualified", "C": "qualified", "D": "unqualified"},
    "1-5": {"5": "excellent", "4": "good", "3": "qualified", "2": "qualified", "1": "unqualified"},
    "PIP": {"Exceeds": "excellent", "Fully Meets": "good", "Needs Improvement": "qualified", "PIP": "unqualified"},
}
FLAG_WORDS: dict[str, tuple[str, ...]] = {
    "yes": words("Y|Yes|True|1|是|已接聽|已接听|已接通|已解決|已解决|有|Answered|Resolved|Booking completed"),
    "no": words(
        "N|No|False|0|否|未接聽|未接听|未接通|未解決|未解决|無|无|Unanswered|Unresolved|Call unanswered|No availability"
    ),
}


def _and_of_screens(meanings: Mapping[str, tuple[str, ...]], labels: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {ours: (*synonyms, *said(labels[ours])) for ours, synonyms in meanings.items()}


VALUE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "status": _and_of_screens(STATUS_WORDS, EmployeeStatus.labels()),
    "rating": _and_of_screens(RATING_WORDS, PerformanceRating.labels()),
    "management": FLAG_WORDS,
    "answered": FLAG_WORDS,
    "resolved": FLAG_WORDS,
    "complaint": FLAG_WORDS,
}
