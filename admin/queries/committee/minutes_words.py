"""What the minutes of a meeting say, in the three languages; the company's is printed (3.3.4)."""

from __future__ import annotations

from admin.queries.outcome.document_words import Texts

TITLE: Texts = (
    "評審委員會會議紀錄　{number}",
    "评审委员会会议纪要　{number}",
    "Minutes of the review committee {number}",
)
FACTS: dict[str, Texts] = {
    "cycle": ("評定週期", "评定周期", "Review cycle"),
    "opened": ("開會時間", "开会时间", "Opened"),
    "closed": ("散會時間", "散会时间", "Closed"),
    "appointed": ("應到委員", "应到委员", "Members appointed"),
    "quorum": ("法定人數", "法定人数", "Quorum"),
    "present": ("出席委員", "出席委员", "Members present"),
}
ATTENDANCE: Texts = ("一、出席情形", "一、出席情况", "1. Attendance")
RECUSALS: Texts = ("二、迴避", "二、回避", "2. Recusals")
ONE_BY_ONE: Texts = ("三、逐案審議", "三、逐案审议", "3. Individual review")
BY_CONSENT: Texts = ("四、合併表決（維持原級）", "四、合并表决（维持原级）", "4. Consent agenda (unchanged)")
NOTHING: Texts = ("無。", "无。", "None.")
ATTENDED: tuple[Texts, ...] = (
    ("姓名", "姓名", "Name"),
    ("代表方", "代表方", "Constituency"),
    ("職務", "职务", "Office"),
    ("出席", "出席", "Attendance"),
)
RECUSED: tuple[Texts, ...] = (
    ("委員", "委员", "Member"),
    ("評定案", "评定案", "Case"),
    ("事由", "事由", "Ground"),
)
CASE: tuple[Texts, ...] = (
    ("工號", "工号", "Employee number"),
    ("姓名", "姓名", "Name"),
    ("部門", "部门", "Department"),
    ("現職級", "现职级", "Present grade"),
    ("初步建議", "初步建议", "Proposal"),
    ("結果", "结果", "Result"),
    ("贊成／反對", "赞成／反对", "For／against"),
)
CONSTITUENCIES: dict[str, Texts] = {
    "hr": ("人力資源部門", "人力资源部门", "HR"),
    "centre_management": ("中心管理層", "中心管理层", "Centre management"),
    "related_departments": ("相關部門", "相关部门", "Related departments"),
}
OFFICES: dict[str, Texts] = {
    "chair": ("主席", "主席", "Chair"),
    "member": ("委員", "委员", "Member"),
    "alternate": ("候補委員", "候补委员", "Alternate"),
}
SIGNERS: dict[str, Texts] = {"chair": OFFICES["chair"], "secretary": ("秘書", "秘书", "Secretary")}
PRESENT: Texts = ("出席", "出席", "Present")
ABSENT: Texts = ("缺席", "缺席", "Absent")
GROUNDS: dict[str, Texts] = {
    "self": ("本人的評定案", "本人的评定案", "own case"),
    "superior": ("直屬上級", "直属上级", "superior"),
    "subordinate": ("直屬下屬", "直属下属", "subordinate"),
    "other_act": ("曾參與本案評定", "曾参与本案评定", "took another part in the case"),
    "kin": ("親屬", "亲属", "kin"),
    "complaint_party": ("投訴或異議的當事方", "投诉或异议的当事方", "party to a complaint or objection"),
    "declared": ("自行申報", "自行申报", "declared"),
}
KEPT: Texts = (
    "{grade}（無動議通過，維持原級）",
    "{grade}（无动议通过，维持原级）",
    "{grade} (no motion carried, unchanged)",
)
UNCHANGED: Texts = ("維持原級", "维持原级", "Unchanged")
DEFERRED: Texts = ("延後審議", "延后审议", "Deferred")
DEFERRED_BY: Texts = ("延後審議（{clause}）", "延后审议（{clause}）", "Deferred ({clause})")
MOTION: Texts = (
    "{employee}：動議 {seq}，{grade}，贊成 {yes}、反對 {no}。",
    "{employee}：动议 {seq}，{grade}，赞成 {yes}、反对 {no}。",
    "{employee}: motion {seq}, {grade}, {yes} for, {no} against. ",
)
REASON: Texts = ("理由：{reason}", "理由：{reason}", "Reason: {reason}")
PERSON: Texts = ("{employee}（{grade}）", "{employee}（{grade}）", "{employee} ({grade})")
GROUP: Texts = (
    "{department}，{settled}，{count} 人：",
    "{department}，{settled}，{count} 人：",
    "{department}, {settled}, {count}: ",
)
COMMA: Texts = ("、", "、", ", ")
COLON: Texts = ("：", "：", ": ")
SIGNED: Texts = (
    "{office}：{name}　{moment} 簽署",
    "{office}：{name}　{moment} 签署",
    "{office}: {name}, signed {moment}",
)
