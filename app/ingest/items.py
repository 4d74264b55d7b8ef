"""All that one item of a batch may be."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.ingest.schemas import CompanyItem, DocumentItem, FundingEventItem, ProductItem, SourceItem
from app.ingest.short.schemas import CapabilityItem, ReportItem

Item = Annotated[
    CompanyItem
    | ProductItem
    | SourceItem
    | FundingEventItem
    | DocumentItem
    | ReportItem
    | CapabilityItem,
    Field(discriminator="type"),
]
