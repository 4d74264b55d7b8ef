"""The peer: the same data served the way tutorials do it.

ORM entities, ``selectinload``, a session per request and a ``response_model``. It is not
made to lose: the relations are loaded in batches and its pages are keyset ones too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Entity(DeclarativeBase):
    """Base of the mapped tables."""


class Claim(Entity):
    __tablename__ = "claim"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("funding_event.id"))
    predicate: Mapped[str]
    facet: Mapped[str]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    stated: Mapped[Decimal | None]
    currency: Mapped[str | None]
    qualifier: Mapped[str | None]
    basis: Mapped[str | None]
    term: Mapped[str | None]
    evidence: Mapped[str]
    stance: Mapped[str]
    effective_on: Mapped[date | None]
    reported_at: Mapped[datetime | None]
    document_id: Mapped[UUID]


class FundingEvent(Entity):
    __tablename__ = "funding_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    label: Mapped[str]
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    claims: Mapped[list[Claim]] = relationship()


class Company(Entity):
    __tablename__ = "company"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str | None]
    country: Mapped[str | None]
    founded_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    events: Mapped[list[FundingEvent]] = relationship()


class Shape(BaseModel):
    """Base of the answers' models."""

    model_config = ConfigDict(from_attributes=True)


class ClaimShape(Shape):
    id: UUID
    predicate: str
    facet: str
    low: Decimal | None
    high: Decimal | None
    stated: Decimal | None
    currency: str | None
    qualifier: str | None
    basis: str | None
    term: str | None
    evidence: str
    stance: str
    effective_on: date | None
    reported_at: datetime | None
    document_id: UUID


class EventShape(Shape):
    id: UUID
    slug: str
    label: str
    claims: list[ClaimShape]


class CompanyShape(Shape):
    id: UUID
    slug: str
    name: str
    kind: str | None
    country: str | None
    founded_on: date | None
    recorded_at: datetime


class DetailShape(CompanyShape):
    events: list[EventShape]


class FiguresShape(CompanyShape):
    valuation: ClaimShape | None
    total_raised: Decimal | None
    last_round: ClaimShape | None


STRENGTH = ("filing", "party", "named", "anonymous", "unattributed", "modelled")


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session)]
Slugs = Annotated[str, Query()]


def create_app(url: str, pool_size: int) -> FastAPI:
    """The peer's application over the database at a URL."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        address = make_url(url).set(drivername="postgresql+asyncpg")
        engine = create_async_engine(address, pool_size=pool_size, max_overflow=0)
        app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.get("/companies", response_model=list[FiguresShape])(companies_with_figures)
    app.get("/plain-companies", response_model=list[CompanyShape])(companies)
    app.get("/companies/{slug}", response_model=DetailShape)(company)
    app.get("/compare", response_model=list[FiguresShape])(compare)
    return app


async def company(slug: str, session: Session) -> Company:
    """One company with its events and their claims."""
    found = await session.scalar(
        select(Company)
        .where(Company.slug == slug)
        .options(selectinload(Company.events).selectinload(FundingEvent.claims))
    )
    if found is None:
        raise HTTPException(404)
    return found


async def companies(session: Session, after: str = "", limit: int = 50) -> list[Company]:
    """A page of companies, by their own columns only."""
    found = await session.scalars(
        select(Company).where(Company.slug > after).order_by(Company.slug).limit(limit)
    )
    return list(found)


async def companies_with_figures(
    session: Session, after: str = "", limit: int = 50
) -> list[FiguresShape]:
    """A page of companies with their figures, made of the claims about their events."""
    found = await session.scalars(
        select(Company)
        .where(Company.slug > after)
        .order_by(Company.slug)
        .limit(limit)
        .options(selectinload(Company.events).selectinload(FundingEvent.claims))
    )
    return [_with_figures(company) for company in found]


async def compare(companies: Slugs, session: Session) -> list[FiguresShape]:
    """Some companies with their figures, side by side."""
    found = await session.scalars(
        select(Company)
        .where(Company.slug.in_(companies.split(",")))
        .options(selectinload(Company.events).selectinload(FundingEvent.claims))
    )
    return [_with_figures(company) for company in found]


def _with_figures(company: Company) -> FiguresShape:
    events = sorted(company.events, key=lambda event: event.slug, reverse=True)
    rounds = [claim for event in events if (claim := _best(event.claims, "amount"))]
    values = [claim for event in events if (claim := _best(event.claims, "valuation"))]
    amounts = [claim.high for claim in rounds if claim.high and claim.currency == "USD"]
    own = {name: getattr(company, name) for name in CompanyShape.model_fields}
    return FiguresShape(
        **own,
        valuation=ClaimShape.model_validate(values[0]) if values else None,
        total_raised=sum(amounts, Decimal()) if amounts else None,
        last_round=ClaimShape.model_validate(rounds[0]) if rounds else None,
    )


def _best(claims: Iterable[Claim], predicate: str) -> Claim | None:
    of_predicate = [claim for claim in claims if claim.predicate == predicate]
    return min(of_predicate, key=lambda c: STRENGTH.index(c.evidence), default=None)
