"""What was read of an article, told to people: records line by line, and which cues led there.

The same article by the same reader is told in the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.claims.vocabulary import Modality, Qualifier, Stance
from app.ingest.short.schemas import ToldClaim
from app.reading.proposals.drafts import Draft, Record, RecordKind, records
from app.reading.reading import Article, Quote, Reading

AROUND = 30
"""Characters of the article shown on either side of a cue."""

LONGEST_EXCERPT = 120


def told(article: Article, reading: Reading) -> Iterator[str]:
    """The records of a reading, each with its claims, how sure they are, and their quotes."""
    found = records(article, reading)
    if not found:
        yield "Nothing was read of a deal, a rival or a capability."
    for number, record in enumerate(found, 1):
        if number > 1:
            yield ""
        yield f"{number}. {_heading(record)}"
        for draft in record.drafts:
            yield from _lines(draft)


def explained(article: Article, reading: Reading) -> Iterator[str]:
    """The cues that matched, in their order, each with the words around it."""
    yield f"Read by {reading.version}; {len(reading.fired)} cues matched."
    for fired in reading.fired:
        quote = fired.quote
        yield f"  {fired.cue}  {_place(quote)}  {_excerpt(article, quote)}"


def claim_in_words(claim: ToldClaim) -> str:
    """What a claim says, in a few words: ``target, up to 100,000,000,000 USD``."""
    number = _number(claim)
    which = (claim.facet, claim.basis, claim.role, claim.term, claim.object, number, claim.name)
    said = ", ".join(str(part) for part in which if part is not None)
    held = [] if claim.modality is Modality.FACTUAL else [claim.modality.value]
    held += [] if claim.stance is Stance.SUPPORT else [claim.stance.value]
    held += [claim.effective_on] if claim.effective_on else []
    return f"{said} ({', '.join(held)})" if held else said


def _heading(record: Record) -> str:
    company = f"{record.company} ({record.slug})" if record.slug else record.company
    if record.kind is RecordKind.COMPANY:
        return f"About {company}"
    return f"Deal of {company}{', told as background' if record.background else ''}"


def _lines(draft: Draft) -> Iterator[str]:
    claim, certainty = draft.claim, draft.certainty
    of = f" of {draft.product}" if draft.product else ""
    yield f"   {claim.predicate}{of}: {claim_in_words(claim)}"
    yield f"      {_place(draft.quote)} “{_shortened(draft.quote.text)}”"
    doubts = f" ({'; '.join(certainty.reasons)})" if certainty.reasons else ""
    grounds = f"{claim.evidence}, " if claim.evidence else ""
    yield f"      {grounds}certain to {_plain(certainty.value)}{doubts}"


def _number(claim: ToldClaim) -> str | None:
    unit = claim.currency or claim.unit or ""
    numbers = [one for one in (claim.stated, claim.low, claim.high) if one is not None]
    if not numbers:
        return None
    qualifier = "" if claim.qualifier in (None, Qualifier.EXACT) else f"{claim.qualifier} "
    sums = " to ".join(_plain(one) for one in numbers)
    return f"{qualifier.replace('_', ' ')}{sums} {unit}".strip()


def _plain(number: Decimal) -> str:
    shown = f"{number:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _place(quote: Quote) -> str:
    return f"{quote.part} {quote.start}-{quote.end}"


def _excerpt(article: Article, quote: Quote) -> str:
    """The words of a quote in the middle of those around it, on one line."""
    part = article.part(quote.part)
    before = part[max(0, quote.start - AROUND) : quote.start]
    after = part[quote.end : quote.end + AROUND]
    return " ".join(f"{before}[{_shortened(quote.text)}]{after}".split())


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT].rstrip()}…"
