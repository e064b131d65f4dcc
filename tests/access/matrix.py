"""Signing in, oneself, accounts and roles, the audit trail: who gets which answer on which address. Read it aloud.

How a row is read: tests/access/asking.py. Who stands where to which record: tests/access/world.py.
"""

from __future__ import annotations

ROWS = """
# signing in and oneself
GET    /                                                  200 signed_in
GET    /account/                                          200 signed_in
POST   /account/password                                  422 signed_in
POST   /account/mail                                      422 signed_in
GET    /account/second-factor/                            200 signed_in
POST   /account/second-factor/begin                       303 signed_in
POST   /account/second-factor/confirm                     409 signed_in
POST   /account/second-factor/codes                       409 signed_in
POST   /account/second-factor/give-up                     303 signed_in
GET    /activate/                                         302 signed_in 200 nobody
POST   /activate/                                         302 signed_in 422 nobody
GET    /back                                              302 signed_in
GET    /health                                            200 anyone
GET    /metrics                                           200 anyone
GET    /lang/en                                           302 anyone
GET    /login/                                            302 signed_in 200 nobody
POST   /login/                                            302 signed_in 200 nobody
GET    /login/code                                        in anyone
POST   /login/code                                        in anyone
POST   /logout/                                           302 anyone
GET    /notifications/{message}                           302 signed_in
GET    /notifications/{absent}                            302 signed_in
POST   /notifications/read                                302 signed_in
GET    /held-files/                                       200 signed_in
POST   /unsent/
POST   /unsent/{absent}/discard
GET    /my-path/                                          200 signed_in
GET    /static/css/parts.css                              200 anyone
GET    /static/appbuilder/css/ab.css                      200 anyone
# accounts and roles
GET    /accounts/list/                                    200 admin auditor
GET    /accounts/add                                      200 admin
POST   /accounts/add                                      422 admin
GET    /accounts/show/{account_hr}                        200 admin auditor
GET    /accounts/show/{absent}
GET    /accounts/edit/{account_hr}                        200 admin
POST   /accounts/edit/{account_hr}                        422 admin
POST   /accounts/action/issue_code/{account_hr}           302 admin
POST   /accounts/action_post?action=issue_code&rowid={account_hr}
POST   /accounts/export                                   200 admin auditor
GET    /confirmations/                                    200 hr management admin auditor
GET    /confirmations/new                                 200 hr management admin
POST   /confirmations/new                                 422 hr management admin
GET    /confirmations/{confirmation}                      200 hr management admin auditor
GET    /confirmations/{absent}
GET    /confirmations/{confirmation}/files/{absent}
GET    /confirmations/code/{account_hr}                   200 admin
GET    /confirmations/code/{absent}
POST   /confirmations/code/{account_hr}                   422 admin
POST   /confirmations/codes                               422 admin
POST   /confirmations/slips                               422 hr management
POST   /confirmations/{confirmation}/slip
POST   /confirmations/{absent}/slip
GET    /accounts/look_up/roles
GET    /roles/list/                                       200 admin auditor
GET    /roles/add                                         200 admin
POST   /roles/add                                         422 admin
GET    /roles/show/{role}                                 200 admin auditor
GET    /roles/show/{absent}
GET    /roles/edit/{role}                                 409 admin
POST   /roles/edit/{role}                                 409 admin
POST   /roles/delete/{role}                               409 admin
GET    /roles/edit/{role_made}                            200 admin
POST   /roles/delete/{role_made}                          302 admin
POST   /roles/export                                      200 admin auditor
GET    /roles/look_up/permissions
GET    /second-factor-resets/                             200 admin hr management
POST   /second-factor-resets/ask                          422 admin hr management
POST   /second-factor-resets/{reset}/decide                303 hr management 409 admin
POST   /second-factor-resets/{absent}/decide
# audit
GET    /audit_events/list/                                200 auditor
GET    /audit_events/show/{event}                         200 auditor
GET    /audit_events/show/{absent}
POST   /audit_events/export                               200 auditor
GET    /audit_events/look_up/none
"""
