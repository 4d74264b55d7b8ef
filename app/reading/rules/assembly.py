"""The reading of an article from its drafts: every field with its quote and its certainty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.claims.vocabulary import AmountFacet, Basis, Modality, Stage
from app.reading.cues import CueClass
from app.reading.marks import IT, NAME, PERSON
from app.reading.reading import (
    Amount,
    Attribution,
    Capable,
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
from app.reading.rules.drafts import Choice, Draft
from app.reading.rules.fields.attributions import Concerned, Words, said_of
from app.reading.rules.fields.backing import Backer, backers_of
from app.reading.rules.fields.capabilities import abilities
from app.reading.rules.fields.certainty import Doubt, doubt, together, weighed
from app.reading.rules.fields.doubts import (
    of_amount,
    of_backer,
    of_company,
    of_deal,
    of_stage,
    of_use,
    of_valuation,
)
from app.reading.rules.fields.rivals import rivalries
from app.reading.rules.fields.uses import uses_of
from app.reading.rules.lines import Line, Unit
from app.reading.rules.news import news_of
from app.reading.rules.parsed import Parsed
from app.reading.rules.players import Player, Players
from app.reading.rules.text import Page, Place


def assemble(
    page: Page,
    parsed: list[Parsed],
    players: Players,
    drafts: list[Draft],
    version: str,
) -> Reading:
    news = news_of(drafts, parsed, players)
    writer = _Writer(page, parsed, players, drafts, news)
    return Reading(
        version=version,
        subject=writer.named(players.subject),
        deals=tuple(writer.deals()),
        rivals=tuple(writer.rivals()),
        capabilities=tuple(writer.capabilities()),
        attribution=writer.attribution(news[0] if news else None),
        fired=tuple(writer.fired()),
    )


_AGREED = (Stage.SIGNED, Stage.OPEN, Stage.CLOSED, Stage.UNKNOWN)


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
        first: Named | None = None
        for found in self._parsed:
            for unit in found.line.units:
                if unit.mark in NAME + PERSON and self._is(unit, found.line, player):
                    named = self._name_of(unit, player)
                    if named.name == player.name:
                        return named
                    first = first or named
        return first

    def _is(self, unit: Unit, line: Line, player: Player) -> bool:
        who = self._players.person_or_company(unit, line)
        return who is not None and who.key == player.key

    def _name_of(self, unit: Unit, player: Player | None) -> Named:
        """A name as the article writes it here: the full one, if these words hold it."""
        quote = self._page.quote(unit.start, unit.end)
        if player is not None:
            name = player.name if player.name in quote.text else quote.text
            return Named(name, quote, player.slug)
        entry = unit.mention.entity.entry if unit.mention is not None else None
        return Named(quote.text, quote, entry.product if entry is not None else None)

    def deals(self) -> Iterator[Deal]:
        """The deals whose company the article names."""
        for draft in self._drafts:
            company = self.named(draft.company)
            if company is not None:
                yield self._deal(draft, company)

    def _deal(self, draft: Draft, company: Named) -> Deal:
        stage, amounts = self._stage(draft), tuple(self._amounts(draft))
        valuations, attribution = tuple(self._valuations(draft)), self.attribution(draft)
        background = draft not in self._news
        told_by = attribution.origin.name if attribution.origin is not None else None
        fields = (
            weighed(of_company(draft, self._players)),
            stage.certainty,
            *(amount.certainty for amount in amounts),
            *(valuation.certainty for valuation in valuations),
        )
        whole = of_deal(draft, self._drafts, self._parsed, background, told_by)
        return Deal(
            company=company,
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

    def _amounts(self, draft: Draft) -> Iterator[Amount]:
        # What is not agreed yet, or no more, was only aimed at.
        told = AmountFacet.HEADLINE if draft.stage in _AGREED else AmountFacet.TARGET
        for choice, facet in (
            (draft.amount, told),
            (draft.first_close, AmountFacet.FIRST_CLOSE),
        ):
            if choice is not None:
                money = choice.money
                quote = self._page.quote(money.start, money.end)
                sure = weighed(of_amount(choice, self._written))
                yield Amount(money.figure, facet, quote, sure)

    def _valuations(self, draft: Draft) -> Iterator[Valuation]:
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

    def _participants(self, draft: Draft) -> Iterator[Participant]:
        for backer in self._backers[id(draft)]:
            unit = self._named_before(backer)
            if unit is None:
                continue
            first, last = backer.line.span(backer.start, backer.end)
            quote = self._page.quote(min(first, unit.start), max(last, unit.end))
            yield Participant(
                self._name_of(unit, backer.player),
                backer.role,
                backer.money.figure if backer.money is not None else None,
                backer.modality,
                quote,
                weighed(of_backer(backer)),
            )

    def _named_before(self, backer: Backer) -> Unit | None:
        """Where a backer is named: by its unit, or before a pronoun, near enough for one quote."""
        if backer.unit.mark != IT:
            return backer.unit
        last: Unit | None = None
        for found in self._parsed:
            for unit in found.line.units:
                if unit.start >= backer.unit.start:
                    break
                if unit.mark in NAME + PERSON and self._is(unit, found.line, backer.player):
                    last = unit
        here = backer.line.sentence
        in_title = here.place is Place.TITLE
        near = last is not None and here.start - last.start <= _LONGEST_QUOTE
        same_part = last is not None and (last.start < self._page.offset) == in_title
        return last if near and same_part else None

    def _uses(self, draft: Draft) -> Iterator[Use]:
        for use in self._used:
            if self._is_told_of(draft, use.parsed.line):
                quote = self.quote(use.parsed.line, use.start, use.end)
                yield Use(use.term, quote.text, use.modality, quote, weighed(of_use(use)))

    def _is_told_of(self, draft: Draft, line: Line) -> bool:
        """Where the news is of several companies, a paragraph tells of its own."""
        if len({news.company.key for news in self._news}) < 2:
            return True
        paragraphs = {f.line.sentence.paragraph for f in draft.frames}
        return line.sentence.paragraph in paragraphs

    def rivals(self) -> Iterator[Rival]:
        for found in rivalries(self._parsed, self._players):
            rival = self._name_of(found.unit, found.rival)
            company = self.named(found.of)
            products = tuple(self._name_of(u, None) for u in found.products)
            if company is not None:
                quote = self.quote(found.line, found.start, found.end)
                sure = weighed([Doubt(found.weight, "the rivalry rests on one cue")])
                yield Rival(company, rival, products, quote, sure)

    def capabilities(self) -> Iterator[Capable]:
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
        quote = self._words(said.words) if said.words else None
        counted = self._both(quote, said.count[1]) if said.count is not None else None
        quote = counted or quote
        return Attribution(
            origin=origin,
            anonymous=said.anonymous,
            anonymous_count=said.count[0] if said.count is not None and counted else None,
            speaker=self._name_of(said.speaker, None) if said.speaker else None,
            exclusive=said.exclusive,
            filing=said.filing,
            party=said.on_record,
            hedge=self._words(said.hedge).text if said.hedge else None,
            quote=quote,
        )

    def _both(self, quote: Quote | None, words: Words) -> Quote | None:
        """One quote that holds another and some words, if they stand near enough."""
        other = self._words(words)
        if quote is None or quote.part is not other.part:
            return other if quote is None else None
        start, end = min(quote.start, other.start), max(quote.end, other.end)
        if end - start > _LONGEST_QUOTE:
            return None
        return Quote(quote.part, start, end, self._page.article.part(quote.part)[start:end])

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

    def fired(self) -> Iterator[Fired]:
        for found in self._parsed:
            for hits in found.hits.values():
                for hit in hits:
                    yield Fired(hit.cue.id, self.quote(found.line, hit.start, hit.end))


_LONGEST_QUOTE = 500
"""Characters that one quote may reach back, to the name that a pronoun stands for."""


def _modality_of(stage: Stage) -> Modality:
    talks = (Stage.EXPLORING, Stage.IN_TALKS, Stage.TERM_SHEET)
    return Modality.NEGOTIATION if stage in talks else Modality.FACTUAL


_WIRE = re.compile(
    r"[^()\n]{0,60}\((Bloomberg|Reuters|AP|Associated Press|AFP|Dow Jones|Kyodo|Xinhua)\) ?-"
)
