"""Indexes for the orders and filters that had none, as measured on 500,000 companies.

What is never null is indexed as it is, which serves both directions; what may be null on the
very expression that ``app.storage.listing.sort_expression`` sorts by.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_orders"
down_revision = "2026_11_24_rankings"
branch_labels = None
depends_on = None

PAST = "'1800-01-01T00:00:00+00:00'::timestamptz"
FUTURE = "'2200-01-01T00:00:00+00:00'::timestamptz"
REPORTED = f"(coalesce(reported_at, {PAST})) DESC, id DESC"
PUBLISHED = f"(coalesce(published_at, {PAST})) DESC, id DESC"
PLAIN_NAME = '(coalesce(name, chr(1114111)) COLLATE "C"), company_id'

NEW = {
    "company_view_by_name": 'company_view ((name COLLATE "C"), company_id)',
    "company_view_by_slug": 'company_view ((slug COLLATE "C"), company_id)',
    "company_view_by_record": "company_view (recorded_at, company_id)",
    "company_view_by_valuation_low": (
        "company_view ((coalesce(valuation_low, -1)) DESC, company_id DESC)"
    ),
    "company_view_by_total_raised_low": (
        "company_view ((coalesce(total_raised_low, -1)) DESC, company_id DESC)"
    ),
    "company_view_by_last_round": (
        "company_view ((coalesce(last_round_high, -1)) DESC, company_id DESC)"
    ),
    "company_view_by_events": "company_view (funding_events, company_id)",
    "company_view_parent": "company_view (parent_slug)",
    "event_view_by_slug": 'event_view ((slug COLLATE "C"), event_id)',
    "event_view_by_record": "event_view (recorded_at, event_id)",
    "event_view_by_age": "event_view ((coalesce(happened_on, '2200-01-01'::date)), event_id)",
    "event_view_by_first_report": (
        f"event_view ((coalesce(first_reported_at, {PAST})) DESC, event_id DESC)"
    ),
    "event_view_by_last_report": (
        f"event_view ((coalesce(last_reported_at, {PAST})) DESC, event_id DESC)"
    ),
    "event_view_by_amount_low": "event_view ((coalesce(amount_low, -1)) DESC, event_id DESC)",
    "event_view_by_valuation_low": (
        "event_view ((coalesce(valuation_low, -1)) DESC, event_id DESC)"
    ),
    "product_view_by_name": 'product_view ((name COLLATE "C"), product_id)',
    "product_view_by_slug": 'product_view ((slug COLLATE "C"), product_id)',
    "product_view_by_record": "product_view (recorded_at, product_id)",
    "claim_by_record": "claim (recorded_at, id)",
    "claim_by_age": f"claim ((coalesce(reported_at, {FUTURE})), id)",
    "claim_of_predicate": f"claim (predicate, {REPORTED})",
    "claim_by_high": "claim (predicate, (coalesce(high, -1)) DESC, id DESC)",
    "claim_named": f"claim (name, {REPORTED}) WHERE name IS NOT NULL",
    "claim_origin": f"claim (origin_id, {REPORTED})",
    "document_of_source": f"document (source_id, {PUBLISHED})",
    "document_relay": (
        f"document (relays_source_id, {PUBLISHED}) WHERE relays_source_id IS NOT NULL"
    ),
    "document_url": "document USING hash (url)",
    "document_by_record": "document (recorded_at, id)",
}
REPLACED = {
    "company_view_by_name": f"company_view ({PLAIN_NAME})",
    "claim_origin": "claim (origin_id)",
    "document_source": "document (source_id)",
}


def upgrade() -> None:
    _exchange(REPLACED, NEW)


def downgrade() -> None:
    _exchange(NEW, REPLACED)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, definition in new.items():
        op.execute(f"CREATE INDEX {name} ON {definition}")
