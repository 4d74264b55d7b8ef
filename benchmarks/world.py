"""An imagined world in SQL: functions that say what exists, and the inserts that store it.

Everything about a thing follows from its number and the seed by a hash, so each statement
can make its rows on its own, in any batch, without reading what others stored. Companies
are numbered from 1, event k of company n is ``8 n + k``, and so on down to the claim.
"""

from __future__ import annotations

SCHEMA = "imagined"
"""Where the helper functions live while the world is being made."""

SOURCES = 500
INVESTORS = 2_000
"""The first companies are investors: every participation names one of them."""

MARKETS = 200
"""The most crowded has one claim in fourteen."""


def functions(seed: int) -> list[str]:
    """The statements that make the helper functions."""
    hashed = f"hashint8extended(number, {seed}::bigint * 1000 + salt)"
    return [
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
        f"CREATE SCHEMA {SCHEMA}",
        _function(
            "chance(number bigint, salt integer)",
            "double precision",
            f"({hashed} & 1073741823) / 1073741824.0::double precision",
        ),
        _function(
            "pick(chance double precision, words text[])",
            "text",
            "words[1 + floor(chance * cardinality(words))::integer]",
        ),
        # Laid out as UUIDv7, so that ids sort by number and indexes grow at their ends.
        _function(
            "id(number bigint, salt integer)",
            "uuid",
            "(lpad(to_hex(1700000000000 + number / 1000), 12, '0') || '7000'"
            f" || '8' || lpad(to_hex({hashed} & 1152921504606846975), 15, '0'))::uuid",
        ),
        _function("company_name(number bigint)", "text", _COMPANY_NAME),
        _function(
            "slug(number bigint)",
            "text",
            "replace(lower(imagined.company_name(number)), ' ', '-') || '-' || number",
        ),
        _function(
            "source(number bigint)",
            "bigint",
            f"1 + floor({SOURCES} * imagined.chance(number, 30) ^ 3)::bigint",
        ),
        # Two digits are what people quote: 1,200,000 or 38,000,000,000.
        _function(
            "rounded(amount double precision)",
            "numeric",
            "round(amount::numeric, 1 - floor(log(amount))::integer)",
        ),
        _table("events(first bigint, last bigint)", _EVENT_COLUMNS, _EVENTS),
        _table("reports(first bigint, last bigint)", _REPORT_COLUMNS, _REPORTS),
        _table("releases(first bigint, last bigint)", _RELEASE_COLUMNS, _RELEASES),
    ]


def _function(signature: str, type_: str, expression: str) -> str:
    return (
        f"CREATE FUNCTION {SCHEMA}.{signature} RETURNS {type_} LANGUAGE sql IMMUTABLE"
        f" AS $$ SELECT {expression} $$"
    )


def _table(signature: str, columns: str, query: str) -> str:
    return (
        f"CREATE FUNCTION {SCHEMA}.{signature} RETURNS TABLE ({columns}) LANGUAGE sql IMMUTABLE"
        f" AS $$ {query} $$"
    )


_SYLLABLES = """
    ka lo vi mer tan sol ar qui bex nor dra fen gal hu jin kel lum mo nex ob
    pra ri sta tor ul ven wy xan yor zet bri clo dax el fro gry hal ix jo kri
    lan mir ney or pix quo ros syn tre um vox wen zy ash bol cym dor ent fal gno
""".split()  # noqa: SIM905 (a block of words reads better than a list)
_KINDS = ["AI", "Labs", "Systems", "Robotics", "Cloud", "Health", "Data", "Compute", "Bio", "Works"]


def _words(*words: str) -> str:
    """A text array literal; ``closed*7`` stands for seven times ``closed``."""
    repeated = []
    for word in words:
        name, _, times = word.partition("*")
        repeated += [name] * int(times or 1)
    return f"'{{{','.join(repeated)}}}'::text[]"


def _pick(number: str, salt: int, *words: str) -> str:
    return f"imagined.pick(imagined.chance({number}, {salt}), {_words(*words)})"


_COMPANY_NAME = (
    "initcap("
    + " || ".join(_pick("number", salt, *_SYLLABLES) for salt in (1, 2, 3))
    + f") || ' ' || {_pick('number', 4, *_KINDS)}"
)

_EVENT_COLUMNS = "company bigint, number bigint, ordinal integer, day date, stage text"
_EVENTS = f"""
SELECT company, 8 * company + ordinal, ordinal,
       '2015-01-01'::date + floor(4300 * imagined.chance(8 * company + ordinal, 10))::integer,
       {
    _pick(
        "8 * company + ordinal",
        11,
        "closed*28",
        "open*3",
        "in_talks*3",
        "exploring",
        "term_sheet",
        "signed",
        "withdrawn",
        "failed",
        "postponed",
    )
}
FROM generate_series(first, last) company,
     generate_series(1, {
    _pick("company", 12, "1", "2", "3*2", "4", "5", "6", "8")
}::integer) ordinal
"""

# A report on an event: the one of its day, and for every fifth event talk some weeks before.
_REPORT_COLUMNS = (
    "company bigint, event bigint, number bigint, published date, day date, stage text,"
    " evidence text"
)
_REPORTS = f"""
SELECT e.company, e.number, 2 * e.number + early,
       CASE WHEN imagined.chance(2 * e.number + early, 31) >= 0.01 THEN e.day - 30 * early END,
       e.day, CASE early WHEN 1 THEN 'in_talks' ELSE e.stage END,
       CASE early WHEN 1 THEN {_pick("e.number", 32, "named", "anonymous*3", "unattributed")}
            ELSE {
    _pick(
        "e.number",
        33,
        "filing*2",
        "party*7",
        "named*3",
        "anonymous*3",
        "unattributed*4",
        "modelled",
    )
} END
FROM imagined.events(first, last) e,
     generate_series(0, (imagined.chance(e.number, 34) < 0.2)::integer) early
"""

# Every tenth company has one product, every fiftieth three.
_RELEASE_COLUMNS = "company bigint, number bigint, day date"
_RELEASES = """
SELECT company, 4 * company + ordinal,
       '2019-01-01'::date + floor(2800 * imagined.chance(4 * company + ordinal, 10))::integer
FROM generate_series(first, last) company,
     generate_series(1, CASE WHEN company % 50 = 0 THEN 3 WHEN company % 10 = 0 THEN 1 ELSE 0 END)
         ordinal
"""

# What an id is of, as the salt of its hash.
_COMPANY, _SOURCE, _EVENT, _REPORT, _CLAIM, _PRODUCT, _RELEASE_DOCUMENT, _RELEASE_CLAIM = range(
    100, 108
)


def _id(number: str, salt: int) -> str:
    return f"imagined.id(({number})::bigint, {salt})"


_INSTANT = "(({day} + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 microsecond')"
"""The last moment of a day: how the application places what is dated to the day."""

STORE_SOURCES = f"""
INSERT INTO source (id, slug, name, kind, domain, owner, reliability, recorded_at)
SELECT {_id("n", _SOURCE)}, 'outlet-' || n, 'Outlet ' || n,
       {_pick("n", 1, "newsroom*6", "regulator", "dataset", "analyst", "aggregator")},
       'outlet-' || n || '.example', CASE WHEN n % 5 = 0 THEN 'group-' || n % 20 END,
       {_pick("n", 2, *"ABCDEF")}, :recorded_at
FROM generate_series(1::bigint, {SOURCES}) n
"""

STORE_COMPANIES = (
    f"""
INSERT INTO company (id, slug, name, kind, parent_id, country, founded_on, founded_precision,
                     provisional, recorded_at)
SELECT {_id("n", _COMPANY)}, imagined.slug(n), imagined.company_name(n),
       CASE WHEN n <= {INVESTORS} THEN 'investor' ELSE {
        _pick(
            "n",
            5,
            "application*8",
            "lab*2",
            "infrastructure*2",
            "robotics",
            "cloud",
            "chip_maker",
            "defence",
            "other",
        )
    } END,
       CASE WHEN n > 200 AND n % 100 = 7 THEN {_id("n / 100", _COMPANY)} END,
       {_pick("n", 6, "US*9", "GB*2", "DE", "FR", "CN*3", "IN", "IL", "CA", "JP")},
       CASE WHEN n % 5 <> 0 THEN make_date(1995 + (n * 7 % 30)::integer, 1, 1) END,
       CASE WHEN n % 5 <> 0 THEN 'year' END, n % 20 = 0, :recorded_at
FROM generate_series(CAST(:first AS bigint), :last) n
""",
    f"""
INSERT INTO company_name (company_id, name, kind, normalised)
SELECT {_id("n", _COMPANY)}, name, 'brand', lower(name)
FROM generate_series(CAST(:first AS bigint), :last) n, imagined.company_name(n) name
""",
    f"""
INSERT INTO company_identifier (scheme, value, company_id)
SELECT 'domain', imagined.slug(n) || '.example', {_id("n", _COMPANY)}
FROM generate_series(CAST(:first AS bigint), :last) n WHERE n % 2 = 0
""",
)
"""First the companies, since what happens to one names others."""

_STORE_EVENTS = f"""
INSERT INTO funding_event (id, slug, company_id, label, recorded_at)
SELECT {_id("number", _EVENT)}, imagined.slug(company) || '-deal-' || ordinal,
       {_id("company", _COMPANY)},
       imagined.company_name(company) || ', deal ' || ordinal, :recorded_at
FROM imagined.events(:first, :last)
"""

_STORE_PRODUCTS = f"""
INSERT INTO product (id, slug, company_id, name, kind, modalities, normalised, recorded_at)
SELECT {_id("number", _PRODUCT)}, imagined.slug(company) || '-m' || number % 4,
       {_id("company", _COMPANY)}, name, 'model', '{{text}}', lower(name), :recorded_at
FROM imagined.releases(:first, :last),
     LATERAL (SELECT imagined.company_name(number) || ' ' || number % 4) named (name)
"""


def _documents(reports: str, salt: int, title: str, kinds: str) -> str:
    """Documents, every tenth of which relays another source."""
    return f"""
INSERT INTO document (id, key, source_id, url, place, title, kind, published_at,
                      published_precision, retrieved_at, relays_source_id, title_normalised,
                      recorded_at)
SELECT {_id("number", salt)}, url || '|' || coalesce(published::text, 'undated'),
       {_id("source", _SOURCE)}, url, url, title, kind, {_INSTANT.format(day="published")},
       CASE WHEN published IS NOT NULL THEN 'day' END, :recorded_at,
       CASE WHEN number % 10 = 3 THEN {_id(f"source % {SOURCES} + 1", _SOURCE)} END,
       lower(title), :recorded_at
FROM (SELECT number, published, imagined.source(number) AS source, {title} AS title,
             'https://outlet-' || imagined.source(number) || '.example/{salt}/' || number AS url,
             {kinds} AS kind FROM {reports}) report
"""


_STORE_DOCUMENTS = _documents(
    "imagined.reports(:first, :last)",
    _REPORT,
    "imagined.company_name(company) || ' '"
    f" || {_pick('number', 35, 'raises', 'seeks', 'closes', 'weighs', 'announces')} || ' funding'",
    "CASE evidence WHEN 'filing' THEN 'filing' WHEN 'party' THEN 'press_release' ELSE 'news' END",
)
_STORE_RELEASE_DOCUMENTS = _documents(
    "(SELECT *, day AS published FROM imagined.releases(:first, :last)) releases",
    _RELEASE_DOCUMENT,
    "imagined.company_name(company) || ' releases ' || imagined.company_name(number)",
    "'blog'",
)

_COMMON = """predicate, facet, term, low, high, stated, currency, unit, qualifier, null_reason,
    basis, object_id, role, form, condition, status, name, market, market_slug, modality, stance,
    evidence, effective_on, effective_precision, reported_at, reported_precision, recorded_at,
    document_id, origin_id, extraction_method, extraction_version, digest, content_hash"""

# From what is drawn to a stored claim: the number in its normal form, and the two hashes.
_NORMALISED = f"""
SELECT d.*, CASE WHEN q = 'between' THEN money * 0.8 WHEN q IN ('exact', 'approximately',
           'at_least') THEN money END AS low,
       CASE WHEN q = 'between' THEN money * 1.2 WHEN q IN ('exact', 'approximately', 'up_to')
           THEN money END AS high,
       CASE WHEN q IN ('exact', 'approximately') THEN money END AS stated,
       CASE WHEN money IS NOT NULL THEN q END AS qualifier,
       CASE WHEN q = 'undisclosed' AND money IS NOT NULL THEN 'undisclosed' END AS null_reason,
       CASE WHEN published IS NOT NULL THEN {_INSTANT.format(day="published")} END AS reported_at,
       CASE WHEN published IS NOT NULL THEN 'day' END AS reported_precision,
       imagined.source(number) AS source,
       sha256(convert_to(concat_ws('|', predicate, facet, term, q, money, currency, evidence,
           stance, document_id, published), 'UTF8')) AS digest
FROM drawn d
"""

_ORIGIN = _id(f"CASE WHEN number % 10 = 3 THEN source % {SOURCES} + 1 ELSE source END", _SOURCE)

_STORE_CLAIMS = f"""
INSERT INTO claim (id, player_id, event_id, {_COMMON})
WITH drawn AS (
    SELECT r.*, p.predicate, {_id("8 * r.number + p.place", _CLAIM)} AS id,
           {_id("event", _EVENT)} AS event_id, {_id("company", _COMPANY)} AS player_id,
           {_id("r.number", _REPORT)} AS document_id,
           CASE p.predicate WHEN 'stage' THEN stage WHEN 'round_label' THEN {
    _pick(
        "event",
        50,
        "seed*4",
        "series_a*4",
        "series_b*3",
        "series_c*2",
        "series_d",
        "growth",
        "venture_unspecified",
        "secondary",
        "venture_debt",
        "grant",
    )
} END AS term,
           CASE p.predicate WHEN 'amount' THEN {
    _pick("event", 51, "headline*17", "equity*2", "target")
} WHEN 'valuation' THEN {
    _pick("event", 52, "post_money*10", "pre_money*5", "unspecified*4", "secondary_implied")
}
               WHEN 'participation' THEN investor::text ELSE '' END AS facet,
           CASE p.predicate WHEN 'amount' THEN imagined.rounded(amount) WHEN 'valuation'
               THEN imagined.rounded(amount * (4 + 12 * imagined.chance(event, 53)))
               WHEN 'participation' THEN CASE WHEN event % 3 = 0 THEN imagined.rounded(amount / 3)
               END END AS money,
           CASE WHEN p.predicate IN ('amount', 'valuation', 'participation') THEN {
    _pick("event", 54, "USD*15", "EUR*2", "GBP", "CNY", "JPY")
} END AS currency,
           CASE WHEN p.predicate = 'participation' THEN investor END AS object_id,
           {
    _pick(
        "8 * r.number + p.place",
        55,
        "exact*10",
        "approximately*5",
        "up_to",
        "at_least",
        "between*2",
        "undisclosed",
    )
} AS q,
           {_pick("8 * r.number + p.place", 56, "support*48", "deny", "decline_to_comment")}
               AS stance
    FROM imagined.reports(:first, :last) r
    CROSS JOIN (VALUES (0, 'stage', 1.0), (1, 'amount', 0.5), (2, 'valuation', 0.25),
        (3, 'round_label', 0.25), (4, 'participation', 0.2)) p (place, predicate, share)
    CROSS JOIN LATERAL (SELECT {
    _id(f"1 + floor({INVESTORS} * imagined.chance(event, 57) ^ 2)", _COMPANY)
} AS investor,
        10 ^ (5.5 + 5 * imagined.chance(event, 58) ^ 1.5) AS amount) money
    WHERE imagined.chance(8 * r.number + p.place, 59) < p.share
), normal AS ({_NORMALISED})
SELECT id, player_id, event_id, predicate, facet, term, low, high, stated, currency, NULL,
       qualifier, null_reason, CASE WHEN predicate = 'valuation' THEN facet END, object_id,
       CASE WHEN predicate = 'participation' THEN CASE event % 3 WHEN 0 THEN 'lead'
           ELSE 'participant' END END,
       CASE WHEN predicate = 'participation' THEN 'cash' END,
       CASE WHEN predicate = 'participation' THEN 'none' END,
       CASE WHEN predicate = 'participation' THEN CASE stage WHEN 'closed' THEN 'funded'
           ELSE 'rumoured' END END, NULL, NULL, NULL,
       CASE stage WHEN 'in_talks' THEN 'negotiation' ELSE 'factual' END, stance, evidence,
       CASE WHEN event % 7 <> 0 THEN day END, CASE WHEN event % 7 <> 0 THEN 'day' END,
       reported_at, reported_precision, :recorded_at, document_id, {_ORIGIN}, 'rule', 'imagined',
       digest, sha256(convert_to(event_id::text, 'UTF8') || digest)
FROM normal
"""

# A release, two benchmark results, and a rival of the product's company.
_STORE_RELEASE_CLAIMS = f"""
INSERT INTO claim (id, player_id, company_id, product_id, {_COMMON})
WITH drawn AS (
    SELECT r.*, p.*, market, {_id("8 * r.number + p.place", _RELEASE_CLAIM)} AS id,
           {_id("r.number", _PRODUCT)} AS product_id, {_id("company", _COMPANY)} AS player_id,
           {_id("r.number", _RELEASE_DOCUMENT)} AS document_id, r.day AS published,
           CASE p.predicate WHEN 'released' THEN {
    _pick("r.number", 60, "api*3", "open_weights", "limited", "closed")
} END AS term,
           CASE p.predicate WHEN 'benchmark' THEN name WHEN 'competes_with'
               THEN rival || '|Market ' || market ELSE '' END AS facet,
           CASE p.predicate WHEN 'released' THEN round(1e9 * imagined.chance(r.number, 61)::numeric)
               WHEN 'benchmark' THEN round(99 * imagined.chance(8 * r.number + place, 62)::numeric,
               1) END AS money,
           CASE p.predicate WHEN 'released' THEN 'parameters' WHEN 'benchmark' THEN 'percent' END
               AS unit,
           NULL AS currency, 'exact' AS q, 'support' AS stance,
           {_pick("r.number", 63, "party*3", "named", "unattributed")} AS evidence,
           CASE WHEN p.predicate = 'competes_with' THEN rival END AS object_id
    FROM imagined.releases(:first, :last) r
    CROSS JOIN LATERAL (SELECT {_id("1 + company % 997", _COMPANY)} AS rival,
        imagined.chance(r.number, 64) AS luck,
        floor({MARKETS} * imagined.chance(r.number, 65) ^ 2)::integer AS market) about
    CROSS JOIN LATERAL (VALUES (0, 'released', NULL), (3, 'competes_with', NULL),
        (1, 'benchmark', 'exam-' || floor(10 * luck)::integer),
        (2, 'benchmark', 'exam-' || 10 + floor(10 * luck)::integer)) p (place, predicate, name)
    WHERE p.predicate <> 'competes_with' OR rival <> {_id("company", _COMPANY)}
), normal AS ({_NORMALISED})
SELECT id, player_id, CASE WHEN predicate = 'competes_with' THEN player_id END,
       CASE WHEN predicate <> 'competes_with' THEN product_id END, predicate, facet, term,
       low, high, stated, NULL, unit, qualifier, null_reason, NULL, object_id, NULL, NULL, NULL,
       NULL, name, CASE WHEN predicate = 'competes_with' THEN 'Market ' || market END,
       CASE WHEN predicate = 'competes_with' THEN 'market-' || market END, 'factual', stance,
       evidence, day, 'day', reported_at, reported_precision, :recorded_at, document_id, {_ORIGIN},
       'rule', 'imagined', digest, sha256(convert_to(product_id::text, 'UTF8') || digest)
FROM normal
"""

STORE_DEEDS = (
    _STORE_EVENTS,
    _STORE_PRODUCTS,
    _STORE_DOCUMENTS,
    _STORE_RELEASE_DOCUMENTS,
    _STORE_CLAIMS,
    _STORE_RELEASE_CLAIMS,
)
"""Then what is said of a range of companies, ``:first`` to ``:last``."""
