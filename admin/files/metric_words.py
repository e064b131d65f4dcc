"""The words that HR's files have for monthly figures, and for the averages and rates that are made of them."""

from __future__ import annotations

from functools import cache

from admin.domain.metrics import COUNTS, RATES
from admin.files.headers import header_key, header_keys, two_languages, words
from admin.files.screen_words import said

METRIC_HEADERS: dict[str, tuple[str, ...]] = {  # all figures of admin.domain.metrics.COUNTS
    "offered": words("來電量|来电量|呼入量|進線量|进线量|進線數|进线数|來電數|来电数|Offered|Contacts offered"),
    "answered": words(
        "接聽量|接听量|接聽數|接听数|接聽總數|接听总数|接通量|接通數|接通数|處理量|处理量|話務量|话务量|服務量|服务量|Answered|Volume|"
        "Contacts answered"
    ),
    "resolved": words(
        "解決量|解决量|解決數|解决数|解決件數|解决件数|已解決|已解决|已解決數|已解决数|已解決件數|已解决件数|Resolved|Contacts resolved"
    ),
    "csat_sum": words(
        "滿意度總分|满意度总分|評分總和|评分总和|滿意度評分總和|满意度评分总和|CSAT sum|Sum of satisfaction answers|Satisfaction sum"
    ),
    "csat_n": words(
        "評價數|评价数|滿意度評價數|满意度评价数|滿意度回覆數|满意度回复数|滿意度樣本數|满意度样本数|回覆數|回复数|參評量|参评量|"
        "CSAT count|"
        "Satisfaction answers|Survey responses"
    ),
    "csat_top2": words(
        "滿意數|满意数|滿意評價數|满意评价数|CSAT top 2|Satisfied answers|Satisfaction answers of 4 or 5"
    ),
    "wait_seconds_sum": words(
        "等待總秒數|等待总秒数|總等待秒數|总等待秒数|等待總時長|等待总时长|總等待時間|总等待时间|Seconds waited"
    ),
    "wait_n": words("計入等待的通數|计入等待的通数|Contacts with a wait"),
    "talk_seconds_sum": words(
        "通話總秒數|通话总秒数|總通話秒數|总通话秒数|通話總時長|通话总时长|總通話時間|总通话时间|Seconds talked|Total talk time"
    ),
    "talk_n": words("計入通話的通數|计入通话的通数|Contacts with a talk time"),
    "complaints": words(
        "投訴數|投诉数|投訴量|投诉量|投訴件數|投诉件数|客訴數|客诉数|客訴件數|客诉件数|有責投訴數|有责投诉数|"
        "Complaints|Justified complaints"
    ),
    "days_worked": words("出勤天數|出勤天数|出勤日數|出勤日数|工作天數|工作天数|工作日數|工作日数|Days worked"),
    "performance_score": words(
        "績效分|绩效分|績效分數|绩效分数|績效分值|绩效分值|績效得分|绩效得分|Performance score|Performance score of the company's system"
    ),
}
RATE_HEADERS: dict[
    str, tuple[str, ...]
] = {  # all rates of admin.domain.metrics.RATES: taken where their count stands beside them
    "csat_mean": words(
        "滿意度|满意度|客戶滿意度|客户满意度|平均滿意度|平均满意度|滿意度平均|满意度平均|滿意度均分|满意度均分|CSAT|CSAT mean|"
        "Average satisfaction"
    ),
    "csat_top_rate": words(
        "滿意率|满意率|客戶滿意率|客户满意率|CSAT top 2 rate|Satisfaction rate|Share of satisfied answers"
    ),
    "resolution_rate": words(
        "解決率|解决率|一次解決率|一次解决率|首次解決率|首次解决率|首解率|FCR|First contact resolution|Resolution rate"
    ),
    "answer_rate": words("接通率|接聽率|接听率|應答率|应答率|Answer rate|Answered rate"),
    "wait_mean": words(
        "平均應答時長|平均应答时长|平均等待時間|平均等待时间|平均等待秒數|平均等待秒数|ASA|Average wait|Average speed of answer"
    ),
    "talk_mean": words(
        "平均處理時長|平均处理时长|平均通話時長|平均通话时长|平均通話秒數|平均通话秒数|AHT|ATT|Average talk time|Average handle time"
    ),
}
METRIC_LABELS = {**COUNTS, **{code: rate.label for code, rate in RATES.items()}}


@cache
def metric_words() -> dict[str, str]:
    """Header key → code of a metric or a rate, for files with a column per metric; the screens' own words before others."""
    every = {**METRIC_HEADERS, **RATE_HEADERS}
    screens = {header_key(word): code for code, label in METRIC_LABELS.items() for word in said(label)}
    return {header_key(word): code for code, words in every.items() for word in (code, *words)} | screens


def metric_named(text: str) -> str | None:
    """The metric or rate that a header, a sheet or a cell names."""
    if code := next((metric_words()[key] for key in header_keys(text) if key in metric_words()), None):
        return code
    halves = two_languages(text) or ()
    codes = {metric_named(half) for half in halves}
    return codes.pop() if len(codes) == 1 else None
