"""How alike a name that was asked for and a company are, feature by feature. Pure.

Of the features of the name only the strongest counts, since each holds the weaker ones. What
else agrees corroborates a little; what differs takes away. The weights of a score add up to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rapidfuzz.distance import OSA

from app.claims.names import normalise_name
from app.claims.vocabulary import IdentifierScheme, NameKind
from app.identities.normalise import ARTICLE, core_name, domain_of, joined, spellings


class Feature(StrEnum):
    """What agrees or differs."""

    JUDGED = "judged"
    IDENTIFIER = "identifier"
    DOMAIN = "domain"
    NAME = "name"
    SLUG = "slug"
    FORMER_SLUG = "former_slug"
    CORE = "core"
    JOINED = "joined"
    DESCRIPTOR = "descriptor"
    SIMILAR = "similar"
    COUNTRY = "country"
    OTHER_IDENTIFIER = "other_identifier"
    OTHER_DOMAIN = "other_domain"
    OTHER_COUNTRY = "other_country"


_IDENTIFYING = frozenset(
    {
        Feature.IDENTIFIER,
        Feature.DOMAIN,
        Feature.COUNTRY,
        Feature.OTHER_IDENTIFIER,
        Feature.OTHER_DOMAIN,
        Feature.OTHER_COUNTRY,
    }
)


class Decision(StrEnum):
    """What comes of a name: one company, a choice that is left to people, or none we know."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


JUDGED = 1.0
REGISTERED = 1.0
"""A register gives a number to one company only."""
LISTED = 0.96
"""Tickers are used again, and alike on several exchanges."""
DOMAIN = 0.97
"""A domain may be that of an owner or a product."""
NAME = 0.95
"""The very name; but two companies may go by one."""
SLUG = 0.94
FORMER_SLUG = 0.92
LESS_FORM = 0.02
"""Taken from the name's weight where only legal forms differ."""
LESS_SPACES = 0.03
"""Taken where spaces differ as well."""
LESS_ARTICLE = 0.05
"""Taken where one has an article that the other has not: "The Block" is not "Block"."""
LESS_OF_KIND = {NameKind.ALIAS: 0.01, NameKind.FORMER: 0.02}
"""An alias may be anybody's, and somebody else may have taken up a former name."""
DESCRIPTOR = 0.75
"""Equal but for a word that says what a company does: "Scale" and "Scale AI" are only near."""
SIMILAR = 0.89
"""Times the share of letters that are right, so that likeness alone never makes a match."""
OTHER_NUMBER = 0.5
"""Times that again where a number differs: "Fund 1" is not "Fund 2"."""

CORROBORATED = 0.05
SAME_COUNTRY = 0.01
OTHER_COUNTRY = -0.03
"""Seats move, and are told differently by different lists."""
OTHER_IDENTIFIER = -0.15
OTHER_DOMAIN = -0.1
"""Unless a register says that it is the same company: then one more domain is no news."""

AHEAD = 0.05
"""By how much the best must lead another that is good enough, to be taken for the one."""

_DESCRIBING = """
ai company global group holding holdings international lab labs platforms research robotics software
systems tech technologies technology
"""
_DESCRIPTORS = frozenset(_DESCRIBING.split())
_REGISTERS = frozenset({IdentifierScheme.LEI, IdentifierScheme.CIK, IdentifierScheme.WIKIDATA})


@dataclass(frozen=True, slots=True)
class Weight:
    """One feature, what it was found in, and what it adds to a score or takes from it."""

    feature: Feature
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """How alike a name and a company are, from 0 to 1; the weights of the features add up to it.

    ``contradicted``: an identifier or the domain is another one, so that it is no match however
    alike the names are.
    """

    total: float
    features: tuple[Weight, ...] = ()
    contradicted: bool = False

    @property
    def strongest(self) -> float:
        """The weight of what agrees most, whatever differs."""
        return self.features[0].weight

    @property
    def by_name(self) -> bool:
        """Whether the name agrees, and not only an identifier."""
        return any(one.feature not in _IDENTIFYING for one in self.features)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on a company is taken for the one, or is worth a look by people."""

    accept: float = 0.9
    review: float = 0.72


@dataclass(frozen=True, slots=True)
class Ask:
    """A name that a company is looked for by, and what else is known of who bears it."""

    name: str
    domain: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A name as it is looked up: folded once, compared often."""

    normalised: str
    core: str
    joined: str
    slugs: frozenset[str]
    called: str | None
    """The domain that the name itself looks like."""
    identifiers: dict[str, tuple[str, ...]]
    """By scheme, each as it may be stored."""
    country: str | None

    @classmethod
    def of(cls, ask: Ask) -> Asked:
        normalised, core = normalise_name(ask.name), core_name(ask.name)
        told = [*ask.identifiers, *([(_DOMAIN, ask.domain)] if ask.domain else ())]
        identifiers: dict[str, tuple[str, ...]] = {}
        for scheme, value in told:
            identifiers[scheme] = (*identifiers.get(scheme, ()), *spellings(scheme, value))
        return cls(
            normalised,
            core,
            joined(core),
            frozenset({ask.name.strip().casefold(), normalised.replace(" ", "-")}),
            domain_of(ask.name),
            identifiers,
            ask.country,
        )

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains told, or else the one that the name itself looks like."""
        called = (self.called,) if self.called else ()
        return self.identifiers.get(_DOMAIN, called)

    @property
    def described(self) -> list[str]:
        """The joined names that differ by no more than a word that says what a company does."""
        plain = joined(_plain(self.core))
        return [plain, *(plain + word for word in sorted(_DESCRIPTORS))]


_DOMAIN = IdentifierScheme.DOMAIN.value


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a company that was found for what was asked."""

    name: str
    kind: str
    normalised: str
    core: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company as it is compared: with all that it and those merged into it go by."""

    id: UUID
    slug: str
    name: str
    country: str | None
    recorded_at: datetime
    former_slugs: frozenset[str] = frozenset()
    identifiers: dict[str, frozenset[str]] = field(default_factory=dict)


def score(asked: Asked, company: Company, names: Collection[Name]) -> Score:
    """How alike what was asked for and a company are; ``names`` are those found of it."""
    found = [*_same_identifiers(asked, company)]
    if by_name := sorted(_by_name(asked, company, names), key=_strongest_first):
        found.append(by_name[0])
    strongest, *others = sorted(found, key=_strongest_first)
    differing = [*_other_identifiers(asked, company)]
    return _added_up(
        [
            strongest,
            *(Weight(other.feature, other.value, CORROBORATED) for other in others),
            *_country(asked, company),
            *differing,
        ],
        contradicted=bool(differing),
    )


def judged(name: str) -> Score:
    """The score of what somebody has judged to be the same."""
    return Score(JUDGED, (Weight(Feature.JUDGED, name, JUDGED),))


def decide(scores: Sequence[Score], thresholds: Thresholds) -> Decision:
    """What comes of a name whose candidates have these scores, the best first.

    Where only an identifier speaks for the best, another of the very name is as good, even if its
    identifiers are known to be others: one of the two was told wrongly.
    """
    best = scores[0] if scores else Score(0)
    if best.total < thresholds.review:
        return Decision.UNKNOWN
    if best.total < thresholds.accept or best.contradicted:
        return Decision.AMBIGUOUS
    rivals = (other.total if best.by_name else other.strongest for other in scores[1:])
    second = max(rivals, default=0.0)
    if second >= thresholds.accept and best.total - second < AHEAD - _ROUNDING:
        return Decision.AMBIGUOUS
    return Decision.MATCHED


_ROUNDING = 1e-9


def _by_name(asked: Asked, company: Company, names: Collection[Name]) -> Iterator[Weight]:
    if company.slug in asked.slugs:
        yield Weight(Feature.SLUG, company.slug, SLUG)
    for slug in asked.slugs & company.former_slugs:
        yield Weight(Feature.FORMER_SLUG, slug, FORMER_SLUG)
    for name in names:
        yield _of_name(asked, name)


def _of_name(asked: Asked, name: Name) -> Weight:
    """The strongest feature of one name: equal, or less and less so."""
    weight = NAME - LESS_OF_KIND.get(NameKind(name.kind), 0.0)
    if name.normalised == asked.normalised:
        return Weight(Feature.NAME, name.name, weight)
    if _has_article(name.normalised) != _has_article(asked.normalised):
        weight -= LESS_ARTICLE
    if name.core == asked.core:
        return Weight(Feature.CORE, name.name, weight - LESS_FORM)
    if joined(name.core) == asked.joined:
        return Weight(Feature.JOINED, name.name, weight - LESS_SPACES)
    alike = SIMILAR * OSA.normalized_similarity(name.core, asked.core)
    if _NUMBER.findall(name.core) != _NUMBER.findall(asked.core):
        alike *= OTHER_NUMBER
    if alike < DESCRIPTOR and _plain(name.core) == _plain(asked.core):
        return Weight(Feature.DESCRIPTOR, name.name, DESCRIPTOR)
    return Weight(Feature.SIMILAR, name.name, alike)


_NUMBER = re.compile(r"\d+")


def _has_article(normalised: str) -> bool:
    return normalised.startswith(f"{ARTICLE} ")


def _plain(core: str) -> str:
    """A core without the word at its end that says what a company does."""
    first, _, last = core.rpartition(" ")
    return first if first and last in _DESCRIPTORS else core


def _same_identifiers(asked: Asked, company: Company) -> Iterator[Weight]:
    for domain in sorted(company.identifiers.get(_DOMAIN, _NONE).intersection(asked.domains)):
        yield Weight(Feature.DOMAIN, domain, DOMAIN)
    for scheme in sorted(asked.identifiers.keys() - {_DOMAIN}):
        known = company.identifiers.get(scheme, _NONE)
        for value in sorted(known.intersection(asked.identifiers[scheme])):
            weight = REGISTERED if scheme in _REGISTERS else LISTED
            yield Weight(Feature.IDENTIFIER, f"{scheme} {value}", weight)


def _other_identifiers(asked: Asked, company: Company) -> Iterator[Weight]:
    registered = False
    for scheme in sorted(_REGISTERS & asked.identifiers.keys()):
        known = company.identifiers.get(scheme, _NONE)
        if known.intersection(asked.identifiers[scheme]):
            registered = True
        elif known:
            value = f"{scheme} {min(known)}"
            yield Weight(Feature.OTHER_IDENTIFIER, value, OTHER_IDENTIFIER)
    domains = company.identifiers.get(_DOMAIN, _NONE)
    # A name that merely looks like a domain contradicts nothing.
    told = asked.identifiers.get(_DOMAIN)
    if told and domains and domains.isdisjoint(told) and not registered:
        yield Weight(Feature.OTHER_DOMAIN, min(domains), OTHER_DOMAIN)


_NONE: frozenset[str] = frozenset()


def _country(asked: Asked, company: Company) -> Iterator[Weight]:
    if asked.country is None or company.country is None:
        return
    if asked.country == company.country:
        yield Weight(Feature.COUNTRY, company.country, SAME_COUNTRY)
    else:
        yield Weight(Feature.OTHER_COUNTRY, company.country, OTHER_COUNTRY)


def _added_up(features: Sequence[Weight], *, contradicted: bool) -> Score:
    """The sum of weights, each cut to what is left to the ends of the scale."""
    total, kept = 0.0, []
    for one in features:
        reached = round(min(1.0, max(0.0, total + one.weight)), 4)
        kept.append(Weight(one.feature, one.value, round(reached - total, 4)))
        total = reached
    return Score(total, tuple(kept), contradicted)


def _strongest_first(one: Weight) -> tuple[float, str, str]:
    return -one.weight, one.feature, one.value
