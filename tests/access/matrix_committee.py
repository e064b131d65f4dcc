"""The committee, its meetings, the result check: who gets which answer."""

from __future__ import annotations

ROWS = """
GET    /committee_members/list/                           200 bodies hr management auditor
GET    /committee_members/add                             200 hr
POST   /committee_members/add                             422 hr
GET    /committee_members/show/{seat_member}              200 bodies hr management auditor
GET    /committee_members/show/{absent}
GET    /committee_members/edit/{seat_member}              200 hr
POST   /committee_members/edit/{seat_member}              422 hr
POST   /committee_members/delete/{seat_member}            409 hr
POST   /committee_members/export                          200 bodies hr management auditor
GET    /committee_members/look_up/employee                200 bodies hr management auditor
GET    /bodies/                                           200 bodies hr management auditor
POST   /bodies/appoint                                    422 hr
POST   /bodies/panel                                      409 hr chair secretary
POST   /bodies/{seat_member}/end                          422 hr
POST   /bodies/{absent}/end                               422 hr
POST   /bodies/appeals/{appeal}                           422 management
POST   /bodies/appeals/{absent}                           422 management
GET    /meetings/list/                                    200 committee hr auditor
GET    /meetings/add                                      200 hr secretary
POST   /meetings/add                                      422 hr secretary
GET    /meetings/show/{meeting}                           302 committee hr auditor
POST   /meetings/{meeting}/minutes
POST   /meetings/{absent}/minutes
GET    /meetings/show/{absent}                            302 committee hr auditor
POST   /meetings/export                                   200 committee hr auditor
GET    /meetings/look_up/cycle                            200 committee hr auditor
GET    /meetings/{meeting}                                200 committee hr auditor
GET    /meetings/{absent}
POST   /meetings/{meeting_planned}/open                   409 committee hr
GET    /meetings/{meeting_planned}/assign                 200 hr secretary
POST   /meetings/{meeting_planned}/assign                 422 hr secretary
GET    /meetings/{meeting}/cases/{item}                   200 hr auditor member chair secretary
GET    /meetings/{meeting}/cases/{absent}
GET    /meetings/{meeting_planned}/cases/{item}
POST   /meetings/{meeting}/cases/{item}/cast_ballot?in_favour=true 302 member chair 409 hr recused secretary
POST   /meetings/{meeting}/cases/{item}/declare_conflict  422 hr member chair secretary
POST   /meetings/{meeting}/cases/{item}/close_ballot      409 committee hr
POST   /meetings/{meeting}/cases/{absent}/cast_ballot?in_favour=true
POST   /meetings/{meeting}/complete                       409 committee hr
POST   /meetings/{meeting}/consent/cast_ballot?in_favour=true 409 committee hr
POST   /meetings/{meeting}/recusals/{recusal}             409 committee hr
GET    /results/                                          200 hr auditor
GET    /results/{cycle}                                   200 hr auditor
GET    /results/{absent}
POST   /results/{cycle}/verify                            303 hr
POST   /results/{cycle}/reject/{case_result}              409 hr
POST   /results/{absent}/verify
"""
