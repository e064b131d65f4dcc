"""Courses and places on them, honours and candidates: who gets which answer on which address. Read it aloud.

How a row is read: tests/access/asking.py. Who stands where to which record: tests/access/world.py.
"""

from __future__ import annotations

ROWS = """
# the catalogue and its dates
GET    /courses/list/                                     200 signed_in
GET    /courses/add                                       200 hr
POST   /courses/add                                       422 hr
GET    /courses/show/{course}                             200 signed_in
GET    /courses/show/{absent}
GET    /courses/edit/{course}                             200 hr
POST   /courses/edit/{course}                             422 hr
POST   /courses/delete/{course}                           409 hr
POST   /courses/export                                    200 signed_in
GET    /courses/look_up/lowest_grade                      200 signed_in
GET    /course_sessions/list/                             200 signed_in
GET    /course_sessions/add                               200 hr
POST   /course_sessions/add                               422 hr
GET    /course_sessions/show/{course_date}                200 signed_in
GET    /course_sessions/show/{absent}
GET    /course_sessions/edit/{course_date}                200 hr
POST   /course_sessions/edit/{course_date}                422 hr
POST   /course_sessions/export                            200 signed_in
GET    /course_sessions/look_up/course                    200 signed_in
GET    /enrolments/list/                                  200 superior head hr auditor
GET    /enrolments/show/{enrolment}                       200 superior head hr auditor
GET    /enrolments/show/{absent}
POST   /enrolments/export                                 200 superior head hr auditor
GET    /enrolments/look_up/employee                       200 superior head hr auditor
# one's own page, a date, the plan
GET    /training/                                         200 signed_in
GET    /training/{course_date}                            200 signed_in
GET    /training/{absent}
GET    /training/{course_date}/calendar.ics               200 signed_in
GET    /training/{absent}/calendar.ics
POST   /training/{course_date}/enrol?number={number_employee} 422 signed_in 409 employee superior head hr 404 admin auditor
POST   /training/{absent}/enrol
POST   /training/{course_date}/attendance                 303 hr
POST   /training/{absent}/attendance
POST   /training/{course_date}/attendance-list            200 hr
POST   /training/{absent}/attendance-list
POST   /training/{course_date}/attendance-file            422 hr
POST   /training/{absent}/attendance-file
GET    /training/plan                                     200 superior head hr auditor
GET    /training/plan?department={department}             200 superior head hr auditor
POST   /training/plan/export                              200 superior head hr auditor
# follow-up after a change of grade, and its report
GET    /follow-up/                                        200 signed_in
GET    /follow-up/{follow_up}                             200 employee superior head hr auditor
GET    /follow-up/{absent}
POST   /follow-up/{follow_up}/write                       422 superior 409 head
POST   /follow-up/{absent}/write
GET    /follow-up/report                                  200 hr auditor head
POST   /follow-up/report/export                           200 hr auditor head
# work by grade
GET    /training/plan?team=mine                           200 superior head hr auditor
GET    /work-by-grade/                                    200 signed_in
POST   /work-by-grade/export                              200 signed_in
POST   /work-by-grade/check                               422 hr superior head
GET    /work_tasks/list/                                  200 signed_in
GET    /work_tasks/add                                    200 hr
POST   /work_tasks/add                                    422 hr
GET    /work_tasks/show/{work_task}                       200 signed_in
GET    /work_tasks/show/{absent}
GET    /work_tasks/edit/{work_task}                       200 hr
POST   /work_tasks/edit/{work_task}                       422 hr
POST   /work_tasks/delete/{work_task}                     409 hr
POST   /work_tasks/export                                 200 signed_in
GET    /work_tasks/look_up/lowest_grade                   200 signed_in
# honours, and candidates for management posts
GET    /honours/list/                                     200 signed_in
GET    /honours/add                                       200 superior head hr
POST   /honours/add                                       422 superior head hr
GET    /honours/show/{honour}                             200 employee superior head hr management auditor
GET    /honours/show/{absent}
POST   /honours/export                                    200 signed_in
GET    /honours/look_up/employee                          200 signed_in
GET    /candidates/                                       200 hr management auditor superior head
POST   /candidates/nominate                               422 hr head
GET    /nominations/list/                                 200 hr management auditor superior head
GET    /nominations/show/{candidate}                      200 superior head hr management auditor
GET    /nominations/show/{absent}
POST   /nominations/export                                200 hr management auditor superior head
GET    /nominations/look_up/employee                      200 hr management auditor superior head
# programs
GET    /api/v1/honours/                                   200 signed_in
POST   /api/v1/honours/                                   422 superior head hr
GET    /api/v1/honours/{honour}                           200 employee superior head hr management auditor
GET    /api/v1/honours/{absent}
GET    /api/v1/honours/{honour}/actions                   200 employee superior head hr management auditor
GET    /api/v1/honours/{absent}/actions
POST   /api/v1/honours/{honour}/actions/withdraw_consent  409 employee superior head hr management auditor
POST   /api/v1/honours/{absent}/actions/withdraw_consent
GET    /api/v1/candidates/                                200 hr management auditor superior head
POST   /api/v1/candidates/                                422 hr head
GET    /api/v1/candidates/{candidate}                     200 hr management auditor superior head
GET    /api/v1/candidates/{absent}
GET    /api/v1/candidates/{candidate}/actions             200 hr management auditor superior head
GET    /api/v1/candidates/{absent}/actions
POST   /api/v1/candidates/{candidate}/actions/not_choose  409 hr management auditor superior head
POST   /api/v1/candidates/{absent}/actions/not_choose
GET    /api/v1/courses/                                   200 signed_in
POST   /api/v1/courses/                                   422 hr
GET    /api/v1/courses/{course}                           200 signed_in
GET    /api/v1/courses/{absent}
PUT    /api/v1/courses/{course}                           200 hr
PUT    /api/v1/courses/{absent}
GET    /api/v1/course_sessions/                           200 signed_in
POST   /api/v1/course_sessions/                           422 hr
GET    /api/v1/course_sessions/{course_date}              200 signed_in
GET    /api/v1/course_sessions/{absent}
PUT    /api/v1/course_sessions/{course_date}              200 hr
PUT    /api/v1/course_sessions/{absent}
GET    /api/v1/course_sessions/{course_date}/actions      200 signed_in
GET    /api/v1/course_sessions/{absent}/actions
POST   /api/v1/course_sessions/{course_date}/actions/cancel_course 409 signed_in
POST   /api/v1/course_sessions/{absent}/actions/cancel_course
GET    /api/v1/enrolments/                                200 signed_in
POST   /api/v1/enrolments/                                422 signed_in
GET    /api/v1/enrolments/{enrolment}                     200 employee superior head hr auditor
GET    /api/v1/enrolments/{absent}
GET    /api/v1/enrolments/{enrolment}/actions             200 employee superior head hr auditor
GET    /api/v1/enrolments/{absent}/actions
POST   /api/v1/enrolments/{enrolment}/actions/mark_attended 409 employee superior head hr auditor
POST   /api/v1/enrolments/{absent}/actions/mark_attended
"""
