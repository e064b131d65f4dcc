"""What a complainant wrote is sealed, files come with it, and its time ends."""

import json

import sqlalchemy as sa
from alembic import op

from admin.models.keys import before_marks
from admin.models.sealing import new_case_key, seal, seal_identity

revision = "0006_sealed_complaints"
down_revision = "0005_single_cases"
branch_labels = None
depends_on = None

WRITTEN = ("content", "accused", "period", "happened", "evidence")
PARTS = ("complaint_ballots", "complaint_cases", "complaint_parties", "complaint_messages")


def upgrade() -> None:
    with before_marks():
        _upgrade()


def _upgrade() -> None:
    connection = op.get_bind()
    complaints = _table("complaints")
    rows = connection.execute(sa.select(complaints)).mappings().all()
    keys = {row["id"]: (new_case_key(row["receipt_hash"]), row["receipt_hash"]) for row in rows}
    parts = {name: [dict(row) for row in connection.execute(sa.select(_table(name))).mappings()] for name in PARTS}
    for name in PARTS:  # the table that they belong to cannot be made anew while they stand
        connection.execute(sa.delete(_table(name)))
    with op.batch_alter_table("complaints") as table:
        for name in ("sealed_key", "sealed_words", "sealed_identity", "sealed_finding"):
            table.add_column(sa.Column(name, sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("erased_at", sa.DateTime(), nullable=True))
        table.drop_constraint("ck_complaint_anonymous", type_="check")
        for name in (*WRITTEN, "identity", "finding"):
            table.drop_column(name)
    complaints = _table("complaints")
    for row in rows:
        connection.execute(
            sa.update(complaints).where(complaints.c.id == row["id"]).values(_sealed(row, *keys[row["id"]]))
        )
    with op.batch_alter_table("complaints") as table:
        table.create_check_constraint("ck_complaint_anonymous", "named OR sealed_identity IS NULL")
        sealed = "(erased_at IS NULL) = (sealed_key IS NOT NULL)"
        table.create_check_constraint("ck_complaint_sealed_until_erased", sealed)
    with op.batch_alter_table("complaint_messages") as table:
        table.drop_column("text")
        table.add_column(sa.Column("sealed_text", sa.LargeBinary(), nullable=False))
    for message in parts["complaint_messages"]:
        key, case = keys[message["complaint_id"]]
        message["sealed_text"] = seal(message.pop("text").encode(), key, case, "message")
    for name, kept in parts.items():
        if kept:
            connection.execute(sa.insert(_table(name)), kept)
    op.create_table(
        "complaint_files",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaints.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("complaint_files") as table:
        table.create_index(table.f("ix_complaint_files_complaint_id"), ["complaint_id"])


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)


def _sealed(row, key, case):
    words = json.dumps({name: row[name] for name in WRITTEN}).encode()
    return {
        "sealed_key": key,
        "sealed_words": seal(words, key, case, "words"),
        "sealed_identity": seal_identity(row["identity"].encode(), case) if row["identity"] else None,
        "sealed_finding": seal(row["finding"].encode(), key, case, "finding") if row["finding"] else None,
    }


def downgrade() -> None:
    raise NotImplementedError("what is sealed is not written in the clear again: restore a backup instead")
