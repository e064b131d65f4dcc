"""Every view of the portal, as one list; a feature appends its line here and its row in admin.access.permissions."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as lazy

SECTIONS = {
    "home": "",
    "mine": lazy("My own"),
    "work": lazy("Assessment"),
    "committee": lazy("Committee and panel"),
    "centre": lazy("People and files"),
    "rules": lazy("Rules and scorecards"),
    "system": lazy("Accounts and audit"),
}


@dataclass(frozen=True)
class Listed:
    """A view by its place ("module:Class" under admin.views), its menu entry if any, and under whose entry it stands if not."""

    view: str
    section: str = ""
    label: object = ""
    under: str = ""

    @property
    def name(self) -> str:
        """The class's name, which is also the name in the access list."""
        return self.view.partition(":")[2]


VIEWS: list[Listed] = [
    Listed("home:HomeView", "home", lazy("Home page")),
    Listed("acts:ActView"),
    Listed("search:SearchView"),
    Listed("reviews:CaseView", "mine", lazy("My review")),
    Listed("self_assessment:SelfAssessmentView", under="CaseView"),
    Listed("ratings:RatingView", "mine", lazy("Rate colleagues")),
    Listed("ratings:EvaluationView", "work", lazy("My team's reviews")),
    Listed("department:DepartmentTableView", "work", lazy("Department review")),
    Listed("cycles:CycleView", "work", lazy("Review cycles")),
    Listed("reviews:ReviewView", "work", lazy("Review cases")),
    Listed("demotions:DemotionView", "work", lazy("Duty to propose a demotion")),
    Listed("reassessments:ReassessmentView", "work", lazy("Re-assessments")),
    Listed("notices:NoticeView", "work", lazy("Public notices")),
    Listed("notices:NoticeCorrectionView", under="NoticeView"),
    Listed("documents:DocumentView", "work", lazy("Issued documents")),
    Listed("documents:DocumentFileView", under="DocumentView"),
    Listed("department:StaffingLimitView", "centre", lazy("Staffing limits")),
    Listed("my_path:MyPathView", "mine", lazy("My path")),
    Listed("accounts:MyAccountView"),
    Listed("accounts:ActivationView"),
    Listed("reference:DepartmentView", "centre", lazy("Departments")),
    Listed("reference:EmployeeView", "centre", lazy("Employees")),
    Listed("grade_file:GradeFileView", "mine", lazy("My grade")),
    Listed("people:PeopleView", "centre", lazy("Keep people's files")),
    Listed("imports:ImportView", "centre", lazy("Imports")),
    Listed("imports_after:ImportAfterView", under="ImportView"),
    Listed("imports_after:TakeoverView", "centre", lazy("Grades to take over")),
    Listed("reference:EmployeeRecordView", "centre", lazy("Records of employees")),
    Listed("reference:ContactLoginView", "centre", lazy("Contact-system logins")),
    Listed("appeals:AppealFormView", "mine", lazy("My appeals and objections")),
    Listed("meetings:MeetingView", "committee", lazy("Meetings of the committee")),
    Listed("meetings:MeetingRoomView", under="MeetingView"),
    Listed("results:ResultsView", "committee", lazy("Result check")),
    Listed("appeals:AppealView", "committee", lazy("Appeals and objections")),
    Listed("appeals:AppealPageView"),
    Listed("adjustments:AdjustmentView", "work", lazy("Other adjustments")),
    Listed("complaints:ComplaintView", "committee", lazy("Complaints and reports")),
    Listed("complaints:ComplaintFileView", under="ComplaintView"),
    Listed("reference:CommitteeMemberView", "committee", lazy("Committee members")),
    Listed("policy:PolicyView", "rules", lazy("The policy")),
    Listed("policy:PolicyVersionView", "rules", lazy("Policy versions")),
    Listed("reference:GradeView", "rules", lazy("Grades")),
    Listed("reference:PayBandView", "rules", lazy("Pay bands")),
    Listed("calendar_page:CalendarView", "rules", lazy("Working calendar")),
    Listed("reference:CalendarYearView", under="CalendarView"),
    Listed("reference:CalendarDayView", under="CalendarView"),
    Listed("scorecards:ScorecardView", "rules", lazy("Scorecards")),
    Listed("scorecards:CriterionView", "rules", lazy("Criteria")),
    Listed("scorecards:GradeThresholdView", "rules", lazy("Thresholds of grades")),
    Listed("accounts:AccountView", "system", lazy("Accounts")),
    Listed("accounts:RoleView", "system", lazy("Roles")),
    Listed("audit:AuditEventView", "system", lazy("Audit trail")),
]
