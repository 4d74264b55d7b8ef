"""Short forms spelt out: the companies, sources, products and deals that their names mean.

What a name means is found, or made if it is of none that is known; where it may be of several, the
item waits for a decision. What comes out are documents like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.claims.names import ascii_slug, normalise_name
from app.claims.values import PartialDate
from app.claims.vocabulary import Evidence, Predicate, SourceKind
from app.identities.matching import Match, match
from app.identities.normalise import core_name, domain_of
from app.identities.scoring import Ask, Asked, Decision
from app.ingest.batch import STORED, UNDECIDED, Batch, Choice, Result
from app.ingest.identities import (
    ProvisionalCompany,
    find,
    store_companies,
    store_events,
    store_products,
    store_sources,
)
from app.ingest.normalise import document_row
from app.ingest.schemas import (
    About,
    ClaimItem,
    DocumentItem,
    FundingEventItem,
    Identifier,
    Outcome,
    ProductItem,
    SourceItem,
    WaitingState,
)
from app.ingest.short import queries
from app.ingest.short.deals import Deal, Likeness, Money, Sought, alike, settled
from app.ingest.short.drafts import Draft
from app.ingest.short.schemas import CapabilityItem, ReportItem, ShortItem
from app.ingest.validation import ItemError, ValidItem
from app.ingest.waiting import queries as waiting_queries
from app.storage.ids import decode, encode, new_id
from app.storage.json import dumps

Row = dict[str, Any]


@dataclass(slots=True)
class Spelling:
    """A short form under way: what was sent, and what its names turned out to mean."""

    valid: ValidItem
    item: ShortItem
    choice: Choice | None
    company: Row = field(default_factory=dict)
    investors: list[Row] = field(default_factory=list)
    source: str = ""
    relays: str | None = None
    product: str | None = None
    event: str | None = None
    told: bytes = b""
    company_reason: list[Row] = field(default_factory=list)
    event_reason: str | None = None

    @property
    def asks(self) -> list[Ask]:
        """The companies that the item names: whom it is about, then the investors."""
        return [_ask_of(self.item), *_investor_asks(self.item)]


async def spell_out(batch: Batch, items: Sequence[ValidItem]) -> list[Spelling]:
    """Find or make what short forms name; those that are not clear are left waiting."""
    spellings = [
        Spelling(valid, valid.item, batch.intent.choices.get(valid.index))
        for valid in items
        if isinstance(valid.item, ReportItem | CapabilityItem)
    ]
    if not spellings:
        return []
    spellings = await _still_open(batch, spellings)
    matches = await _match(batch, spellings)
    spellings = await _clear(batch, spellings, matches)
    batch.made_for = {one.valid.index for one in spellings}
    await _find_companies(batch, spellings, matches)
    await _find_sources(batch, spellings)
    spellings = _standing(batch, spellings)
    await _find_products(batch, spellings)
    await _find_deals(batch, spellings)
    return _standing(batch, spellings)


def _standing(batch: Batch, spellings: Sequence[Spelling]) -> list[Spelling]:
    """Those of which nothing is settled yet: they neither wait nor were refused."""
    return [one for one in spellings if one.valid.index not in batch.results]


def documents(batch: Batch, spellings: Iterable[Spelling]) -> list[tuple[ValidItem, DocumentItem]]:
    """The documents that spelt out items are."""
    return [_document(batch, one) for one in spellings]


async def keep_reasons(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Tell in the results, and keep, whom and what the stored items were taken to mean."""
    kept = []
    for spelling in spellings:
        result = batch.results[spelling.valid.index]
        document = decode("doc", result.id or "")
        if document is None:
            continue
        result.matched = _matched(spelling)
        if spelling.event is not None and result.outcome in STORED:
            kept.append(
                {
                    "document_id": document,
                    "event_id": batch.rows["funding_event", spelling.event]["id"],
                    "reason": spelling.event_reason,
                    "company_reason": spelling.company_reason,
                    "recorded_at": batch.recorded_at,
                    "told": spelling.told,
                }
            )
    if kept:
        await queries.keep_reasons(batch.connection, kept)


def digest_of(item: ShortItem) -> bytes:
    """By what an item that waits is known again: all that it says."""
    told = item.model_dump(exclude_defaults=True)
    return sha256(dumps([item.type, sorted(told.items())])).digest()


def _matched(spelling: Spelling) -> Row:
    return {
        "company": spelling.company["slug"],
        "features": spelling.company_reason,
        "event": spelling.event,
        "reason": spelling.event_reason,
    }


def _ask_of(item: ShortItem) -> Ask:
    identifiers = (("cik", item.company_cik),) if item.company_cik else ()
    return Ask(item.company, item.company_domain, identifiers, item.company_country)


def _investor_asks(item: ShortItem) -> list[Ask]:
    if not isinstance(item, ReportItem):
        return []
    return [Ask(part.name, part.domain) for part in item.investors]


async def _still_open(batch: Batch, spellings: list[Spelling]) -> list[Spelling]:
    """Without those that wait or were decided before: what is sent again is the same item."""
    digests = {digest_of(one.item): one for one in spellings if one.choice is None}
    known = await waiting_queries.known(batch.connection, digests.keys())
    for spelling in spellings:
        if spelling.choice is None and (row := known.get(digest_of(spelling.item))):
            batch.results[spelling.valid.index] = _as_decided(spelling.valid, row)
    return _standing(batch, spellings)


def _as_decided(valid: ValidItem, row: Row) -> Result:
    match row["state"]:
        case WaitingState.STORED:
            identity = encode("doc", row["document_id"])
            return Result(valid.index, valid.type, Outcome.UNCHANGED, identity)
        case WaitingState.REJECTED:
            told = f"was rejected by {row['decided_by']}: {row['note']}"
            return Result(
                valid.index, valid.type, Outcome.REJECTED, errors=(valid.error("", told),)
            )
        case _:
            identity = encode("wai", row["id"])
            return Result(valid.index, valid.type, Outcome.WAITING, identity)


async def _match(batch: Batch, spellings: Sequence[Spelling]) -> dict[Ask, Match]:
    asks = list(dict.fromkeys(ask for one in spellings for ask in one.asks))
    found = await match(batch.connection, asks, batch.intent.thresholds)
    return dict(zip(asks, found, strict=True))


async def _clear(
    batch: Batch, spellings: Sequence[Spelling], matches: dict[Ask, Match]
) -> list[Spelling]:
    """The items whose names are clear; the others are left waiting, with the candidates.

    An investor that is the company itself is a mistake, which is told before anything is made.
    """
    parked = []
    for spelling in spellings:
        own, *others = (_meant(matches[ask]) for ask in spelling.asks)
        if own in others:
            told = "must be another company than the report is about"
            pointer = f"/investors/{others.index(own)}/name"
            batch.refuse(spelling.valid, [spelling.valid.error(pointer, told)])
            continue
        errors, names = [], []
        for number, ask in enumerate(spelling.asks):
            found = matches[ask]
            if found.decision is not Decision.AMBIGUOUS:
                continue
            slugs = [one.company.slug for one in found.candidates]
            told = ", ".join(
                f"{one.company.slug} ({one.score.total:g})" for one in found.candidates
            )
            pointer = "/company" if number == 0 else f"/investors/{number - 1}/name"
            errors.append(spelling.valid.error(pointer, f"{ask.name[:80]!r} may be {told}", slugs))
            names.append(normalise_name(ask.name))
        if errors:
            parked.append(_park(batch, spelling, errors, names))
    await waiting_queries.park(batch.connection, [row for row in parked if row is not None])
    return _standing(batch, spellings)


@lru_cache(maxsize=20_000)
def _joined(ask: Ask) -> str:
    """By what two spellings of a name are told to be one."""
    return Asked.of(ask).joined


def _meant(found: Match) -> UUID | str:
    """What tells the company that a name means from others, though it may not be known yet."""
    return found.company.id if found.company else _joined(found.ask)


def _park(
    batch: Batch, spelling: Spelling, errors: Sequence[ItemError], names: Sequence[str]
) -> Row | None:
    """Let an item wait; its row, unless it waits already."""
    valid, digest = spelling.valid, digest_of(spelling.item)
    first = batch.parked.get(digest)
    identity = first or new_id()
    batch.parked[digest] = identity
    batch.results[valid.index] = Result(
        valid.index, valid.type, Outcome.WAITING, encode("wai", identity), errors=tuple(errors)
    )
    if first or spelling.choice is not None:
        return None
    cut = len(f"/{valid.index}")
    told = spelling.item.model_dump(exclude_defaults=True)
    questions = [{**error.to_json(), "pointer": error.pointer[cut:]} for error in errors]
    return {
        "id": identity,
        "digest": digest,
        "type": valid.type,
        "item": dumps(told | {"type": valid.type}).decode(),
        "questions": dumps(questions).decode(),
        "names": list(names),
        "actor": batch.intent.actor,
        "run_id": batch.intent.run,
        "recorded_at": batch.recorded_at,
        "state": WaitingState.WAITING,
    }


async def _find_companies(
    batch: Batch, spellings: Sequence[Spelling], matches: Mapping[Ask, Match]
) -> None:
    """Set the companies of items whose names are clear; those that are not known are made."""
    unknown = dict.fromkeys(
        ask for one in spellings for ask in one.asks if matches[ask].company is None
    )
    made = await _make_companies(batch, list(unknown))
    slugs = await _as_told(batch, matches) | made
    await find(batch, companies=slugs.values())
    await _add_spellings(batch, slugs)
    for spelling in spellings:
        spelling.company, *spelling.investors = [
            batch.companies.get(slugs[ask], {}) for ask in spelling.asks
        ]
        first = matches[spelling.asks[0]]
        if first.company is not None:
            spelling.company_reason = [
                {"feature": one.feature, "value": one.value, "weight": one.weight}
                for one in first.candidates[0].score.features
            ]


async def _as_told(batch: Batch, matches: Mapping[Ask, Match]) -> dict[Ask, str]:
    """The slugs of the companies that names mean: of a merged one, if it bears the name alone.

    So what was sent before a merge is known again after it, and goes back when it is undone.
    """
    known = {ask: one.company for ask, one in matches.items() if one.company is not None}
    rows = await queries.bearers(
        batch.connection,
        {company.id for company in known.values()},
        {_joined(ask) for ask in known},
    )
    bearers = {(row["company_id"], row["joined"]): row["slug"] for row in rows}
    return {
        ask: bearers.get((company.id, _joined(ask)), company.slug) for ask, company in known.items()
    }


async def _add_spellings(batch: Batch, slugs: Mapping[Ask, str]) -> None:
    """Note by which names the companies that were made for reports are called in others."""
    spelt = {
        (slug, ask.name): ProvisionalCompany(type="company", slug=slug, name=ask.name)
        for ask, slug in slugs.items()
        if batch.companies[slug]["provisional"]
    }
    items = [(ValidItem(_MADE - number, item), item) for number, item in enumerate(spelt.values())]
    await store_companies(batch, items)
    _forget_made(batch)


async def _make_companies(batch: Batch, asks: Sequence[Ask]) -> dict[Ask, str]:
    """Provisional companies for names of none that is known; one for all spellings of a name."""
    groups = _by_company(asks)
    wanted = {key: ascii_slug(core_name(group[0].name)) for key, group in groups.items()}
    await find(batch, companies=wanted.values())
    taken = set(batch.companies)
    items: list[tuple[ValidItem, ProvisionalCompany]] = []
    for key, group in groups.items():
        if wanted[key] in taken:
            # Of another name, or it would have been found by it.
            wanted[key] = _apart(wanted[key], "|".join(key))
        taken.add(wanted[key])
        item = _provisional(wanted[key], group)
        items.append((ValidItem(_MADE - len(items), item), item))
    await store_companies(batch, items)
    _forget_made(batch)
    return {ask: wanted[key] for key, group in groups.items() for ask in group}


def _apart(slug: str, told: str) -> str:
    """A slug that another one has, told apart by what else is known, the same for the same."""
    return f"{slug[:107]}-{sha256(told.encode()).hexdigest()[:12]}"


def _by_company(asks: Sequence[Ask]) -> dict[tuple[str, str], list[Ask]]:
    """Names of companies to be made, those of one together, by the name and what else tells it.

    Two of one name with domains or numbers of their own are two companies.
    """
    groups: dict[tuple[str, str], list[Ask]] = {}
    first: dict[str, str] = {}
    for ask in sorted(asks, key=lambda ask: not (ask.identifiers or ask.domain)):
        joined = _joined(ask)
        told = "|".join([*(value for _, value in ask.identifiers), ask.domain or ""]).strip("|")
        told = told or first.get(joined, "")
        first.setdefault(joined, told)
        groups.setdefault((joined, told), []).append(ask)
    return groups


_MADE = -1
"""Places from here down are those of identities that nobody sent."""


def _forget_made(batch: Batch) -> None:
    """Drop the results of identities that were made for items."""
    batch.results = {place: one for place, one in batch.results.items() if place >= 0}


def _provisional(slug: str, group: Sequence[Ask]) -> ProvisionalCompany:
    told = [pair for ask in group for pair in ask.identifiers]
    domains = [ask.domain or domain_of(ask.name) for ask in group]
    told += [("domain", domain) for domain in domains if domain]
    # One company has one of each; what else was told under its name may be of another.
    identifiers = dict(reversed(told))
    return ProvisionalCompany.model_validate(
        {
            "type": "company",
            "slug": slug,
            "name": group[0].name,
            "country": next((ask.country for ask in group if ask.country), None),
            "identifiers": [
                Identifier.model_validate({"scheme": scheme, "value": value})
                for scheme, value in identifiers.items()
            ],
        }
    )


async def _find_sources(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set who says it, and whom they relay; those that are not known are made."""
    names = {
        name for one in spellings for name in (one.item.says, one.item.relays) if name is not None
    }
    known: dict[str, str] = {}
    calls = [call for name in names for call in _calls(name)]
    for row in await queries.sources(batch.connection, calls):
        for call in (row["domain"], row["name"].lower(), row["slug"]):
            if call:
                known[call] = row["slug"]
    made: dict[str, SourceItem] = {}
    for spelling in spellings:
        item = spelling.item
        for name, kind in ((item.says, item.says_kind), (item.relays, None)):
            if name is not None and _known_as(name, known) is None:
                made.setdefault(_calls(name)[0], _source(spelling, name, kind))
    known |= await _make_sources(batch, made)
    for spelling in spellings:
        relays = spelling.item.relays
        spelling.source = known[_known_as(spelling.item.says, known) or ""]
        spelling.relays = known[_known_as(relays, known) or ""] if relays else None
        if spelling.relays == spelling.source:
            told = spelling.valid.error("/relays", "a source cannot relay itself")
            batch.refuse(spelling.valid, [told])
    await find(batch, sources=known.values())


def _calls(name: str) -> list[str]:
    """What a source is looked for by: the domain that its name is, if it is one, and the name."""
    domain = domain_of(name)
    return [domain, name.lower()] if domain else [name.lower()]


def _known_as(name: str, known: Mapping[str, str]) -> str | None:
    return next((call for call in _calls(name) if call in known), None)


async def _make_sources(batch: Batch, made: Mapping[str, SourceItem]) -> dict[str, str]:
    """Make sources; their slugs, by what they are called.

    A slug that another one has already is not shared: "The Wire" is not "The Wire 中国".
    """
    wanted = list(made.values())
    await find(
        batch,
        sources=[item.slug for item in wanted],
        companies=[item.company for item in wanted if item.company],
    )
    items: dict[str, SourceItem] = {}
    slugs: dict[str, str] = {}
    for called, item in made.items():
        if _is_of_another(batch, item, items.get(item.slug)):
            item = item.model_copy(update={"slug": _apart(item.slug, normalise_name(item.name))})
        items.setdefault(item.slug, item)
        slugs[called] = item.slug
    await store_sources(
        batch, [(ValidItem(_MADE - n, item), item) for n, item in enumerate(items.values())]
    )
    _forget_made(batch)
    return slugs


def _is_of_another(batch: Batch, item: SourceItem, beside: SourceItem | None) -> bool:
    """Whether a source that is to be made has the slug of one of another name."""
    stored = batch.sources.get(item.slug)
    if stored is None:
        name = beside.name if beside else item.name
    elif item.company and stored["company_id"] == batch.companies[item.company]["id"]:
        return False
    else:
        name = stored["name"]
    return normalise_name(name) != normalise_name(item.name)


def _source(spelling: Spelling, name: str, kind: SourceKind | None) -> SourceItem:
    """A source that was not known: one of the companies that the item names, or an outlet."""
    concerned = zip(spelling.asks, [spelling.company, *spelling.investors], strict=True)
    folded = Asked.of(Ask(name))
    company = next(
        (
            row["slug"]
            for ask, row in concerned
            if row and (_joined(ask) == folded.joined or row["slug"] in folded.slugs)
        ),
        None,
    )
    if kind not in (None, SourceKind.COMPANY):
        company = None
    return SourceItem(
        type="source",
        slug=company or ascii_slug(name),
        name=name,
        kind=kind or (SourceKind.COMPANY if company else SourceKind.NEWSROOM),
        domain=domain_of(name),
        company=company,
    )


async def _find_products(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set the products that are named; those that are not known are made."""
    asked = [
        (one, one.item, one.company["id"], normalise_name(one.item.product))
        for one in spellings
        if isinstance(one.item, CapabilityItem) and one.item.product
    ]
    known = await queries.products(
        batch.connection,
        [batch.present(company) for _, _, company, _ in asked],
        [name for _, _, _, name in asked],
    )
    made: dict[tuple[UUID, str], ProductItem] = {}
    for spelling, item, company, name in asked:
        place = (batch.present(company), name)
        if place not in known:
            made.setdefault(place, _product(spelling, item))
    slugs = known | await _make_products(batch, made)
    for spelling, _, company, name in asked:
        spelling.product = slugs[batch.present(company), name]
    await find(batch, products=slugs.values())


def _product(spelling: Spelling, item: CapabilityItem) -> ProductItem:
    """A product that was not known."""
    assert item.product is not None
    return ProductItem(
        type="product",
        slug=ascii_slug(f"{spelling.company['slug']} {item.product}"),
        company=spelling.company["slug"],
        name=item.product,
        kind=item.product_kind,
    )


async def _make_products(
    batch: Batch, made: Mapping[tuple[UUID, str], ProductItem]
) -> dict[tuple[UUID, str], str]:
    """Make products; their slugs, by company and normalised name. No two share one."""
    await find(batch, products=[item.slug for item in made.values()])
    taken = {slug for kind, slug in batch.rows if kind == "product"}
    items: dict[tuple[UUID, str], ProductItem] = {}
    for place, item in made.items():
        if item.slug in taken:
            item = item.model_copy(update={"slug": _apart(item.slug, f"{item.company}|{place[1]}")})
        taken.add(item.slug)
        items[place] = item
    await store_products(
        batch, [(ValidItem(_MADE - n, item), item) for n, item in enumerate(items.values())]
    )
    _forget_made(batch)
    return {place: item.slug for place, item in items.items()}


async def _find_deals(batch: Batch, spellings: Sequence[Spelling]) -> None:
    """Set the deals that reports are of: the client's key wins, then what is told of them.

    A report that is sent again stays with its deal, whatever came or was retracted since.
    """
    reports = [one for one in spellings if isinstance(one.item, ReportItem)]
    keys = [one.item.event_key for one in reports if one.item.event_key]  # type: ignore[union-attr]
    await find(batch, events=keys)
    players = {batch.present(one.company["id"]) for one in reports}
    deals: dict[UUID, dict[str, Deal]] = {player: {} for player in players}
    for row in await queries.deals(batch.connection, players):
        deal = deals[row["company_id"]].setdefault(row["slug"], Deal(row["slug"]))
        deal.add(_told_by(row))
    for spelling in reports:
        spelling.told = _told(batch, spelling)
    before = await queries.told_before(batch.connection, {one.told for one in reports})
    made: dict[str, FundingEventItem] = {}
    parked = []
    for spelling in reports:
        assert isinstance(spelling.item, ReportItem)
        known = deals[batch.present(spelling.company["id"])]
        sought = _sought(spelling.item)
        again = next((key for key in before.get(spelling.told, ()) if key in known), None)
        found = _deal(spelling, spelling.item, sought, known, again)
        if isinstance(found, list):
            parked.append(_park(batch, spelling, [_which(spelling, found)], []))
            continue
        if found not in known:
            known[found] = Deal(found)
            made[found] = FundingEventItem(
                type="funding_event",
                key=found,
                company=spelling.company["slug"],
                label=_label(spelling, sought),
            )
        known[found].add(sought)
        before.setdefault(spelling.told, []).append(found)
        spelling.event = found
    await waiting_queries.park(batch.connection, [row for row in parked if row is not None])
    await _make_deals(batch, made)
    await find(batch, events=[one.event for one in reports if one.event])
    for spelling in reports:
        _check_owner(batch, spelling)


async def _make_deals(batch: Batch, made: Mapping[str, FundingEventItem]) -> None:
    await find(batch, events=made.keys())
    items = [item for key, item in made.items() if ("funding_event", key) not in batch.rows]
    await store_events(
        batch, [(ValidItem(_MADE - number, item), item) for number, item in enumerate(items)]
    )
    _forget_made(batch)


def _deal(
    spelling: Spelling,
    item: ReportItem,
    sought: Sought,
    known: Mapping[str, Deal],
    again: str | None,
) -> str | list[Likeness]:
    """The key of the deal that a report is of, or the deals that it may be of.

    ``again`` is that of the deal of which the same document has told the same before.
    """
    if item.event_key is not None:
        spelling.event_reason = "named by its key"
        return item.event_key
    choice = spelling.choice or UNDECIDED
    if choice.event is not None:
        spelling.event_reason = "decided by people"
        return choice.event
    if again is not None and not choice.is_new:
        spelling.event_reason = "told before"
        return again
    found = [] if choice.is_new else alike(sought, known.values())
    if found and not settled(found):
        return found
    if found:
        spelling.event_reason = found[0].reason
        return found[0].deal.slug
    spelling.event_reason = "decided by people" if choice.is_new else "no other deal fits"
    return _new_key(spelling, sought, known)


def _new_key(spelling: Spelling, sought: Sought, known: Mapping[str, Deal]) -> str:
    """A key that says what the deal is, the same for the same report in every database."""
    month = f"{sought.day:%Y-%m}" if sought.day else "undated"
    key = ascii_slug(f"{spelling.company['slug']} {month} {sought.round or 'deal'}")
    if key not in known:
        return key
    return _apart(key, repr(sought))


def _label(spelling: Spelling, sought: Sought) -> str:
    what = (sought.round or "deal").replace("_", " ")
    when = f", {sought.day:%B %Y}" if sought.day else ""
    return f"{spelling.company['name'][:200]}: {what}{when}"


def _which(spelling: Spelling, found: Sequence[Likeness]) -> ItemError:
    told = ", ".join(f"{one.deal.slug} ({one.reason})" for one in found[:5])
    slugs = [one.deal.slug for one in found[:5]]
    return spelling.valid.error("/event_key", f"the report may be of {told}", slugs)


def _check_owner(batch: Batch, spelling: Spelling) -> None:
    """Refuse a key that is another company's."""
    if spelling.event is None:
        return
    reference = batch.rows["funding_event", spelling.event]
    if batch.present(reference["company_id"]) != batch.present(spelling.company["id"]):
        told = "is the key of another company's deal"
        batch.refuse(spelling.valid, [spelling.valid.error("/event_key", told)], Outcome.CONFLICT)


def _told(batch: Batch, spelling: Spelling) -> bytes:
    """By what a report is known again: its document, and what it tells of its deal."""
    assert isinstance(spelling.item, ReportItem)
    sought = _sought(spelling.item)
    money = sought.money and (sought.money.currency, sought.money.low, sought.money.high)
    document = document_row(_publication(spelling, batch.sources[spelling.source]))["key"]
    return sha256(dumps([document, sought.round, money, sought.day])).digest()


def _sought(item: ReportItem) -> Sought:
    low, high = item.amount_low, item.amount_high
    if item.amount is not None:
        low = high = item.amount
    is_told = item.currency is not None and (low is not None or high is not None)
    money = Money(str(item.currency), low, high) if is_told else None
    day = item.happened_on or item.published_at
    return Sought(item.round, money, PartialDate.parse(day).first.date() if day else None)


def _told_by(row: Row) -> Sought:
    """What one claim tells of its deal."""
    money = None
    if row["predicate"] == Predicate.AMOUNT and row["currency"] is not None:
        money = Money(row["currency"], row["low"], row["high"])
    of_round = row["term"] if row["predicate"] == Predicate.ROUND_LABEL else None
    return Sought(of_round, money, row["day"])


def _document(batch: Batch, spelling: Spelling) -> tuple[ValidItem, DocumentItem]:
    valid, item = spelling.valid, spelling.item
    evidence = item.evidence or _evidence(batch, spelling)
    claims = [_claim(spelling, draft, evidence) for draft in valid.drafts]
    document = _publication(spelling, batch.sources[spelling.source]).model_copy(
        update={"claims": claims}
    )
    return replace(valid, item=document, short=item), document


def _publication(spelling: Spelling, source: Row) -> DocumentItem:
    """The document that an item is of, without its claims.

    One without an address is known by its title, which is the same for all spellings of names.
    """
    item = spelling.item
    kind = {"kind": item.document_kind} if item.document_kind else {}
    return DocumentItem(
        type="document",
        source=spelling.source,
        url=item.url,
        title=item.title
        or (None if item.url else f"{source['name']} on {spelling.company['slug']}"),
        published_at=item.published_at,
        relays=spelling.relays,
        **kind,
    )


def _claim(spelling: Spelling, draft: Draft, evidence: Evidence) -> ClaimItem:
    """A draft with the identities that it names, and the evidence there is."""
    about = About(event=spelling.event, product=spelling.product)
    if spelling.event is None and spelling.product is None:
        about = About(company=spelling.company["slug"])
    told = {"about": about, "evidence": evidence}
    if draft.investor is not None:
        told["object"] = spelling.investors[draft.investor]["slug"]
    return draft.claim.model_copy(update=told)


def _evidence(batch: Batch, spelling: Spelling) -> Evidence:
    """On what grounds it is said, by who says it: a party, a register, or an outlet."""
    source = batch.sources[spelling.source]
    if source["kind"] == SourceKind.REGULATOR:
        return Evidence.FILING
    if source["company_id"] is None:
        return Evidence.UNATTRIBUTED
    parties = {batch.present(row["id"]) for row in (spelling.company, *spelling.investors)}
    speaks_for = batch.present(source["company_id"])
    return Evidence.PARTY if speaks_for in parties else Evidence.UNATTRIBUTED
