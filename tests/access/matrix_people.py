"""People, their grade files, imports, takeovers, other adjustments: who gets which answer."""

from __future__ import annotations

ROWS = """
# setting a new centre up
GET    /setup/                                            302 hr
GET    /setup/centre                                      200 hr
POST   /setup/centre                                      303 hr
GET    /setup/files                                       200 hr
POST   /setup/files                                       422 hr
POST   /setup/files/check                                 303 hr
POST   /setup/files/{import}/kind                         422 hr
POST   /setup/files/{absent}/kind
POST   /setup/files/{import}/apply                        303 hr
POST   /setup/files/{absent}/apply
GET    /setup/rules                                       200 hr
POST   /setup/rules                                       303 hr
GET    /setup/accounts                                    200 hr
POST   /setup/accounts                                    422 hr
GET    /setup/opening                                     302 hr
GET    /setup/bodies                                      200 hr
GET    /setup/bodies/check                                200 hr
POST   /setup/bodies                                      422 hr
# people
GET    /departments/list/                                 200 signed_in
GET    /departments/show/{department}                     200 signed_in
GET    /departments/show/{absent}
GET    /departments/add                                   200 hr
POST   /departments/add                                   422 hr
GET    /departments/edit/{department}                     200 hr
POST   /departments/edit/{department}                     422 hr
POST   /departments/delete/{department}                   409 hr
POST   /departments/export                                200 signed_in
GET    /departments/look_up/head                          200 signed_in
GET    /employees/list/                                   200 superior head hr admin auditor
GET    /employees/show/{employee}                         200 superior head hr admin auditor
GET    /employees/show/{superior}                         200 superior head hr admin auditor
GET    /employees/show/{stranger}                         200 hr admin auditor
GET    /employees/show/{absent}
GET    /employees/add                                     200 hr
POST   /employees/add                                     422 hr
GET    /employees/edit/{employee}                         200 hr
GET    /employees/edit/{absent}
POST   /employees/edit/{employee}                         422 hr
POST   /employees/delete/{employee}                       409 hr
POST   /employees/delete/{absent}
POST   /employees/action/view_as/{employee}               303 hr
POST   /employees/action/view_as/{officer}                409 hr
POST   /employees/action/view_as/{absent}
POST   /employees/action_post?action=view_as&rowid={employee}
POST   /view-as/end                                       303 hr
POST   /employees/export                                  200 superior head hr admin auditor
GET    /employees/look_up/superior                        200 superior head hr admin auditor
GET    /employee_records/list/                            200 superior head hr auditor
GET    /employee_records/show/{record}                    200 superior head hr auditor
GET    /employee_records/show/{absent}
POST   /employee_records/export                           200 superior head hr auditor
GET    /employee_records/look_up/employee                 200 superior head hr auditor
GET    /contact_logins/list/                              200 hr auditor
GET    /contact_logins/add                                200 hr
POST   /contact_logins/add                                422 hr
GET    /contact_logins/show/{login}                       200 hr auditor
GET    /contact_logins/show/{absent}
GET    /contact_logins/edit/{login}                       200 hr
POST   /contact_logins/edit/{login}                       422 hr
POST   /contact_logins/delete/{login}                     302 hr
POST   /contact_logins/export                             200 hr auditor
GET    /contact_logins/look_up/employee                   200 hr auditor
GET    /people/                                           200 hr
POST   /people/superiors                                  422 hr
POST   /people/move                                       422 hr
POST   /people/{employee}/moves/{move}/withdraw           303 hr
POST   /people/{employee}/moves/{absent}/withdraw
POST   /people/back                                       422 hr
POST   /people/code                                       422 hr
POST   /people/leave                                      422 hr
POST   /people/leave/{leave}/end                          422 hr
POST   /people/leave/{absent}/end                         422 hr
POST   /people/{employee}/leaves/{leave}/withdraw         422 hr
POST   /people/{employee}/leaves/{absent}/withdraw        422 hr
POST   /people/left                                       422 hr
POST   /people/centre/{department}                        303 hr
POST   /people/centre/{absent}
GET    /people/open-work                                  200 hr
GET    /people/{superior}/open-work                       200 hr
GET    /people/{absent}/open-work
POST   /people/{superior}/open-work/hand-over             422 hr
POST   /people/{absent}/open-work/hand-over
GET    /deputies/                                         302 hr auditor
GET    /deputies/list/                                    200 hr auditor
GET    /deputies/list/?person={superior}                  200 hr auditor
POST   /deputies/appoint                                  422 hr
POST   /deputies/{deputy}/end                             422 hr
POST   /deputies/{absent}/end
GET    /files/                                            200 signed_in
GET    /files/{number_employee}                           200 employee superior head hr auditor
GET    /files/{number_stranger}                           200 hr auditor
GET    /files/{absent}
GET    /files/{number_employee}/export                    200 employee superior head hr auditor
GET    /files/{number_stranger}/export                    200 hr auditor
GET    /files/{number_employee}/export/json               200 employee superior head hr auditor
GET    /files/{number_stranger}/export/pdf                200 hr auditor
GET    /files/{number_employee}/export/doc
POST   /files/{number_employee}/records                   422 employee superior head hr auditor
POST   /files/{number_stranger}/records                   422 hr auditor
POST   /files/{number_employee}/records?kind=certificate&title=x&happened_on=2026-05-04 303 employee superior hr 409 head auditor
POST   /files/{number_employee}/records/{record}          409 employee superior head hr auditor
POST   /files/{number_employee}/records/{record}?decision=approve 303 hr 409 employee superior head auditor
POST   /files/{number_stranger}/records/{record}          409 hr auditor
POST   /files/{number_employee}/records/{absent}
# imports and takeovers
GET    /imports/                                          200 hr auditor
GET    /imports/new/employees                             200 hr
GET    /imports/new/none
POST   /imports/new/employees                             422 hr
GET    /imports/template/employees                        200 hr auditor
GET    /imports/{import}                                  200 hr auditor
GET    /imports/{absent}
GET    /imports/{import}/mapping                          200 hr
POST   /imports/{import}/mapping                          422 hr
GET    /imports/{import}/faults                           200 hr auditor
GET    /imports/{import}/difference                       200 hr auditor
POST   /imports/{import}/check                            303 hr
POST   /imports/{import}/decide                           303 hr
POST   /imports/{import}/apply                            303 hr
POST   /imports/{import}/undo                             409 hr
POST   /imports/{import}/discard                          303 hr
GET    /imports/{import}/logins
POST   /imports/{import}/logins
GET    /imports/{import}/accounts
POST   /imports/{import}/accounts
POST   /imports/{import}/codes
POST   /imports/{absent}/apply
GET    /reminders/                                        200 hr
GET    /reminders/takeovers                               200 hr
POST   /reminders/takeovers                               303 hr
GET    /reminders/{absent}
POST   /reminders/{absent}
GET    /takeovers/                                        200 hr management auditor
POST   /takeovers/{batch}/approve                         409 management
POST   /takeovers/{absent}/approve
POST   /takeovers/{batch}/ticked                          422 hr management auditor
POST   /takeovers/{batch}/reject                          422 management
# adjustments
GET    /adjustments/                                      200 hr management auditor
GET    /adjustments/{change}                              200 hr management auditor
GET    /adjustments/{absent}
GET    /adjustments/new                                   200 hr
POST   /adjustments/new                                   422 hr
POST   /adjustments/decide                                422 management
POST   /adjustments/issue                                 422 hr
GET    /adjustments/file                                  200 hr
POST   /adjustments/file                                  422 hr
POST   /adjustments/file/form                             200 hr
GET    /adjustments/batch/B-1                             200 hr management auditor
POST   /adjustments/batch/B-1/rejected

# reorganisations
GET    /reorganisations/                                  200 hr
POST   /reorganisations/                                  422 hr
GET    /reorganisations/file                              200 hr
POST   /reorganisations/file                              422 hr
POST   /reorganisations/file/form                         200 hr
# corrections of takeovers
GET    /takeover-corrections/                             200 hr management auditor
GET    /takeover-corrections/{correction}                 200 hr management auditor
GET    /takeover-corrections/{absent}
GET    /takeover-corrections/{change}
GET    /takeover-corrections/new                          200 hr
POST   /takeover-corrections/new                          422 hr
# documents taken back by documents
GET    /withdrawals/                                      200 hr management auditor
GET    /withdrawals/{withdrawal}                          200 hr management auditor
GET    /withdrawals/{absent}
GET    /withdrawals/of/{document}                         200 hr
GET    /withdrawals/of/{absent}
POST   /withdrawals/of/{document}                         422 hr
POST   /withdrawals/of/{absent}
"""
