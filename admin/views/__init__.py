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
    Listed("system.home:HomeView", "home", lazy("Home page")),
    Listed("system.setting_up:SetUpView", under="HomeView"),
    Listed("system.acts:ActView"),
    Listed("system.search:SearchView"),
    Listed("system.held_files:HeldFileView"),
    Listed("system.unsent_forms:UnsentFormView"),
    Listed("cases.reviews:CaseView", "mine", lazy("My review")),
    Listed("cases.self_assessment:SelfAssessmentView", under="CaseView"),
    Listed("cases.ratings:RatingView", "mine", lazy("Rate colleagues")),
    Listed("cases.ratings:EvaluationView", "work", lazy("My team's reviews")),
    Listed("cases.department:DepartmentTableView", "work", lazy("Department review")),
    Listed("cycles.cycles:CycleView", "work", lazy("Review cycles")),
    Listed("cycles.reminders:ReminderView", under="CycleView"),
    Listed("cycles.issuing:IssuingView", under="CycleView"),
    Listed("cycles.deadlines:DeadlineView", under="CycleView"),
    Listed("system.long_work:LongWorkView", "work", lazy("Bulk acts")),
    Listed("cases.reviews:ReviewView", "work", lazy("Review cases")),
    Listed("cases.demotions:DemotionView", "work", lazy("Duty to propose a demotion")),
    Listed("cases.reassessments:ReassessmentView", "work", lazy("Re-assessments")),
    Listed("outcome.notices:NoticeView", "work", lazy("Public notices")),
    Listed("outcome.notices:NoticeCorrectionView", under="NoticeView"),
    Listed("outcome.documents:DocumentView", "work", lazy("Issued documents")),
    Listed("outcome.documents:DocumentFileView", under="DocumentView"),
    Listed("outcome.pay:PayListView", "work", lazy("Pay lists")),
    Listed("outcome.pay:PayListFileView", under="PayListView"),
    Listed("outcome.templates:TemplateView", "rules", lazy("Document templates")),
    Listed("outcome.letters:ServedView", under="DocumentView"),
    Listed("outcome.letters:LetterView", "mine", lazy("My letters")),
    Listed("outcome.letters:OwnLetterView", under="LetterView"),
    Listed("cases.department:StaffingLimitView", "centre", lazy("Staffing limits")),
    Listed("cases.my_path:MyPathView", "mine", lazy("My path")),
    Listed("development.training:TrainingView", "mine", lazy("Training")),
    Listed("development.training:TrainingPlanView", "work", lazy("Training plan")),
    Listed("development.work_tasks:WorkByGradeView", "work", lazy("Work by grade")),
    Listed("development.work_tasks:WorkTaskView", under="WorkByGradeView"),
    Listed("development.follow_ups:FollowUpView", "work", lazy("Follow-up notes")),
    Listed("development.follow_ups:FollowUpReportView", under="FollowUpView"),
    Listed("development.honours:HonourView", "mine", lazy("Honours")),
    Listed("development.honours:CandidateView", "work", lazy("Candidates for management posts")),
    Listed("development.honours:NominationView", under="CandidateView"),
    Listed("development.courses:CourseView", "centre", lazy("Courses")),
    Listed("development.courses:CourseSessionView", "centre", lazy("Course dates")),
    Listed("development.courses:EnrolmentView", "centre", lazy("Enrolments")),
    Listed("accounts.accounts:MyAccountView"),
    Listed("accounts.accounts:ActivationView"),
    Listed("accounts.second_factor:SecondFactorView", under="MyAccountView"),
    Listed("accounts.viewing:ViewAsView"),
    Listed("system.reference:DepartmentView", "centre", lazy("Departments")),
    Listed("people.employees:EmployeeView", "centre", lazy("Employees")),
    Listed("outcome.grade_file:GradeFileView", "mine", lazy("My grade")),
    Listed("people.people:PeopleView", "centre", lazy("Maintain employee records")),
    Listed("people.open_work:OpenWorkView", under="PeopleView"),
    Listed("people.deputies:DeputyView", "centre", lazy("Deputies")),
    Listed("imports.imports:ImportView", "centre", lazy("Imports")),
    Listed("imports.imports_after:ImportAfterView", under="ImportView"),
    Listed("cycles.reminders_elsewhere:WaitingReminderView", "work", lazy("Reminders")),
    Listed("imports.imports_after:TakeoverView", "centre", lazy("Grades to take over")),
    Listed("system.reference:EmployeeRecordView", "centre", lazy("Records of employees")),
    Listed("system.reference:ContactLoginView", "centre", lazy("Contact-system logins")),
    Listed("appeals.appeals:AppealFormView", "mine", lazy("My appeals and objections")),
    Listed("committee.meetings:MeetingView", "committee", lazy("Meetings of the committee")),
    Listed("committee.meetings:MeetingRoomView", under="MeetingView"),
    Listed("outcome.results:ResultsView", "committee", lazy("Result check")),
    Listed("appeals.appeals:AppealView", "committee", lazy("Appeals and objections")),
    Listed("appeals.appeals:AppealPageView"),
    Listed("outcome.adjustments:AdjustmentView", "work", lazy("Other adjustments")),
    Listed("people.reorganising:ReorganisationView", "work", lazy("Reorganisation")),
    Listed("outcome.corrections:TakeoverCorrectionView", "centre", lazy("Corrections of takeovers")),
    Listed("outcome.withdrawals:DocumentWithdrawalView", "work", lazy("Documents taken back")),
    Listed("complaints.complaints:ComplaintView", "committee", lazy("Complaints and reports")),
    Listed("complaints.complaints:ComplaintFileView", under="ComplaintView"),
    Listed("committee.bodies:BodiesView", "committee", lazy("Committee and appeal panel")),
    Listed("system.reference:CommitteeMemberView", "committee", lazy("Committee members")),
    Listed("policy.policy:PolicyView", "rules", lazy("The policy")),
    Listed("policy.reading:PolicyQuestionView", "rules", lazy("Questions about the policy")),
    Listed("policy.reading:PolicyReadingView", "rules", lazy("Who has read the policy")),
    Listed("policy.policy:PolicyVersionView", "rules", lazy("Policy versions")),
    Listed("policy.drafting:DraftView", under="PolicyVersionView"),
    Listed("system.reference:GradeView", "rules", lazy("Grades")),
    Listed("outcome.pay:PayView", "rules", lazy("Pay bands")),
    Listed("system.reference:PayBandView", under="PayView"),
    Listed("system.calendar_page:CalendarView", "rules", lazy("Working calendar")),
    Listed("system.reference:CalendarYearView", under="CalendarView"),
    Listed("system.reference:CalendarDayView", under="CalendarView"),
    Listed("policy.scorecards:ScorecardView", "rules", lazy("Scorecards")),
    Listed("policy.scorecards:CriterionView", "rules", lazy("Criteria")),
    Listed("policy.scorecards:GradeThresholdView", "rules", lazy("Thresholds of grades")),
    Listed("accounts.accounts:AccountView", "system", lazy("Accounts")),
    Listed("accounts.confirmations:ConfirmationView", "system", lazy("Confirmations")),
    Listed("accounts.accounts:RoleView", "system", lazy("Roles")),
    Listed("accounts.second_factor:SecondFactorResetView", "system", lazy("Resets of second factors")),
    Listed("system.audit:AuditEventView", "system", lazy("Audit trail")),
]
