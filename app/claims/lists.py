"""The lists of claims and of views, declared once for requests, SQL, schema and OpenAPI."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from app.claims import vocabulary as v
from app.claims.asking import CLAIMS as CLAIMS_ALONG
from app.claims.asking import POLICY_NAMES
from app.claims.evidence import OUTPUTS as CLAIM_OUTPUTS
from app.claims.vocabulary import words
from app.storage.listing import Field, Kind
from app.web.resources import Resource


def word(name: str, vocabulary: type[StrEnum], description: str, column: str = "") -> Field:
    """A field of a closed vocabulary."""
    return Field(name, Kind.WORD, column or name, description, vocabulary=words(vocabulary))


def number(name: str, column: str, description: str, *, sortable: bool = True) -> Field:
    """A number field; amounts of money are in units of their currency."""
    return Field(name, Kind.NUMBER, column, description, sortable=sortable)


def _claim(name: str, kind: Kind, description: str, sql: str, *, sortable: bool = False) -> Field:
    return Field(name, kind, name, description, sql=sql, sortable=sortable)


CLAIM_FIELDS = (
    Field("predicate", Kind.WORD, "predicate", "What is said", "c.predicate", words(v.Predicate)),
    _claim("company", Kind.TEXT, "Slug of the player", "p.slug"),
    _claim("product", Kind.TEXT, "Slug of the product", "r.slug"),
    _claim("event", Kind.TEXT, "Slug of the funding event", "e.slug"),
    _claim("benchmark", Kind.TEXT, "Slug of the benchmark", "c.name"),
    _claim("object", Kind.TEXT, "Slug of the rival or investor", "o.slug"),
    _claim("origin", Kind.TEXT, "Slug of the root origin", "s.slug"),
    _claim("source", Kind.TEXT, "Slug of the document's source", "ds.slug"),
    Field("evidence", Kind.WORD, "evidence", "What it rests on", "c.evidence", words(v.Evidence)),
    Field("stance", Kind.WORD, "stance", "The speaker's stance", "c.stance", words(v.Stance)),
    Field("modality", Kind.WORD, "modality", "How it is held", "c.modality", words(v.Modality)),
    Field("basis", Kind.WORD, "basis", "Valuation basis", "c.basis", words(v.Basis)),
    _claim("high", Kind.NUMBER, "Upper bound", "c.high", sortable=True),
    _claim("low", Kind.NUMBER, "Lower bound", "c.low"),
    _claim("reported_at", Kind.INSTANT, "When published", "c.reported_at", sortable=True),
    _claim("recorded_at", Kind.INSTANT, "When stored here", "c.recorded_at", sortable=True),
)

CLAIMS = Resource(
    name="claims",
    description="Claims of any predicate, with their evidence",
    fields=CLAIM_FIELDS,
    default_sort="-reported_at",
    outputs=CLAIM_OUTPUTS,
    policies=POLICY_NAMES,
)

CLAIM = Resource(
    name="claim",
    description="One claim with its evidence",
    outputs=CLAIM_OUTPUTS,
    policies=POLICY_NAMES,
    pageable=False,
)

PRODUCTS = Resource(
    name="products",
    description="Products and model lines with their releases and benchmark results",
    fields=(
        Field("company", Kind.TEXT, "company_slug", "Slug of the company"),
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True),
        Field("name", Kind.TEXT, "name", "Name", sortable=True),
        word("kind", v.ProductKind, "Kind of product"),
        Field("modality", Kind.TEXT, "modalities", "One of its modalities", multiple=True),
        word("access", v.Access, "How it can be had"),
        Field("released_on", Kind.DATE, "released_on", "Day of release", sortable=True),
        number("parameters", "parameters", "Number of parameters"),
        Field("recorded_at", Kind.INSTANT, "recorded_at", "When stored here", sortable=True),
    ),
    default_sort="-released_on",
    includes=("alternatives", CLAIMS_ALONG),
    outputs=(
        "id",
        "slug",
        "name",
        "kind",
        "modalities",
        "company",
        "released",
        "benchmarks",
        "recorded_at",
    ),
    policies=POLICY_NAMES,
)

PRODUCT = replace(
    PRODUCTS,
    name="product",
    description="One product with its release and its benchmark results",
    fields=(),
    default_sort="",
    pageable=False,
)
