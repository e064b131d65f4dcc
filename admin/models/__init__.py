"""The tables; constraints that make impossible states impossible. Importing this package registers them all."""

from admin.models.accounts import (
    AccountState,
    ActivationCode,
    RecoveryCode,
    SecondFactor,
    SecondFactorReset,
    SignIn,
    Throttle,
)
from admin.models.appeals import Appeal, PanelBallot
from admin.models.audit import AuditEvent, AuditSeal
from admin.models.base import Entity, Model, UtcDateTime, db
from admin.models.calendar import CalendarDay, CalendarYear
from admin.models.centre import FollowUp, FollowUpNote, PolicyQuestion, PolicyReading, ReadingRequest, WorkTask
from admin.models.commitments import AuditSalt
from admin.models.committee import AgendaItem, Attendance, Ballot, CommitteeMember, Meeting, Motion, Premark, Recusal
from admin.models.complaints import (
    Complaint,
    ComplaintBallot,
    ComplaintCase,
    ComplaintFile,
    ComplaintMessage,
    ComplaintParty,
)
from admin.models.confirmations import Confirmation
from admin.models.cycles import Cycle, CycleDepartment, ReviewerAppointment, StaffingLimit
from admin.models.documents import DocumentTemplate, DocumentWithdrawal, IssuedDocument
from admin.models.grades import Grade, GradeChange, GradeInterval, PayBand
from admin.models.held_files import FileVerdict, HeldFile
from admin.models.history import HistoryStep
from admin.models.honours import Honour, Nomination
from admin.models.imports import Import, ImportProfile
from admin.models.jobs import Heartbeat, Job, Notification
from admin.models.keys import KeyMark
from admin.models.long_work import LongWork, LongWorkRefusal
from admin.models.metrics import AnnualRating, Metric, QueueTotal
from admin.models.notices import Notice, NoticeRow, Publication
from admin.models.once import DoneOnce
from admin.models.pay import PayList, PayListRow
from admin.models.people import (
    ComingMove,
    ContactLogin,
    Department,
    Deputy,
    Employee,
    EmployeeChange,
    EmployeeRecord,
    Leave,
)
from admin.models.policy import Criterion, GradeThreshold, ParameterConfirmation, PolicyVersion, Scorecard
from admin.models.reassessments import Reassessment
from admin.models.reviews import (
    DemotionWaiver,
    Determination,
    Evidence,
    Hearing,
    PredecessorStatement,
    Proposal,
    ProposalDraft,
    Rating,
    Review,
    ReviewScore,
    SelfAssessment,
)
from admin.models.served import Acknowledgement, DocumentPrint, ServiceQuestion
from admin.models.training import Course, CourseSession, Enrolment
from admin.models.unsent_forms import UnsentForm
from admin.models.witness import PublishedHead, ResultStatement

__all__ = [
    "AccountState",
    "Acknowledgement",
    "ActivationCode",
    "AgendaItem",
    "AnnualRating",
    "Appeal",
    "Attendance",
    "AuditEvent",
    "AuditSalt",
    "AuditSeal",
    "Ballot",
    "CalendarDay",
    "CalendarYear",
    "ComingMove",
    "CommitteeMember",
    "Complaint",
    "ComplaintBallot",
    "ComplaintCase",
    "ComplaintFile",
    "ComplaintMessage",
    "ComplaintParty",
    "Confirmation",
    "ContactLogin",
    "Course",
    "CourseSession",
    "Criterion",
    "Cycle",
    "CycleDepartment",
    "DemotionWaiver",
    "Department",
    "Deputy",
    "Determination",
    "DocumentPrint",
    "DocumentTemplate",
    "DocumentWithdrawal",
    "DoneOnce",
    "Employee",
    "EmployeeChange",
    "EmployeeRecord",
    "Enrolment",
    "Entity",
    "Evidence",
    "FileVerdict",
    "FollowUp",
    "FollowUpNote",
    "Grade",
    "GradeChange",
    "GradeInterval",
    "GradeThreshold",
    "Hearing",
    "Heartbeat",
    "HeldFile",
    "HistoryStep",
    "Honour",
    "Import",
    "ImportProfile",
    "IssuedDocument",
    "Job",
    "KeyMark",
    "Leave",
    "LongWork",
    "LongWorkRefusal",
    "Meeting",
    "Metric",
    "Model",
    "Motion",
    "Nomination",
    "Notice",
    "NoticeRow",
    "Notification",
    "PanelBallot",
    "ParameterConfirmation",
    "PayBand",
    "PayList",
    "PayListRow",
    "PolicyQuestion",
    "PolicyReading",
    "PolicyVersion",
    "PredecessorStatement",
    "Premark",
    "Proposal",
    "ProposalDraft",
    "Publication",
    "PublishedHead",
    "QueueTotal",
    "Rating",
    "ReadingRequest",
    "Reassessment",
    "RecoveryCode",
    "Recusal",
    "ResultStatement",
    "Review",
    "ReviewScore",
    "ReviewerAppointment",
    "Scorecard",
    "SecondFactor",
    "SecondFactorReset",
    "SelfAssessment",
    "ServiceQuestion",
    "SignIn",
    "StaffingLimit",
    "Throttle",
    "UnsentForm",
    "UtcDateTime",
    "WorkTask",
    "db",
]
