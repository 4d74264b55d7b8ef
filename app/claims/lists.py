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

COUNTRY = r"^[A-Z]{2}$"
CURRENCY = r"^[A-Z]{3}$"


def word(
    name: str,
    vocabulary: type[StrEnum],
    description: str,
    column: str = "",
    *,
    required: bool = False,
    lasting: bool = False,
) -> Field:
    """A field of a closed vocabulary."""
    return Field(
        name,
        Kind.WORD,
        column or name,
        description,
        vocabulary=words(vocabulary),
        required=required,
        lasting=lasting,
    )


def number(
    name: str, column: str, description: str, *, sortable: bool = True, required: bool = False
) -> Field:
    """A number field; amounts of money are in units of their currency."""
    return Field(name, Kind.NUMBER, column, description, sortable=sortable, required=required)


def count(name: str, description: str) -> Field:
    """How many there are of something: a whole number, always there."""
    return Field(name, Kind.COUNT, name, description, sortable=True, required=True)


def interval(name: str, column: str, description: str) -> Field:
    """A figure to filter by as a whole; its ends are fields of their own."""
    return Field(name, Kind.INTERVAL, column, description)


def currency(name: str, column: str, description: str) -> Field:
    """The currency that an amount is in."""
    return Field(name, Kind.TEXT, column, description, pattern=CURRENCY)


def name_of(name: str, description: str, *through: str) -> Field:
    """The slug of what a column refers to: the column, and the table of what it refers to."""
    column, table = through
    return Field(name, Kind.TEXT, name, description, through=(column, table), names=table)


COMPANY = Field(
    "company",
    Kind.TEXT,
    "company_slug",
    "Slug of the company",
    required=True,
    lasting=True,
    names="company",
)
RECORDED_AT = Field(
    "recorded_at",
    Kind.INSTANT,
    "recorded_at",
    "When stored here",
    sortable=True,
    required=True,
    lasting=True,
)


def _claim(name: str, kind: Kind, description: str, sql: str, *, sortable: bool = False) -> Field:
    return Field(name, kind, name, description, sql=sql, sortable=sortable)


CLAIM_FIELDS = (
    Field("predicate", Kind.WORD, "predicate", "What is said", "c.predicate", words(v.Predicate)),
    name_of("company", "Slug of the player", "c.player_id", "company"),
    name_of("product", "Slug of the product", "c.product_id", "product"),
    name_of("event", "Slug of the funding event", "c.event_id", "funding_event"),
    Field("benchmark", Kind.TEXT, "name", "Slug of the benchmark", "c.name", names="benchmark"),
    name_of("object", "Slug of the rival or investor", "c.object_id", "company"),
    name_of("origin", "Slug of the root origin", "c.origin_id", "source"),
    name_of(
        "source",
        "Slug of the document's source",
        "(SELECT d.source_id FROM document d WHERE d.id = c.document_id)",
        "source",
    ),
    Field("evidence", Kind.WORD, "evidence", "What it rests on", "c.evidence", words(v.Evidence)),
    Field("stance", Kind.WORD, "stance", "The speaker's stance", "c.stance", words(v.Stance)),
    Field("modality", Kind.WORD, "modality", "How it is held", "c.modality", words(v.Modality)),
    Field("basis", Kind.WORD, "basis", "Valuation basis", "c.basis", words(v.Basis)),
    _claim("high", Kind.NUMBER, "Upper bound", "c.high", sortable=True),
    _claim("low", Kind.NUMBER, "Lower bound", "c.low"),
    _claim("reported_at", Kind.INSTANT, "When published", "c.reported_at", sortable=True),
    replace(RECORDED_AT, sql="c.recorded_at"),
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


def about_one(name: str, description: str) -> Resource:
    """What is told of one identity and comes whole, with its claims if they are asked for."""
    return Resource(
        name=name,
        description=description,
        includes=(CLAIMS_ALONG,),
        policies=POLICY_NAMES,
        pageable=False,
    )


ECHO = about_one("echo-tree", "One origin and its echoes")

PRODUCTS = Resource(
    name="products",
    description="Products and model lines with their releases and benchmark results",
    fields=(
        COMPANY,
        Field("slug", Kind.TEXT, "slug", "Slug", sortable=True, required=True, lasting=True),
        Field("name", Kind.TEXT, "name", "Name", sortable=True, required=True, lasting=True),
        word("kind", v.ProductKind, "Kind of product", lasting=True),
        Field(
            "modality",
            Kind.TEXT,
            "modalities",
            "One of its modalities",
            multiple=True,
            lasting=True,
        ),
        word("access", v.Access, "How it can be had"),
        Field("released_on", Kind.DATE, "released_on", "Day of release", sortable=True),
        number("parameters", "parameters", "Number of parameters"),
        RECORDED_AT,
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
