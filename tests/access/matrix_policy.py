"""The policy, scorecards, the ladder, pay and the calendar: who gets which answer."""

from __future__ import annotations

ROWS = """
GET    /policy/clauses                                    200 signed_in
POST   /policy/read                                       409 signed_in 404 admin
GET    /policy/questions                                  200 signed_in
GET    /policy/questions/{policy_question}                200 employee hr auditor
GET    /policy/questions/{absent}
POST   /policy/questions/ask                              422 signed_in 404 admin
POST   /policy/questions/{policy_question}/answer         422 hr
POST   /policy/questions/{absent}/answer
POST   /policy/questions/{policy_question}/publish        409 hr
POST   /policy/questions/{absent}/publish
POST   /policy/questions/{policy_question}/take-down      409 hr
POST   /policy/questions/{absent}/take-down
GET    /policy/readings                                   200 hr auditor
POST   /policy/readings/ask                               409 hr
POST   /policy/readings/export                            200 hr auditor
GET    /policy/parameters                                 200 hr management auditor
POST   /policy/parameters                                 409 hr
GET    /policy/versions                                   200 hr management auditor
GET    /policy/versions/{number_version}                  200 hr management auditor
GET    /policy/versions/{absent}
GET    /policy/versions/{number_version}/draft            200 hr management auditor
GET    /policy/versions/{absent}/draft
POST   /policy/versions/{number_version}/draft            303 hr
GET    /policy/versions/{number_version}/draft/values     200 hr management auditor
GET    /policy/versions/{absent}/draft/values
POST   /policy/versions/{number_version}/draft/values     409 hr
GET    /policy/versions/{number_version}/draft/clauses/1.1 200 hr management auditor
GET    /policy/versions/{absent}/draft/clauses/1.1
POST   /policy/versions/{number_version}/draft/clauses/1.1 409 hr
POST   /policy/versions/{number_version}/simulation       409 hr management auditor
GET    /scorecard_versions/list/                          200 signed_in
GET    /scorecard_versions/show/{scorecard}               200 signed_in
GET    /scorecard_versions/show/{absent}
POST   /scorecard_versions/export                         200 signed_in
GET    /scorecard_versions/look_up/none
GET    /criteria/list/                                    200 signed_in
GET    /criteria/show/{criterion}                         200 signed_in
GET    /criteria/show/{absent}
POST   /criteria/export                                   200 signed_in
GET    /criteria/look_up/scorecard                        200 signed_in
GET    /grade_thresholds/list/                            200 signed_in
GET    /grade_thresholds/show/{threshold}                 200 signed_in
GET    /grade_thresholds/show/{absent}
POST   /grade_thresholds/export                           200 signed_in
GET    /grade_thresholds/look_up/grade                    200 signed_in
GET    /grades/list/                                      200 signed_in
GET    /grades/show/{grade}                               200 signed_in
GET    /grades/show/{absent}
POST   /grades/export                                     200 signed_in
GET    /grades/look_up/none
GET    /pay/                                              200 hr
GET    /pay/import                                        200 hr
POST   /pay/import                                        422 hr
POST   /pay/form                                          200 hr
GET    /pay_lists/list/                                   200 hr
GET    /pay_lists/show/{pay_list}                         200 hr
GET    /pay_lists/show/{absent}
POST   /pay_lists/export                                  200 hr
GET    /pay_lists/look_up/document                        200 hr
POST   /pay_lists/of_document/{document}                  303 hr
POST   /pay_lists/{pay_list}/download/csv                 200 hr
POST   /pay_lists/{pay_list}/download/xlsx                200 hr
GET    /pay_bands/list/                                   200 hr
GET    /pay_bands/add                                     200 hr
POST   /pay_bands/add                                     422 hr
GET    /pay_bands/show/{band}                             200 hr
GET    /pay_bands/show/{absent}
GET    /pay_bands/edit/{band}                             200 hr
POST   /pay_bands/edit/{band}                             422 hr
POST   /pay_bands/delete/{band}                           302 hr
POST   /pay_bands/export                                  200 hr
GET    /pay_bands/look_up/grade                           200 hr
GET    /staffing_limits/list/                             200 head hr auditor
GET    /staffing_limits/add                               200 hr
POST   /staffing_limits/add                               422 hr
GET    /staffing_limits/show/{limit}                      200 head hr auditor
GET    /staffing_limits/show/{absent}
GET    /staffing_limits/edit/{limit}                      200 hr
POST   /staffing_limits/edit/{limit}                      422 hr
POST   /staffing_limits/delete/{limit}                    302 hr
POST   /staffing_limits/export                            200 head hr auditor
GET    /staffing_limits/look_up/department                200 head hr auditor
GET    /calendar/                                         200 signed_in
POST   /calendar/2026/confirm                             302 hr
POST   /calendar/2031/seed                                422 hr
GET    /calendar/day/2026-12-25                           200 hr
POST   /calendar/day/2026-12-25                           302 hr
GET    /calendar_days/list/                               200 signed_in
GET    /calendar_days/add                                 200 hr
POST   /calendar_days/add                                 422 hr
GET    /calendar_days/show/{day}                          200 signed_in
GET    /calendar_days/show/{absent}
GET    /calendar_days/edit/{day}                          200 hr
POST   /calendar_days/edit/{day}                          422 hr
POST   /calendar_days/delete/{day}                        302 hr
POST   /calendar_days/export                              200 signed_in
GET    /calendar_days/look_up/day
GET    /calendar_years/list/                              200 signed_in
GET    /calendar_years/add                                200 hr
POST   /calendar_years/add                                422 hr
GET    /calendar_years/show/{year}                        200 signed_in
GET    /calendar_years/show/{absent}
POST   /calendar_years/action/confirm/{year_new}          302 hr
POST   /calendar_years/action_post?action=confirm&rowid={year_new}
POST   /calendar_years/delete/{year}                      302 hr
POST   /calendar_years/export                             200 signed_in
GET    /calendar_years/look_up/year
"""
