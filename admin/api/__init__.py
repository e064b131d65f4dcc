"""Every API resource, as one list; a feature appends its line here and its row in admin.access.permissions."""

from __future__ import annotations

RESOURCES: list[str] = [
    "description:ApiDescription",
    "appeals:ApiAppeals",
    "complaints:ApiComplaints",
    "imports:ApiImports",
    "committee_members:ApiCommitteeMembers",
    "meetings:ApiMeetings",
    "reviews:ApiReviews",
    "cycles:ApiCycles",
    "notices:ApiNotices",
    "documents:ApiDocuments",
    "figures:ApiJobs",
    "long_works:ApiLongWorks",
    "figures:ApiMetrics",
    "figures:ApiScorecards",
    "reference:ApiDepartments",
    "deputies:ApiDeputies",
    "confirmations:ApiConfirmations",
    "employee_records:ApiEmployeeRecords",
    "reference:ApiEmployees",
    "reference:ApiGrades",
    "audit:ApiAuditEvents",
    "pay_lists:ApiPayLists",
    "policy_versions:ApiPolicyVersions",
    "grade_changes:ApiGradeChanges",
    "takeover_corrections:ApiTakeoverCorrections",
    "document_withdrawals:ApiDocumentWithdrawals",
]
