"""Which columns hold texts of persons or secrets, and which long ones do not: each is declared, one way or the other (6.3-b).

A column of the first kind enters the audit trail as a salted commitment, whatever table it stands in, so that its text
can be erased with its salt and the tree stays as it was. So do the
`WITHHELD_COLUMNS` of `models.audit`, which hold no text.
"""

from __future__ import annotations

# By the column's name: what is called a reason is one in every table, also in one that is still to come.
OF_PERSONS = frozenset(
    {
        # secrets, as hashes of hashes
        "password", "receipt_hash", "identity", "code_hash", "key_hash",
        # what people write of themselves and of others
        "answers", "summary", "opinion", "values", "text", "answer", "superior_answer", "statement", "objection", "detail",
        # why somebody decided, asked, voted or changed something
        "reason", "end_reason", "outcome_reason", "individual_reasons", "override_reason", "result_reason", "month_reason", "deferral",
        # what is computed from such texts, or quotes them
        "explanation", "report", "undo", "content", "left_out", "asked", "difference", "unprintable",
    }
)  # fmt: skip
# Long columns that hold nobody's words, and what they hold; a test holds this list against the tables.
OF_NOBODY = {
    "ab_api_key.scopes": "names of rights",
    "confirmations.cases": "numbers of cases",
    "confirmations.concerned": "numbers of people",
    "courses.about": "what a course is about, for everyone to read",
    "criteria.points": "the table by which a figure becomes points",
    "criteria.texts": "the rulebook's words",
    "cycles.frozen_queues": "queues as they were when figures were locked",
    "document_prints.changes": "numbers of grade changes",
    "document_withdrawals.changes": "numbers of grade changes",
    "import_profiles.mapping": "which column of a file is which",
    "imports.mapping": "which column of a file is which",
    "parameter_confirmations.value": "a value of the policy",
    "policy_versions.note": "what a version says of itself in public",
    "policy_questions.published_answer": "what is published, without a name",
    "policy_questions.published_question": "what is published, without a name",
    "publications.files": "hashes of published files",
    "publications.notice_numbers": "numbers of notices",
    "work_tasks.about": "what a kind of work is, for everyone to read",
}
