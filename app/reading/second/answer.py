"""What a second reader is asked for: records of quotes, without a single number.

The forms are those of a JSON schema that endpoints hold their models to, and that answers are
held to once more. Words of vocabularies are any text here: a wrong one costs its field only.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.claims.vocabulary import (
    AmountFacet,
    Basis,
    Capability,
    Modality,
    Role,
    RoundType,
    Stage,
    UseOfProceeds,
    words,
)


def _word_of(vocabulary: type[StrEnum]) -> Meta:
    return Meta(extra_json_schema={"enum": list(words(vocabulary))})


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """All fields are required, as the strictest endpoints want it."""


class RoundTold(_Record):
    term: Annotated[str, _word_of(RoundType)]
    quote: str


class StageTold(_Record):
    term: Annotated[str, _word_of(Stage)]
    denied: bool
    modality: Annotated[str, _word_of(Modality)]
    quote: str


class AmountTold(_Record):
    facet: Annotated[str, _word_of(AmountFacet)]
    quote: str


class ValuationTold(_Record):
    basis: Annotated[str, _word_of(Basis)]
    quote: str


class ParticipantTold(_Record):
    investor: str
    role: Annotated[str, _word_of(Role)]
    brings: str | None
    modality: Annotated[str, _word_of(Modality)]
    quote: str


class UseTold(_Record):
    term: Annotated[str, _word_of(UseOfProceeds)]
    modality: Annotated[str, _word_of(Modality)]
    quote: str


class ToldBy(_Record):
    origin: str | None
    speaker: str | None
    anonymous: bool
    party: bool
    quote: str


class DealTold(_Record):
    company: str
    round: RoundTold | None
    stage: StageTold
    amounts: list[AmountTold]
    valuations: list[ValuationTold]
    participants: list[ParticipantTold]
    uses: list[UseTold]
    told_by: ToldBy | None
    background: bool


class RivalTold(_Record):
    company: str
    name: str
    quote: str


class CapabilityTold(_Record):
    company: str
    product: str | None
    term: Annotated[str, _word_of(Capability)]
    quote: str


class Answer(_Record):
    deals: list[DealTold]
    rivals: list[RivalTold]
    capabilities: list[CapabilityTold]


LONGEST = 50_000
"""Characters of an answer, which bounds the work of looking up all it quotes."""


class NotOfTheForm(ValueError):
    """The answer is too long, no JSON, or not of the form asked for; the message says where."""


def parsed(content: str) -> Answer:
    """Raises: NotOfTheForm."""
    if len(content) > LONGEST:
        raise NotOfTheForm(f"its answer is longer than {LONGEST} characters")
    try:
        return msgspec.json.decode(content, type=Answer)
    except msgspec.ValidationError as error:
        # Only the place: the rest of the message may hold words of whoever answered.
        place = _PLACE.search(str(error))
        told = place[1] if place else "$"
        raise NotOfTheForm(f"its answer is not of the form asked for, at {told}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise NotOfTheForm("its answer is not valid JSON") from None


_PLACE = re.compile(r" - at `(\$[^`]{0,200})`$")


def schema() -> dict[str, Any]:
    """The JSON schema of ``Answer``: an object at its root, as some endpoints want it."""
    _, forms = msgspec.json.schema_components([Answer], ref_template="#/$defs/{name}")
    root: dict[str, Any] = forms.pop(Answer.__name__)
    return {**root, "$defs": forms}
