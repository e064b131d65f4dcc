"""A ballot is a person's, a seat never changes hands; the same ground is the case's; meetings and filings end lawfully."""

import sqlalchemy as sa
from alembic import op

revision = "0010_persons_and_grounds"
down_revision = "0009_reassessments"
branch_labels = None
depends_on = None

OPEN_END = "term_to IS NULL"
COUNTS = sa.text("stage NOT IN ('withdrawn', 'disowned')")
# table, its unique constraint before, the one now, which columns beside the person, and the key to the person's seat
ACTS = (
    ("attendance", "uq_attendance", "uq_attendance", ["meeting_id"], [], "fk_attendance_person"),
    ("ballots", "uq_ballot_member", "uq_ballot_person", ["motion_id"], [], "fk_ballot_person"),
    ("recusals", "uq_recusal", "uq_recusal", ["review_id"], [], "fk_recusal_person"),
    ("premarks", "uq_premark", "uq_premark", ["item_id"], [], "fk_premark_person"),
    ("panel_ballots", "uq_panel_ballot", "uq_panel_ballot", ["appeal_id"], ["round"], "fk_panel_ballot_person"),
    ("complaint_ballots", "uq_complaint_ballot", "uq_complaint_ballot", ["complaint_id", "round"], [],
     "fk_complaint_ballot_person"),
)  # fmt: skip
CODES = (
    ("meetings", "ck_meeting_stage", "stage", ("planned", "open", "closed", "signed"), ("cancelled",)),
    ("agenda_items", "ck_agenda_state", "state", ("pending", "determined", "deferred"), ("taken_off",)),
    ("appeals", "ck_appeal_stage", "stage", ("with_superior", "answered", "with_panel", "decided", "withdrawn"),
     ("disowned",)),
    ("complaint_parties", "ck_complaint_party_role", "role", ("accused", "barred", "officer"), ("voter", "appointed")),
)  # fmt: skip


def codes(table, name, column, values):
    listed = ", ".join(f"'{value}'" for value in values)
    table.drop_constraint(name, type_="check")
    table.create_check_constraint(name, f"{column} IN ({listed})")


def one_at_a_time(name, column, also=""):
    where = sa.text(f"{OPEN_END} AND {also}" if also else OPEN_END)
    op.create_index(name, "committee_members", [column], unique=True, sqlite_where=where, postgresql_where=where)


def doubles_end():
    """Of seats without an end that exclude each other the latest stays; the others end on the day it begins."""
    seats = sa.table(
        "committee_members",
        *(
            sa.column(name)
            for name in ("id", "employee_id", "office", "on_panel", "panel_chair", "term_from", "term_to")
        ),
    )
    bind = op.get_bind()
    bind.execute(sa.update(seats).where(seats.c.on_panel).values(office="member"))
    bind.execute(sa.update(seats).where(sa.not_(seats.c.on_panel)).values(panel_chair=False))
    rows = bind.execute(sa.select(seats).where(seats.c.term_to.is_(None)).order_by(seats.c.term_from, seats.c.id))
    latest = {}
    for row in rows.mappings().all():
        keys = [("person", row["employee_id"])]
        keys += [("chair", 0)] if row["office"] == "chair" else []
        keys += [("panel chair", 0)] if row["panel_chair"] else []
        for before in {latest[key] for key in keys if key in latest}:
            ends = sa.update(seats).where(seats.c.id == before, seats.c.term_to.is_(None))
            bind.execute(ends.values(term_to=row["term_from"]))
        latest.update(dict.fromkeys(keys, row["id"]))


def upgrade() -> None:
    doubles_end()
    with op.batch_alter_table("committee_members") as table:
        table.create_unique_constraint("uq_member_person", ["id", "employee_id"])
        table.create_check_constraint("ck_member_panel_chair", "on_panel OR NOT panel_chair")
        table.create_check_constraint("ck_member_panel_office", "NOT on_panel OR office = 'member'")
    one_at_a_time("uq_member_seat", "employee_id")
    one_at_a_time("uq_member_chair", "office", "office = 'chair'")
    one_at_a_time("uq_member_panel_chair", "panel_chair", "panel_chair")
    for table_name, before, now, first, last, key in ACTS:
        op.add_column(table_name, sa.Column("employee_id", sa.Integer(), nullable=True))
        op.execute(
            f"UPDATE {table_name} SET employee_id = "
            f"(SELECT employee_id FROM committee_members WHERE committee_members.id = {table_name}.member_id)"
        )
        with op.batch_alter_table(table_name) as table:
            table.alter_column("employee_id", existing_type=sa.Integer(), nullable=False)
            table.drop_constraint(before, type_="unique")
            table.create_unique_constraint(now, [*first, "employee_id", *last])
            table.create_foreign_key(key, "committee_members", ["member_id", "employee_id"], ["id", "employee_id"])
            if table_name in ("ballots", "recusals"):
                table.create_index(f"ix_{table_name}_employee_id", ["employee_id"])
            if table_name == "complaint_ballots":
                table.alter_column("member_id", existing_type=sa.Integer(), nullable=True)
                table.create_foreign_key("fk_complaint_ballot_employee", "employees", ["employee_id"], ["id"])
    for table_name, name, column, values, more in CODES:
        with op.batch_alter_table(table_name) as table:
            codes(table, name, column, (*values, *more))
    with op.batch_alter_table("appeals") as table:
        table.drop_constraint("uq_appeal_ground", type_="unique")
        table.add_column(sa.Column("scan_sha256", sa.String(64), nullable=True))
        table.add_column(sa.Column("scan_name", sa.String(255), nullable=True))
        table.add_column(sa.Column("scan_media_type", sa.String(100), nullable=True))
        table.create_check_constraint("ck_appeal_disowned_was_proxy", "stage <> 'disowned' OR entered_by_proxy")
    grounds = ["review_id", "filer_id", "ground"]
    op.create_index("uq_appeal_ground", "appeals", grounds, unique=True, sqlite_where=COUNTS, postgresql_where=COUNTS)
    with op.batch_alter_table("complaints", naming_convention={"fk": "%(table_name)s_%(column_0_name)s_fkey"}) as table:
        table.drop_constraint("complaints_adopted_by_id_fkey", type_="foreignkey")
        table.drop_column("adopted_by_id")


def downgrade() -> None:
    with op.batch_alter_table("complaints") as table:
        table.add_column(sa.Column("adopted_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key("complaints_adopted_by_id_fkey", "employees", ["adopted_by_id"], ["id"])
    op.drop_index("uq_appeal_ground", "appeals")
    with op.batch_alter_table("appeals") as table:
        table.drop_constraint("ck_appeal_disowned_was_proxy", type_="check")
        for name in ("scan_sha256", "scan_name", "scan_media_type"):
            table.drop_column(name)
        table.create_unique_constraint("uq_appeal_ground", ["review_id", "filer_id", "ground", "notice_row_id"])
    for table_name, name, column, values, _more in CODES:
        with op.batch_alter_table(table_name) as table:
            codes(table, name, column, values)
    for table_name, before, now, first, last, key in ACTS:
        with op.batch_alter_table(table_name) as table:
            table.drop_constraint(key, type_="foreignkey")
            table.drop_constraint(now, type_="unique")
            if table_name in ("ballots", "recusals"):
                table.drop_index(f"ix_{table_name}_employee_id")
            if table_name == "complaint_ballots":
                table.drop_constraint("fk_complaint_ballot_employee", type_="foreignkey")
                table.alter_column("member_id", existing_type=sa.Integer(), nullable=False)
            table.drop_column("employee_id")
            table.create_unique_constraint(before, [*first, "member_id", *last])
    for name in ("uq_member_seat", "uq_member_chair", "uq_member_panel_chair"):
        op.drop_index(name, "committee_members")
    with op.batch_alter_table("committee_members") as table:
        table.drop_constraint("ck_member_panel_office", type_="check")
        table.drop_constraint("ck_member_panel_chair", type_="check")
        table.drop_constraint("uq_member_person", type_="unique")
