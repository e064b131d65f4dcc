"""The fields of each kind of import and the words HR's files use for them.

The names of columns are data in three languages: they head the templates, and they are recognised in files.
"""

from __future__ import annotations

from admin.domain.codes import ImportKind
from admin.domain.refusals import N_
from admin.files.field_specs import GIVEN_NAME, NAME, NAME_WORDS, NUMBER, QUEUE, SURNAME, FieldSpec
from admin.files.figure_fields import CONTACTS, METRICS, RATINGS
from admin.files.headers import words

EMPLOYEES = (
    NUMBER,
    FieldSpec(
        "name",
        N_("Employee's name"),
        ("姓名", "姓名", "Employee name"),
        words(NAME_WORDS),
        required=True,
    ),
    SURNAME,
    GIVEN_NAME,
    FieldSpec(
        "department",
        N_("Department of the employee"),
        ("部門", "部门", "Department"),
        words(
            "所屬部門|所属部门|員工部門|员工部门|員工的部門|员工的部门|部門名稱|部门名称|單位|单位|所屬單位|所属单位|單位名稱|单位名称|"
            "组织|組織|部|二級部門|二级部门|Dept|Department name"
        ),
        required=True,
        lists=(N_("Department"),),
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
        ("職務", "岗位", "Post"),
        words(
            "崗位|职务|現任職務|现任岗位|擔任崗位|担任岗位|擔任職務|职务名称|職務名稱|職位|职位|"
            "員工職位|员工职位|職稱|职称|岗位名称|崗位名稱|Position|Post held|JobRole|"
            "Job title|Title"
        ),
        lists=(N_("Post"),),
    ),
    QUEUE,
    FieldSpec(
        "hired",
        N_("Date hired"),
        ("到職日期", "入职日期", "Date hired"),
        words(
            "入職日期|入職日|入职日|入職時間|入职时间|員工入職時間|员工入职时间|員工入職日期|员工入职日期|到職日|到职日|到职日期|到职时间|到職時間|"
            "報到日|报到日|報到日期|报到日期|DateofHire|"
            "Hire date|Start date"
        ),
        required=True,
        lists=(N_("Hired on"),),
    ),
    FieldSpec(
        "joined_centre",
        N_("Date joined the centre"),
        ("進入中心日期", "进入中心日期", "Joined the centre"),
        words("到客服中心日期|進入客服中心日期|进入客服中心日期|加入中心日期|入中心日期|Centre join date"),
        lists=(N_("Joined the centre on"),),
    ),
    FieldSpec(
        "left",
        N_("Date left"),
        ("離職日期", "离职日期", "Date left"),
        words(
            "離職時間|离职时间|員工離職時間|员工离职时间|離職日|离职日|DateofTermination|Termination date|Leaving date"
        ),
        lists=(N_("Left on"),),
    ),
    FieldSpec(
        "status",
        N_("Employment status"),
        ("在職狀態", "在职状态", "Status"),
        words(
            "狀態|状态|員工狀態|员工状态|任職狀態|任职状态|在職/離職|在职/离职|在職否|在职否|是否在職|是否在职|"
            "EmploymentStatus|Attrition"
        ),
        lists=(N_("Service status"),),
    ),
    FieldSpec(
        "superior",
        N_("Superior (number or name)"),
        ("直屬上級", "直属上级", "Superior"),
        words(
            "直接上級|直接上级|直屬主管|直属主管|直接主管|上級工號|上级工号|直屬上級工號|直属上级工号|直接上级工号|"
            "主管工號|Superior: number|ManagerID|Manager|Supervisor|Reports to"
        ),
        lists=(N_("Superior"),),
    ),
    FieldSpec(
        "superior_name",
        N_("Superior's name"),
        ("直屬上級姓名", "直属上级姓名", "Superior's name"),
        words("Superior: name|直接上級姓名|直接上级姓名|上級姓名|上级姓名|主管姓名|ManagerName|Supervisor name"),
    ),
    FieldSpec(
        "email",
        N_("E-mail of the employee"),
        ("電子郵件", "电子邮件", "E-mail"),
        words("員工郵箱|员工邮箱|工作郵箱|工作邮箱|郵箱|邮箱|電子郵箱|电子邮箱|信箱|Email address|Mail"),
        lists=(N_("E-mail address"),),
    ),
    FieldSpec(
        "management",
        N_("Management post"),
        ("管理職", "管理岗位", "Management post"),
        words(
            "管理崗位|管理崗|管理岗|管理职|管理職位|管理职位|主管職|主管职|是否管理崗|是否管理岗|是否管理職|是否管理职|是否主管|"
            "Manager post|"
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
        ("話務系統帳號", "话务系统账号", "Contact logins"),
        words(
            "話務帳號|话务账号|話務工號|话务工号|坐席號|坐席号|坐席工號|坐席工号|座席工号|座席工號|客服系統帳號|Agent ID|Agent login|"
            "Login"
        ),
    ),
)
GRADES = (
    NUMBER,
    NAME,
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
        lists=(N_("Held since"),),
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
FIELDS: dict[str, tuple[FieldSpec, ...]] = {
    ImportKind.EMPLOYEES: EMPLOYEES,
    ImportKind.GRADES: GRADES,
    ImportKind.METRICS: METRICS,
    ImportKind.CONTACTS: CONTACTS,
    ImportKind.RATINGS: RATINGS,
}
