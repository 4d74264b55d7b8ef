"""Identities found or made: companies, sources, products and funding events of a chunk.

An identity sent again fills what was not known and adds names; a value that contradicts
the stored one is a conflict, reported and not stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.claims.names import normalise_name
from app.claims.values import PartialDate
from app.claims.vocabulary import Subject
from app.identities.normalise import core_name
from app.ingest import queries
from app.ingest.batch import Batch
from app.ingest.merged import as_now, as_told
from app.ingest.schemas import CompanyItem, FundingEventItem, Outcome, ProductItem, SourceItem
from app.ingest.validation import ItemError, ValidItem
from app.storage.ids import new_id
from app.storage.rows import insert

Row = dict[str, Any]


class ProvisionalCompany(CompanyItem):
    """A company that nobody sent: its name stands in a report, and is of none that is known.

    Of all spellings in which reports name it the plainest is its name, whichever came first.
    """


async def find(
    batch: Batch,
    *,
    companies: Iterable[str] = (),
    sources: Iterable[str] = (),
    products: Iterable[str] = (),
    events: Iterable[str] = (),
) -> None:
    """Look up identities by slug or key, one statement for each kind."""
    connection = batch.connection
    if slugs := sorted(set(companies) - batch.companies.keys()):
        for slug, row in (await queries.companies(connection, slugs)).items():
            batch.roots[row["id"]] = row.pop("present_id")
            batch.companies[slug] = as_told(row)
    if slugs := sorted(set(sources) - batch.sources.keys()):
        known = await queries.known(connection, "source", "slug", slugs)
        for slug, row in known.items():
            batch.sources[slug] = as_told(row)
            batch.roots[batch.sources[slug]["company_id"]] = row["company_id"]
    if slugs := sorted(set(products)):
        for slug, row in (await queries.known(connection, "product", "slug", slugs)).items():
            _recall(batch, Subject.PRODUCT, slug, row)
    if keys := sorted(set(events)):
        for key, row in (await queries.known(connection, "funding_event", "key", keys)).items():
            _recall(batch, Subject.EVENT, key, row)


def _recall(batch: Batch, kind: Subject, name: str, row: Row) -> None:
    """Note a product or an event that is stored, and of which player it is now."""
    told = as_told(row)
    batch.roots[told["company_id"]] = row["company_id"]
    _note(batch, kind, name, told)


def _note(batch: Batch, kind: Subject, name: str, told: Row) -> None:
    batch.rows[_TABLE_OF[kind], name] = told
    batch.refer(kind, name, told["id"], batch.present(told["company_id"]))


_TABLE_OF = {Subject.PRODUCT: "product", Subject.EVENT: "funding_event"}


async def store_companies(batch: Batch, items: Sequence[tuple[ValidItem, CompanyItem]]) -> None:
    """Find or make companies, with their names, identifiers and former slugs."""
    if not items:
        return
    sent = [item for _, item in items]
    await find(batch, companies=[c.slug for c in sent] + [c.parent for c in sent if c.parent])
    identified = await queries.identifiers(
        batch.connection,
        {(i.scheme.value, i.value) for company in sent for i in company.identifiers},
    )
    batch.roots.update(identified.values())
    owners = {place: company for place, (company, _) in identified.items()}
    attached = await queries.attached(
        batch.connection, [row["id"] for row in batch.companies.values()]
    )
    additions = _Additions(owners, attached)
    # A parent may stand behind its child in the batch, so pass until nothing moves.
    waiting = list(items)
    while waiting:
        ready, waiting = _by_parent(waiting, batch)
        if not ready:
            break
        for valid, item in ready:
            await _settle_company(batch, valid, item, additions)
    rings = {item.slug for _, item in waiting}
    for valid, item in waiting:
        fault = unknown(valid, "/parent", "company", item.parent)
        if item.parent in rings:
            fault = valid.error(
                "/parent", "is owned by the company itself, or waits for one that is"
            )
        batch.refuse(valid, [fault])
    await insert(
        batch.connection, "company", [as_now(row, batch.roots) for row in additions.companies]
    )
    await insert(batch.connection, "company_name", additions.names)
    await insert(batch.connection, "company_identifier", additions.identifiers)
    await insert(batch.connection, "company_former_slug", additions.former_slugs)


def _by_parent(
    items: Sequence[tuple[ValidItem, CompanyItem]], batch: Batch
) -> tuple[list[tuple[ValidItem, CompanyItem]], list[tuple[ValidItem, CompanyItem]]]:
    """The companies whose owner is known (or that have none), and those that wait for it."""
    ready: list[tuple[ValidItem, CompanyItem]] = []
    waiting: list[tuple[ValidItem, CompanyItem]] = []
    for valid, item in items:
        known = not item.parent or item.parent in batch.companies
        (ready if known else waiting).append((valid, item))
    return ready, waiting


async def store_sources(batch: Batch, items: Sequence[tuple[ValidItem, SourceItem]]) -> None:
    """Find or make sources."""
    if not items:
        return
    await find(
        batch,
        sources=[item.slug for _, item in items],
        companies=[item.company for _, item in items if item.company],
    )
    fresh: list[Row] = []
    for valid, item in items:
        if item.company and item.company not in batch.companies:
            batch.refuse(valid, [unknown(valid, "/company", "company", item.company)])
            continue
        values = {
            "name": item.name,
            "kind": item.kind.value,
            "domain": item.domain,
            "owner": item.owner,
            "company_id": batch.companies[item.company]["id"] if item.company else None,
            "reliability": item.reliability.value if item.reliability else None,
        }
        row = await settle(
            batch, valid, ("source", "src"), batch.sources.get(item.slug), values, item.slug
        )
        if row is not None:
            batch.sources[item.slug] = row
            fresh.append(row)
    await insert(batch.connection, "source", [as_now(row, batch.roots) for row in fresh])


async def store_products(batch: Batch, items: Sequence[tuple[ValidItem, ProductItem]]) -> None:
    """Find or make products."""
    if not items:
        return
    await find(
        batch,
        products=[item.slug for _, item in items],
        companies=[item.company for _, item in items],
    )
    fresh: list[Row] = []
    for valid, item in items:
        company = batch.companies.get(item.company)
        if company is None:
            batch.refuse(valid, [unknown(valid, "/company", "company", item.company)])
            continue
        values = {
            "company_id": company["id"],
            "name": item.name,
            "kind": item.kind.value,
            "modalities": sorted(set(item.modalities)),
            "normalised": normalise_name(item.name),
        }
        stored = batch.rows.get(("product", item.slug))
        row = await settle(batch, valid, ("product", "prd"), stored, values, item.slug)
        if row is not None:
            _note(batch, Subject.PRODUCT, item.slug, row)
            batch.touch(batch.present(company["id"]), row["id"])
            fresh.append(row)
    await insert(batch.connection, "product", [as_now(row, batch.roots) for row in fresh])


async def store_events(batch: Batch, items: Sequence[tuple[ValidItem, FundingEventItem]]) -> None:
    """Find or make funding events, known by their client key."""
    if not items:
        return
    await find(
        batch,
        events=[item.key for _, item in items],
        companies=[item.company for _, item in items],
    )
    fresh: list[Row] = []
    for valid, item in items:
        company = batch.companies.get(item.company)
        if company is None:
            batch.refuse(valid, [unknown(valid, "/company", "company", item.company)])
            continue
        values = {"company_id": company["id"], "label": item.label, "key": item.key}
        stored = batch.rows.get(("funding_event", item.key))
        row = await settle(batch, valid, ("funding_event", "evt"), stored, values, item.key)
        if row is not None:
            _note(batch, Subject.EVENT, item.key, row)
            batch.touch(batch.present(company["id"]), None)
            fresh.append(row)
    await insert(batch.connection, "funding_event", [as_now(row, batch.roots) for row in fresh])


async def settle(
    batch: Batch,
    valid: ValidItem,
    kind: tuple[str, str],
    stored: Row | None,
    values: Row,
    slug: str,
) -> Row | None:
    """Settle one identity; returns the row to insert if it is new."""
    table, prefix = kind
    if stored is None:
        row = {"id": new_id(), "slug": slug, **values, "recorded_at": batch.recorded_at}
        batch.settle(valid, Outcome.CREATED, prefix, row["id"])
        return row
    fills, conflicts = reconcile(stored, values, valid)
    if conflicts:
        batch.refuse(valid, conflicts, Outcome.CONFLICT)
        return None
    if fills:
        await queries.fill(batch.connection, table, stored["id"], as_now(fills, batch.roots))
        stored.update(fills)
        if table == "product":
            batch.touch(batch.present(stored["company_id"]), stored["id"])
        if "owner" in fills:
            batch.regrouped_sources.add(stored["id"])
    outcome = Outcome.MERGED if fills else Outcome.UNCHANGED
    batch.settle(valid, outcome, prefix, stored["id"])
    return None


def reconcile(
    stored: Mapping[str, Any], given: Mapping[str, Any], valid: ValidItem
) -> tuple[Row, list[ItemError]]:
    """Split what was sent into what fills a gap and what contradicts the stored row."""
    fills: Row = {}
    conflicts: list[ItemError] = []
    for column, value in given.items():
        present = stored[column]
        if value in (None, [], present):
            continue
        if present in (None, []):
            fills[column] = value
        elif column not in _FOLLOWING:
            field = _FIELD_OF.get(column, column)
            told = "" if isinstance(present, UUID) else f": {str(present)[:80]!r}"
            conflicts.append(valid.error(f"/{field}", f"differs from what is stored{told}"))
    return fills, conflicts


def unknown(valid: ValidItem, pointer: str, kind: str, slug: str | None) -> ItemError:
    """The error for a reference to something that is neither stored nor in the batch."""
    return valid.error(
        pointer, f"no {kind} {(slug or '')[:80]!r}: send it first or in the same batch"
    )


_FOLLOWING = frozenset({"normalised", "title_normalised", "founded_precision"})
"""Columns that follow from another one, which is reported in their place."""

_FIELD_OF = {
    "company_id": "company",
    "parent_id": "parent",
    "founded_on": "founded",
    "source_id": "source",
    "relays_source_id": "relays",
    "relays_place": "relays_url",
}


class _Additions:
    """Rows to insert for the companies of a chunk, and what is attached to whom already."""

    def __init__(
        self, owners: dict[tuple[str, str], UUID], attached: tuple[set[tuple[UUID, str]], set[str]]
    ) -> None:
        self.owners = owners
        self.known_names, self.known_former = attached
        self.companies: list[Row] = []
        self.names: list[Row] = []
        self.identifiers: list[Row] = []
        self.former_slugs: list[Row] = []

    def attach(self, company_id: UUID, item: CompanyItem) -> bool:
        """Queue the names, identifiers and former slugs that are new; whether any were."""
        before = len(self.names) + len(self.identifiers) + len(self.former_slugs)
        for name, kind in [(item.name, "brand"), *((n.name, n.kind.value) for n in item.names)]:
            if (company_id, name) not in self.known_names:
                self.known_names.add((company_id, name))
                folded = {"normalised": normalise_name(name), "core": core_name(name)}
                self.names.append({"company_id": company_id, "name": name, "kind": kind, **folded})
        for identifier in item.identifiers:
            place = (identifier.scheme.value, identifier.value)
            if place not in self.owners:
                self.owners[place] = company_id
                self.identifiers.append(
                    {"scheme": place[0], "value": place[1], "company_id": company_id}
                )
        for slug in item.former_slugs:
            if slug not in self.known_former:
                self.known_former.add(slug)
                self.former_slugs.append({"slug": slug, "company_id": company_id})
        return len(self.names) + len(self.identifiers) + len(self.former_slugs) > before


async def _settle_company(
    batch: Batch, valid: ValidItem, item: CompanyItem, additions: _Additions
) -> None:
    stored = batch.companies.get(item.slug)
    identity = stored["id"] if stored else new_id()
    values = _company_values(batch, item)
    fills, conflicts = reconcile(stored, values, valid) if stored else ({}, [])
    for position, identifier in enumerate(item.identifiers):
        owner = additions.owners.get((identifier.scheme.value, identifier.value), identity)
        if batch.present(owner) != batch.present(identity):
            pointer = f"/identifiers/{position}/value"
            conflicts.append(valid.error(pointer, "belongs to another company"))
    conflicts += await _taken_slugs(batch, valid, item, identity)
    if "parent_id" in fills and identity in await _owners(batch, fills["parent_id"]):
        conflicts.append(valid.error("/parent", "is owned by the company itself"))
    if conflicts:
        batch.refuse(valid, conflicts, Outcome.CONFLICT)
        return
    added = additions.attach(identity, item)
    if stored is None:
        row = {
            "id": identity,
            "slug": item.slug,
            "name": item.name,
            **values,
            "provisional": isinstance(item, ProvisionalCompany),
            "reference_urls": sorted(set(item.reference_urls)),
            "recorded_at": batch.recorded_at,
        }
        batch.companies[item.slug] = row
        additions.companies.append(row)
        outcome = Outcome.CREATED
    else:
        urls = {*stored["reference_urls"], *item.reference_urls}
        if len(urls) > len(stored["reference_urls"]):
            fills["reference_urls"] = sorted(urls)
        if stored["provisional"]:
            fills |= _of_a_provisional(stored["name"], item)
        if fills:
            now = as_now(fills, batch.roots, owned=identity)
            await queries.fill(batch.connection, "company", identity, now)
            stored.update(fills)
        outcome = Outcome.MERGED if fills or added else Outcome.UNCHANGED
    if outcome is not Outcome.UNCHANGED:
        batch.touched_companies.add(batch.present(identity))
    for slug in item.former_slugs:
        batch.companies.setdefault(slug, batch.companies[item.slug])
    batch.settle(valid, outcome, "cmp", identity)


def _of_a_provisional(name: str, item: CompanyItem) -> Row:
    """What changes of a company that was made for a report when it is named again."""
    if not isinstance(item, ProvisionalCompany):
        return {"provisional": False, "name": item.name}
    return {"name": item.name} if _plainness(item.name) < _plainness(name) else {}


def _plainness(name: str) -> tuple[bool, int, str]:
    return name.isupper() or name.islower(), len(name), name


async def _owners(batch: Batch, company: UUID) -> set[UUID]:
    """A company and all above it as told, in this chunk (not inserted yet) and in the database."""
    here = {row["id"]: row["parent_id"] for row in batch.companies.values()}
    above: set[UUID] = set()
    current: UUID | None = company
    while current is not None and current in here and current not in above:
        above.add(current)
        current = here[current]
    return above if current is None else above | await queries.owners(batch.connection, current)


def _company_values(batch: Batch, item: CompanyItem) -> Row:
    founded = PartialDate.parse(item.founded) if item.founded else None
    return {
        "kind": item.kind.value if item.kind else None,
        "parent_id": batch.companies[item.parent]["id"] if item.parent else None,
        "country": item.country,
        "founded_on": founded.first.date() if founded else None,
        "founded_precision": founded.precision.value if founded else None,
    }


async def _taken_slugs(
    batch: Batch, valid: ValidItem, item: CompanyItem, identity: UUID
) -> list[ItemError]:
    """Former slugs must be free: one address leads to one company."""
    if not item.former_slugs:
        return []
    await find(batch, companies=item.former_slugs)
    return [
        valid.error(f"/former_slugs/{position}", "is the slug of another company")
        for position, slug in enumerate(item.former_slugs)
        if slug == item.slug or batch.companies.get(slug, {"id": identity})["id"] != identity
    ]
