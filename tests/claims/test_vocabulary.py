"""The words that the newest schema lets in are those of the code, column by column."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.claims import vocabulary as v
from app.claims.vocabulary import words
from app.identities.judging import Verdict
from app.ingest.batch import FAILED
from app.ingest.schemas import WaitingState
from app.ingest.short.schemas import SHORT_TYPES
from app.keys.key import Scope
from app.reading.proposals.drafts import RecordKind
from app.reading.proposals.schemas import Action, State
from app.reading.reading import Part
from app.storage.engine import read_connection

pytestmark = pytest.mark.anyio

PRECISE = set(words(v.DatePrecision))
COARSE = PRECISE - {v.DatePrecision.INSTANT}
"""A calendar date is never known to the instant."""

COLUMNS = {
    "api_key.scopes": set(Scope),
    "change.reason": set(words(v.ChangeReason)),
    "change.subject": set(words(v.ChangeSubject)),
    "claim.basis": set(words(v.Basis)),
    "claim.condition": set(words(v.Condition)),
    "claim.effective_precision": COARSE,
    "claim.evidence": set(words(v.Evidence)),
    "claim.extraction_method": set(words(v.ExtractionMethod)),
    "claim.form": set(words(v.Form)),
    "claim.modality": set(words(v.Modality)),
    "claim.null_reason": set(words(v.NullReason)),
    "claim.qualifier": set(words(v.Qualifier)),
    "claim.reported_precision": PRECISE,
    "claim.role": set(words(v.Role)),
    "claim.stance": set(words(v.Stance)),
    "claim.status": {*words(v.ParticipationStatus), *words(v.CapabilityStatus)},
    "claim.unit": set(words(v.Unit)),
    "company.founded_precision": COARSE,
    "company.kind": set(words(v.CompanyKind)),
    "company_identifier.scheme": set(words(v.IdentifierScheme)),
    "company_name.kind": set(words(v.NameKind)),
    "document.distortions": set(words(v.Distortion)),
    "document.kind": set(words(v.DocumentKind)),
    "document.published_precision": PRECISE,
    "ingest_failure.status": set(FAILED),
    "name_judgement.verdict": set(words(Verdict)),
    "product.kind": set(words(v.ProductKind)),
    "proposal.part": set(Part),
    "proposal.predicate": set(words(v.Predicate)),
    "proposal.state": set(State),
    "proposal_step.action": set(Action),
    "reading_record.kind": set(RecordKind),
    "source.kind": set(words(v.SourceKind)),
    "source.reliability": set(words(v.Reliability)),
    "waiting_item.state": set(WaitingState),
    "waiting_item.type": set(SHORT_TYPES),
}
TERMS = {
    v.Predicate.STAGE: set(words(v.Stage)),
    v.Predicate.ROUND_LABEL: set(words(v.RoundType)),
    v.Predicate.USE_OF_PROCEEDS: set(words(v.UseOfProceeds)),
    v.Predicate.CAPABILITY: set(words(v.Capability)),
    v.Predicate.RELATIONSHIP: set(words(v.Relationship)),
    v.Predicate.RELEASED: set(words(v.Access)),
}
ONE_COLUMN = """
SELECT conrelid::regclass || '.' || attname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND cardinality(conkey) = 1
"""
LISTED = r"(?:= ANY|<@) \(?\(?ARRAY\[([^]]*)\]"


async def constraint(engine: AsyncEngine, name: str) -> str:
    """What a constraint of the claims says."""
    statement = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"
    async with read_connection(engine) as connection:
        return str(await connection.scalar(text(statement), {"name": name}))


def words_in(listed: str) -> set[str]:
    return set(re.findall(r"'([^']*)'", listed))


async def test_every_column_with_a_list_of_words_has_the_words_of_the_code(
    engine: AsyncEngine,
) -> None:
    async with read_connection(engine) as connection:
        constraints = (await connection.execute(text(ONE_COLUMN))).all()
    found = {
        column: words_in(listed[1])
        for column, definition in constraints
        if (listed := re.search(LISTED, definition))
    }
    assert found == COLUMNS


async def test_the_terms_of_each_predicate_are_those_of_the_code(engine: AsyncEngine) -> None:
    definition = await constraint(engine, "term_is_known")
    cases = re.findall(rf"WHEN '(\w+)'::text THEN \(term {LISTED}", definition)
    assert {predicate: words_in(listed) for predicate, listed in cases} == TERMS


async def test_amounts_have_the_facets_of_the_code(engine: AsyncEngine) -> None:
    definition = await constraint(engine, "amount_has_a_known_facet")
    listed = re.search(LISTED, definition)
    assert listed
    assert words_in(listed[1]) == set(words(v.AmountFacet))


async def test_each_subject_takes_the_predicates_of_the_code(engine: AsyncEngine) -> None:
    definition = await constraint(engine, "predicate_fits_its_subject")
    cases = re.findall(rf"\((\w+)_id IS NOT NULL\) AND \(predicate {LISTED}", definition)
    assert {subject: words_in(listed) for subject, listed in cases} == v.PREDICATES_OF
    assert set().union(*v.PREDICATES_OF.values()) == set(v.Predicate)
