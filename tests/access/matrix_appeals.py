"""Notices, appeals and objections, complaints, documents: who gets which answer."""

from __future__ import annotations

ROWS = """
GET    /notices/list/                                     200 hr auditor
GET    /notices/show/{notice}                             200 hr auditor
GET    /notices/show/{absent}
POST   /notices/export                                    200 hr auditor
GET    /notices/look_up/cycle                             200 hr auditor
POST   /notices/{notice}/correct
POST   /notices/{notice}/correct?row={row}&printed_name=Another 409 hr
GET    /appeal/                                           200 signed_in
GET    /appeal/?notice={number_notice}&row={row}          200 signed_in
GET    /appeal/?notice={number_notice}&row={absent}
POST   /appeal/                                           200 signed_in
POST   /appeal/?notice={number_notice}&row={row}          422 signed_in 409 admin
GET    /appeal/mine                                       200 signed_in
GET    /appeal/object                                     200 signed_in
POST   /appeals/{appeal}/scan
POST   /appeals/{absent}/scan
GET    /appeal/receipt/{appeal}                           200 employee
GET    /appeal/receipt/{objection}                        200 outsider
GET    /appeal/receipt/{absent}
GET    /appeals/list/                                     200 panels hr auditor
GET    /appeals/add                                       200 hr
POST   /appeals/add                                       422 hr
GET    /appeals/show/{appeal}                             302 panels hr auditor
GET    /appeals/show/{absent}                             302 panels hr auditor
GET    /appeals/edit/{appeal}                             409 hr
POST   /appeals/edit/{appeal}                             409 hr
GET    /appeals/edit/{absent}
POST   /appeals/export                                    200 panels hr auditor
GET    /appeals/look_up/filer                             200 panels hr auditor
GET    /appeals/panel                                     200 panels hr auditor
GET    /appeals/{appeal}                                  200 employee superior hr auditor
GET    /appeals/{objection}                               200 peer outsider hr auditor panel panel_chair
GET    /appeals/{absent}
POST   /appeals/{appeal}/answer?reason=x                  302 superior 409 employee hr auditor
POST   /appeals/{objection}/cast_ballot?result=dismissed&reason=x 302 panel panel_chair 409 peer outsider hr auditor panel_recused
POST   /appeals/{objection}/cast_ballot                   422 peer outsider hr auditor panel panel_chair
GET    /complaints/list/                                  200 chair secretary officer management auditor complaint_officer
GET    /complaints/show/{complaint}                       200 officer auditor complaint_officer chair secretary
GET    /complaints/show/{absent}
POST   /complaints/export                                 200 chair secretary officer management auditor complaint_officer
GET    /complaints/look_up/none
POST   /complaints/{complaint}/files/{complaint_file}     200 officer
POST   /complaints/{complaint}/files/{absent}
GET    /documents/list/                                   200 hr auditor
GET    /documents/show/{document}                         200 hr auditor
GET    /documents/show/{absent}
POST   /documents/export                                  200 hr auditor
GET    /documents/look_up/cycle                           200 hr auditor
GET    /documents/{document}/docx                         200 hr auditor
GET    /documents/{document}/pdf
POST   /documents/{document}/pdf                          303 hr
POST   /documents/{absent}/pdf
GET    /documents/{document}/letters
GET    /documents/{served}/letter                         200 employee
GET    /documents/{absent}/letter
GET    /document_templates/                               200 hr auditor management
POST   /document_templates/                               422 hr
POST   /document_templates/{template}/use                 303 management 409 hr
POST   /document_templates/{absent}/use
POST   /document_templates/{template}/retire              409 hr
POST   /document_templates/{absent}/retire
GET    /document_templates/preview?number={number_employee} 200 hr auditor 422 management
GET    /document_templates/preview?number=x               422 hr auditor management
GET    /document_templates/0/file                         200 hr auditor management
GET    /document_templates/{absent}/file
GET    /letters/                                          200 persons
GET    /letters/{served}                                  200 employee
GET    /letters/{absent}
POST   /letters/{served}/acknowledge                      303 employee
POST   /letters/{absent}/acknowledge
POST   /letters/{served}/ask                              422 employee
POST   /letters/{served}/ask?text=x                       303 employee
POST   /letters/{absent}/ask?text=x
POST   /letters/{served}/appeal                           409 employee
POST   /letters/{absent}/appeal
POST   /served/{served}/appeal                            404 hr
POST   /served/{served}/appeal?change={told}              409 hr
POST   /served/{absent}/appeal
GET    /served/{served}                                   200 hr auditor
GET    /served/{absent}
POST   /served/{served}/letters                           303 hr
POST   /served/{absent}/letters
POST   /served/{served}/paper                             404 hr
POST   /served/{served}/paper?change={told}               422 hr
POST   /served/{served}/questions/{question}              422 hr
POST   /served/{served}/questions/{question}?text=x       303 hr
POST   /served/{document}/questions/{question}?text=x
POST   /served/{served}/scans/{absent}
"""
