"""Cycles, cases, ratings, the department's table, and the workflow's actions by page: who gets which answer."""

from __future__ import annotations

ROWS = """
# cycles
GET    /cycles/                                           200 hr auditor
GET    /cycles/plan                                       200 hr
POST   /cycles/plan                                       422 hr
GET    /cycles/{cycle}                                    200 hr auditor
GET    /cycles/{absent}
GET    /cycles/{cycle}/missing/rating                     200 hr auditor
GET    /cycles/{cycle}/issuing                            200 hr auditor
GET    /cycles/{absent}/issuing
GET    /cycles/{planned}/preview                          200 hr auditor
POST   /cycles/{planned}/reviewers                        422 hr
POST   /cycles/{planned}/superiors                        422 hr
POST   /cycles/{planned}/years                            303 hr
POST   /cycles/{planned}/grades                           422 hr
POST   /cycles/{planned}/open                             409 hr
GET    /cycles/{cycle}/extend                             200 hr
POST   /cycles/{cycle}/extend                             422 hr
GET    /cycles/{cycle}/remind                             200 hr
POST   /cycles/{cycle}/remind                             422 hr
GET    /cycles/{cycle}/close_stage                        200 hr
POST   /cycles/{cycle}/close_stage                        422 hr
POST   /cycles/{cycle}/close_stage/list                   200 hr
POST   /cycles/{cycle}/verify                             303 hr
POST   /cycles/{cycle}/publish                            409 hr
POST   /cycles/{cycle}/issue                              409 hr
POST   /cycles/{cycle}/end_rehearsal                      409 hr
POST   /cycles/{cycle}/freeze_figures                     409 hr
POST   /cycles/{absent}/end_rehearsal
POST   /cycles/{absent}/freeze_figures
POST   /cycles/{cycle}/close                              409 hr
POST   /cycles/{planned}/cancel                           409 hr
POST   /cycles/{absent}/close
# cases
GET    /reviews/mine                                      200 signed_in
GET    /reviews/list/                                     200 hr auditor
GET    /reviews/add                                       200 hr
POST   /reviews/add                                       422 hr
POST   /reviews/export                                    200 hr auditor
GET    /reviews/look_up/employee                          200 hr auditor
GET    /reviews/show/{case}                               200 hr auditor
GET    /reviews/show/{absent}
GET    /reviews/edit/{case}                               409 hr
POST   /reviews/edit/{case}                               409 hr
GET    /search/                                           200 superior head hr auditor member recused chair secretary
GET    /search/?q=N-                                       200 superior head hr auditor member recused chair secretary
GET    /reviews/{case}                                    200 employee superior head hr auditor member chair secretary
GET    /reviews/{case_start}                              200 employee superior head hr auditor
GET    /reviews/{case_rating}                             200 employee superior head hr auditor
GET    /reviews/{case_department}                         200 employee superior head hr auditor
GET    /reviews/{case_result}                             200 peer superior head hr auditor
GET    /reviews/{case_appealed}                           200 employee superior head hr auditor
GET    /reviews/{case_objected}                           200 peer superior head hr auditor panel panel_chair
GET    /reviews/{case_foreign}                            200 hr auditor
GET    /reviews/{absent}
POST   /reviews/{case}/evidence                           422 employee peer superior head hr auditor member chair secretary
POST   /reviews/{case_start}/evidence                     422 employee superior head hr auditor
GET    /reviews/{case}/evidence/{evidence}                200 employee superior head hr auditor member chair secretary
GET    /reviews/{case_start}/evidence/{evidence_start}    200 employee
GET    /reviews/{case_foreign}/evidence/{evidence}
POST   /reviews/{case}/evidence/{evidence}/remove         409 employee peer superior head hr auditor member chair secretary
POST   /reviews/{case_start}/evidence/{evidence_start}/remove 303 employee 409 superior head auditor
POST   /reviews/{case_rating}/colleagues                  422 hr
POST   /reviews/{case_foreign}/colleagues                 422 hr
POST   /reviews/{case_foreign}/evidence                   422 hr auditor
POST   /reviews/{absent}/evidence
# acts on many
GET    /long-work/                                        200 hr auditor secretary head
GET    /long-work/{long_work}                             200 hr auditor
GET    /long-work/{absent}
GET    /self_assessment/                                  302 signed_in
GET    /self_assessment/{case_start}                      200 employee 302 hr
POST   /self_assessment/{case_start}                      409 employee
GET    /self_assessment/{case}                            302 employee
POST   /self_assessment/{case}                            409 employee
POST   /self_assessment/{case_start}/autosave             200 employee
POST   /self_assessment/{case}/autosave                   422 employee
GET    /self_assessment/{case_start}/preview              200 employee
GET    /self_assessment/{case_start}/target?grade=J3      200 employee
GET    /self_assessment/{case}/submitted                  200 employee
GET    /self_assessment/{case_start}/proxy                200 hr
POST   /self_assessment/{case_start}/proxy                422 hr
POST   /self_assessment/{case}/proxy                     409 hr
GET    /self_assessment/{case}/proxy
GET    /self_assessment/{case_start}/proxy/{evidence_start}/1
GET    /self_assessment/{case_foreign}                    302 hr
GET    /ratings/                                          200 persons
GET    /ratings/{case_rating}                             200 peer
POST   /ratings/{case_rating}                             422 peer
GET    /ratings/{case}                                    302 peer
POST   /ratings/{case}                                    409 peer
POST   /ratings/{case_rating}/autosave                    200 peer
POST   /ratings/{case}/autosave                           422 peer
POST   /ratings/{case_rating}/decline                     409 peer
GET    /evaluations/                                      200 superior head
GET    /evaluations/{case_rating}                         200 superior
POST   /evaluations/{case_rating}                         422 superior
GET    /evaluations/{case}                                302 superior
POST   /evaluations/{case}                                409 superior
POST   /evaluations/{case_rating}/autosave                200 superior
GET    /evaluations/{case_foreign}
POST   /evaluations/{case_foreign}
GET    /department/                                       200 head
POST   /department/{case_department}                      422 head
POST   /department/{case}                                 409 head
POST   /department/{case_foreign}
POST   /department/undo
POST   /department/undo?cycle={cycle}
POST   /department/send                                   422 head
POST   /department/export                                 200 head
GET    /demotions/                                        200 superior head hr auditor
GET    /demotions/propose?number={number_employee}             200 superior hr
POST   /demotions/propose?number={number_employee}             422 superior hr
POST   /demotions/propose?number={number_employee}&reason=x&ground=2 409 superior hr
GET    /demotions/{case_rating}                           200 superior hr
POST   /demotions/{case_rating}                           409 head 422 superior hr
GET    /demotions/{case}                                  200 superior hr
POST   /demotions/{case}                                  409 superior head hr
GET    /demotions/{case_foreign}                          200 hr
GET    /reassessments/                                    200 hr management auditor
GET    /reassessments/{case_foreign}                      200 hr
POST   /reassessments/{case_foreign}                      303 hr
POST   /reassessments/{case_foreign}?superior=nobody      422 hr
GET    /reassessments/{case}
POST   /reassessments/{case}                              409 hr
POST   /reassessments/{absent}
# workflow actions by page
GET    /act/none/{case}/look
POST   /act/none/{case}/look
GET    /act/review/{case}/close_as_left                   200 employee peer superior head hr auditor member chair secretary
GET    /act/review/{case_foreign}/close_as_left           200 hr auditor
POST   /act/review/{case}/close_as_left                   409 employee peer superior head hr auditor member chair secretary
POST   /act/review/{case_foreign}/close_as_left           409 hr auditor
POST   /act/review/{case_start}/submit_self_assessment    409 employee superior head hr auditor
POST   /act/review/{case_rating}/rate_as_peer             422 employee peer superior head hr auditor
POST   /act/review/{case_rating}/submit_superior_evaluation 422 employee peer superior head hr auditor
POST   /act/review/{case_department}/propose              422 employee superior head hr auditor
POST   /act/review/{case_rating}/withdraw_application     409 employee peer superior head hr auditor
POST   /act/review/{case_result}/verify_result            409 peer superior head hr auditor
POST   /act/review/{absent}/propose
POST   /act/cycle/{cycle}/close                           409 hr auditor
POST   /act/meeting/{meeting}/cast_ballot?item={item}&in_favour=true 302 member chair 409 hr auditor recused secretary
POST   /act/meeting/{meeting}/adjourn                     302 chair 409 hr auditor member recused secretary
POST   /act/appeal/{appeal}/answer                        409 employee superior hr auditor
POST   /act/appeal/{appeal}/withdraw                      302 employee 409 superior hr auditor
POST   /act/appeal/{objection}/cast_ballot?result=dismissed&reason=x 302 panel panel_chair 409 peer outsider hr auditor panel_recused
POST   /act/appeal/{objection}/close_ballot               409 peer outsider hr auditor panel panel_chair
POST   /act/complaint/{complaint}/find                    409 officer auditor complaint_officer chair secretary
POST   /act/complaint/{complaint}/assign                  422 officer auditor complaint_officer chair secretary
GET    /act/complaint/{complaint}/reply                   200 officer auditor complaint_officer chair secretary
POST   /act/policy_version/{version}/submit               409 hr management auditor
POST   /act/grade_change/{change}/approve                 302 management 409 employee superior head hr auditor
POST   /act/grade_change/{change}/reject                  409 employee superior head hr management auditor
"""
