"""Names: who and what an article speaks of, by a grammar of names and those known beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from app.reading.money import Money
from app.reading.rules.names.entities import (
    Entity,
    Kind,
    Mention,
    Span,
    name_key,
    without_legal_form,
)
from app.reading.rules.names.forms import joined
from app.reading.rules.names.kinds import kind_of
from app.reading.rules.names.known import Known
from app.reading.rules.names.runs import Runs
from app.reading.rules.text import Page, Place
from app.reading.words import words

_LONGEST_TEXT = 60_000
"""Characters in which names are looked for."""

_MOST_FORMS = 400
"""Names that are looked for in a headline of capitals."""


class Names:
    """All mentions of an article, by sentence."""

    def __init__(self, page: Page, money: list[Money], known: Known) -> None:
        told = [
            s for s in page.sentences if s.place is not Place.FURNITURE and s.start < _LONGEST_TEXT
        ]
        self._text = page.text[: max((s.end for s in told), default=0)]
        self._known = known
        runs = Runs(self._text, told, [(m.start, m.end) for m in money], known)
        last = {s.index for s in told if s.place is Place.TITLE or runs.is_headline(s)}
        spans = {s.index: runs.spans(s) for s in told if s.index not in last}
        forms = self._longest_forms(spans.values())
        for sentence in told:
            if sentence.index in last:
                spans[sentence.index] = runs.spans(sentence, forms)
        self._entities = joined(self._text, self._entities_of(spans), list(spans.values()))
        self.mentions: dict[int, list[Mention]] = {s.index: [] for s in page.sentences}
        for index, found in spans.items():
            self.mentions[index] = self._mentions(found)

    @property
    def entities(self) -> list[Entity]:
        return list({id(e): e for e in self._entities.values()}.values())

    def entity(self, name: str) -> Entity | None:
        return self._entities.get(name_key(name))

    def _longest_forms(self, spans: Iterable[list[Span]]) -> list[str]:
        forms = {self._text[span.start : span.end] for found in spans for span in found}
        return sorted(forms, key=lambda form: (-len(form), form))[:_MOST_FORMS]

    def _entities_of(self, spans: dict[int, list[Span]]) -> dict[str, Entity]:
        """One entity a name, by its key; in the order of the text, headlines last."""
        found: dict[str, Entity] = {}
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for sentence in spans.values():
            for span in sentence:
                form = self._text[span.start : span.end]
                key = name_key(form)
                if not key:
                    continue
                if key not in found:
                    entry = span.entry or self._known.of(form)
                    name = without_legal_form(form)
                    found[key] = Entity(name, Kind.COMPANY, entry, first=span.start)
                found[key].forms.add(form)
                places[key].append((span.start, span.end))
        for key, entity in found.items():
            entity.kind = kind_of(entity.name, entity.entry, self._text, places[key])
        return found

    def _mentions(self, spans: list[Span]) -> list[Mention]:
        found: list[Mention] = []
        for span in spans:
            entity = self._entities.get(name_key(self._text[span.start : span.end]))
            if entity is not None:
                end = _past_legal_form(self._text, span.start, span.end)
                found.append(Mention(span.start, end, entity))
        return found


def _past_legal_form(text: str, start: int, end: int) -> int:
    """The end of a name with the full stop of its "Inc."."""
    legal = text[start:end].rsplit(" ", 1)[-1].lower() in words("legal_forms")
    return end + 1 if legal and text[end : end + 1] == "." else end
