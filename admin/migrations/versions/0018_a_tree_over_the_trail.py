"""The chain over the audit events becomes a tree; events get a nonce and a tag, personal texts a salt of their own."""

import hashlib

import sqlalchemy as sa
from alembic import op

from admin.domain.merkle import Frontier, leaf_hash

revision = "0018_a_tree_over_the_trail"
down_revision = "0017_drawn_colleagues"
branch_labels = None
depends_on = None

BATCH = 5_000
SEALED = "FROM audit_seals s JOIN audit_events e ON e.id = s.event_id ORDER BY s.id"


def upgrade() -> None:
    with op.batch_alter_table("audit_events") as table:
        table.add_column(sa.Column("nonce", sa.String(length=32), nullable=True))
        table.add_column(sa.Column("tag", sa.String(length=40), nullable=True))
    op.create_table(
        "audit_salts",
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record_type", "record_id", "column_name", name="uq_audit_salt_place"),
    )
    with op.batch_alter_table("audit_seals") as table:
        table.add_column(sa.Column("nodes", sa.LargeBinary(), nullable=True))
    _grow()
    with op.batch_alter_table("audit_seals") as table:
        table.alter_column("nodes", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("chain_hash")


def _grow() -> None:
    """Put every link into the tree. What the chain has kept until now is held against it a last time."""
    connection, tree, link = op.get_bind(), Frontier(), "0" * 64
    rows = connection.execute(sa.text(f"SELECT s.id, s.event_id, s.chain_hash, e.content_hash {SEALED}")).all()
    filled = []
    for key, event, chained, content in rows:
        link = hashlib.sha256(f"{link} {event} {content}".encode()).hexdigest()
        if (key, chained) != (tree.size + 1, link):
            raise RuntimeError(
                f"the audit chain does not hold at link {key}: an upgrade would hide it. Go back to the version before, see "
                "`audit verify`, and restore a backup from before that link"
            )
        nodes = tree.add(leaf_hash(f"{event} {content}".encode()))
        filled.append({"key": key, "nodes": b"".join(nodes)})
    put = sa.text("UPDATE audit_seals SET nodes = :nodes WHERE id = :key")
    for start in range(0, len(filled), BATCH):
        connection.execute(put, filled[start : start + BATCH])


def downgrade() -> None:
    """The chain over the same hashes. The version before names every event that was written with a nonce as changed."""
    with op.batch_alter_table("audit_seals") as table:
        table.add_column(sa.Column("chain_hash", sa.String(length=64), nullable=True))
    connection, link, links = op.get_bind(), "0" * 64, []
    for key, event, content in connection.execute(sa.text(f"SELECT s.id, s.event_id, e.content_hash {SEALED}")).all():
        link = hashlib.sha256(f"{link} {event} {content}".encode()).hexdigest()
        links.append({"key": key, "link": link})
    if links:
        connection.execute(sa.text("UPDATE audit_seals SET chain_hash = :link WHERE id = :key"), links)
    with op.batch_alter_table("audit_seals") as table:
        table.alter_column("chain_hash", existing_type=sa.String(length=64), nullable=False)
        table.drop_column("nodes")
    op.drop_table("audit_salts")
    with op.batch_alter_table("audit_events") as table:
        table.drop_column("tag")
        table.drop_column("nonce")
