"""What a letter says, by the kind of change that it tells of: one table beside that of the documents (3.3.6, 4.1.2, 4.2, 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.codes import ChangeKind, DocumentKind
from admin.queries.outcome.document_words import Texts


@dataclass(frozen=True)
class LetterWording:
    """Title and sentence of a letter; `{by}` is who determined the grade, `{before}`, `{after}` and `{day}` what it says.

    `{document}` is the number of the earlier document that it takes back.
    """

    title: Texts
    statement: Texts


WORDING: dict[str, LetterWording] = {
    ChangeKind.INITIAL: LetterWording(
        ("首次定級通知書", "首次定级通知书", "Notice of initial grading"),
        (
            "{by}，台端之職級核定為「{after}」，自 {day} 起生效。",
            "{by}，您的职级核定为“{after}”，自 {day} 起生效。",
            "{by}, your grade is {after}, effective {day}.",
        ),
    ),
    ChangeKind.PROMOTION: LetterWording(
        ("職級晉升通知書", "职级晋升通知书", "Notice of promotion"),
        (
            "{by}，台端之職級由「{before}」晉升為「{after}」，自 {day} 起生效。",
            "{by}，您的职级由“{before}”晋升为“{after}”，自 {day} 起生效。",
            "{by}, you are promoted from {before} to {after}, effective {day}.",
        ),
    ),
    ChangeKind.UNCHANGED: LetterWording(
        ("職級維持通知書", "职级维持通知书", "Notice of unchanged grade"),
        (
            "{by}，台端之職級維持為「{after}」，自 {day} 起記入檔案。",
            "{by}，您的职级维持为“{after}”，自 {day} 起记入档案。",
            "{by}, your grade remains {after}; this is entered in your file from {day}.",
        ),
    ),
    ChangeKind.DEMOTION: LetterWording(
        ("職級降級通知書", "职级降级通知书", "Notice of demotion"),
        (
            "{by}，台端之職級由「{before}」降為「{after}」，自 {day} 起生效；事由及陳述情形如下。",
            "{by}，您的职级由“{before}”降为“{after}”，自 {day} 起生效；事由及陈述情况如下。",
            "{by}, your grade changes from {before} to {after}, effective {day}. The ground, and how you were heard, are stated below.",
        ),
    ),
    ChangeKind.REASSESSMENT: LetterWording(
        ("職級重新評定通知書", "职级重新评定通知书", "Notice of re-assessment"),
        (
            "{by}，台端之職級經重新評定，由「{before}」更為「{after}」，自 {day} 起生效。",
            "{by}，您的职级经重新评定，由“{before}”更改为“{after}”，自 {day} 起生效。",
            "{by}, your grade was assessed again and changes from {before} to {after}, effective {day}.",
        ),
    ),
    ChangeKind.ADJUSTMENT: LetterWording(
        ("職級調整通知書", "职级调整通知书", "Notice of adjustment"),
        (
            "{by}，台端之職級由「{before}」調整為「{after}」，自 {day} 起生效。",
            "{by}，您的职级由“{before}”调整为“{after}”，自 {day} 起生效。",
            "{by}, your grade is adjusted from {before} to {after}, effective {day}.",
        ),
    ),
    ChangeKind.TAKEOVER_CORRECTION: LetterWording(
        ("既有職級承接更正通知書", "既有职级承接更正通知书", "Notice of a corrected takeover"),
        (
            "{by}，台端於系統啟用前之職級由「{before}」更正為「{after}」，自 {day} 起適用。",
            "{by}，您在系统启用前的职级由“{before}”更正为“{after}”，自 {day} 起适用。",
            "{by}, the grade that you held before the system is corrected from {before} to {after}, from {day}.",
        ),
    ),
    ChangeKind.WITHDRAWAL: LetterWording(
        ("職級文件撤銷通知書", "职级文件撤销通知书", "Notice of a withdrawn document"),
        (
            "{by}，{document}就台端所載之「{before}」予以撤銷；自 {day} 起，台端之職級為「{after}」。",
            "{by}，{document}对您所记载的“{before}”予以撤销；自 {day} 起，您的职级为“{after}”。",
            "{by}, what {document} says of your grade ({before}) is withdrawn; from {day} your grade is {after}.",
        ),
    ),
    ChangeKind.CORRECTION: LetterWording(
        ("職級文件更正通知書", "职级文件更正通知书", "Notice of a corrected document"),
        (
            "{by}，{document}就台端所載之內容有誤（「{before}」），自 {day} 起更正為「{after}」。",
            "{by}，{document}对您所记载的内容有误（“{before}”），自 {day} 起更正为“{after}”。",
            "{by}, what {document} says of you ({before}) is wrong and is corrected to {after} from {day}.",
        ),
    ),
}
_COMMITTEE: Texts = (
    "經評審委員會審定，公示期滿",
    "经评审委员会审定，公示期满",
    "As determined by the review committee, and with the notice period over",
)
_PANEL: Texts = (
    "經申訴小組審定，公示期滿",
    "经申诉小组审定，公示期满",
    "As determined by the appeal panel, and with the notice period over",
)
_PERSONAL: Texts = (
    "經評審委員會審定，並送達本人期滿",
    "经评审委员会审定，并送达本人期满",
    "As determined by the review committee, and with the period after service over",
)
_PANEL_SERVED: Texts = (
    "經申訴小組審定，並送達本人期滿",
    "经申诉小组审定，并送达本人期满",
    "As determined by the appeal panel, and with the period after service over",
)
_MANAGEMENT: Texts = (
    "經人力資源部門提出、管理層核准",
    "经人力资源部门提出、管理层批准",
    "As proposed by HR and approved by management",
)
BY: dict[str, Texts] = {
    DocumentKind.APPEAL: _PANEL,
    DocumentKind.DEMOTION: _PERSONAL,
    DocumentKind.ADJUSTMENT: _MANAGEMENT,
    DocumentKind.TAKEOVER_CORRECTION: _MANAGEMENT,
    DocumentKind.WITHDRAWAL: _MANAGEMENT,
    DocumentKind.SERVED: _PANEL_SERVED,
    DocumentKind.CORRECTION: _MANAGEMENT,
}
ADDRESSEE: Texts = (
    "{name} 君（{number}，{department}）：",
    "{name}（{number}，{department}）：",
    "{name} ({number}, {department})",
)
REASON: Texts = ("理由", "理由", "Reason")
PAY: Texts = (
    "自生效日起，適用新職級之薪酬區間（第 5.1 條）；金額由人力資源部門另行告知。",
    "自生效日起，适用新职级的薪酬区间（第 5.1 条）；金额由人力资源部门另行告知。",
    "From the effective date the pay band of the new grade applies (clause 5.1); HR will inform you of the amount separately.",
)
PAY_UNCHANGED: Texts = (
    "薪酬區間不變（第 5.1 條）。",
    "薪酬区间不变（第 5.1 条）。",
    "The pay band does not change (clause 5.1).",
)
PAY_HEADING: Texts = ("薪酬", "薪酬", "Pay")
LETTERS: Texts = ("職級通知書", "职级通知书", "Letters on grades")


def by_whom(document_kind: str) -> Texts:
    """Who determined what the letters of a kind of document tell of."""
    return BY.get(document_kind, _COMMITTEE)
