"""The API: who gets which answer."""

from __future__ import annotations

ROWS = """
GET    /api/v1/_openapi                                   200 signed_in
POST   /api/v1/security/login                             422 anyone
GET    /api/v1/appeals/                                   200 signed_in
POST   /api/v1/appeals/                                   422 signed_in
POST   /api/v1/appeals/?notice_row={row}&filer={employee}&ground=procedure&addressee=panel&text=Mistaken 422 signed_in 404 auditor head superior admin 201 employee
GET    /api/v1/appeals/{appeal}                           200 employee superior hr auditor
GET    /api/v1/appeals/{objection}                        200 peer outsider hr auditor panel panel_chair
GET    /api/v1/appeals/{absent}
GET    /api/v1/appeals/{appeal}/actions                   200 employee superior hr auditor
GET    /api/v1/appeals/{objection}/actions                200 peer outsider hr auditor panel panel_chair
POST   /api/v1/appeals/{appeal}/actions/answer?reason=x   200 superior 409 employee hr auditor
POST   /api/v1/appeals/{appeal}/actions/withdraw          200 employee 409 superior hr auditor
POST   /api/v1/appeals/{objection}/actions/withdraw       200 outsider 409 peer hr auditor panel panel_chair
POST   /api/v1/appeals/{objection}/actions/cast_ballot?result=dismissed&reason=x 200 panel panel_chair 409 peer outsider hr auditor panel_recused
POST   /api/v1/appeals/{objection}/actions/cast_ballot    422 peer outsider hr auditor panel panel_chair
POST   /api/v1/appeals/{absent}/actions/cast_ballot?result=dismissed&reason=x
POST   /api/v1/appeals/{objection}/actions/close_ballot   409 peer outsider hr auditor panel panel_chair
POST   /api/v1/appeals/{absent}/actions/withdraw
GET    /api/v1/audit_events/                              200 auditor
GET    /api/v1/audit_events/{event}                       200 auditor
GET    /api/v1/audit_events/{absent}
GET    /api/v1/complaints/                                200 chair secretary officer management auditor complaint_officer
GET    /api/v1/complaints/{complaint}                     200 officer auditor complaint_officer chair secretary
GET    /api/v1/complaints/{absent}
GET    /api/v1/complaints/{complaint}/actions             200 officer auditor complaint_officer chair secretary
POST   /api/v1/complaints/{complaint}/actions/find        409 officer auditor complaint_officer chair secretary
POST   /api/v1/complaints/{complaint}/actions/assign      422 officer auditor complaint_officer chair secretary
POST   /api/v1/complaints/{complaint}/actions/close       409 officer auditor complaint_officer chair secretary
POST   /api/v1/complaints/{complaint}/actions/cast_ballot 422 officer auditor complaint_officer chair secretary
GET    /api/v1/cycles/                                    200 signed_in
POST   /api/v1/cycles/                                    422 hr
GET    /api/v1/cycles/{cycle}                             200 signed_in
GET    /api/v1/cycles/{absent}
GET    /api/v1/cycles/{cycle}/actions                     200 signed_in
POST   /api/v1/cycles/{cycle}/actions/close               409 signed_in
POST   /api/v1/cycles/{absent}/actions/close
GET    /api/v1/confirmations/                             200 hr management admin auditor
GET    /api/v1/confirmations/{confirmation}               200 hr management admin auditor
GET    /api/v1/confirmations/{absent}
GET    /api/v1/confirmations/{confirmation}/actions       200 hr management admin auditor
GET    /api/v1/confirmations/{absent}/actions
POST   /api/v1/confirmations/{confirmation}/actions/reject 409 hr admin auditor management
POST   /api/v1/confirmations/{absent}/actions/reject
GET    /api/v1/departments/                               200 signed_in
POST   /api/v1/departments/                               422 hr
GET    /api/v1/departments/{department}                   200 signed_in
GET    /api/v1/departments/{absent}
PUT    /api/v1/departments/{department}                   200 hr
GET    /api/v1/employee_records/                          200 signed_in
GET    /api/v1/employee_records/{record}                  200 employee superior head hr auditor
GET    /api/v1/employee_records/{absent}
GET    /api/v1/employee_records/{record}/actions          200 employee superior head hr auditor
GET    /api/v1/employee_records/{absent}/actions
POST   /api/v1/employee_records/{record}/actions/reject   409 employee superior head hr auditor
POST   /api/v1/employee_records/{absent}/actions/reject
DELETE /api/v1/departments/{department}                   409 hr
GET    /api/v1/departments/{department}/actions           200 signed_in
GET    /api/v1/departments/{absent}/actions
POST   /api/v1/departments/{department}/actions/name_head 200 hr
POST   /api/v1/departments/{absent}/actions/name_head
GET    /api/v1/deputies/                                  200 hr auditor
GET    /api/v1/deputies/{deputy}                          200 hr auditor
GET    /api/v1/deputies/{absent}
POST   /api/v1/deputies/                                  422 hr
GET    /api/v1/committee_members/                         200 bodies hr management auditor
GET    /api/v1/committee_members/{seat_member}            200 bodies hr management auditor
GET    /api/v1/committee_members/{absent}
POST   /api/v1/committee_members/                         422 hr
PUT    /api/v1/committee_members/{seat_member}            200 hr
PUT    /api/v1/committee_members/{absent}
DELETE /api/v1/committee_members/{seat_member}            409 hr
GET    /api/v1/committee_members/{seat_member}/actions    200 bodies hr management auditor
GET    /api/v1/committee_members/{absent}/actions
POST   /api/v1/committee_members/{seat_member}/actions/form_panel 422 hr secretary chair
POST   /api/v1/committee_members/{absent}/actions/form_panel
GET    /api/v1/documents/                                 200 hr auditor
GET    /api/v1/documents/{document}                       200 hr auditor
GET    /api/v1/documents/{absent}
GET    /api/v1/pay_lists/                                 200 hr
POST   /api/v1/pay_lists/                                 422 hr
GET    /api/v1/pay_lists/{pay_list}                       200 hr
GET    /api/v1/pay_lists/{absent}
GET    /api/v1/pay_lists/{pay_list}/rows                  200 hr
GET    /api/v1/pay_lists/{absent}/rows
GET    /api/v1/pay_lists/{pay_list}/actions               200 hr
GET    /api/v1/pay_lists/{absent}/actions
POST   /api/v1/pay_lists/{pay_list}/actions/correct_pay_list 409 hr
POST   /api/v1/pay_lists/{absent}/actions/correct_pay_list
GET    /api/v1/employees/                                 200 signed_in
POST   /api/v1/employees/                                 422 hr
GET    /api/v1/employees/{employee}                       200 employee superior head hr admin auditor
GET    /api/v1/employees/{superior}                       200 superior head hr admin auditor
GET    /api/v1/employees/{stranger}                       200 hr admin auditor
GET    /api/v1/employees/{absent}
PUT    /api/v1/employees/{employee}                       200 hr
GET    /api/v1/employees/{employee}/moves                  200 employee superior head hr admin auditor
GET    /api/v1/employees/{absent}/moves
GET    /api/v1/employees/{employee}/leaves                 200 employee superior head hr admin auditor
GET    /api/v1/employees/{absent}/leaves
GET    /api/v1/employees/{employee}/actions                200 employee superior head hr admin auditor
GET    /api/v1/employees/{absent}/actions
POST   /api/v1/employees/{employee}/actions/move           422 hr
POST   /api/v1/employees/{absent}/actions/move
POST   /api/v1/employees/{employee}/left                   422 hr
POST   /api/v1/employees/{absent}/left
POST   /api/v1/employees/{employee}/leave                  422 hr
POST   /api/v1/employees/{absent}/leave
POST   /api/v1/employees/{employee}/back                   422 hr
POST   /api/v1/employees/{absent}/back
PUT    /api/v1/employees/{absent}
GET    /api/v1/grade_changes/                             200 persons hr management auditor
POST   /api/v1/grade_changes/                             422 hr
GET    /api/v1/grade_changes/{change}                     200 employee superior head hr management auditor
GET    /api/v1/grade_changes/{absent}
GET    /api/v1/grade_changes/{change}/actions             200 employee superior head hr management auditor
POST   /api/v1/grade_changes/{change}/actions/approve     200 management 409 employee superior head hr auditor
POST   /api/v1/grade_changes/{change}/actions/reject      409 employee superior head hr management auditor
POST   /api/v1/grade_changes/{absent}/actions/reject
GET    /api/v1/document_withdrawals/                      200 hr management auditor
POST   /api/v1/document_withdrawals/                      422 hr
GET    /api/v1/document_withdrawals/{withdrawal}          200 hr management auditor
GET    /api/v1/document_withdrawals/{absent}
GET    /api/v1/document_withdrawals/{withdrawal}/actions  200 hr management auditor
POST   /api/v1/document_withdrawals/{withdrawal}/actions/approve 409 hr management auditor
POST   /api/v1/document_withdrawals/{withdrawal}/actions/reject 409 hr management auditor
POST   /api/v1/document_withdrawals/{absent}/actions/reject
GET    /api/v1/takeover_corrections/                      200 persons hr management auditor
POST   /api/v1/takeover_corrections/                      422 hr
GET    /api/v1/takeover_corrections/{correction}          200 employee superior head hr management auditor
GET    /api/v1/takeover_corrections/{change}
GET    /api/v1/takeover_corrections/{absent}
GET    /api/v1/takeover_corrections/{correction}/actions  200 employee superior head hr management auditor
POST   /api/v1/takeover_corrections/{correction}/actions/approve 409 employee superior head hr management auditor
POST   /api/v1/takeover_corrections/{correction}/actions/reject 409 employee superior head hr management auditor
POST   /api/v1/takeover_corrections/{absent}/actions/reject
GET    /api/v1/grades/                                    200 signed_in
GET    /api/v1/grades/{grade}                             200 signed_in
GET    /api/v1/grades/{absent}
GET    /api/v1/imports/                                   200 hr auditor
GET    /api/v1/imports/{import}                           200 hr auditor
GET    /api/v1/imports/{absent}
GET    /api/v1/imports/{import}/actions                   200 hr auditor
GET    /api/v1/imports/{absent}/actions
POST   /api/v1/imports/{import}/actions/check_import      409 hr
POST   /api/v1/imports/{absent}/actions/check_import
POST   /api/v1/imports/{import}/actions/apply_import      409 hr
POST   /api/v1/imports/{absent}/actions/apply_import
POST   /api/v1/imports/{import}/actions/undo_import       409 hr
POST   /api/v1/imports/{absent}/actions/undo_import
GET    /api/v1/jobs/                                      200 hr auditor
GET    /api/v1/jobs/{absent}
GET    /api/v1/long_works/                                200 signed_in
GET    /api/v1/long_works/{long_work}                     200 hr auditor
GET    /api/v1/long_works/{absent}
GET    /api/v1/long_works/{long_work}/actions             200 hr auditor
POST   /api/v1/long_works/{long_work}/actions/stop_work   409 hr
POST   /api/v1/long_works/{long_work}/actions/repeat_work 409 hr
POST   /api/v1/long_works/{absent}/actions/stop_work
GET    /api/v1/meetings/                                  200 committee hr auditor
GET    /api/v1/meetings/{meeting}                         200 committee hr auditor
GET    /api/v1/meetings/{absent}
GET    /api/v1/meetings/{meeting}/actions                 200 committee hr auditor
POST   /api/v1/meetings/{meeting}/actions/cast_ballot?review={case}&in_favour=true 200 member chair 409 hr auditor recused secretary
POST   /api/v1/meetings/{meeting}/actions/cast_ballot?review={case_foreign}&in_favour=true 422 committee hr auditor
POST   /api/v1/meetings/{meeting}/actions/premark?item={item}&agrees=true 409 committee hr auditor
POST   /api/v1/meetings/{meeting}/actions/close_ballot?item={item} 409 committee hr auditor
POST   /api/v1/meetings/{absent}/actions/open
GET    /api/v1/metrics/                                   200 signed_in
GET    /api/v1/metrics/{absent}
GET    /api/v1/notices/                                   200 hr auditor
GET    /api/v1/notices/{notice}                           200 hr auditor
GET    /api/v1/notices/{absent}
GET    /api/v1/policy_versions/                           200 hr management auditor
GET    /api/v1/policy_versions/{version}                  200 hr management auditor
GET    /api/v1/policy_versions/{absent}
GET    /api/v1/policy_versions/{version}/actions          200 hr management auditor
POST   /api/v1/policy_versions/{version}/actions/promulgate 409 hr management auditor
GET    /api/v1/reviews/                                   200 signed_in
GET    /api/v1/reviews/{case}                             200 employee peer superior head hr auditor member chair secretary
GET    /api/v1/reviews/{case_start}                       200 employee superior head hr auditor
GET    /api/v1/reviews/{case_rating}                      200 employee peer superior head hr auditor
GET    /api/v1/reviews/{case_objected}                    200 peer superior head hr auditor panel panel_chair
GET    /api/v1/reviews/{case_foreign}                     200 hr auditor
GET    /api/v1/reviews/{absent}
POST   /api/v1/reviews/                                   422 hr superior head
PUT    /api/v1/reviews/{case_start}?post=Agent&reason=wrong 202 hr
PUT    /api/v1/reviews/{case}?post=Agent&reason=late      409 hr
PUT    /api/v1/reviews/{case_start}?post=Agent            422 hr
PUT    /api/v1/reviews/{absent}?post=Agent&reason=wrong
GET    /api/v1/reviews/{case}/actions                     200 employee peer superior head hr auditor member chair secretary
GET    /api/v1/reviews/{case_foreign}/actions             200 hr auditor
POST   /api/v1/reviews/{case_start}/actions/submit_self_assessment 409 employee superior head hr auditor
POST   /api/v1/reviews/{case}/actions/submit_self_assessment 409 employee peer superior head hr auditor member chair secretary
POST   /api/v1/reviews/{case_rating}/actions/rate_as_peer 422 employee peer superior head hr auditor
POST   /api/v1/reviews/{case_rating}/actions/submit_superior_evaluation 422 employee peer superior head hr auditor
POST   /api/v1/reviews/{case_department}/actions/propose  422 employee superior head hr auditor
POST   /api/v1/reviews/{case_department}/actions/propose?grade=J2 409 employee superior head hr auditor
POST   /api/v1/reviews/{case}/actions/assign_to_meeting?meeting={meeting_planned} 409 hr secretary
POST   /api/v1/reviews/{case}/actions/none
POST   /api/v1/reviews/{case_foreign}/actions/propose     422 hr auditor
GET    /api/v1/scorecards/                                200 signed_in
GET    /api/v1/scorecards/{absent}
GET    /api/v1/jobs/{job}                                 200 hr auditor
GET    /api/v1/metrics/{metric}                           200 employee superior head hr auditor
GET    /api/v1/scorecards/{scorecard}                     200 signed_in
"""
