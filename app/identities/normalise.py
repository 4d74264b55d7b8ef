"""Names, domains and identifiers brought into the forms by which they are compared. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from app.claims.names import normalise_name
from app.claims.vocabulary import IdentifierScheme


def core_name(name: str) -> str:
    """The normalised name without the legal forms at its end and the article at its start.

    "The Example Co., Ltd." is "example". Something always stays, and so does what tells companies
    apart: "Scale AI" is not "Scale".
    """
    words = _without_script_forms(normalise_name(name)).split()
    while len(words) > 1 and (form := _legal_form_at_the_end(words)):
        words = words[:-form]
    if len(words) > 1 and words[0] == ARTICLE:
        words = words[1:]
    return " ".join(words)


def joined(core: str) -> str:
    """A core without its spaces: "Open AI" and "OpenAI" are spelt alike."""
    return core.replace(" ", "")


def domain_of(text: str) -> str | None:
    """The domain that an address or a name is, without ``www``: ``None`` if it is none."""
    address = text.strip().casefold()
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return None
    host = host.rstrip(".").removeprefix("www.")
    return host if len(host) <= LONGEST_DOMAIN and _DOMAIN.fullmatch(host) else None


def spellings(scheme: str, value: str) -> tuple[str, ...]:
    """An identifier as it may be stored: a CIK with its leading zeros or without."""
    value = value.strip()
    match scheme:
        case IdentifierScheme.DOMAIN:
            return (domain_of(value) or value.casefold(),)
        case IdentifierScheme.CIK:
            digits = value.lstrip("0")
            return (digits, digits.zfill(10))
        case _:
            return (value.upper(),)


ARTICLE = "the"
LONGEST_DOMAIN = 253

# "Holdings", "Group" and "Company" are not among them: often another company is called so.
_FORMS_IN_LATIN = """
ab ag aps as asa bv bvba co corp corporation doo eood gmbh inc incorporated kft kg kgaa kk limited
llc llp lp ltd ltda mbh nv ood oy oyj pbc plc pte pty pvt sa sae sarl sas sasu se sl slu spa spzoo
srl sro ug zrt
"""
_LEGAL_FORMS = frozenset(_FORMS_IN_LATIN.split())
# Written without a space before or after the name.
_SCRIPT_FORMS = tuple(
    normalise_name(form)
    for form in (
        "株式会社",
        "合同会社",
        "有限会社",
        "股份有限公司",
        "有限责任公司",
        "有限公司",
        "주식회사",
    )
)
_LONGEST_SPELT_OUT = 5
"""Letters of the longest form that is written with dots: Sp. z o.o. has five."""

_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+([a-z]{2,}|xn--[a-z0-9-]+)")


def _without_script_forms(normalised: str) -> str:
    for form in _SCRIPT_FORMS:
        stripped = normalised.removeprefix(form).removesuffix(form).strip()
        normalised = stripped or normalised
    return normalised


def _legal_form_at_the_end(words: list[str]) -> int:
    """How many words the legal form at the end takes ("S.A.S." is three); 0 if there is none."""
    for count in range(min(_LONGEST_SPELT_OUT, len(words) - 1), 0, -1):
        spelt_out = count == 1 or all(len(word) <= 2 for word in words[-count:])
        if spelt_out and "".join(words[-count:]) in _LEGAL_FORMS:
            return count
    return 0
