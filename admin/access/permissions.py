"""Access as one typed list: which roles may read, change or act on which view or resource (3.3-g, 6.3-b).

A view's methods are mapped to "read", "write" or the name of an act once, in the base classes; so a row is one line.
Which *rows* somebody sees is admin.access.scope; what may be done to a record now is the workflow table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from admin.access.actor import FACT_ROLES, ROLES

SIGNED_IN = "signed_in"
READ, WRITE = "can_read", "can_write"
EVERYBODY = frozenset({SIGNED_IN})


@dataclass(frozen=True)
class Access:
    """One view or API resource: who reads, who writes, who may do each further act.

    `reference` marks reference data, which roles that an administrator makes may combine (6.3-b).
    """

    view: str
    read: frozenset[str] = frozenset()
    write: frozenset[str] = frozenset()
    acts: dict[str, frozenset[str]] = field(default_factory=dict)
    reference: bool = False

    def permissions(self) -> dict[str, frozenset[str]]:
        """Permission name -> the roles that hold it, without empty ones."""
        named = {READ: self.read, WRITE: self.write, **{f"can_{name}": roles for name, roles in self.acts.items()}}
        return {name: roles for name, roles in named.items() if roles}


def _roles(text: str) -> frozenset[str]:
    roles = frozenset(text.split())
    unknown = roles - set(ROLES) - EVERYBODY
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    return roles


def access(view: str, read: str = "", write: str = "", *, reference: bool = False, **acts: str) -> Access:
    """A row of the list; roles are words, "signed_in" is everybody with an account."""
    return Access(view, _roles(read), _roles(write), {name: _roles(text) for name, text in acts.items()}, reference)


BODIES = "chair secretary committee_member panel_member panel_chair"

# fmt: off
ACCESS: list[Access] = [
    #      view or resource              read                          write
    access("AccountView",                "admin auditor",              "admin"),
    access("ActView",                    "signed_in",                  "signed_in"),
    access("AdjustmentView",             "hr management auditor",      propose="hr", decide="management", issue="hr"),
    access("ApiAppeals",                 "signed_in",                  "signed_in"),
    access("ApiAuditEvents",             "auditor"),
    access("ApiCandidates",              "hr management auditor superior head","hr head"),
    access("ApiCommitteeMembers",        f"hr auditor management {BODIES}", "hr"),
    access("ApiComplaints",              "complaint_officer officer finding_voter auditor management chair secretary"),
    access("ApiConfirmations",           "hr management admin auditor"),
    access("ApiCourseSessions",          "signed_in",                   "hr", reference=True),
    access("ApiCourses",                 "signed_in",                   "hr", reference=True),
    access("ApiCycles",                  "signed_in",                  "hr"),
    access("ApiDepartments",             "signed_in",                  "hr", reference=True),
    access("ApiDeputies",                "hr auditor",                 "hr"),
    access("ApiDescription",             "signed_in"),
    access("ApiDocumentWithdrawals",     "hr auditor management",      "hr"),
    access("ApiDocuments",               "hr auditor"),
    access("ApiEmployeeRecords",         "signed_in"),
    access("ApiEmployees",               "signed_in",                  "hr", reference=True),
    access("ApiEnrolments",              "signed_in",                   "signed_in"),
    access("ApiGradeChanges",            "hr auditor management employee", "hr"),
    access("ApiGrades",                  "signed_in",                  reference=True),
    access("ApiHonours",                 "signed_in",                   "hr superior head"),
    access("ApiImports",                 "hr auditor"),
    access("ApiJobs",                    "hr auditor"),
    access("ApiLongWorks",               "signed_in"),
    access("ApiMeetings",                "hr auditor chair secretary committee_member"),
    access("ApiMetrics",                 "signed_in"),
    access("ApiNotices",                 "hr auditor"),
    access("ApiPayLists",                "hr",                         "hr"),
    access("ApiPolicyVersions",          "hr auditor management"),
    access("ApiReviews",                 "signed_in",                  "hr", open_case="hr superior"),
    access("ApiScorecards",              "signed_in",                  reference=True),
    access("ApiTakeoverCorrections",     "hr auditor management employee", "hr"),
    access("AppealFormView",             "signed_in",                  "signed_in"),
    access("AppealPageView",             "signed_in",                  "signed_in", panel="panel_member panel_chair hr auditor"),
    access("AppealView",                 "hr auditor panel_member panel_chair", "hr"),
    access("AuditEventView",             "auditor"),
    access("BodiesView",                 f"hr auditor management {BODIES}", "hr", name_panel="hr secretary chair", add_to_panel="management"),
    access("CalendarDayView",            "signed_in",                  "hr", reference=True),
    access("CalendarView",               "signed_in",                  "hr"),
    access("CalendarYearView",           "signed_in",                  "hr", reference=True, confirm="hr"),
    access("CandidateView",              "hr management auditor superior head","hr head"),
    access("CaseView",                   "signed_in",                  "signed_in", steer="hr"),
    access("CommitteeMemberView",        f"hr auditor management {BODIES}", "hr", reference=True),
    access("ComplaintFileView",          "complaint_officer officer"),
    access("ComplaintView",              "complaint_officer officer finding_voter auditor management chair secretary"),
    access("ConfirmationView",           "hr management admin auditor", propose="hr management admin", ask="admin hr", print="hr management"),
    access("ContactLoginView",           "hr auditor",                 "hr", reference=True),
    access("CourseSessionView",          "signed_in",                   "hr", reference=True),
    access("CourseView",                 "signed_in",                   "hr", reference=True),
    access("CriterionView",              "signed_in",                  "hr", reference=True),
    access("CycleView",                  "hr auditor",                 "hr"),
    access("DeadlineView",               "",                           "hr"),
    access("DemotionView",               "hr auditor superior",        propose_demotion="hr superior"),
    access("DepartmentTableView",        "head",                       "head"),
    access("DepartmentView",             "signed_in",                  "hr", reference=True),
    access("DeputyView",                 "hr auditor",                 "hr"),
    access("DocumentFileView",           "hr auditor",                 "hr"),
    access("DocumentView",               "hr auditor",                 ""),
    access("DocumentWithdrawalView",     "hr management auditor",      propose="hr"),
    access("DraftView",                  "hr auditor management",      "hr"),
    access("EmployeeRecordView",         "hr auditor superior head",   ""),
    access("EmployeeView",               "hr auditor admin superior head", "hr", reference=True),
    access("EnrolmentView",              "hr auditor superior head",    ""),
    access("EvaluationView",             "superior",                   "superior"),
    access("FollowUpReportView",         "hr auditor head",            ""),
    access("FollowUpView",               "signed_in",                  "superior head"),
    access("GradeFileView",              "signed_in", record="signed_in"),
    access("GradeThresholdView",         "signed_in",                  "hr", reference=True),
    access("GradeView",                  "signed_in",                  reference=True),
    access("HeldFileView",               "signed_in"),
    access("HomeView",                   "signed_in"),
    access("HonourView",                 "signed_in",                   "hr superior head"),
    access("ImportAfterView",            "hr",                         "hr"),
    access("ImportView",                 "hr auditor",                 "hr"),
    access("IssuingView",                "hr auditor"),
    access("LetterView",                 "employee",                   "employee"),
    access("LongWorkView",               "hr auditor secretary head"),
    access("MeetingRoomView",            "hr auditor chair secretary committee_member", "hr chair secretary committee_member", assign="hr secretary"),
    access("MeetingView",                "hr auditor chair secretary committee_member", "hr secretary"),
    access("MyAccountView",              "signed_in",                  "signed_in"),
    access("MyPathView",                 "signed_in"),
    access("NominationView",             "hr management auditor superior head",""),
    access("NoticeCorrectionView",       write="hr"),
    access("NoticeView",                 "hr auditor",                 ""),
    access("OpenWorkView",               "hr",                         "hr"),
    access("OwnLetterView",              "employee"),
    access("PayBandView",                "hr",                         "hr"),
    access("PayListFileView",            "hr",                         make="hr"),
    access("PayListView",                "hr"),
    access("PayView",                    "hr",                         bring="hr"),
    access("PeopleView",                 "hr",                         "hr"),
    access("PolicyQuestionView",         "signed_in",                  "signed_in", answer="hr"),
    access("PolicyReadingView",          "hr auditor",                 "hr"),
    access("PolicyVersionView",          "hr auditor management",      "hr"),
    access("PolicyView",                 "signed_in"),
    access("RatingView",                 "employee",                   "employee"),
    access("ReassessmentView",           "hr auditor management",      "hr management"),
    access("ReminderView",               "",                           "hr"),
    access("ReorganisationView",         propose="hr"),
    access("ResultsView",                "hr auditor",                 "hr"),
    access("ReviewView",                 "hr auditor",                 "hr"),
    access("RoleView",                   "admin auditor",              "admin"),
    access("ScorecardView",              "signed_in",                  "hr", reference=True),
    access("SearchView",                 "hr auditor superior head chair secretary committee_member"),
    access("SecondFactorResetView",      "admin hr management",        "admin hr management"),
    access("SecondFactorView",           "signed_in",                  "signed_in"),
    access("SelfAssessmentView",         "signed_in",                  "signed_in", proxy="hr"),
    access("ServedView",                 "hr auditor",                 "hr"),
    access("SetUpView",                  "hr",                         "hr"),
    access("StaffingLimitView",          "hr auditor head",            "hr", reference=True),
    access("TakeoverCorrectionView",     "hr management auditor",      propose="hr"),
    access("TakeoverView",               "management hr auditor",      approve="management"),
    access("TemplateView",               "hr management auditor",      "hr", use="hr management"),
    access("TrainingPlanView",           "hr auditor superior head",    ""),
    access("TrainingView",               "signed_in",                   "signed_in", attendance="hr"),
    access("UnsentFormView",             write="signed_in"),
    access("ViewAsView",                 write="hr"),
    access("WaitingReminderView",        "hr",                         "hr"),
    access("WorkByGradeView",            "signed_in",                  check="hr superior head"),
    access("WorkTaskView",               "signed_in",                  "hr", reference=True),
]
# fmt: on


# By procedure: the views on which its records are shown. Where somebody reads none of them, no record of it is there for
# their acts either, though a rule that they carry out may read it (3.3-g). A program asks the resource itself.
SHOWN_ON: dict[str, tuple[str, ...]] = {
    "appeal": ("AppealPageView", "AppealView"),
    "candidate": ("NominationView",),
    "committee_member": ("BodiesView",),
    "complaint": ("ComplaintView",),
    "confirmation": ("ConfirmationView",),
    "course_session": ("TrainingView", "CourseSessionView"),
    "cycle": ("CycleView",),
    "department": ("DepartmentView",),
    "document_withdrawal": ("DocumentWithdrawalView",),
    "employee": ("EmployeeView", "GradeFileView"),
    "employee_record": ("EmployeeRecordView", "MyPathView"),
    "enrolment": ("TrainingView", "EnrolmentView"),
    "grade_change": ("AdjustmentView", "GradeFileView"),
    "honour": ("HonourView",),
    "import": ("ImportView",),
    "long_work": ("LongWorkView",),
    "meeting": ("MeetingRoomView",),
    "notice_row": ("AppealFormView",),
    "pay_list": ("PayListView",),
    "policy_version": ("PolicyVersionView",),
    "review": ("CaseView",),
    "takeover_correction": ("TakeoverCorrectionView", "GradeFileView"),
}


def by_view() -> dict[str, Access]:
    """The list by the view's name; raises ValueError where a view stands in it twice."""
    found = {row.view: row for row in ACCESS}
    if len(found) != len(ACCESS):
        raise ValueError("a view stands twice in the access list")
    return found


_BY_VIEW = by_view()


def may(roles: Iterable[str], permission: str, view: str) -> bool:
    """Whether somebody signed in with these roles holds a permission on a view; unlisted is refused."""
    row = _BY_VIEW.get(view)
    holders = row.permissions().get(permission, frozenset()) if row else frozenset()
    return bool(holders & (set(roles) | EVERYBODY))


def shown_to(process: str, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles is shown records of a procedure on any page; which ones is the scope's."""
    held = frozenset(roles)
    return any(may(held, READ, view) for view in SHOWN_ON[process])


def readers(view: str) -> frozenset[str]:
    """The roles that read a view or resource; unlisted is read by nobody."""
    row = _BY_VIEW.get(view)
    return row.read if row else frozenset()


def combinable(permission: str, view: str) -> bool:
    """Whether a role made by an administrator may hold it: reading reference data, for writing is an office's (6.1-a, 6.3-b)."""
    row = _BY_VIEW.get(view)
    return row is not None and row.reference and permission == READ and permission in row.permissions()


def pairs() -> set[tuple[str, str]]:
    """Every (permission, view) of the list, for the rows that FAB's role screens show."""
    return {(name, row.view) for row in ACCESS for name in row.permissions()}


def pairs_of(role: str) -> set[tuple[str, str]]:
    """What a shipped role holds; what everybody signed in holds is part of the account roles only."""
    holds = {role} if role in FACT_ROLES else {role} | EVERYBODY
    return {(name, row.view) for row in ACCESS for name, roles in row.permissions().items() if roles & holds}
