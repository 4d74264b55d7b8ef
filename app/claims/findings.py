"""Findings: what does not cohere in what is said, told beside it and never mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.claims.figures import Figure
from app.claims.vocabulary import Check, Severity
from app.storage.ids import encode


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: in words, by which claims, and what was found where what is expected.

    ``found`` and ``expected`` are figures where the check is one of numbers.
    """

    check: Check
    severity: Severity
    detail: str
    claims: tuple[UUID, ...]
    found: Figure | None = None
    expected: Figure | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "check": self.check,
            "severity": self.severity,
            "detail": self.detail,
            "found": self.found.to_json() if self.found else None,
            "expected": self.expected.to_json() if self.expected else None,
            "claim_ids": [encode("clm", claim) for claim in self.claims],
        }


def of_severity(findings: Iterable[Finding], severity: Severity) -> int:
    """How many findings there are of a severity."""
    return sum(finding.severity is severity for finding in findings)
