"""Convert the curated fact tables and the golden story into the bundled data.

Usage: python -m tools.convert_facts FACTS_FOLDER GOLDEN_JSON OUTPUT_FOLDER

Every row is a report. What cannot be mapped is written to ``unmapped.json``, not guessed.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.claims.names import normalise_name
from app.ingest.normalise import canonical_url
from tools.seed_story import seed_claims

Row = dict[str, str]
Item = dict[str, Any]

KINDS = {
    "foundation-model": "lab",
    "ai-infra": "infrastructure",
    "robotics": "robotics",
    "defense-ai": "defence",
    **dict.fromkeys(
        (
            "generative-media",
            "coding-agent",
            "ai-agents",
            "vertical-app",
            "enterprise-ai",
            "consumer-ai",
            "data-eval",
        ),
        "application",
    ),
}
STAGES = {
    "rumoured": "exploring",
    "in_talks": "in_talks",
    "announced": "signed",
    "closed": "closed",
    "abandoned": "withdrawn",
}
ROUNDS = {
    "corporate": "strategic_corporate",
    "debt": "debt_unspecified",
    "convertible": "convertible_note",
    "license_acquihire": "licence_acquihire",
}
QUALIFIERS = {
    "exact": "exact",
    "approx": "approximately",
    "up_to": "up_to",
    "at_least": "at_least",
    "range": "between",
}
BASES = {"pre": "pre_money", "post": "post_money"}
ACCESS = {
    "api_access": "api",
    "hosted_access_no_api": "hosted_no_api",
    "open_weights_non-commercial": "open_weights_non_commercial",
}
# One firm under two spellings, where that is certain.
SAME_INVESTOR = {
    "Sequoia": "Sequoia Capital",
    "DST": "DST Global",
    "Lightspeed": "Lightspeed Venture Partners",
    "IVP": "Institutional Venture Partners",
    "Felicis": "Felicis Ventures",
    "JPMorgan": "JPMorgan Chase",
    "Citi": "Citigroup",
    "MUFG": "Mitsubishi UFJ Financial Group",
    "Mitsubishi UFJ": "Mitsubishi UFJ Financial Group",
}
SAME_OUTLET = {
    "FT": "Financial Times",
    "NYT": "The New York Times",
    "WSJ": "The Wall Street Journal",
    "ft": "Financial Times",
    "The Information": "The Information",
}
OUTLETS = frozenset(
    {
        "The Wall Street Journal",
        "Bloomberg",
        "The Information",
        "Financial Times",
        "CNBC",
        "Reuters",
        "Crunchbase",
        "The New York Times",
        "Business Insider",
        "TechCrunch",
    }
)
COUNTS = {"two": 2, "three": 3, "person": 1, "a": 1}
# The stated value is of another company than the event's.
NOT_THE_COMPANYS = {"fr0067": "the valuation is of the combined company"}
NOT_ITS_HOST = frozenset({"xai"})
"""Companies whose name is a host where others speak: x.com."""
ROUND_NAMES = {
    "venture_unspecified": "funding round",
    "corporate": "strategic investment",
    "secondary": "secondary sale",
    "convertible": "convertible note",
    "mixed_debt_equity": "debt and equity",
    "ipo": "IPO",
    "license_acquihire": "licence and hires",
    "debt": "debt financing",
}
REGULATOR = "U.S. Securities and Exchange Commission"
GENRES = {"company": "press_release", "regulator": "filing"}
# What a row's note says of its amount and its stage, where no column has room for it.
PARTLY_CLOSED = {"fr0014": "the note: a partial close, the round still open"}
# Model lines that some tables list under the owner, and Epoch AI under the lab that makes them.
LINES = {"gemini": "google-deepmind"}
TALK = ("rumoured", "in_talks")
DEALS = ("acquisition", "merger", "license_acquihire")
EVENT = "openai-2025-12-megaround"
GOLDEN_ROWS = frozenset({"fr0023"})
"""Rows that the golden story tells in full: its document is the same."""


class Converter:
    """Collects items, and what could not be made an item."""

    def __init__(self, facts: Path, golden: Item) -> None:
        self.tables = {path.stem: _read(path) for path in facts.glob("*.csv")}
        self.golden = golden
        self.companies: dict[str, Item] = {}
        self.names: dict[str, str] = {}
        self.sources: dict[str, Item] = {}
        self.products: dict[tuple[str, str], Item] = {}
        self.events: dict[str, Item] = {}
        self.documents: dict[tuple[str, str], Item] = {}
        self.unmapped: list[dict[str, str]] = []
        self.published = {r["source_url"]: r["as_published_date"] for r in self.tables["sources"]}
        self.page_dates = self._page_dates()
        self.parents = {r["slug"]: r["parent"] for r in self.tables["companies"] if r["parent"]}
        self.products_of = {
            (r["company"], normalise_name(r["name"])) for r in self.tables["products"]
        }
        self.primary = {r["source_url"] for r in self.tables["sources"] if r["kind"] == "primary"}

    def _page_dates(self) -> dict[str, str]:
        """The date of a page that is dated in some rows and not in others: it is one page."""
        dates: dict[str, set[str]] = {}
        for row in self.tables["funding_events"]:
            date = row["date_reported"] or row["as_published_date"]
            dates.setdefault(row["source_url"], set()).update([date] if date else [])
        return {url: next(iter(found)) for url, found in dates.items() if len(found) == 1}

    def convert(self) -> None:
        """Convert every table; identities first."""
        for row in self.tables["companies"]:
            self._company(row)
        for source in self.golden["sources"]:
            self.sources[source["slug"]] = {"type": "source", **source}
        self._golden()
        for row in self.tables["funding_events"]:
            self._funding(row)
        for row in self.tables["products"]:
            self._product(row)
        for row in self.tables["claims"]:
            self._benchmark(row)
        for row in self.tables["competitors"]:
            self._competitor(row)

    def skip(self, row: str, column: str, value: str, reason: str) -> None:
        """Report what is not loaded."""
        self.unmapped.append({"row": row, "column": column, "value": value, "reason": reason})

    def _company(self, row: Row) -> None:
        slug = row["slug"]
        identifiers = [
            {"scheme": scheme, "value": row[column]}
            for scheme, column in (("domain", "website_domain"), ("cik", "cik"))
            if row[column]
        ]
        aliases = [alias for alias in row["aliases"].split("|") if alias]
        self.companies[slug] = _present(
            type="company",
            slug=slug,
            name=row["name"],
            kind=KINDS.get(row["kind"]),
            parent=row["parent"],
            country=row["hq_country"],
            founded=row["founded"],
            names=[{"name": alias, "kind": "alias"} for alias in aliases],
            identifiers=identifiers,
            reference_urls=[u for u in row["source_urls"].split("|") if u],
        )
        for name in (slug, row["name"], *aliases):
            self.names.setdefault(name.casefold(), slug)

    def _investor(self, name: str) -> str:
        canonical = SAME_INVESTOR.get(name, name)
        slug = self.names.get(canonical.casefold()) or _slug(canonical)
        if slug not in self.companies:
            self.companies[slug] = {
                "type": "company",
                "slug": slug,
                "name": canonical,
                "kind": "investor",
                "names": [],
            }
        known = self.companies[slug].setdefault("names", [])
        spelled = {self.companies[slug]["name"].casefold(), *(n["name"].casefold() for n in known)}
        if name.casefold() not in spelled:
            known.append({"name": name, "kind": "alias"})
        self.names.setdefault(name.casefold(), slug)
        return slug

    def _source(self, name: str, kind: str = "newsroom", domain: str | None = None) -> str:
        name = SAME_OUTLET.get(name, name)
        if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", name):
            name, kind, domain = self._host(name, kind)
        for slug, source in self.sources.items():
            same_name = source["name"].casefold() == name.casefold()
            if same_name and source["kind"] in (kind, "company", "newsroom", "aggregator"):
                return slug
        company = self.names.get(name.casefold())
        slug = f"{company}-newsroom" if company else _slug(name)
        if slug not in self.sources:
            self.sources[slug] = _present(
                type="source",
                slug=slug,
                name=name,
                kind="company" if company else kind,
                company=company,
                domain=domain,
            )
        return slug

    def _host(self, host: str, kind: str) -> tuple[str, str, str | None]:
        """Who speaks at a host: the outlet or company it belongs to, else the host itself."""
        for source in self.sources.values():
            if host in (source.get("domain"), f"{source['slug']}.com"):
                return source["name"], source["kind"], source.get("domain")
        for company in self.companies.values():
            domains = [
                i["value"] for i in company.get("identifiers", ()) if i["scheme"] == "domain"
            ]
            if any(host == domain or host.endswith(f".{domain}") for domain in domains):
                return company["name"], "company", None
        owner = self.names.get(host.split(".")[-2])
        if owner is not None and owner not in NOT_ITS_HOST:
            return self.companies[owner]["name"], "company", None
        return host, kind, host

    def _document(
        self, url: str, date: str, source: str, *, kind: str = "news", **more: Any
    ) -> Item:
        place = (canonical_url(url), date)
        if place not in self.documents:
            self.documents[place] = _present(
                type="document",
                source=source,
                url=url,
                kind=kind,
                published_at=date,
                **more,
                claims=[],
            )
        return self.documents[place]

    def _golden(self) -> None:
        self.events[EVENT] = {
            "type": "funding_event",
            "key": EVENT,
            "company": "openai",
            "label": "OpenAI funding round, December 2025",
        }
        self._investor("SoftBank")
        for told in self.golden["documents"]:
            document = self._document(
                told["url"],
                told["published_at"],
                told["source"],
                kind="press_release" if told["source"] == "openai-newsroom" else "news",
                relays=told["relays"],
                distortions=told.get("distortions", []),
            )
            for claim in self.golden["claims"]:
                if claim["document"] == told["key"]:
                    document["claims"].append(_golden_claim(claim))
            if "also_reported_at" in told:
                self.skip(told["key"], "also_reported_at", told["also_reported_at"], "not read")

    def _funding(self, row: Row) -> None:
        key = row["event_key"]
        if key not in self.events:
            name = self.companies[row["company"]]["name"]
            self.events[key] = {
                "type": "funding_event",
                "key": key,
                "company": row["company"],
                "label": f"{name}, {_label(row)}",
            }
        document = self._funding_document(row)
        grounds = self._grounds(row, document)
        claims = list(self._funding_claims(row, grounds))
        for claim in claims:
            if claim not in document["claims"]:
                document["claims"].append(claim)
        if row["note"]:
            self.skip(row["report_id"], "note", row["note"], "free text is not a claim")

    def _funding_document(self, row: Row) -> Item:
        url, archived = _original(row["source_url"])
        date = (
            row["date_reported"]
            or row["as_published_date"]
            or self.published.get(url, "")
            or self.page_dates.get(row["source_url"], "")
        )
        known = self.documents.get((canonical_url(url), date))
        if known is not None:
            return known
        publisher, relayed = _publisher(row["source_publisher"])
        host = urlsplit(url).hostname or ""
        if publisher.startswith("SEC"):
            publisher = REGULATOR
        kind = "regulator" if publisher == REGULATOR else "newsroom"
        at_home = _slug(publisher) in host
        if relayed and publisher == relayed and not archived and not at_home:
            source = self._source(host.removeprefix("www."), "aggregator", host)
        else:
            source = self._source(publisher, kind)
        relays = self._source(relayed) if relayed else None
        relays = None if relays == source else relays
        genre = GENRES.get(self.sources[source]["kind"], "news")
        return self._document(url, date, source, kind=genre, relays=relays)

    def _grounds(self, row: Row, document: Item) -> Item:
        """What the report rests on: evidence, origin, number of unnamed people."""
        cited = [
            SAME_OUTLET.get(part.strip(), part.strip()) for part in row["attributed_to"].split(";")
        ]
        source = self.sources[document["source"]]
        if source["kind"] == "regulator" or "SEC" in row["source_publisher"]:
            return {"evidence": "filing"}
        if row["status"] == "denied":
            return {"evidence": _refuser(row)}
        if source["kind"] == "company" and source.get("company") == row["company"]:
            return {"evidence": "party"}
        if cited[0] in OUTLETS:
            for other in cited[1:]:
                self.skip(row["report_id"], "attributed_to", other, "a claim has one origin")
            origin = self._source(cited[0])
            more = {} if origin == document.get("relays") else {"origin": origin}
            return {"evidence": "unattributed", **more}
        if re.search(r"people|person|sources|investor", row["attributed_to"]):
            count = COUNTS.get(row["attributed_to"].split()[0])
            return _present(evidence="anonymous", anonymous_sources=count)
        return {"evidence": "named" if row["attributed_to"] else "unattributed"}

    def _funding_claims(self, row: Row, grounds: Item) -> Iterator[Item]:
        denied = row["status"] == "denied"
        golden = row["report_id"] in GOLDEN_ROWS
        shared = {
            "about": {"event": row["event_key"]},
            **grounds,
            "modality": "negotiation" if row["status"] in TALK else "factual",
            **({"effective_on": row["event_date"]} if row["event_date"] else {}),
            **({"stance": "deny"} if denied else {}),
        }
        if not golden:
            told = {**shared, "evidence": _refuser(row)} if row["status"] == "abandoned" else shared
            yield _present(**told, predicate="stage", term=_stage(row))
        if not denied:
            term = ROUNDS.get(row["round_type"], row["round_type"])
            yield {**shared, "predicate": "round_label", "term": term}
        if golden:
            return
        amount = _money(row, "amount")
        if amount:
            facet = "headline" if row["status"] in ("announced", "closed") else "target"
            facet = "first_close" if row["report_id"] in PARTLY_CLOSED else facet
            yield {**shared, "predicate": "amount", "facet": facet, **amount}
        valuation = _money(row, "valuation")
        if valuation and row["report_id"] in NOT_THE_COMPANYS:
            reason = NOT_THE_COMPANYS[row["report_id"]]
            self.skip(row["report_id"], "valuation", row["valuation_low"], reason)
        elif valuation:
            basis = BASES.get(row["valuation_basis"], row["valuation_basis"])
            yield {**shared, "predicate": "valuation", "basis": basis, **valuation}
        yield from self._participations(row, shared)

    def _participations(self, row: Row, shared: Item) -> Iterator[Item]:
        if row["status"] == "denied":
            return
        lead = "acquirer" if row["round_type"] in DEALS else "lead"
        status = "rumoured" if row["status"] in (*TALK, "abandoned") else "committed"
        seen: set[str] = set()
        for column, role in (("lead_investors", lead), ("other_investors", "participant")):
            for name in filter(None, row[column].split("|")):
                if "(" in name:
                    self.skip(row["report_id"], column, name, "the role has no word")
                    continue
                slug = self._investor(name)
                if slug in seen or slug in (
                    row["company"],
                    self.events[row["event_key"]]["company"],
                ):
                    self.skip(row["report_id"], column, name, "named twice, or the company itself")
                    continue
                seen.add(slug)
                yield {
                    **shared,
                    "predicate": "participation",
                    "object": slug,
                    "role": role,
                    "status": status,
                }

    def _product(self, row: Row) -> None:
        maker = self._maker(row["company"], row["name"])
        item = self._product_item(maker, row["name"], row["kind"], row["product_id"])
        item["modalities"] = sorted({m for m in row["modality"].split("|") if m})
        number = (
            {"stated": int(row["parameters"]), "unit": "parameters"} if row["parameters"] else {}
        )
        if not re.match(r"https?://[^\s/]+", row["source_url"]) or " " in row["source_url"]:
            self.skip(row["product_id"], "source_url", row["source_url"], "not an address")
            return
        own = row["source_url"] in self.primary
        claim = _present(
            about={"product": item["slug"]},
            predicate="released",
            term=ACCESS.get(row["access"], row["access"]),
            effective_on=row["release_date"],
            as_stated=row["licence"].strip()[:400],
            evidence="party" if own else "unattributed",
            **number,
        )
        self._listed(row["source_url"], row["company"], own, row["source_dataset"], "")[
            "claims"
        ].append(claim)

    def _product_item(self, company: str, name: str, kind: str, row: str) -> Item:
        # Names that differ in punctuation or case only are one product's.
        place = (company, normalise_name(name))
        if place not in self.products:
            base = _slug(f"{company}-{name}")[:110]
            taken = {item["slug"] for item in self.products.values()}
            slug = next(
                s for n in range(1, 99) if (s := base if n == 1 else f"{base}-{n}") not in taken
            )
            self.products[place] = {
                "type": "product",
                "slug": slug,
                "company": company,
                "name": name,
                "kind": kind,
                "modalities": [],
            }
        elif kind != self.products[place]["kind"]:
            self.skip(row, "kind", kind, "the same name is already another kind of product")
        return self.products[place]

    def _listed(self, url: str, company: str, own: bool, dataset: str, date: str) -> Item:
        """The document of a page that a dataset points to."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        name = self.companies[company]["name"] if own else host
        source = self._source(name, "newsroom" if own else "aggregator", None)
        kind = "paper" if host == "arxiv.org" else "blog"
        date = date or self.published.get(url, "") or _submitted(url)
        return self._document(url, date, source, kind=kind, attribution=_attribution(dataset))

    def _benchmark(self, row: Row) -> None:
        if "example.com" in row["source_url"]:
            self.skip(
                row["claim_id"], "source_url", row["source_url"], "a placeholder, no evidence"
            )
            return
        maker = self._maker(row["company"], row["product"])
        item = self._product_item(maker, row["product"], "model", row["claim_id"])
        own = row["basis"] == "self_reported"
        evidence = {"self_reported": "party", "independent": "named"}.get(
            row["basis"], "unattributed"
        )
        name, version, setting = _benchmark(row["metric"], row["conditions"])
        if name == "lmarena-text":
            reason = "votes, intervals and categories have no field"
            self.skip(row["claim_id"], "conditions", row["conditions"], reason)
        claim = _present(
            about={"product": item["slug"]},
            predicate="benchmark",
            name=name,
            version=version,
            setting=setting,
            evaluator=_slug(row["claimed_by"]) if row["claimed_by"] else None,
            unit=row["unit"],
            stated=_number(row["value"]),
            as_stated=row["metric"],
            evidence=evidence,
        )
        document = self._listed(
            row["source_url"], row["company"], own, row["source_dataset"], row["claim_date"]
        )
        if claim not in document["claims"]:
            document["claims"].append(claim)

    def _seed(self) -> Item:
        place = ("", "seed")
        if place not in self.documents:
            self.documents[place] = {
                "type": "document",
                "source": self._source("Hearsay seed document", "analyst"),
                "title": "Seed document on OpenAI's talks at about $750 billion",
                "kind": "internal",
                "published_at": "2025-12-18",
                "claims": seed_claims(EVENT),
            }
        return self.documents[place]

    def _maker(self, company: str, product: str) -> str:
        """Whose product it is: a table that names the owner may mean its subsidiary's."""
        name = normalise_name(product)
        line = name.split()[0] if name else ""
        if company == "google" and line in LINES:
            return LINES[line]
        if (company, name) in self.products_of:
            return company
        listed = (child for child, parent in self.parents.items() if parent == company)
        return next((child for child in listed if (child, name) in self.products_of), company)

    def _competitor(self, row: Row) -> None:
        url = row["source_url"]
        if url:
            publisher, relayed = _publisher(row["source_publisher"])
            date = self.published.get(url, "")
            known = [
                d
                for (place, _), d in self.documents.items()
                if place == canonical_url(_original(url)[0])
            ]
            if known:
                document = known[0]
            else:
                source = self._source(publisher)
                relays = self._source(relayed) if relayed else None
                relays = None if relays == source else relays
                document = self._document(_original(url)[0], date, source, relays=relays)
        else:
            document = self._seed()
        if row["note"]:
            self.skip(row["edge_id"], "note", row["note"], "free text is not a claim")
        document["claims"].append(
            {
                "about": {"company": row["company"]},
                "predicate": "competes_with",
                "object": row["competitor"],
                "market": row["market_segment"],
                "evidence": "unattributed",
            }
        )


def main(facts: str, golden: str, output: str) -> None:
    """Write the bundled files."""
    converter = Converter(Path(facts), json.loads(Path(golden).read_text()))
    converter.convert()
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[Item]] = {
        "1-companies": list(converter.companies.values()),
        "2-sources": list(converter.sources.values()),
        "3-products": list(converter.products.values()),
        "4-events": list(converter.events.values()),
        "5-documents": list(converter.documents.values()),
    }
    for name, items in files.items():
        lines = sorted(json.dumps(item, ensure_ascii=False) for item in items)
        (folder / f"{name}.ndjson").write_text("\n".join(lines) + "\n")
        print(f"{name}: {len(items)}")
    unmapped = sorted(
        converter.unmapped, key=lambda entry: (entry["row"], entry["column"], entry["value"])
    )
    text = json.dumps(unmapped, indent=1, ensure_ascii=False) + "\n"
    (folder / "unmapped.json").write_text(text)
    print(f"unmapped: {len(unmapped)}")


def _read(path: Path) -> list[Row]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _present(**fields: Any) -> Item:
    return {name: value for name, value in fields.items() if value not in (None, "", [])} | (
        {"claims": []} if fields.get("claims") == [] else {}
    )


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_name).strip("-.")


def _stage(row: Row) -> str | None:
    """The stage a report tells of.

    An investment round that is announced with its amount has money in it, as the golden story
    has it: open. An agreement to buy, to list or to license is signed, no more.
    """
    investment = row["round_type"] not in (*DEALS, "ipo", "secondary", "debt")
    # "Up to 100 billion" announced is a letter of intent.
    priced = investment and bool(row["amount_low"])
    if row["report_id"] in PARTLY_CLOSED or (row["status"] == "announced" and priced):
        return "open"
    return STAGES.get(row["status"])


def _refuser(row: Row) -> str:
    """The evidence of a denial or a retreat: whether a party speaks, as the note tells."""
    by_party = re.search(r"founder|CEO|company|spokesperson", row["note"])
    return "party" if by_party else "unattributed"


def _submitted(url: str) -> str:
    """The month in which a paper was submitted, which arXiv writes into its address."""
    match = re.match(r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/(\d\d)(\d\d)\.\d{4,5}", url)
    return f"20{match.group(1)}-{match.group(2)}" if match else ""


def _label(row: Row) -> str:
    """The kind of round and when it was first placed, as far as the event's key tells."""
    kind = ROUND_NAMES.get(row["round_type"]) or row["round_type"].replace("_", " ").capitalize()
    if row["round_type"].startswith("series_"):
        kind = f"Series {row['round_type'][-1].upper()}"
    when = re.search(r"(?:^|-)(20\d\d(?:-\d\d)?)(?:-|$)", row["event_key"])
    return f"{kind} ({when.group(1)})" if when else kind


def _original(url: str) -> tuple[str, bool]:
    """The address a web archive kept a copy of."""
    match = re.match(r"https?://(?:archive\.\w+|web\.archive\.org/web)/[\d.-]+/(https?://.+)", url)
    return (match.group(1), True) if match else (url, False)


def _publisher(name: str) -> tuple[str, str | None]:
    """The publisher, and whom it copies: ``CNBC (copy)``, ``Yahoo (Reuters)``."""
    match = re.fullmatch(r"(.+?) \((.+)\)", name)
    if match is None:
        return SAME_OUTLET.get(name, name), None
    outer, inner = match.groups()
    outer = SAME_OUTLET.get(outer.removesuffix(" digest"), outer)
    if inner == "archive":
        return outer, None
    if inner.startswith(("copy", "forum copy")):
        first = outer.split(" / ")[0]
        return first, first
    if inner.endswith((" copy", " quote")):
        inner = inner.rsplit(" ", 1)[0]
    relayed = SAME_OUTLET.get(inner, inner)
    # What stands in brackets may also be a place or an author.
    return outer, relayed if relayed in OUTLETS | {"Cointelegraph", "Le Monde", "SCMP"} else None


def _money(row: Row, name: str) -> Item | None:
    low, high, currency = (row[f"{name}_{part}"] for part in ("low", "high", "currency"))
    if not low and not high:
        return None
    qualifier = QUALIFIERS[row[f"{name}_qualifier"]]
    if qualifier in ("exact", "approximately"):
        return {"stated": _number(low or high), "qualifier": qualifier, "currency": currency}
    bounds = {"low": low and _number(low), "high": high and _number(high)}
    wanted = {"up_to": ("high",), "at_least": ("low",)}.get(qualifier, ("low", "high"))
    return {**{b: bounds[b] for b in wanted}, "qualifier": qualifier, "currency": currency}


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"\d+", text) else float(text)


def _golden_claim(claim: Item) -> Item:
    fields = {k: v for k, v in claim.items() if k not in ("key", "document") and v is not None}
    for name in ("low", "high", "stated"):
        if name in fields:
            fields[name] = int(fields[name])
    money = claim["predicate"] in ("amount", "valuation", "participation")
    return {"about": {"event": EVENT}, **fields, **({"currency": "USD"} if money else {})}


def _attribution(dataset: str) -> str:
    return dataset.replace("Epoch AI notable models", "Epoch AI (epochai.org)")


def _benchmark(metric: str, conditions: str) -> tuple[str, str | None, str | None]:
    """The benchmark's slug, its version and the setting, without what differs run by run."""
    lowered = metric.casefold()
    if lowered.startswith("lmarena"):
        style = "no style control" if "no style control" in conditions else None
        return "lmarena-text", None, style
    if lowered.startswith("aider"):
        name = "aider-code-editing" if "code editing" in lowered else "aider-polyglot"
        cases = re.search(r"test_cases=(\d+)", conditions)
        version = f"{cases.group(1)} exercises" if cases else None
        parts = [p.strip() for p in conditions.split(";") if "test_cases" not in p]
        return name, version, "; ".join(parts) or None
    name = _slug(metric)
    version = "diamond" if "diamond" in conditions.casefold() else None
    return name, version, conditions.strip()[:300] or None


if __name__ == "__main__":
    main(*sys.argv[1:])
