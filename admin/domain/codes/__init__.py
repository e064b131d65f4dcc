"""Every coded thing once: tables, forms, programs, the public snapshot and the catalogues derive from these lists."""

from __future__ import annotations

from admin.domain.codes.appeals import AppealAddressee, AppealGround, AppealKind, AppealStage, PanelResult
from admin.domain.codes.cases import (
    FIXED_GROUNDS,
    CaseKind,
    CaseOutcome,
    CaseStage,
    Conflict,
    Flag,
    HearingForm,
    JudgingAct,
    PredecessorForm,
    RaterKind,
    RatingState,
    Relation,
)
from admin.domain.codes.code import Code
from admin.domain.codes.committee import Body, Constituency, ItemState, MeetingStage, MotionState, Office
from admin.domain.codes.complaints import (
    VOTERS,
    ComplaintStage,
    ComplaintSubject,
    FindingVote,
    PartyRole,
    Receivers,
)
from admin.domain.codes.cycles import CycleKind, CycleStage, Deadline
from admin.domain.codes.outcome import ChangeKind, ChangeStage, DocumentKind, NoticeKind, NoticeStage
from admin.domain.codes.people import EmployeeStatus, LeaveKind, PerformanceRating, RecordKind, RecordStage
from admin.domain.codes.policy import Dimension, Direction, Level, Measure, Source, VersionStage, VersionStanding
from admin.domain.codes.system import (
    BasisAct,
    ConfirmationKind,
    ConfirmationStage,
    ImportKind,
    ImportState,
    JobState,
    Language,
    Way,
)

__all__ = [
    "FIXED_GROUNDS",
    "VOTERS",
    "AppealAddressee",
    "AppealGround",
    "AppealKind",
    "AppealStage",
    "BasisAct",
    "Body",
    "CaseKind",
    "CaseOutcome",
    "CaseStage",
    "ChangeKind",
    "ChangeStage",
    "Code",
    "ComplaintStage",
    "ComplaintSubject",
    "ConfirmationKind",
    "ConfirmationStage",
    "Conflict",
    "Constituency",
    "CycleKind",
    "CycleStage",
    "Deadline",
    "Dimension",
    "Direction",
    "DocumentKind",
    "EmployeeStatus",
    "FindingVote",
    "Flag",
    "HearingForm",
    "ImportKind",
    "ImportState",
    "ItemState",
    "JobState",
    "JudgingAct",
    "Language",
    "LeaveKind",
    "Level",
    "Measure",
    "MeetingStage",
    "MotionState",
    "NoticeKind",
    "NoticeStage",
    "Office",
    "PanelResult",
    "PartyRole",
    "PerformanceRating",
    "PredecessorForm",
    "RaterKind",
    "RatingState",
    "Receivers",
    "RecordKind",
    "RecordStage",
    "Relation",
    "Source",
    "VersionStage",
    "VersionStanding",
    "Way",
]
