"""The fields of each kind of import and the words HR's files use for them.

The names of columns are data in three languages: they head the templates, and they are recognised in files.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_


@dataclass(frozen=True)
class FieldSpec:
    """A field: `label` is its message id; `headers` its column names in zh_hant, zh_hans, en; then synonyms."""

    name: str
    label: str
    headers: tuple[str, str, str]
    synonyms: tuple[str, ...] = ()
    required: bool = False


def words(joined: str) -> tuple[str, ...]:
    """Synonyms written in one string."""
    return tuple(joined.split("|"))


def header_key(text: str) -> str:
    """How two headers are compared: NFKC, lower case, without blanks, marks, 必填 and a unit in brackets at the end."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(
        r"\((?:必填|选填|選填|required|optional|月|秒|seconds?|s|y/n|yyyy[-/]mm[-/]dd|yyyy[-/]mm)\)", "", text
    )
    return re.sub(r"[\s_\-*:.#'\"\u200b\ufeff]+", "", text)


_NUMBER = FieldSpec(
    "number",
    N_("Employee number"),
    ("員工編號", "员工编号", "Employee number"),
    words(
        "工號|工号|員工ID|员工ID|員工号|员工号|員工號|员工工号|員工工號|職號|人員編號|人员编号|EmpID|Emp No|"
        "EmployeeNumber|Employee ID|Employee No|"
        "Staff No|Staff ID|Personnel number"
    ),
    required=True,
)
_QUEUE = FieldSpec(
    "queue",
    N_("Queue"),
    ("隊列", "队列", "Queue"),
    words("技能組|技能组|業務隊列|业务队列|業務線|业务线|Skill|Skill group"),
)
_MONTH = FieldSpec(
    "month",
    N_("Month"),
    ("月份", "月份", "Month"),
    words("年月|統計月份|统计月份|考核月份|所屬月份|所属月份|Period|Year month"),
    required=True,
)

EMPLOYEES = (
    _NUMBER,
    FieldSpec(
        "name",
        N_("Employee's name"),
        ("姓名", "姓名", "Employee name"),
        words("員工姓名|员工姓名|名字|中文姓名|Employee_Name|Full name|Name"),
        required=True,
    ),
    FieldSpec(
        "department",
        N_("Department of the employee"),
        ("部門", "部门", "Department"),
        words("所屬部門|所属部门|員工部門|员工部门|部門名稱|部门名称|單位|组织|組織|Dept"),
        required=True,
    ),
    FieldSpec(
        "post",
        N_("Post held"),
        ("崗位", "岗位", "Post"),
        words("職位|职位|員工職位|员工职位|職稱|职务|職務|岗位名称|崗位名稱|Position|JobRole|Job title|Title"),
    ),
    _QUEUE,
    FieldSpec(
        "hired",
        N_("Date hired"),
        ("入職日期", "入职日期", "Date hired"),
        words(
            "入職時間|入职时间|員工入職時間|员工入职时间|員工入職日期|员工入职日期|到職日|到職日期|DateofHire|"
            "Hire date|Start date"
        ),
        required=True,
    ),
    FieldSpec(
        "joined_centre",
        N_("Date joined the centre"),
        ("到客服中心日期", "到客服中心日期", "Joined the centre"),
        words("進入中心日期|进入中心日期|加入中心日期|入中心日期|Centre join date"),
    ),
    FieldSpec(
        "left",
        N_("Date left"),
        ("離職日期", "离职日期", "Date left"),
        words("離職時間|离职时间|員工離職時間|员工离职时间|離職日|DateofTermination|Termination date|Leaving date"),
    ),
    FieldSpec(
        "status",
        N_("Employment status"),
        ("狀態", "状态", "Status"),
        words("員工狀態|员工状态|在職狀態|在职状态|任職狀態|任职状态|在職/離職|在职/离职|EmploymentStatus|Attrition"),
    ),
    FieldSpec(
        "superior",
        N_("Superior (number or name)"),
        ("直屬上級", "直属上级", "Superior"),
        words(
            "直接上級|直接上级|直屬主管|直属主管|直接主管|上級工號|上级工号|直屬上級工號|直属上级工号|直接上级工号|"
            "主管工號|ManagerID|Manager|Supervisor|Reports to"
        ),
    ),
    FieldSpec(
        "superior_name",
        N_("Superior's name"),
        ("直屬上級姓名", "直属上级姓名", "Superior's name"),
        words("直接上級姓名|直接上级姓名|上級姓名|上级姓名|主管姓名|ManagerName|Supervisor name"),
    ),
    FieldSpec(
        "email",
        N_("E-mail of the employee"),
        ("電子郵件", "电子邮件", "E-mail"),
        words("員工郵箱|员工邮箱|工作郵箱|工作邮箱|郵箱|邮箱|電子郵箱|电子邮箱|信箱|Email address|Mail"),
    ),
    FieldSpec(
        "management",
        N_("Management post"),
        ("管理崗位", "管理岗位", "Management post"),
        words("管理崗|管理岗|是否管理崗|是否管理岗|是否管理職|Is manager"),
    ),
    FieldSpec(
        "born",
        N_("Date of birth (checked against the date hired, kept nowhere)"),
        ("出生日期", "出生日期", "Date of birth"),
        words("生日|出生年月日|員工生日|员工生日|DOB|Birth date|Birthday"),
    ),
    FieldSpec(
        "logins",
        N_("Contact-system logins"),
        ("話務帳號", "话务账号", "Contact logins"),
        words(
            "話務工號|话务工号|坐席號|坐席号|坐席工號|坐席工号|座席工号|座席工號|客服系統帳號|Agent ID|Agent login|"
            "Login"
        ),
    ),
)
GRADES = (
    _NUMBER,
    FieldSpec(
        "grade",
        N_("Present grade"),
        ("職級", "职级", "Grade"),
        words("現職級|现职级|目前職級|当前职级|職層|职层|員工職級|员工职级|月度职级|JobLevel|Level"),
        required=True,
    ),
    FieldSpec(
        "since",
        N_("Grade held since"),
        ("職級生效日期", "职级生效日期", "Grade since"),
        words("生效日期|定級日期|定级日期|任職級日期|现职级日期|現職級日期|Since|Effective date|Grade effective date"),
        required=True,
    ),
    FieldSpec(
        "document",
        N_("Document of the grade"),
        ("文號", "文号", "Document"),
        words("發文字號|发文字号|定級文件|定级文件|文件編號|文件编号|Document number"),
    ),
)
METRICS = (
    _NUMBER,
    _MONTH,
    _QUEUE,
    FieldSpec(
        "metric",
        N_("Metric"),
        ("指標", "指标", "Metric"),
        words("指標名稱|指标名称|KPI|Metric name"),
    ),
    FieldSpec(
        "value",
        N_("Metric value"),
        ("指標值", "指标值", "Value"),
        words("數值|数值|實際值|实际值|完成值|Metric value"),
    ),
    FieldSpec(
        "sample",
        N_("Sample size"),
        ("樣本數", "样本数", "Sample"),
        words("樣本量|样本量|Sample size|Count"),
    ),
)
RATINGS = (
    _NUMBER,
    FieldSpec(
        "year",
        N_("Rating year"),
        ("年度", "年度", "Year"),
        words("考核年度|績效年度|绩效年度|評核年度|年份|Rating year"),
        required=True,
    ),
    FieldSpec(
        "rating",
        N_("Annual performance rating"),
        ("年度績效等次", "年度绩效等次", "Annual rating"),
        words(
            "績效等次|绩效等次|績效等級|绩效等级|考核等次|考核結果|考核结果|年度考核結果|年度考核结果|評等|考績|"
            "人才盘点最终结果|PerformanceScore|PerformanceRating|"
            "Performance rating|Rating"
        ),
        required=True,
    ),
)
CONTACTS = (
    FieldSpec(
        "login",
        N_("Agent in the contact log"),
        ("坐席", "坐席", "Agent"),
        words(
            "坐席工號|坐席工号|座席|座席工号|座席工號|坐席號|坐席号|客服|客服工號|客服工号|Agent ID|Agent name|"
            "Agent login|工號|工号"
        ),
        required=True,
    ),
    FieldSpec(
        "day",
        N_("Date of the contact"),
        ("日期", "日期", "Date"),
        words("通話日期|通话日期|來電日期|来电日期|呼入日期|Call Date|Contact date"),
        required=True,
    ),
    FieldSpec(
        "contact",
        N_("Contact number"),
        ("通話編號", "通话编号", "Contact ID"),
        words("流水號|流水号|通話流水號|通话流水号|Call Id|Contact number|Ticket ID"),
    ),
    FieldSpec(
        "clock",
        N_("Time of the contact"),
        ("時間", "时间", "Time"),
        words("通話時間|通话时间|來電時間|来电时间|呼入時間|Call Time"),
    ),
    FieldSpec(
        "answered_at",
        N_("Time answered"),
        ("接聽時間", "接听时间", "Time answered"),
        words("應答時間|应答时间|接通時間|接通时间|Answer time"),
    ),
    _QUEUE,
    FieldSpec(
        "answered",
        N_("Contact answered"),
        ("是否接聽", "是否接听", "Answered"),
        words("是否接通|接通|接聽|Answered (Y/N)|Is answered"),
    ),
    FieldSpec(
        "resolved",
        N_("Contact resolved"),
        ("是否解決", "是否解决", "Resolved"),
        words("解決|解决|處理結果|处理结果|結果|结果|Call Outcome|Outcome|Resolved (Y/N)"),
    ),
    FieldSpec(
        "wait",
        N_("Speed of answer in seconds"),
        ("應答秒數", "应答秒数", "Speed of answer in seconds"),
        words("等待時長|等待时长|應答速度|应答速度|Speed of answer|Wait|Wait seconds|ASA"),
    ),
    FieldSpec(
        "talk",
        N_("Talk time"),
        ("通話時長", "通话时长", "Talk time"),
        words("談話時長|通话秒数|通話秒數|AvgTalkDuration|Talk duration|Duration"),
    ),
    FieldSpec(
        "satisfaction",
        N_("Satisfaction score of the contact"),
        ("滿意度評分", "满意度评分", "Satisfaction rating"),
        words("滿意度|满意度|評分|评分|CSAT|Satisfaction|Rating"),
    ),
    FieldSpec(
        "complaint",
        N_("Customer complaint made"),
        ("是否投訴", "是否投诉", "Complaint"),
        words("投訴|投诉|Complaint (Y/N)|Is complaint"),
    ),
)
FIELDS: dict[str, tuple[FieldSpec, ...]] = {
    ImportKind.EMPLOYEES: EMPLOYEES,
    ImportKind.GRADES: GRADES,
    ImportKind.METRICS: METRICS,
    ImportKind.CONTACTS: CONTACTS,
    ImportKind.RATINGS: RATINGS,
}

METRIC_HEADERS: dict[str, tuple[str, ...]] = {  # all figures of admin.domain.metrics.COUNTS
    "offered": words("來電量|来电量|呼入量|進線量|进线量|Offered|Contacts offered"),
    "answered": words("接聽量|接听量|接通量|處理量|处理量|話務量|话务量|服務量|服务量|Answered|Volume"),
    "resolved": words("解決量|解决量|解決數|解决数|已解決|已解决|Resolved|Contacts resolved"),
    "csat_sum": words("滿意度總分|满意度总分|評分總和|评分总和|CSAT sum|Sum of satisfaction answers"),
    "csat_n": words("評價數|评价数|滿意度評價數|满意度评价数|參評量|参评量|CSAT count|Satisfaction answers"),
    "csat_top2": words("滿意數|满意数|滿意評價數|满意评价数|CSAT top 2|Satisfied answers"),
    "wait_seconds_sum": words("等待總秒數|等待总秒数|總等待秒數|总等待秒数|Seconds waited"),
    "wait_n": words("計入等待的通數|计入等待的通数|Contacts with a wait"),
    "talk_seconds_sum": words("通話總秒數|通话总秒数|總通話秒數|总通话秒数|Seconds talked"),
    "talk_n": words("計入通話的通數|计入通话的通数|Contacts with a talk time"),
    "complaints": words("投訴數|投诉数|投訴量|投诉量|有責投訴數|有责投诉数|Complaints|Justified complaints"),
    "days_worked": words("出勤天數|出勤天数|出勤日數|出勤日数|工作天數|工作天数|Days worked"),
    "performance_score": words("績效分|绩效分|績效分值|绩效分值|績效得分|绩效得分|Performance score"),
}
RATE_HEADERS = words(  # rates without their counts cannot be compared or shrunk: named to HR, never taken
    "滿意度|满意度|客戶滿意度|客户满意度|CSAT|解決率|解决率|一次解決率|一次解决率|FCR|Resolution rate|接通率|"
    "平均應答時長|平均应答时长|ASA|平均處理時長|平均处理时长|AHT"
)

STATUS_WORDS: dict[str, tuple[str, ...]] = {
    "in_service": words("在職|在职|在崗|在岗|正式|試用|试用|試用期|试用期|Active|In service|Employed"),
    "left": words(
        "離職|离职|已離職|已离职|退休|Terminated|Left|Resigned|Retired|Voluntarily Terminated|Terminated for Cause"
    ),
    "on_leave": words("留職停薪|留职停薪|長假|长假|产假|產假|On leave"),
}
RATING_WORDS: dict[str, tuple[str, ...]] = {  # only words that mean one thing; other scales are mapped by HR
    "excellent": words("優秀|优秀|Excellent"),
    "good": words("良好|Good"),
    "qualified": words("合格|Qualified"),
    "unqualified": words("不合格|Unqualified"),
    "unrated": words("未評定|未评定|未參評|未参评|Unrated"),
}
RATING_SCALES: dict[str, dict[str, str]] = {  # offered to HR for other scales, never applied unasked
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
VALUE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "status": STATUS_WORDS,
    "rating": RATING_WORDS,
    "management": FLAG_WORDS,
    "answered": FLAG_WORDS,
    "resolved": FLAG_WORDS,
    "complaint": FLAG_WORDS,
}


@cache
def header_words(kind: str) -> dict[str, str]:
    """Header key → field of one kind; a word that stands for two fields belongs to the first."""
    words: dict[str, str] = {}
    for position in range(2):  # the names proper of all fields before the synonyms of any
        for spec in FIELDS[kind]:
            for word in spec.headers if position == 0 else spec.synonyms:
                words.setdefault(header_key(word), spec.name)
    return words


@cache
def metric_words() -> dict[str, str]:
    """Header key → metric code, for files with a column per metric."""
    return {header_key(word): code for code, words in METRIC_HEADERS.items() for word in (code, *words)}


@cache
def rate_keys() -> frozenset[str]:
    """Header keys of rates that come without their counts."""
    return frozenset(header_key(word) for word in RATE_HEADERS)


@cache
def all_header_keys() -> frozenset[str]:
    """Every header known to any kind: what tells a header row from a title."""
    return frozenset(key for kind in FIELDS for key in header_words(kind)) | frozenset(metric_words()) | rate_keys()


def spec_of(kind: str, field: str) -> FieldSpec:
    """The field's specification; KeyError when the kind has no such field."""
    for spec in FIELDS[kind]:
        if spec.name == field:
            return spec
    raise KeyError(field)
