"""Form D of SEC EDGAR: what is told to have been sold of securities that need no registration.

An index (``form.idx`` or ``company.idx`` of fixed width, or ``master.idx`` with bars; full or
daily) lists the filings; the ``primary_doc.xml`` of each holds the amounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.client.errors import Unusable

FORMS = ("D", "D/A")
_FUND = "Pooled Investment Fund"
_CANADA = re.compile(r"A\d|B[0-2]|Z4")
_PAPER = "9999999997"
"""The begin of accession numbers of what was filed on paper, and has no XML."""

_TAIL = r"(?P<cik>\d{1,10})\s+(?P<filed>\d{4}-?\d\d-?\d\d)\s+(?P<path>edgar/data/\S+)\s*"
_BY_FORM = re.compile(rf"(?P<form>D(?:/A)?)\s{{2,}}(?P<company>\S.*?)\s+{_TAIL}", re.ASCII)
_BY_COMPANY = re.compile(rf"(?P<company>\S.*?)\s+(?P<form>D(?:/A)?)\s+{_TAIL}", re.ASCII)
_BARRED = re.compile(
    r"(?P<cik>\d{1,10})\|(?P<company>[^|]+)\|(?P<form>D(?:/A)?)\|"
    r"(?P<filed>\d{4}-?\d\d-?\d\d)\|(?P<path>edgar/data/\S+)\s*",
    re.ASCII,
)
_HEADERS = (
    (re.compile(r"Form Type\s+Company Name\s+CIK"), _BY_FORM),
    (re.compile(r"Company Name\s+Form Type\s+CIK"), _BY_COMPANY),
    (re.compile(r"CIK\|Company Name\|Form Type\|"), _BARRED),
)


@dataclass(frozen=True, slots=True)
class Filing:
    """A Form D, or an amendment of one, as an index lists it; ``filed`` is an ISO date."""

    form: str
    company: str
    cik: int
    filed: str
    path: str

    @property
    def accession(self) -> str:
        """The filing's number at the SEC."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".txt")

    def address(self, index: str) -> str:
        """Where its XML is, at the site of the index."""
        archive = index.partition("/edgar/")[0]
        folder = self.accession.replace("-", "")
        return f"{archive}/edgar/data/{self.cik}/{folder}/primary_doc.xml"


class Unreadable(ValueError):
    """A filing that does not say what a Form D says."""


def filings(index: bytes, where: str) -> list[Filing]:
    """The Forms D of an index, in its order; each once, though several issuers filed it.

    Raises:
        Unusable: it is no index.
    """
    pattern: re.Pattern[str] | None = None
    found: dict[str, Filing] = {}
    for line in index.decode("latin-1").splitlines():
        if pattern is None:
            pattern = next((rows for header, rows in _HEADERS if header.match(line)), None)
        elif match := pattern.fullmatch(line):
            filing = _filing(match)
            if not filing.accession.startswith(_PAPER):
                found.setdefault(filing.accession, filing)
    if pattern is None:
        raise Unusable(f"{where} is no EDGAR index: it has none of the header lines of one")
    return list(found.values())


def _filing(match: re.Match[str]) -> Filing:
    filed = match["filed"].replace("-", "")
    return Filing(
        match["form"],
        match["company"].strip(),
        int(match["cik"]),
        f"{filed[:4]}-{filed[4:6]}-{filed[6:]}",
        match["path"],
    )


def report(filing: Filing, document: bytes, url: str, *, funds: bool) -> dict[str, Any] | None:
    """What a filing reports; None for those of funds, unless they are asked for, and for tests.

    What was sold is the amount of the deal, which is closed once nothing remains to be sold.
    Where nothing is sold yet, the offering is a deal that is explored, up to its amount. Issuer
    and first sale name the deal: an amendment has other amounts, but tells of the same one.

    Raises:
        Unreadable: it is no Form D.
    """
    form = _form(document)
    industry = form.findtext("{*}offeringData/{*}industryGroup/{*}industryGroupType")
    if (industry == _FUND and not funds) or form.findtext("{*}testOrLive") == "TEST":
        return None
    issuer = form.find("{*}primaryIssuer")
    name = " ".join((issuer.findtext("{*}entityName") or "").split()) if issuer is not None else ""
    if issuer is None or not name:
        raise Unreadable("names no issuer")
    told = (issuer.findtext("{*}cik") or "").strip()
    cik = int(told) if re.fullmatch(r"\d{1,10}", told, re.ASCII) else filing.cik
    first_sale = form.findtext("{*}offeringData/{*}typeOfFiling/{*}dateOfFirstSale/{*}value")
    known = {
        "company_country": _country(issuer.findtext("{*}issuerAddress/{*}stateOrCountry")),
        "happened_on": first_sale,
        "event_key": f"form-d-{cik}-{first_sale}" if first_sale else None,
    }
    return {
        "type": "report",
        "company": name,
        "company_cik": str(cik),
        **_stage_and_amount(form),
        **{field: value for field, value in known.items() if value},
        "evidence": "filing",
        "url": url,
        "title": f"Form {filing.form} of {name}"[:500],
        "published_at": filing.filed,
    }


def _form(document: bytes) -> Element:
    try:
        form: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"is no XML that can be read: {error or type(error).__name__}") from error
    if not form.tag.endswith("edgarSubmission"):
        raise Unreadable(f"is {form.tag[:80]!r}, not an EDGAR submission")
    return form


def _stage_and_amount(form: Element) -> dict[str, Any]:
    sold, remaining, offered = (
        _dollars(form.findtext(f"{{*}}offeringData/{{*}}offeringSalesAmounts/{{*}}{name}"))
        for name in ("totalAmountSold", "totalRemaining", "totalOfferingAmount")
    )
    if sold is None:
        raise Unreadable("does not say how much was sold")
    if sold:
        return {"stage": "open" if remaining != 0 else "closed", "amount": sold, "currency": "USD"}
    if offered:
        up_to = {"amount_high": offered, "amount_qualifier": "up_to", "currency": "USD"}
        return {"stage": "exploring", **up_to}
    return {"stage": "exploring"}


def _dollars(text: str | None) -> int | Decimal | None:
    """An amount; None for an indefinite one."""
    text = (text or "").strip()
    if not re.fullmatch(r"\d{1,15}(\.\d{1,2})?", text, re.ASCII):
        return None
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _country(code: str | None) -> str | None:
    """The country of EDGAR's code: states have letters only, Canada's provinces a pattern."""
    if code and (code.isalpha() or code == "X1"):
        return "US"
    return "CA" if code and _CANADA.fullmatch(code) else None
