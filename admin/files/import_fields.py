"""The fields of each kind of import and the words HR's files use for them.

The names of columns are data in three languages: they head the templates, and they are recognised in files.
"""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_
from admin.files.headers import words


@dataclass(frozen=True)
class FieldSpec:
    """A field: `label` is its message id; `headers` its column names in zh_hant, zh_hans, en; then synonyms.

    `beside`: some files have it where others have another field (a name in two columns); no template asks for it.
    """

    name: str
    label: str
    headers: tuple[str, str, str]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    beside: bool = False


_NUMBER = FieldSpec(
    "number",
    N_("Employee number"),
    ("員工編號", "员工编号", "Employee number"),
    words(
        "工號|工号|員工ID|员工ID|員工号|员工号|員工號|员工工号|員工工號|職號|人員編號|人员编号|EmpID|Emp No|"
        "員編|员编|員工代號|员工代号|員工代碼|员工代码|人員代號|人员代号|職工號|职工号|職工編號|职工编号|EmployeeNumber|Employee ID|"
        "Employee No|Emp ID|Employee code|"
        "Staff No|Staff ID|Staff number|Personnel number"
    ),
    required=True,
)
_NAME_WORDS = "員工姓名|员工姓名|名字|中文姓名|人員姓名|人员姓名|Employee_Name|Employee's name|Full name|Name"
_NAME = FieldSpec("name", N_("Employee's name"), ("姓名", "姓名", "Employee name"), words(_NAME_WORDS), beside=True)
_SURNAME = FieldSpec(
    "surname", N_("Surname"), ("姓", "姓", "Surname"), words("姓氏|Last name|Family name|LastName"), beside=True
)
_GIVEN_NAME = FieldSpec(
    "given_name", N_("Given name"), ("名", "名", "Given name"), words("First name|FirstName|Forename"), beside=True
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
    words(
        "年月|月|統計月份|统计月份|考核月份|所屬月份|所属月份|資料月份|数据月份|統計年月|统计年月|Period|Year month|Year/month"
    ),
    required=True,
)

EMPLOYEES = (
    _NUMBER,
    FieldSpec(
        "name",
        N_("Employee's name"),
        ("姓名", "姓名", "Employee name"),
        words(_NAME_WORDS),
        required=True,
    ),
    _SURNAME,
    _GIVEN_NAME,
    FieldSpec(
        "department",
        N_("Department of the employee"),
        ("部門", "部门", "Department"),
        words(
            "所屬部門|所属部门|員工部門|员工部门|員工的部門|员工的部门|部門名稱|部门名称|單位|单位|所屬單位|所属单位|單位名稱|单位名称|"
            "组织|組織|部|二級部門|二级部门|Dept|Department name"
        ),
        required=True,
    ),
    FieldSpec(
        "division",
        N_("Division above the department"),
        ("處", "处", "Division"),
        words(
            "處別|处别|處級|处级|處室|处室|事業處|事业处|事業部|事业部|事業群|事业群|本部|一級部門|一级部门|Business unit"
        ),
        beside=True,
    ),
    FieldSpec(
        "section",
        N_("Section below the department"),
        ("組別", "组别", "Section"),
        words("組|组|小組|小组|課|课|課別|课别|科|科別|科别|科室|班組|班组|三級部門|三级部门|Team|Group|Unit"),
        beside=True,
    ),
    FieldSpec(
        "post",
        N_("Post held"),
        ("崗位", "岗位", "Post"),
        words(
            "擔任崗位|担任岗位|職位|职位|員工職位|员工职位|職稱|职称|职务|職務|岗位名称|崗位名稱|Position|Post held|JobRole|"
            "Job title|Title"
        ),
    ),
    _QUEUE,
    FieldSpec(
        "hired",
        N_("Date hired"),
        ("入職日期", "入职日期", "Date hired"),
        words(
            "入職日|入职日|入職時間|入职时间|員工入職時間|员工入职时间|員工入職日期|员工入职日期|到職日|到职日|到職日期|到职日期|"
            "報到日|报到日|報到日期|报到日期|DateofHire|"
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
        words(
            "離職時間|离职时间|員工離職時間|员工离职时间|離職日|离职日|DateofTermination|Termination date|Leaving date"
        ),
    ),
    FieldSpec(
        "status",
        N_("Employment status"),
        ("狀態", "状态", "Status"),
        words(
            "員工狀態|员工状态|在職狀態|在职状态|任職狀態|任职状态|在職/離職|在职/离职|在職否|在职否|是否在職|是否在职|"
            "EmploymentStatus|Employment status|Attrition"
        ),
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
        words(
            "管理崗|管理岗|管理職|管理职|管理職位|管理职位|主管職|主管职|是否管理崗|是否管理岗|是否管理職|是否管理职|是否主管|Manager post|"
            "Is manager"
        ),
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
    _NAME,
    FieldSpec(
        "grade",
        N_("Present grade"),
        ("職級", "职级", "Grade"),
        words(
            "現職級|现职级|現任職級|现任职级|目前職級|当前职级|職層|职层|員工職級|员工职级|月度职级|JobLevel|Level|Present grade"
        ),
        required=True,
    ),
    FieldSpec(
        "since",
        N_("Grade held since"),
        ("職級生效日期", "职级生效日期", "Grade since"),
        words(
            "生效日期|生效日|定級日期|定级日期|定級日|定级日|核定日|核定日期|任職級日期|现职级日期|現職級日期|Since|Grade held since|"
            "Effective date|Grade effective date"
        ),
        required=True,
    ),
    FieldSpec(
        "document",
        N_("Document of the grade"),
        ("文號", "文号", "Document"),
        words(
            "發文字號|发文字号|發文文號|发文文号|核定文號|核定文号|定級文件|定级文件|文件編號|文件编号|"
            "Document number|Document of the grade"
        ),
    ),
)
METRICS = (
    _NUMBER,
    _NAME,
    _MONTH,
    FieldSpec(
        "year", N_("Year of the figures"), ("年度", "年度", "Year"), words("年|年份|統計年度|统计年度"), beside=True
    ),
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
    _NAME,
    FieldSpec(
        "year",
        N_("Rating year"),
        ("年度", "年度", "Year"),
        words("考核年度|績效年度|绩效年度|評核年度|评核年度|考績年度|考绩年度|年份|年|Rating year"),
        required=True,
    ),
    FieldSpec(
        "rating",
        N_("Annual performance rating"),
        ("年度績效等次", "年度绩效等次", "Annual rating"),
        words(
            "績效等次|绩效等次|績效等級|绩效等级|考核等次|考核結果|考核结果|年度考核結果|年度考核结果|評等|评等|考績|考绩|"
            "年度考績|年度考绩|考績等第|考绩等第|考績等次|考绩等次|考績結果|考绩结果|等第|年度績效考核|年度绩效考核|"
            "Annual performance rating|"
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
