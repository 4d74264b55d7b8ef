"""Which names mean the same: short forms, acronyms, former names, last names, families."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.reading.rules.names.entities import Entity, Kind, Span, name_key
from app.reading.words import is_english, words


def joined(
    text: str, entities: dict[str, Entity], spans: Sequence[list[Span]]
) -> dict[str, Entity]:
    """``entities`` by their keys, with those that mean the same made one.

    ``spans`` are the places of their names in ``text``, by sentence.
    """
    forms = _Forms(text, entities, spans)
    forms.join_people()
    forms.join_short_forms()
    forms.join_acronyms()
    forms.join_aliases()
    forms.find_makers()
    return forms.entities


_ALIAS = re.compile(r" ?\((?:or |the |\")?([^\W_][\w&.-]{1,20})\"?\)")
# "X (formerly Y)", "X, which was earlier known as Y", "X, known as Y".
_CALLED = re.compile(
    r"(?:,? \(?(?:which (?:was|is|has been) )?"
    r"(?:formerly |previously |earlier |originally |then |also |better |now |once )?"
    r"(?:known|called|renamed|rebranded|doing business|trading)(?: as| to)? (?:the )?"
    r"|,? \(?(?:formerly|previously|d/b/a|dba|now) (?:known as )?)\"?"
)
_AMONG = frozenset((" and ", ", ", ", and ", " & "))
_SEVERAL = re.compile(
    r"\b(?:founders?|co-?founders?|founded by|analysts|brothers|sisters|executives|principals"
    r"|partners|researchers|directors|engineers|twins|by)\b[^.;]{0,80}$",
    re.I,
)
_THE_FOUNDERS = re.compile(r", (?:its |the )?(?:co-?)?founders")
_MAKER_OF = re.compile(
    r",? (?:an? |the |and ){0,2}(?:[a-z-]{2,16} ){0,2}?"
    r"(?:(?:maker|creator|developer)s? (?:of|behind)|(?:company|start-?up|firm|lab) behind)"
    r" (?:the )?(?:[a-z-]{2,16} ){0,3}"
)
_MAKER = re.compile(r"(?: chatbot| app| game)?[ -](?:maker|creator|developer) ")


class _Forms:
    def __init__(self, text: str, entities: dict[str, Entity], spans: Sequence[list[Span]]) -> None:
        self._text = text
        self.entities = dict(entities)
        self._spans = spans

    def _of(self, span: Span) -> Entity | None:
        return self.entities.get(name_key(self._text[span.start : span.end]))

    def _neighbours(self) -> Iterator[tuple[Span, Span, Entity, Entity]]:
        for sentence in self._spans:
            for one, other in pairwise(sentence):
                first, second = self._of(one), self._of(other)
                if first is not None and second is not None and first is not second:
                    yield one, other, first, second

    def _merge(self, entity: Entity, into: Entity) -> None:
        if entity is into:
            return
        into.forms |= entity.forms
        into.first = min(into.first, entity.first)
        into.entry = into.entry or entity.entry
        for form in entity.forms:
            self.entities[name_key(form)] = into

    def join_people(self) -> None:
        """Who is named beside a person as one of several; last names alone; families."""
        for one, other, first, second in self._neighbours():
            if self._text[one.end : other.start] not in _AMONG:
                continue
            if self._are_several(one.start, other.end):
                for person, beside in ((first, second), (second, first)):
                    if person.kind is Kind.PERSON and _may_be_person(beside):
                        beside.kind = Kind.PERSON
        people: dict[str, dict[int, Entity]] = defaultdict(dict)
        last_words: set[str] = set()
        for key, entity in self.entities.items():
            first_words, _, last = key.rpartition(" ")
            if first_words:
                last_words.add(last)
                if entity.kind is Kind.PERSON:
                    people[last][id(entity)] = entity
        for key, entity in list(self.entities.items()):
            if " " in key or entity.entry is not None:
                continue
            if entity.kind in (Kind.OUTLET, Kind.PLACE, Kind.AUTHORITY):
                continue
            so_called = people.get(key, {})
            if len(so_called) == 1:
                self._merge(entity, next(iter(so_called.values())))
            elif so_called or self._is_family(key, last_words):
                entity.kind = Kind.PERSON

    def _are_several(self, start: int, end: int) -> bool:
        before = self._text[max(0, start - 100) : start]
        return bool(_SEVERAL.search(before) or _THE_FOUNDERS.match(self._text, end))

    def _is_family(self, key: str, last_words: set[str]) -> bool:
        """Whether "the Sandells" are a family, of whom the article names one."""
        if not key.endswith("s"):
            return False
        one = self.entities.get(key[:-1])
        named = key[:-1] in last_words or (one is not None and one.entry is None)
        return named and f"the {key.title()}" in self._text

    def join_short_forms(self) -> None:
        """A name that begins exactly one longer name of its kind means that one."""
        longer: dict[str, dict[int, Entity]] = defaultdict(dict)
        for key, entity in self.entities.items():
            parts = key.split(" ")
            for length in range(1, len(parts)):
                longer[" ".join(parts[:length])][id(entity)] = entity
        for key, entity in sorted(self.entities.items(), key=lambda item: -len(item[0])):
            if entity.entry is not None or entity.kind is Kind.PLACE:
                continue
            full = [
                e
                for e in longer.get(key, {}).values()
                if e.kind is entity.kind and e is not entity and not _is_another(entity, e, key)
            ]
            if len(full) == 1:
                self._merge(entity, full[0])

    def join_acronyms(self) -> None:
        """ "BFL" is Black Forest Labs, if nobody else's initials are so."""
        full: dict[str, dict[int, Entity]] = defaultdict(dict)
        for entity in self.entities.values():
            for form in entity.forms:
                full[_initials(form)][id(entity)] = entity
        for entity in list(self.entities.values()):
            name = entity.name
            if entity.entry is not None or not name.isupper() or not 3 <= len(name) <= 5:
                continue
            meant = [e for e in full.get(name, {}).values() if e is not entity]
            if len(meant) == 1 and entity.kind in (meant[0].kind, Kind.COMPANY):
                self._merge(entity, meant[0])

    def join_aliases(self) -> None:
        """What brackets and "formerly" say to be the same."""
        starts = {span.start: span for sentence in self._spans for span in sentence}
        ends = {span.end: span for sentence in self._spans for span in sentence}
        for match in _ALIAS.finditer(self._text):
            span = ends.get(match.start()) or ends.get(match.start() - 1)
            alias = self.entities.get(name_key(match[1]))
            full = self._of(span) if span else None
            if alias is None or full is None:
                continue
            alike = alias.kind is full.kind or alias.entry is None
            if alike and _may_be_short_for(match[1], full.name):
                self._merge(alias, full)
        for end, span in ends.items():
            called = _CALLED.match(self._text, end)
            other = starts.get(called.end()) if called else None
            now, then = self._of(span), self._of(other) if other else None
            if now is None or then is None or now.kind is not then.kind:
                continue
            if now.entry is None or then.entry is None:
                self._merge(then, now)

    def find_makers(self) -> None:
        """Products by their makers: "X, the maker of Y", "Y maker X"."""
        for one, other, first, second in self._neighbours():
            between = self._text[one.end : other.start]
            if _MAKER.fullmatch(between):
                _made(first, second)
            elif _MAKER_OF.fullmatch(between):
                _made(second, first)


def _made(product: Entity, maker: Entity) -> None:
    makes = maker.kind is Kind.COMPANY and product.kind in (Kind.COMPANY, Kind.PRODUCT)
    if makes and product.entry is None:
        product.kind = Kind.PRODUCT
        product.maker = maker


def _is_another(short: Entity, full: Entity, key: str) -> bool:
    """Whether a longer name is another's: "Airbus Ventures" is not Airbus."""
    rest = name_key(full.name)[len(key) :].split()
    legal = any(form != short.name and name_key(form) == key for form in short.forms)
    return bool(rest) and rest[0] in words("divisions") and (legal or short.first < full.first)


def _may_be_person(entity: Entity) -> bool:
    if entity.kind not in (Kind.COMPANY, Kind.PLACE) or entity.entry is not None:
        return False
    parts = entity.name.split()
    return (
        1 < len(parts) < 4
        and all(p[0].isupper() and not p.isupper() and p.replace("-", "").isalpha() for p in parts)
        and not any(p.lower() in words("firm_words") for p in parts)
        and not all(is_english(p.lower()) for p in parts)
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.findall(r"[^\W_]+", name) if word[0].isupper())


def _may_be_short_for(alias: str, full: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", full))
    return (
        alias.upper().replace("&", "")[:2] == initials.upper()[:2]
        or alias.casefold()[:3] == full.casefold()[:3]
        or alias.isupper()
    )
