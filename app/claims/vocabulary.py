"""The closed vocabularies, each in this one place.

They are stored as text with CHECK constraints, offered at ``/v1/schema`` and named in
every validation error. Adding a word is one line here and one migration.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from string import ascii_lowercase


class Predicate(StrEnum):
    """What a claim says something about."""

    STAGE = "stage"
    AMOUNT = "amount"
    VALUATION = "valuation"
    PARTICIPATION = "participation"
    USE_OF_PROCEEDS = "use_of_proceeds"
    ROUND_LABEL = "round_label"
    COMPETES_WITH = "competes_with"
    RELATIONSHIP = "relationship"
    METRIC = "metric"
    OUTLOOK = "outlook"
    RELEASED = "released"
    CAPABILITY = "capability"
    BENCHMARK = "benchmark"


class Subject(StrEnum):
    """The three kinds of identity a claim can be about."""

    COMPANY = "company"
    PRODUCT = "product"
    EVENT = "event"


PREDICATES_OF: dict[Subject, frozenset[Predicate]] = {
    Subject.EVENT: frozenset(
        {
            Predicate.STAGE,
            Predicate.AMOUNT,
            Predicate.VALUATION,
            Predicate.PARTICIPATION,
            Predicate.USE_OF_PROCEEDS,
            Predicate.ROUND_LABEL,
        }
    ),
    Subject.COMPANY: frozenset(
        {
            Predicate.COMPETES_WITH,
            Predicate.RELATIONSHIP,
            Predicate.METRIC,
            Predicate.CAPABILITY,
            Predicate.OUTLOOK,
        }
    ),
    Subject.PRODUCT: frozenset({Predicate.RELEASED, Predicate.CAPABILITY, Predicate.BENCHMARK}),
}


class Modality(StrEnum):
    """How the document holds the claim: as fact, or as talk of one kind or another."""

    FACTUAL = "factual"
    NEGOTIATION = "negotiation"
    INTENTION = "intention"
    EXPECTATION = "expectation"
    PROJECTION = "projection"
    HYPOTHETICAL = "hypothetical"


class Stage(StrEnum):
    """How far a deal is, or is said to be."""

    EXPLORING = "exploring"
    IN_TALKS = "in_talks"
    TERM_SHEET = "term_sheet"
    SIGNED = "signed"
    OPEN = "open"
    CLOSED = "closed"
    POSTPONED = "postponed"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


TALK = frozenset({Stage.EXPLORING.value, Stage.IN_TALKS.value, Stage.TERM_SHEET.value})
"""Stages at which a deal is only talked about."""


class Evidence(StrEnum):
    """What a claim rests on, strongest first: the order of the members is the ranking."""

    FILING = "filing"
    PARTY = "party"
    NAMED = "named"
    ANONYMOUS = "anonymous"
    UNATTRIBUTED = "unattributed"
    MODELLED = "modelled"


class EvidenceStatus(StrEnum):
    """How well an event is attested; derived from all its claims, beside the stage."""

    RUMOURED = "rumoured"
    REPORTED = "reported"
    ANNOUNCED = "announced"
    FILED = "filed"
    DISPUTED = "disputed"
    DENIED = "denied"
    EXPIRED = "expired"


class Qualifier(StrEnum):
    """How exactly a number was stated."""

    EXACT = "exact"
    APPROXIMATELY = "approximately"
    BETWEEN = "between"
    UP_TO = "up_to"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    ORDER_OF_MAGNITUDE = "order_of_magnitude"
    UNDISCLOSED = "undisclosed"


class AmountFacet(StrEnum):
    """Which amount of a deal is meant."""

    HEADLINE = "headline"
    TARGET = "target"
    EQUITY = "equity"
    DEBT = "debt"
    FIRST_CLOSE = "first_close"


class Basis(StrEnum):
    """What a valuation is a valuation of."""

    PRE_MONEY = "pre_money"
    POST_MONEY = "post_money"
    UNSPECIFIED = "unspecified"
    TENDER_PRICE = "tender_price"
    SECONDARY_IMPLIED = "secondary_implied"
    FUND_MARK = "fund_mark"
    IRC_409A = "409a"
    MARKET_CAP = "market_cap"
    TRANSACTION_IMPLIED = "transaction_implied"
    IPO_EXPECTATION = "ipo_expectation"
    MODELLED = "modelled"


class Role(StrEnum):
    """The part an investor plays."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    PARTICIPANT = "participant"
    LENDER = "lender"
    SELLER = "seller"
    ACQUIRER = "acquirer"


class Form(StrEnum):
    """What an investor brings."""

    CASH = "cash"
    CREDITS = "credits"
    COMPUTE = "compute"
    SERVICES = "services"
    ASSET_CONTRIBUTION = "asset_contribution"
    DEBT_CONVERSION = "debt_conversion"
    UNSPECIFIED = "unspecified"


class Condition(StrEnum):
    """What must happen before a commitment is owed."""

    NONE = "none"
    IPO = "ipo"
    MILESTONE = "milestone"
    AGI = "agi"
    RESTRUCTURING = "restructuring"
    REGULATORY = "regulatory"
    DATE = "date"
    DISCRETION = "discretion"


class ParticipationStatus(StrEnum):
    """How firm an investor's part is."""

    RUMOURED = "rumoured"
    COMMITTED = "committed"
    FUNDED = "funded"


# StrEnum's functional form, because twenty-six lines of SERIES_X say nothing more.
RoundType = StrEnum(  # type: ignore[misc]  # mypy wants a literal member list
    "RoundType",
    {
        word.upper(): word
        for word in (
            "pre_seed",
            "seed",
            "angel",
            *(f"series_{letter}" for letter in ascii_lowercase),
            "venture_unspecified",
            "growth",
            "private_equity",
            "strategic_corporate",
            "tender_offer",
            "secondary",
            "convertible_note",
            "venture_debt",
            "term_loan",
            "bond",
            "debt_unspecified",
            "asset_backed_compute_financing",
            "mixed_debt_equity",
            "grant",
            "ipo",
            "post_ipo_equity",
            "post_ipo_debt",
            "acquisition",
            "merger",
            "licence_acquihire",
            "undisclosed",
        )
    },
)


class UseOfProceeds(StrEnum):
    """What the money is said to be for."""

    COMPUTE = "compute"
    DATA_CENTRE = "data_centre"
    RESEARCH = "research"
    HIRING = "hiring"
    ACQUISITIONS = "acquisitions"
    VERTICAL_INDUSTRIES = "vertical_industries"
    GLOBAL_EXPANSION = "global_expansion"
    COMPLIANCE = "compliance"
    SAFETY_RESEARCH = "safety_research"
    GO_TO_MARKET = "go_to_market"
    WORKING_CAPITAL = "working_capital"
    UNSPECIFIED = "unspecified"


class Capability(StrEnum):
    """The kinds of capability claim."""

    STATE_OF_THE_ART = "state_of_the_art"
    FIRST_TO = "first_to"
    PARITY = "parity"
    MULTIPLE_FASTER = "multiple_faster"
    CHEAPER = "cheaper"
    MARKET_POSITION = "market_position"
    BUSINESS_DRIVER = "business_driver"
    ROADMAP = "roadmap"
    SAFETY_PROPERTY = "safety_property"


class CapabilityStatus(StrEnum):
    """What became of a capability claim."""

    UNTESTED = "untested"
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    SUPERSEDED = "superseded"


class Metric(StrEnum):
    """Company metrics."""

    REVENUE = "revenue"
    USERS = "users"
    HEADCOUNT = "headcount"
    COMPUTE = "compute"


class RevenueBasis(StrEnum):
    """How revenue is counted: recognised or a run rate; before or after the partners' share."""

    RECOGNISED = "recognised"
    RECOGNISED_GROSS = "recognised_gross"
    RECOGNISED_NET = "recognised_net"
    RUN_RATE = "run_rate"
    RUN_RATE_GROSS = "run_rate_gross"
    RUN_RATE_NET = "run_rate_net"


class UserPeriod(StrEnum):
    """Which users are counted."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    PAYING = "paying"


class Access(StrEnum):
    """How a released model can be had."""

    OPEN_WEIGHTS = "open_weights"
    OPEN_WEIGHTS_UNRESTRICTED = "open_weights_unrestricted"
    OPEN_WEIGHTS_RESTRICTED_USE = "open_weights_restricted_use"
    OPEN_WEIGHTS_NON_COMMERCIAL = "open_weights_non_commercial"
    API = "api"
    HOSTED_NO_API = "hosted_no_api"
    LIMITED = "limited"
    UNRELEASED = "unreleased"
    OPEN = "open"
    CLOSED = "closed"


class Relationship(StrEnum):
    """How two companies are tied to each other."""

    PARTNER = "partner"
    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    INVESTOR = "investor"
    SUBSIDIARY = "subsidiary"


class Stance(StrEnum):
    """What the document's speaker does with the proposition."""

    SUPPORT = "support"
    DENY = "deny"
    DECLINE_TO_COMMENT = "decline_to_comment"
    NO_RESPONSE = "no_response"
    CORRECT = "correct"


class NullReason(StrEnum):
    """Why there is no number; missing is never zero."""

    UNDISCLOSED = "undisclosed"
    UNKNOWN = "unknown"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"


class DatePrecision(StrEnum):
    """How exactly a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    INSTANT = "instant"


class Unit(StrEnum):
    """Units of numbers that are not money."""

    PERCENT = "percent"
    ELO = "elo"
    PARAMETERS = "parameters"
    PEOPLE = "people"
    MULTIPLE = "multiple"
    GIGAWATT = "gigawatt"
    FLOP = "flop"
    SCORE = "score"


class CompanyKind(StrEnum):
    """What a player mainly is."""

    LAB = "lab"
    BIG_TECH = "big_tech"
    CHIP_MAKER = "chip_maker"
    CLOUD = "cloud"
    APPLICATION = "application"
    INFRASTRUCTURE = "infrastructure"
    ROBOTICS = "robotics"
    DEFENCE = "defence"
    INVESTOR = "investor"
    OTHER = "other"


class NameKind(StrEnum):
    """What a company's name is."""

    LEGAL = "legal"
    BRAND = "brand"
    FORMER = "former"
    ALIAS = "alias"


class IdentifierScheme(StrEnum):
    """Registers that number companies."""

    DOMAIN = "domain"
    WIKIDATA = "wikidata"
    LEI = "lei"
    CIK = "cik"
    TICKER = "ticker"


class ProductKind(StrEnum):
    """What a product is."""

    MODEL = "model"
    APPLICATION = "application"


class SourceKind(StrEnum):
    """Who publishes."""

    NEWSROOM = "newsroom"
    COMPANY = "company"
    REGULATOR = "regulator"
    DATASET = "dataset"
    ANALYST = "analyst"
    AGGREGATOR = "aggregator"


class Reliability(StrEnum):
    """Default reliability of a source on the Admiralty scale (A best, F cannot be judged)."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class DocumentKind(StrEnum):
    """What was published."""

    NEWS = "news"
    PRESS_RELEASE = "press_release"
    FILING = "filing"
    BLOG = "blog"
    PAPER = "paper"
    DATASET = "dataset"
    TRANSCRIPT = "transcript"
    INTERNAL = "internal"


class Distortion(StrEnum):
    """What a relaying document did to what it repeats."""

    RELAY_CLAIMS_CONFIRMATION = "relay_claims_confirmation"
    DROPPED_QUALIFIER = "dropped_qualifier"
    CHANGED_BASIS = "changed_basis"


class ExtractionMethod(StrEnum):
    """How the claim was read out of the document."""

    HUMAN = "human"
    RULE = "rule"
    MODEL = "model"


class Verdict(StrEnum):
    """Whether figures side by side may be compared, best first."""

    COMPARABLE = "comparable"
    COMPARABLE_WITH_ADJUSTMENT = "comparable_with_adjustment"
    INDICATIVE_ONLY = "indicative_only"
    NOT_COMPARABLE = "not_comparable"


class Caveat(StrEnum):
    """What a reader must know before quoting or comparing a figure."""

    VAL_BASIS_MISMATCH = "VAL_BASIS_MISMATCH"
    VAL_BASIS_UNSPECIFIED = "VAL_BASIS_UNSPECIFIED"
    VAL_BASIS_ALIGNED = "VAL_BASIS_ALIGNED"
    VAL_ROUND_NOT_CLOSED = "VAL_ROUND_NOT_CLOSED"
    VAL_TENDER_VS_PRIMARY = "VAL_TENDER_VS_PRIMARY"
    AMT_UPPER_BOUND_ONLY = "AMT_UPPER_BOUND_ONLY"
    AMT_CONDITIONAL_INCLUDED = "AMT_CONDITIONAL_INCLUDED"
    AMT_DEBT_INCLUDED = "AMT_DEBT_INCLUDED"
    AMT_OTHER_CURRENCY_LEFT_OUT = "AMT_OTHER_CURRENCY_LEFT_OUT"
    UNIT_MISMATCH = "UNIT_MISMATCH"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    FX_CONVERTED = "FX_CONVERTED"
    FX_RATE_DATE_DIFFERS = "FX_RATE_DATE_DIFFERS"
    REV_GROSS_VS_NET = "REV_GROSS_VS_NET"
    REV_RUN_RATE_VS_RECOGNISED = "REV_RUN_RATE_VS_RECOGNISED"
    REV_PERIOD_LENGTH_DIFFERS = "REV_PERIOD_LENGTH_DIFFERS"
    REV_PERIOD_DIFFERS = "REV_PERIOD_DIFFERS"
    USERS_PERIOD_MISMATCH = "USERS_PERIOD_MISMATCH"
    BENCH_VERSION_DIFFERS = "BENCH_VERSION_DIFFERS"
    BENCH_SETTING_DIFFERS = "BENCH_SETTING_DIFFERS"
    BENCH_EVALUATOR_DIFFERS = "BENCH_EVALUATOR_DIFFERS"
    BENCH_FIRST_PARTY = "BENCH_FIRST_PARTY"
    SINGLE_ORIGIN = "SINGLE_ORIGIN"
    ANONYMOUS_ONLY = "ANONYMOUS_ONLY"
    DATE_COARSE = "DATE_COARSE"
    AS_OF_SKEW = "AS_OF_SKEW"
    STALE = "STALE"
    DISPUTED = "DISPUTED"


class Outcome(StrEnum):
    """What became of a figure that was talked of."""

    CONFIRMED = "confirmed"
    MISSED = "missed"
    BOUND_RESPECTED = "bound_respected"
    BOUND_VIOLATED = "bound_violated"
    NOT_EVALUABLE = "not_evaluable"


class Check(StrEnum):
    """What does not cohere in what is said."""

    POST_IS_NOT_PRE_PLUS_NEW_MONEY = "post_is_not_pre_plus_new_money"
    AMOUNT_EXCEEDS_VALUATION = "amount_exceeds_valuation"
    UNIT_JUMP = "unit_jump"
    TRANCHES_EXCEED_COMMITMENT = "tranches_exceed_commitment"
    COMMITTED_EXCEEDS_HEADLINE = "committed_exceeds_headline"
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    TOLD_BEFORE_IT_HAPPENED = "told_before_it_happened"
    CLOSED_WITHOUT_A_CLOSING_CLAIM = "closed_without_a_closing_claim"
    PAID_BUT_NOT_DONE = "paid_but_not_done"
    NO_STAGE = "no_stage"
    BEFORE_IT_WAS_FOUNDED = "before_it_was_founded"
    TOTAL_BELOW_LARGEST_ROUND = "total_below_largest_round"


class Severity(StrEnum):
    """How much a finding matters: an error cannot be true as it stands."""

    ERROR = "error"
    WARNING = "warning"


class LostBy(StrEnum):
    """What a claim lost by: a criterion of the policy, or why it could not win at all."""

    ON_RECORD = "on_record"
    FACT_OVER_TALK = "fact_over_talk"
    EVIDENCE_STRENGTH = "evidence_strength"
    NEWEST_REPORTED = "newest_reported"
    OLDEST_REPORTED = "oldest_reported"
    FIRST_HAND = "first_hand"
    MOST_EXACT = "most_exact"
    REPORTING_CURRENCY = "reporting_currency"
    STABLE_ORDER = "stable_order"
    CORRECTED = "corrected"
    NOT_HEARD_BY_POLICY = "not_heard_by_policy"
    PUTS_NOTHING_FORWARD = "puts_nothing_forward"


class Standing(StrEnum):
    """How a claim stands that lost by nothing."""

    CHOSEN = "chosen"
    AGREES = "agrees"
    RETRACTED = "retracted"
    NOT_KNOWN_THEN = "not_known_then"


class ChangeSubject(StrEnum):
    """What a change is a change of."""

    COMPANY = "company"
    FUNDING_EVENT = "funding_event"
    PRODUCT = "product"
    CLAIM = "claim"


class ChangeReason(StrEnum):
    """Why what is answered changed."""

    INGESTED = "ingested"
    RETRACTED = "retracted"
    EXPIRED = "expired"
    RECOMPUTED = "recomputed"
    MERGED = "merged"
    SPLIT = "split"


class Unsettled(StrEnum):
    """Why what became of a figure cannot be told."""

    NOT_DONE = "not_done"
    NO_SETTLED_FIGURE = "no_settled_figure"
    SAME_ORIGIN = "same_origin"
    AFTER_THE_FACT = "after_the_fact"
    OTHER_CURRENCY = "other_currency"
    SETTLED_IS_NO_POINT = "settled_is_no_point"


class Unranked(StrEnum):
    """Why a player has no place in a ranking."""

    NO_FIGURE = "no_figure"
    OTHER_CURRENCY = "other_currency"
    NO_TERMS_KNOWN = "no_terms_known"


@cache
def words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    """The allowed words of a vocabulary, in their order."""
    return tuple(member.value for member in vocabulary)
