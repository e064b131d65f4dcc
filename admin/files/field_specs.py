"""What a field of an import is, and the fields that several kinds have."""

from __future__ import annotations

from dataclasses import dataclass

from admin.domain.refusals import N_
from admin.files.headers import words


@dataclass(frozen=True)
class FieldSpec:
    """A field: `label` is its message id; `headers` its column names in zh_hant, zh_hans, en; then synonyms.

    `lists`: message ids by which lists and pages of the portal head it; they and the label are read as synonyms are.
    `beside`: some files have it where others have another field (a name in two columns); no template asks for it.
    """

    name: str
    label: str
    headers: tuple[str, str, str]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    beside: bool = False
    lists: tuple[str, ...] = ()


NUMBER = FieldSpec(
    "number",
    N_("Employee number"),
    ("工號", "工号", "Employee number"),
    words(
        "員工編號|员工编号|員工ID|员工ID|員工号|员工号|員工號|员工工号|員工工號|職號|人員編號|人员编号|EmpID|Emp No|"
        "員編|员编|員工代號|员工代号|員工代碼|员工代码|人員代號|人员代号|職工號|职工号|職工編號|职工编号|EmployeeNumber|Employee ID|"
        "Employee No|Employee: number|Emp ID|Employee code|"
        "Staff No|Staff ID|Staff number|Personnel number"
    ),
    required=True,
)
NAME_WORDS = (
    "員工姓名|员工姓名|Employee: name|名字|中文姓名|人員姓名|人员姓名|Employee_Name|Employee's name|Full name|Name"
)
NAME = FieldSpec("name", N_("Employee's name"), ("姓名", "姓名", "Employee name"), words(NAME_WORDS), beside=True)
SURNAME = FieldSpec(
    "surname", N_("Surname"), ("姓", "姓", "Surname"), words("姓氏|Last name|Family name|LastName"), beside=True
)
GIVEN_NAME = FieldSpec(
    "given_name", N_("Given name"), ("名", "名", "Given name"), words("First name|FirstName|Forename"), beside=True
)
QUEUE = FieldSpec(
    "queue",
    N_("Queue"),
    ("技能組", "技能组", "Queue"),
    words("隊列|队列|佇列|業務隊列|业务队列|業務線|业务线|Skill|Skill group"),
    lists=(N_("Service queue"),),
)
MONTH = FieldSpec(
    "month",
    N_("Month"),
    ("月份", "月份", "Month"),
    words(
        "年月|月|統計月份|统计月份|考核月份|所屬月份|所属月份|資料月份|数据月份|統計年月|统计年月|"
        "季度|季|季別|季别|考核季度|期間|期间|Period|Quarter|Year month|Year/month"
    ),
    required=True,
)
