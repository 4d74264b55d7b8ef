"""Foundation: identities, documents, claims and the stored views.

The vocabularies are spelled out here as they were on the day of this migration;
``tests/claims/test_vocabulary.py`` holds the newest schema against the code.
"""

from __future__ import annotations

from alembic import op

revision = "2026_11_24_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for statement in (VERSION, SECRET, COMPANIES, SOURCES, PRODUCTS, EVENTS, CLAIMS, VIEWS, ORDERS):
        # The driver takes one statement at a time.
        for single in statement.split(";\n"):
            if single.strip():
                op.execute(single)


def downgrade() -> None:
    # pg_trgm stays: others may use it, and only its owner may drop it.
    for table in (
        "company_view",
        "event_view",
        "product_view",
        "claim",
        "funding_event",
        "product",
        "document",
        "source",
        "company_identifier",
        "company_name",
        "company_former_slug",
        "company",
        "server_secret",
        "data_version",
    ):
        op.execute(f"DROP TABLE {table}")


SERIES = " ".join(f"series_{chr(letter)}" for letter in range(ord("a"), ord("z") + 1))

PRECISION = "('year', 'month', 'day', 'instant')"

SLUG = "CHECK (slug ~ '^[a-z0-9][a-z0-9._-]{0,119}$' AND slug !~ '^(cmp|prd|evt|clm|doc|src)_')"

VERSION = """
CREATE TABLE data_version (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version bigint NOT NULL,
    committed_at timestamptz NOT NULL
);
INSERT INTO data_version VALUES (true, 0, now());
COMMENT ON TABLE data_version IS
    'One row, locked by every writer until it commits: recorded_at runs in commit order';
"""

SECRET = """
CREATE TABLE server_secret (
    name text PRIMARY KEY,
    value bytea NOT NULL
);
"""

COMPANIES = f"""
CREATE TABLE company (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CONSTRAINT slug_is_a_slug {SLUG},
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    kind text CHECK (kind IN ('lab', 'big_tech', 'chip_maker', 'cloud', 'application',
        'infrastructure', 'robotics', 'defence', 'investor', 'other')),
    parent_id uuid REFERENCES company (id) CHECK (parent_id <> id),
    country text CHECK (country ~ '^[A-Z]{{2}}$'),
    founded_on date,
    founded_precision text CHECK (founded_precision IN ('year', 'month', 'day')),
    provisional boolean NOT NULL DEFAULT false,
    reference_urls text[] NOT NULL DEFAULT '{{}}',
    merged_into uuid REFERENCES company (id) CHECK (merged_into <> id),
    deleted_at timestamptz,
    recorded_at timestamptz NOT NULL,
    CHECK ((founded_on IS NULL) = (founded_precision IS NULL))
);
CREATE INDEX company_parent ON company (parent_id);
CREATE INDEX company_merged_into ON company (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE company_former_slug (
    slug text PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES company (id)
);
CREATE INDEX company_former_slug_company ON company_former_slug (company_id);

CREATE TABLE company_name (
    company_id uuid NOT NULL REFERENCES company (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    kind text NOT NULL CHECK (kind IN ('legal', 'brand', 'former', 'alias')),
    normalised text NOT NULL,
    PRIMARY KEY (company_id, name)
);
CREATE INDEX company_name_normalised ON company_name (normalised);
CREATE INDEX company_name_trigrams ON company_name USING gin (normalised gin_trgm_ops);

CREATE TABLE company_identifier (
    scheme text NOT NULL CHECK (scheme IN ('domain', 'wikidata', 'lei', 'cik', 'ticker')),
    value text NOT NULL CHECK (length(value) BETWEEN 1 AND 300),
    company_id uuid NOT NULL REFERENCES company (id),
    PRIMARY KEY (scheme, value)
);
CREATE INDEX company_identifier_company ON company_identifier (company_id);
"""

SOURCES = f"""
CREATE TABLE source (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CONSTRAINT slug_is_a_slug {SLUG},
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    kind text NOT NULL CHECK (kind IN
        ('newsroom', 'company', 'regulator', 'dataset', 'analyst', 'aggregator')),
    domain text,
    owner text,
    company_id uuid REFERENCES company (id),
    reliability text CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F')),
    recorded_at timestamptz NOT NULL
);

CREATE TABLE document (
    id uuid PRIMARY KEY,
    key text NOT NULL UNIQUE,
    source_id uuid NOT NULL REFERENCES source (id),
    url text,
    title text,
    kind text NOT NULL CHECK (kind IN ('news', 'press_release', 'filing', 'blog', 'paper',
        'dataset', 'transcript', 'internal')),
    published_at timestamptz,
    published_precision text CHECK (published_precision IN {PRECISION}),
    retrieved_at timestamptz,
    relays_source_id uuid REFERENCES source (id),
    distortions text[] NOT NULL DEFAULT '{{}}' CHECK (distortions <@
        ARRAY['relay_claims_confirmation', 'dropped_qualifier', 'changed_basis']),
    attribution text,
    title_normalised text,
    recorded_at timestamptz NOT NULL,
    CHECK ((published_at IS NULL) = (published_precision IS NULL)),
    CHECK (relays_source_id <> source_id)
);
COMMENT ON COLUMN document.published_at IS
    'The last moment of the stated day, month or year: to take it earlier could leak';
CREATE INDEX document_source ON document (source_id);
CREATE INDEX document_title_trigrams ON document USING gin (title_normalised gin_trgm_ops);
"""

PRODUCTS = f"""
CREATE TABLE product (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CONSTRAINT slug_is_a_slug {SLUG},
    company_id uuid NOT NULL REFERENCES company (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
    kind text NOT NULL CHECK (kind IN ('model', 'application')),
    modalities text[] NOT NULL DEFAULT '{{}}',
    normalised text NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX product_company ON product (company_id);
CREATE INDEX product_trigrams ON product USING gin (normalised gin_trgm_ops);
"""

EVENTS = f"""
CREATE TABLE funding_event (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CONSTRAINT slug_is_a_slug {SLUG},
    key text UNIQUE,
    company_id uuid NOT NULL REFERENCES company (id),
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 300),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX funding_event_company ON funding_event (company_id);
CREATE INDEX funding_event_trigrams ON funding_event
    USING gin (replace(slug, '-', ' ') gin_trgm_ops);
"""

CLAIMS = f"""
CREATE TABLE claim (
    id uuid PRIMARY KEY,
    player_id uuid NOT NULL REFERENCES company (id),
    company_id uuid REFERENCES company (id),
    product_id uuid REFERENCES product (id),
    event_id uuid REFERENCES funding_event (id),
    predicate text NOT NULL,
    facet text NOT NULL,

    low numeric, high numeric, stated numeric,
    currency text CHECK (currency ~ '^[A-Z]{{3}}$'),
    unit text CHECK (unit IN ('percent', 'elo', 'parameters', 'people', 'multiple', 'gigawatt',
        'flop', 'score')),
    qualifier text CHECK (qualifier IN ('exact', 'approximately', 'between', 'up_to', 'at_least',
        'more_than', 'less_than', 'order_of_magnitude', 'undisclosed')),
    basis text CHECK (basis IN ('pre_money', 'post_money', 'unspecified', 'tender_price',
        'secondary_implied', 'fund_mark', '409a', 'market_cap', 'transaction_implied',
        'ipo_expectation', 'modelled')),
    term text,
    object_id uuid REFERENCES company (id),
    market text,
    as_stated text,
    null_reason text CHECK (null_reason IN ('undisclosed', 'unknown', 'none', 'not_applicable')),

    name text, version text, setting text, evaluator text, period text,
    role text CHECK (role IN ('lead', 'co_lead', 'participant', 'lender', 'seller', 'acquirer')),
    form text CHECK (form IN ('cash', 'credits', 'compute', 'services', 'asset_contribution',
        'debt_conversion', 'unspecified')),
    condition text CHECK (condition IN ('none', 'ipo', 'milestone', 'agi', 'restructuring',
        'regulatory', 'date', 'discretion')),
    condition_note text,
    status text CHECK (status IN ('rumoured', 'committed', 'funded',
        'untested', 'supported', 'contradicted', 'superseded')),
    tranche text,

    modality text NOT NULL CHECK (modality IN ('factual', 'negotiation', 'intention',
        'expectation', 'projection', 'hypothetical')),
    stance text NOT NULL CHECK (stance IN ('support', 'deny', 'decline_to_comment',
        'no_response', 'correct')),
    evidence text NOT NULL CHECK (evidence IN ('filing', 'party', 'named', 'anonymous',
        'unattributed', 'modelled')),
    anonymous_sources integer CHECK (anonymous_sources > 0),
    speaker text, hedge text,
    quote text, quote_start integer, quote_end integer,

    effective_on date,
    effective_precision text CHECK (effective_precision IN ('year', 'month', 'day')),
    reported_at timestamptz,
    reported_precision text CHECK (reported_precision IN {PRECISION}),
    recorded_at timestamptz NOT NULL,
    retracted_at timestamptz CHECK (retracted_at >= recorded_at),
    retraction_reason text,

    document_id uuid NOT NULL REFERENCES document (id),
    origin_id uuid NOT NULL REFERENCES source (id),
    extraction_method text NOT NULL CHECK (extraction_method IN ('human', 'rule', 'model')),
    extraction_version text,
    confidence numeric CHECK (confidence BETWEEN 0 AND 1),
    digest bytea NOT NULL,
    content_hash bytea NOT NULL UNIQUE,

    CONSTRAINT about_exactly_one CHECK (num_nonnulls(company_id, product_id, event_id) = 1),
    CONSTRAINT predicate_fits_its_subject CHECK (
        (event_id IS NOT NULL AND predicate IN ('stage', 'amount', 'valuation', 'participation',
            'use_of_proceeds', 'round_label'))
        OR (company_id IS NOT NULL AND predicate IN ('competes_with', 'relationship', 'metric',
            'capability', 'outlook'))
        OR (product_id IS NOT NULL AND predicate IN ('released', 'capability', 'benchmark'))),
    CONSTRAINT amount_has_a_known_facet CHECK (predicate <> 'amount' OR facet IN
        ('headline', 'target', 'equity', 'debt', 'first_close')),
    CONSTRAINT valuation_has_a_basis CHECK (predicate <> 'valuation'
        OR (basis IS NOT NULL AND facet = basis)),
    CONSTRAINT term_is_known CHECK (CASE predicate
        WHEN 'stage' THEN term IN ('exploring', 'in_talks', 'term_sheet', 'signed', 'open',
            'closed', 'postponed', 'withdrawn', 'failed', 'superseded', 'unknown')
        WHEN 'round_label' THEN term IN ('{
    "', '".join(
        f'''pre_seed seed angel {SERIES}
            venture_unspecified growth private_equity strategic_corporate tender_offer secondary
            convertible_note venture_debt term_loan bond debt_unspecified
            asset_backed_compute_financing mixed_debt_equity grant ipo post_ipo_equity
            post_ipo_debt acquisition merger licence_acquihire undisclosed'''.split()
    )
}')
        WHEN 'use_of_proceeds' THEN term IN ('compute', 'data_centre', 'research', 'hiring',
            'acquisitions', 'vertical_industries', 'global_expansion', 'compliance',
            'safety_research', 'go_to_market', 'working_capital', 'unspecified')
        WHEN 'capability' THEN term IN ('state_of_the_art', 'first_to', 'parity',
            'multiple_faster', 'cheaper', 'market_position', 'business_driver', 'roadmap',
            'safety_property')
        WHEN 'relationship' THEN term IN ('partner', 'customer', 'supplier', 'investor',
            'subsidiary')
        WHEN 'released' THEN term IN ('open_weights', 'open_weights_unrestricted',
            'open_weights_restricted_use', 'open_weights_non_commercial', 'api',
            'hosted_no_api', 'limited', 'unreleased', 'open', 'closed')
        ELSE term IS NULL END),
    CONSTRAINT needs_an_object CHECK (object_id IS NOT NULL OR predicate NOT IN
        ('participation', 'competes_with', 'relationship')),
    CONSTRAINT money_has_a_currency CHECK (predicate NOT IN ('amount', 'valuation',
        'participation') OR (low IS NULL AND high IS NULL) OR currency IS NOT NULL),
    CONSTRAINT currency_or_unit CHECK (currency IS NULL OR unit IS NULL),
    CONSTRAINT numbers_are_sane CHECK (low >= 0 AND low < 1e18 AND high >= 0 AND high < 1e18),
    CONSTRAINT value_fits_its_qualifier CHECK (CASE
        WHEN qualifier IN ('exact', 'approximately')
            THEN stated IS NOT NULL AND low = stated AND high = stated
        WHEN qualifier IN ('between', 'order_of_magnitude')
            THEN stated IS NULL AND low IS NOT NULL AND high IS NOT NULL AND low < high
        WHEN qualifier IN ('up_to', 'less_than')
            THEN stated IS NULL AND low IS NULL AND high IS NOT NULL
        WHEN qualifier IN ('at_least', 'more_than')
            THEN stated IS NULL AND low IS NOT NULL AND high IS NULL
        ELSE num_nonnulls(low, high, stated) = 0 END),
    CONSTRAINT nothing_has_a_reason CHECK ((qualifier IS NOT DISTINCT FROM 'undisclosed')
        = (null_reason IS NOT NULL)),
    CONSTRAINT supporting_money_is_given CHECK (predicate NOT IN ('amount', 'valuation',
        'benchmark', 'metric') OR stance IN ('decline_to_comment', 'no_response', 'deny')
        OR qualifier IS NOT NULL),
    CONSTRAINT dates_have_precision CHECK (
        (effective_on IS NULL) = (effective_precision IS NULL)
        AND (reported_at IS NULL) = (reported_precision IS NULL)),
    CONSTRAINT quote_has_offsets CHECK (
        (quote_start IS NULL) = (quote_end IS NULL) AND quote_start >= 0
        AND quote_end > quote_start AND (quote_start IS NULL OR quote IS NOT NULL)),
    CONSTRAINT retraction_has_a_reason CHECK (
        (retracted_at IS NULL) = (retraction_reason IS NULL))
);
COMMENT ON COLUMN claim.player_id IS
    'The company that the subject belongs to, so that all said of one player is one index scan';
CREATE INDEX claim_of_event ON claim (event_id, predicate, facet, reported_at)
    WHERE event_id IS NOT NULL;
CREATE INDEX claim_of_company ON claim (company_id, predicate, facet, reported_at)
    WHERE company_id IS NOT NULL;
CREATE INDEX claim_of_product ON claim (product_id, predicate, facet, reported_at)
    WHERE product_id IS NOT NULL;
CREATE INDEX claim_benchmark ON claim (name, player_id) WHERE predicate = 'benchmark';
CREATE INDEX claim_object ON claim (object_id, predicate) WHERE object_id IS NOT NULL;
CREATE INDEX claim_document ON claim (document_id);
CREATE INDEX claim_origin ON claim (origin_id);
"""

VIEWS = """
CREATE TABLE event_view (
    event_id uuid PRIMARY KEY REFERENCES funding_event (id),
    company_id uuid NOT NULL REFERENCES company (id),
    company_slug text NOT NULL,
    slug text NOT NULL UNIQUE,
    label text NOT NULL,
    stage text NOT NULL,
    evidence_status text NOT NULL,
    round_type text,
    is_rumour boolean NOT NULL,
    amount_low numeric, amount_high numeric, amount_stated numeric, amount_currency text,
    valuation_low numeric, valuation_high numeric, valuation_stated numeric,
    valuation_currency text, valuation_basis text,
    happened_on date,
    first_reported_at timestamptz,
    last_reported_at timestamptz,
    recorded_at timestamptz NOT NULL,
    public_since timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    body text NOT NULL
);

CREATE TABLE company_view (
    company_id uuid PRIMARY KEY REFERENCES company (id),
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text,
    country text,
    parent_slug text,
    valuation_low numeric, valuation_high numeric, valuation_stated numeric,
    valuation_currency text, valuation_basis text,
    total_raised_low numeric, total_raised_high numeric, total_raised_currency text,
    last_round_low numeric, last_round_high numeric, last_round_currency text,
    stage text,
    evidence_status text,
    funding_events integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    public_since timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    products text NOT NULL,
    body text NOT NULL
);

CREATE TABLE product_view (
    product_id uuid PRIMARY KEY REFERENCES product (id),
    company_id uuid NOT NULL REFERENCES company (id),
    company_slug text NOT NULL,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL,
    modalities text[] NOT NULL,
    access text,
    released_on date,
    parameters numeric,
    recorded_at timestamptz NOT NULL,
    public_since timestamptz NOT NULL,
    refreshed_at timestamptz NOT NULL,
    body text NOT NULL
);
COMMENT ON COLUMN event_view.public_since IS
    'From this as_of on the view needs no other claims; infinity where a claim is undated';
"""

# One for each order that lists are asked for most, on the very expressions that
# app.storage.listing sorts by (``sort_expression``).
PAST, FUTURE = (
    "'1800-01-01T00:00:00+00:00'::timestamptz",
    "'2200-01-01T00:00:00+00:00'::timestamptz",
)

ORDERS = f"""
CREATE INDEX company_view_by_name ON company_view
    ((coalesce(name, chr(1114111)) COLLATE "C"), company_id);
CREATE INDEX company_view_by_valuation ON company_view
    ((coalesce(valuation_high, -1)) DESC, company_id DESC);
CREATE INDEX company_view_by_total_raised ON company_view
    ((coalesce(total_raised_high, -1)) DESC, company_id DESC);
CREATE INDEX company_view_refreshed ON company_view (refreshed_at);
CREATE INDEX event_view_by_day ON event_view
    ((coalesce(happened_on, '1800-01-01'::date)) DESC, event_id DESC);
CREATE INDEX event_view_by_amount ON event_view
    ((coalesce(amount_high, -1)) DESC, event_id DESC);
CREATE INDEX event_view_by_valuation ON event_view
    ((coalesce(valuation_high, -1)) DESC, event_id DESC);
CREATE INDEX event_view_of_company ON event_view
    (company_slug, (coalesce(happened_on, '1800-01-01'::date)) DESC, event_id DESC);
CREATE INDEX event_view_refreshed ON event_view (refreshed_at);
CREATE INDEX product_view_by_release ON product_view
    ((coalesce(released_on, '1800-01-01'::date)) DESC, product_id DESC);
CREATE INDEX product_view_of_company ON product_view (company_slug);
CREATE INDEX product_view_refreshed ON product_view (refreshed_at);
CREATE INDEX claim_by_report ON claim ((coalesce(reported_at, {PAST})) DESC, id DESC);
CREATE INDEX claim_of_player ON claim
    (player_id, (coalesce(reported_at, {PAST})) DESC, id DESC);
CREATE INDEX claim_timeline ON claim (player_id, (coalesce(reported_at, {FUTURE})), id);
CREATE INDEX document_by_publication ON document
    ((coalesce(published_at, {PAST})) DESC, id DESC);
"""
