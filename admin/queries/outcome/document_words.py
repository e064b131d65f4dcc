"""What a formal document is called and says of itself, by its kind: one table (3.3.6, 4.2, 4.3, 6.3-a, 1.2-f)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from admin.domain.codes import Language

Texts = tuple[str, str, str]  # 繁體, 简体, English
LANGUAGES = tuple(Language)


def said(texts: Texts, language: str) -> str:
    """The text in one of the three languages."""
    return texts[LANGUAGES.index(Language(language))]


@dataclass(frozen=True)
class DocumentWording:
    """Titles (`%(year)s` stands for the year), the clauses it rests on, and its sentences as printed.

    `appeal` is the sentence on how to appeal: `{days}` working days from service, or none where the notice gave the time.
    """

    titles: Texts
    basis: tuple[str, ...]
    clauses: tuple[str, ...]
    introduction: Texts
    appeal: Texts = (
        "公示期間已依第 3.3.5 條提供申訴之機會；期內所提之申訴及異議均已審結。",
        "公示期间已按第 3.3.5 条提供申诉的机会；期内提出的申诉及异议均已审结。",
        "The notice period gave the opportunity to appeal under clause 3.3.5; all appeals and objections filed in it have been decided.",
    )
    served: bool = field(default=False, kw_only=True)

    def legal_basis(self, language: str, first: str = "") -> str:
        """The sentence that names the clauses of `basis`, in a letter with the clause of the change first."""
        named = tuple(dict.fromkeys(clause for clause in (first, *self.basis) if clause))
        return {
            Language.ZH_HANT: "依《客服中心職級管理辦法》{}發布。",
            Language.ZH_HANS: "根据《客服中心职级管理办法》{}发布。",
            Language.EN: "Issued under the grade policy of the customer service centre, {}.",
        }[Language(language)].format(_named(named, language))


def _named(clauses: tuple[str, ...], language: str) -> str:
    if language == Language.EN:
        return ", ".join(f"clause {each}" for each in clauses)
    sign = "條" if language == Language.ZH_HANT else "条"
    return "、".join(f"第 {each} {sign}" for each in clauses)


SERVED = (
    "本文件送達本人；本人得自送達次日起 {days} 個工作日內申訴，至末日 24 時止（第 4.3-a 條）。",
    "本文件送达本人；本人可自送达次日起 {days} 个工作日内申诉，至末日 24:00 止（第 4.3-a 条）。",
    "This document is served on the person, who may appeal within {days} working days, counted from the day after service until the "
    "end of the last day (clause 4.3-a).",
)
WORDING: dict[str, DocumentWording] = {
    "annual": DocumentWording(
        ("%(year)s 年度客服職級評定結果", "%(year)s 年度客服职级评定结果", "Results of the grade review %(year)s"),
        ("3.3.6",),
        ("3.3.4", "3.3.5", "3.3.6"),
        (
            "下列人員之職級，經評審委員會審定、公示期滿，現予確認。",
            "下列人员的职级，经评审委员会审定、公示期满，现予确认。",
            "The grades of the following people were determined by the review committee; the notice period is over and they are confirmed.",
        ),
    ),
    "appeal": DocumentWording(
        ("客服職級申訴後評定結果", "客服职级申诉后评定结果", "Grades after appeal"),
        ("3.3.5", "3.3.6"),
        ("3.3.5", "3.3.5-a", "3.3.6"),
        (
            "下列人員之職級，經申訴小組審定、公示期滿，現予確認。",
            "下列人员的职级，经申诉小组审定、公示期满，现予确认。",
            "The grades of the following people were determined by the appeal panel; the notice period is over and they are confirmed.",
        ),
    ),
    "initial": DocumentWording(
        ("客服職級首次定級結果", "客服职级首次定级结果", "Initial grading"),
        ("1.2-a", "3.3.6"),
        ("1.2-a", "3.3.4", "3.3.5", "3.3.6"),
        (
            "下列人員之首次定級，經評審委員會審定、公示期滿，現予確認。",
            "下列人员的首次定级，经评审委员会审定、公示期满，现予确认。",
            "The initial grading of the following people was determined by the review committee; the notice period is over and it is "
            "confirmed.",
        ),
    ),
    "demotion": DocumentWording(
        ("客服職級降級決定", "客服职级降级决定", "Demotion"),
        ("4.2.1", "4.2.2", "3.3.6"),
        ("4.2.1", "4.2.2", "4.2-a", "3.3.4", "3.3.5", "3.3.6"),
        (
            "下列人員符合降級事由，經直屬上級提議、部門主管審核、聽取本人陳述，由評審委員會審定，現予確認。",
            "下列人员符合降级事由，经直属上级提议、部门负责人审核、听取本人陈述，由评审委员会审定，现予确认。",
            "The following people meet a ground of demotion. The superior proposed it, the department head reviewed it, the person was "
            "heard, and the review committee determined it; it is confirmed.",
        ),
    ),
    "reassessment": DocumentWording(
        ("客服職級重新評定結果", "客服职级重新评定结果", "Grade assessed again"),
        ("6.3.2", "3.3.6"),
        ("6.3.2", "6.3-a", "3.3.6"),
        (
            "下列人員之職級，經重新評定、評審委員會審定、公示期滿，現予確認，自生效日起取代{before}所載各該人員之職級。",
            "下列人员的职级，经重新评定、评审委员会审定、公示期满，现予确认，自生效日起取代{before}所载各该人员的职级。",
            "The grades of the following people were assessed again and determined by the review committee; the notice period is over. "
            "They are confirmed and from the effective date replace these people's grades in {before}.",
        ),
    ),
    "adjustment": DocumentWording(
        ("客服職級調整", "客服职级调整", "Other adjustment of grades"),
        ("4.3",),
        ("4.3", "4.3-a"),
        (
            "下列人員之職級，經人力資源部門提出、管理層核准，予以調整。",
            "下列人员的职级，经人力资源部门提出、管理层批准，予以调整。",
            "The grades of the following people are adjusted, as proposed by HR and approved by management.",
        ),
        SERVED,
        served=True,
    ),
    "takeover_correction": DocumentWording(
        ("既有職級承接更正", "既有职级承接更正", "Correction of a grade taken over"),
        ("1.2-c", "1.2-f"),
        ("1.2-c", "1.2-f"),
        (
            "下列人員於系統啟用前之職級，承接時登載有誤，經人力資源部門提出佐證、管理層核准，自原承接之日起更正。",
            "下列人员在系统启用前的职级，承接时登记有误，经人力资源部门提出佐证、管理层批准，自原承接之日起更正。",
            "The grades that the following people held before the system were taken over wrongly. With evidence from HR and approval by "
            "management they are corrected from the day on which they were taken over.",
        ),
        SERVED,
        served=True,
    ),
    "withdrawal": DocumentWording(
        ("客服職級文件撤銷", "客服职级文件撤销", "Withdrawal of a document on grades"),
        ("1.2-f", "3.3.6"),
        ("1.2-f", "3.3.6", "4.3-a"),
        (
            "{before}就下列人員所載之職級，經人力資源部門提出、管理層核准，予以撤銷；自生效日起，各該人員適用下列職級。原文件留存備查。",
            "{before}对下列人员所记载的职级，经人力资源部门提出、管理层批准，予以撤销；自生效日起，各该人员适用下列职级。原文件留存备查。",
            "As proposed by HR and approved by management, what {before} says of the grades of the following people is withdrawn. From the "
            "effective date they hold the grades below. The earlier document stays on file.",
        ),
        SERVED,
        served=True,
    ),
    "correction": DocumentWording(
        ("客服職級文件更正", "客服职级文件更正", "Correction of a document on grades"),
        ("1.2-f", "3.3.6"),
        ("1.2-f", "3.3.6", "4.3-a"),
        (
            "{before}就下列人員所載之內容有誤，經人力資源部門提出、管理層核准，自生效日起以下列內容取代。原文件留存備查。",
            "{before}对下列人员所记载的内容有误，经人力资源部门提出、管理层批准，自生效日起以下列内容取代。原文件留存备查。",
            "What {before} says of the following people is wrong. As proposed by HR and approved by management, it is replaced by the "
            "following from the effective date. The earlier document stays on file.",
        ),
        SERVED,
        served=True,
    ),
    "served": DocumentWording(
        (
            "客服職級送達文件申訴後核定結果",
            "客服职级送达文件申诉后核定结果",
            "Grade after an appeal against a served document",
        ),
        ("3.3.5", "4.3-a"),
        ("3.3.5-a", "3.3.5-b", "4.3-a"),
        (
            "下列人員之職級，經申訴小組審定，並送達本人期滿，現予確認，自生效日起取代{before}所載該人員之職級。",
            "下列人员的职级，经申诉小组审定，并送达本人期满，现予确认，自生效日起取代{before}所载该人员的职级。",
            "The grades of the following people were determined by the appeal panel; the period after service is over. They are confirmed "
            "and from the effective date replace these people's grades in {before}.",
        ),
        (
            "送達後之申訴期間已屆滿；期內所提之申訴均已審結（第 4.3-a 條）。",
            "送达后的申诉期间已届满；期内所提的申诉均已审结（第 4.3-a 条）。",
            "The period to appeal after service is over; all appeals filed in it have been decided (clause 4.3-a).",
        ),
    ),
}
# Titles of documents that were issued when their kind was called otherwise.
FORMER: tuple[Texts, ...] = (
    ("客服職級申訴案件評定結果", "客服职级申诉个案评定结果", "Grades after appeal"),
    ("新進客服人員職級評定結果", "新进客服人员职级评定结果", "First grading"),
    ("客服職級降級核定", "客服职级降级核定", "Demotion"),
)
GROUNDS: dict[str, Texts] = {
    "1": (
        "年度績效連續不合格，已達規定年數",
        "年度绩效连续不合格，已达规定年数",
        "consecutive years rated unsatisfactory",
    ),
    "2": (
        "嚴重違反公司規定，致重大損失或惡劣影響",
        "严重违反公司规定，造成重大损失或恶劣影响",
        "a serious breach of company rules with serious loss or harm",
    ),
    "3": (
        "經培訓及調整職務後，仍不能勝任現職級",
        "经培训并调整岗位后，仍不能胜任现职级",
        "not up to the present grade even after training and a change of post",
    ),
}
HEARINGS: dict[str, Texts] = {
    "statement": ("已提出書面陳述", "已提出书面陈述", "a written statement was made"),
    "interview": ("已面談並製作紀錄", "已面谈并做好记录", "an interview was held and recorded"),
    "interview_signed": (
        "已面談並製作紀錄，由雙方簽署",
        "已面谈并做好记录，由双方签署",
        "an interview was held and its record signed by both",
    ),
    "interview_objected": (
        "已面談並製作紀錄，由雙方簽署，當事人註明異議",
        "已面谈并做好记录，由双方签署，当事人注明异议",
        "an interview was held and its record signed by both, by the employee with an objection",
    ),
    "interview_unsigned": (
        "已面談並製作紀錄，當事人逾期未簽署",
        "已面谈并做好记录，当事人逾期未签署",
        "an interview was held and recorded, not signed by the employee in time",
    ),
    "not_taken_up": ("經通知未陳述", "经通知未陈述", "notified, no statement was made"),
}
HEADINGS: dict[str, Texts] = {
    "number": ("工號", "工号", "Employee number"),
    "name": ("姓名", "姓名", "Name"),
    "department": ("部門", "部门", "Department"),
    "from_grade": ("原職級", "原职级", "Grade before"),
    "to_grade": ("新職級", "新职级", "New grade"),
    "effective_on": ("生效日", "生效日", "Effective date"),
}
NUMBER: Texts = ("客服職級〔{year}〕{serial} 號", "客服职级〔{year}〕{serial} 号", "Grades {year}/{serial}")
GROUND: Texts = (
    "{number}：第 4.2.1 條第（{ground}）款，{words}；{heard}（第 4.2-a 條）。",
    "{number}：第 4.2.1 条第（{ground}）项，{words}；{heard}（第 4.2-a 条）。",
    "{number}: clause 4.2.1 ({ground}), {words}; {heard} (clause 4.2-a).",
)
TAKEN_BY: dict[tuple[str, bool], Texts] = {  # by kind of the later document, and whether it concerns everybody
    ("withdrawal", True): ("已由{number}撤銷", "已由{number}撤销", "withdrawn by {number}"),
    ("withdrawal", False): ("部分由{number}撤銷", "部分由{number}撤销", "withdrawn in part by {number}"),
    ("correction", True): ("已由{number}更正", "已由{number}更正", "corrected by {number}"),
    ("correction", False): ("部分由{number}更正", "部分由{number}更正", "corrected in part by {number}"),
}
EARLIER: Texts = ("原文件", "原文件", "the earlier document")
CLOSING: Texts = (
    "本文件之內容已記入各員職級檔案。",
    "本文件的内容已记入各员工的职级档案。",
    "The content of this document is entered in each person's grade file.",
)
SIGNATORY: Texts = ("人力資源部門", "人力资源部门", "Human Resources")
HEAD: Texts = (
    "簽發時之稽核鏈頂端：{head}",
    "签发时的审计链顶端：{head}",
    "Head of the audit chain when this was issued: {head}",
)
PROOF: Texts = (
    "以手機掃描下列條碼，可於公示網站離線核對本人之結果；其所依之稽核鏈頂端：{head}",
    "用手机扫描下列条码，可在公示网站离线核对本人的结果；其所依据的审计链顶端：{head}",
    "Scan this code with a phone to check the result offline on the notice site; head of the audit chain that it rests on: {head}",
)


def document_wording(kind: str) -> DocumentWording:
    """The wording of a kind of document; raises KeyError for a kind that nobody issues."""
    return WORDING[kind]


def _title(title: str) -> tuple[Texts, str, Language] | None:
    """The titles that a stored one is one of, its year, and the language that it stands in."""
    year = next(iter(re.findall(r"\d{4}", title)), "")
    # By the title itself: documents store the title that they were issued under, and kinds change their words.
    for titles in (*(words.titles for words in WORDING.values()), *FORMER):
        for language in LANGUAGES:
            if said(titles, language) % {"year": year} == title:
                return titles, year, language
    return None


def title_in(title: str, language: str) -> str:
    """A stored title in a language; one that no kind has had is left as it was issued."""
    found = _title(title)
    return title if found is None else said(found[0], language) % {"year": found[1]}


def language_of(title: str) -> Language:
    """The language in which a document was issued, so that it is rendered in it again whatever is set later."""
    found = _title(title)
    return Language.ZH_HANT if found is None else found[2]


def title_of(kind: str, year: int, language: str) -> str:
    """What a document is called in a language."""
    return said(document_wording(kind).titles, language) % {"year": year}
