"""The reading of an article from its drafts: every field with its quote and its certainty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from app.claims.vocabulary import AmountFacet, Basis, Modality, Stage
from app.reading.attributions import Concerned, Words, said_of
from app.reading.backing import backers_of
from app.reading.capabilities import abilities
from app.reading.certainty import Doubt, doubt, together, weighed
from app.reading.cues import CueClass
from app.reading.deals import Choice, Draft, weight_of
from app.reading.doubts import of_amount, of_backer, of_company, of_deal, of_stage, of_valuation
from app.reading.frames import Parsed
from app.reading.lines import Line, Unit
from app.reading.marks import MONEY, NAME
from app.reading.names import Names
from app.reading.news import news_of
from app.reading.players import Player, Players
from app.reading.reading import (
    Amount,
    Article,
    Attribution,
    Capable,
    Certainty,
    Deal,
    Figure,
    Fired,
    Named,
    Participant,
    Quote,
    Reading,
    Rival,
    Round,
    Staged,
    Use,
    Valuation,
)
from app.reading.rivals import rivalries
from app.reading.text import Page, Place
from app.reading.uses import uses_of


def assemble(
    page: Page,
    parsed: list[Parsed],
    names: Names,
    players: Players,
    drafts: list[Draft],
    version: str,
) -> Reading:
    news = news_of(drafts, parsed, players)
    writer = _Writer(page, parsed, players, drafts, news)
    deals = [writer.deal(draft) for draft in drafts]
    return Reading(
        version=version,
        subject=writer.named(players.subject),
        deals=tuple(deals),
        rivals=tuple(writer.rivals()),
        capabilities=tuple(writer.capabilities()),
        attribution=writer.attribution(news[0] if news else None),
        fired=tuple(writer.fired()),
    )


class _Writer:
    def __init__(
        self,
        page: Page,
        parsed: list[Parsed],
        players: Players,
        drafts: list[Draft],
        news: list[Draft],
    ) -> None:
        self._page = page
        self._parsed = parsed
        self._players = players
        self._news = news
        self._drafts = drafts
        self._named: dict[str, Named | None] = {}
        self._used = uses_of(parsed)
        self._backers = backers_of(drafts, news, parsed, players)

    def quote(self, line: Line, start: int, end: int) -> Quote:
        return self._page.quote(*line.span(start, max(end, start + 1)))

    def named(self, player: Player | None) -> Named | None:
        """A player where the article names it first."""
        if player is None:
            return None
        if player.key not in self._named:
            self._named[player.key] = self._named_first(player)
        return self._named[player.key]

    def _named_first(self, player: Player) -> Named | None:
        for found in self._parsed:
            for unit in found.line.units:
                if unit.mark == NAME and self._players.of(unit, found.line) == player:
                    return Named(player.name, self._page.quote(unit.start, unit.end), player.slug)
        for found in self._parsed:
            for unit in found.line.units:
                if unit.mention is not None:
                    who = self._players.person_or_company(unit, found.line)
                    if who is not None and who.key == player.key:
                        return Named(
                            player.name, self._page.quote(unit.start, unit.end), player.slug
                        )
        return None

    def deal(self, draft: Draft) -> Deal:
        company = self.named(draft.company)
        first = draft.frames[0]
        here = self.quote(first.line, first.trigger.start, first.trigger.end)
        stage, amounts = self._stage(draft), tuple(self._amounts(draft))
        valuations, attribution = tuple(self._valuations(draft)), self.attribution(draft)
        background = draft not in self._news
        told_by = attribution.origin.name if attribution.origin is not None else None
        fields = (
            weighed(of_company(draft, self._players)),
            stage.certainty,
            *(field.certainty for field in (*amounts, *valuations)),
        )
        whole = of_deal(draft, self._drafts, self._parsed, background, told_by)
        return Deal(
            company=company or Named(draft.company.name, here, draft.company.slug),
            round=self._round(draft),
            stage=stage,
            amounts=amounts,
            valuations=valuations,
            participants=tuple(self._participants(draft)),
            uses=() if background else tuple(self._uses(draft)),
            attribution=attribution,
            happened_on=None,
            background=background,
            certainty=together(fields, whole),
        )

    def _stage(self, draft: Draft) -> Staged:
        first = draft.frames[0]
        line, start, end = draft.stage_hit or (first.line, first.trigger.start, first.trigger.end)
        quote = self.quote(line, start, end)
        sure = weighed(of_stage(draft))
        return Staged(draft.stage, draft.denied, _modality_of(draft.stage), quote, sure)

    def _round(self, draft: Draft) -> Round | None:
        if draft.round is None:
            return None
        first = draft.frames[0]
        line, start, end = draft.round_hit or (first.line, first.trigger.start, first.trigger.end)
        told = None if draft.round_hit else doubt("0.7", "no words name the round")
        return Round(draft.round, self.quote(line, start, end), weighed([told]))

    def _amounts(self, draft: Draft) -> Iterable[Amount]:
        for choice, facet in (
            (draft.amount, AmountFacet.HEADLINE),
            (draft.first_close, AmountFacet.FIRST_CLOSE),
        ):
            if choice is not None:
                money = choice.money
                quote = self._page.quote(money.start, money.end)
                sure = weighed(of_amount(choice, self._written))
                yield Amount(money.figure, facet, quote, sure)

    def _valuations(self, draft: Draft) -> Iterable[Valuation]:
        if draft.valuation is not None:
            money, basis = draft.valuation.money, self._basis(draft.valuation)
            quote = self._page.quote(money.start, money.end)
            sure = weighed(of_valuation(draft.valuation, basis, self._written))
            yield Valuation(money.figure, basis, quote, sure)

    def _written(self, figure: Figure) -> str | None:
        """A sum in the words in which the article tells it first."""
        for found in self._parsed:
            for unit in found.line.units:
                if unit.money is not None and unit.money.figure == figure:
                    return self._page.quote(unit.money.start, unit.money.end).text
        return None

    def _basis(self, choice: Choice) -> Basis:
        for found in self._parsed:
            near = found.line is choice.line or (
                0 < found.line.sentence.index - choice.line.sentence.index <= 1
            )
            for hit in found.of(CueClass.BASIS) if near else ():
                return Basis(hit.cue.means or "unspecified")
        return Basis.UNSPECIFIED

    def _participants(self, draft: Draft) -> Iterable[Participant]:
        for backer in self._backers[id(draft)]:
            named = self.named(backer.player)
            if named is not None:
                quote = self.quote(backer.line, backer.start, backer.end)
                figure = backer.money.figure if backer.money is not None else None
                sure = weighed(of_backer(backer))
                yield Participant(named, backer.role, figure, backer.modality, quote, sure)

    def _uses(self, draft: Draft) -> Iterable[Use]:
        for use in self._used:
            if self._is_told_of(draft, use.parsed.line):
                quote = self.quote(use.parsed.line, use.start, use.end)
                yield Use(use.term, quote.text, use.modality, quote, _sure(0.75))

    def _is_told_of(self, draft: Draft, line: Line) -> bool:
        """Where the news is of several companies, a paragraph tells of its own."""
        if len({news.company.key for news in self._news}) < 2:
            return True
        paragraphs = {f.line.sentence.paragraph for f in draft.frames}
        return line.sentence.paragraph in paragraphs

    def rivals(self) -> Iterable[Rival]:
        for found in rivalries(self._parsed, self._players):
            rival = self._name_of(found.unit, found.rival)
            company = self.named(found.of)
            products = tuple(self._name_of(u, None) for u in found.products)
            if company is not None:
                quote = self.quote(found.line, found.start, found.end)
                yield Rival(company, rival, products, quote, _sure(0.8))

    def _name_of(self, unit: Unit, player: Player | None) -> Named:
        quote = self._page.quote(unit.start, unit.end)
        if player is not None:
            return Named(player.name, quote, player.slug)
        entry = unit.mention.entity.entry if unit.mention is not None else None
        return Named(quote.text, quote, entry.product if entry is not None else None)

    def capabilities(self) -> Iterable[Capable]:
        for able in abilities(self._parsed, self._players):
            company = self.named(able.company)
            if company is None:
                continue
            quote = self.quote(able.line, able.start, able.end)
            product = self._name_of(able.product, None) if able.product is not None else None
            words = product.name if product is not None else quote.text
            if able.service is not None:
                words = self.quote(able.line, *able.service).text
            yield Capable(
                company,
                able.term,
                words,
                product,
                able.measure.number if able.measure is not None else None,
                able.measure.unit if able.measure is not None else None,
                quote,
                weighed([Doubt(able.weight, "a claim of ability rests on one cue")]),
            )

    def attribution(self, draft: Draft | None) -> Attribution:
        said = said_of(
            self._parsed, self._concerned(draft), self._players, self._page.article.publisher
        )
        origin = self._name_of(said.outlet, None) if said.outlet else self.named(said.party)
        origin = origin or self._wire()
        return Attribution(
            origin=origin,
            anonymous=said.anonymous,
            anonymous_count=said.count,
            speaker=self._name_of(said.speaker, None) if said.speaker else None,
            exclusive=said.exclusive,
            filing=said.filing,
            party=said.on_record,
            hedge=self._words(said.hedge).text if said.hedge else None,
            quote=self._words(said.words) if said.words else None,
        )

    def _concerned(self, draft: Draft | None) -> Concerned:
        if draft is None:
            subject = self._players.subject
            return Concerned(frozenset(), subject, frozenset({subject.key} if subject else ()))
        backers = (backer.player.key for backer in self._backers[id(draft)])
        sentences = frozenset(f.line.sentence.index for f in draft.frames)
        return Concerned(sentences, draft.company, frozenset({draft.company.key, *backers}))

    def _wire(self) -> Named | None:
        """The agency of the dateline, if nobody else is told to publish: "(Bloomberg) --"."""
        page = self._page
        match = _WIRE.match(page.text, page.offset, page.offset + 120)
        if page.article.publisher or match is None:
            return None
        quote = page.quote(match.start(1), match.end(1))
        return Named(quote.text, quote)

    def _words(self, words: Words) -> Quote:
        return self.quote(words.line, words.start, words.end)

    def fired(self) -> Iterable[Fired]:
        for found in self._parsed:
            for hits in found.hits.values():
                for hit in hits:
                    yield Fired(hit.cue.id, self.quote(found.line, hit.start, hit.end))


def _modality_of(stage: Stage) -> Modality:
    talks = (Stage.EXPLORING, Stage.IN_TALKS, Stage.TERM_SHEET)
    return Modality.NEGOTIATION if stage in talks else Modality.FACTUAL


_WIRE = re.compile(
    r"[^()\n]{0,60}\((Bloomberg|Reuters|AP|Associated Press|AFP|Dow Jones|Kyodo|Xinhua)\) ?-"
)


def _sure(value: float) -> Certainty:
    return Certainty(Decimal(str(round(max(0.0, min(1.0, value)), 2))))


__all__ = ["MONEY", "Article", "Place", "Stage", "assemble", "weight_of"]
