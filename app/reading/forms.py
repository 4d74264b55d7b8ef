"""Which names mean the same: short forms, acronyms, former names, last names, families."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from app.reading.entities import Entity, Kind, Span, name_key
from app.reading.words import is_english, words


def joined(
    text: str, entities: dict[str, Entity], spans: Sequence[list[Span]]
) -> dict[str, Entity]:
    """``entities`` by their keys, with those that mean the same made one."""
    forms = _Forms(text, entities, spans)
    forms.join_people()
    forms.join_short_forms()
    forms.join_acronyms()
    forms.join_aliases()
    forms.find_makers()
    return forms.entities


# Words that, put to a name, make it another's: "Airbus Ventures" is not Airbus.
_OF_ITS_OWN = frozenset(
    ["ventures", "cloud", "pay", "direct", "health", "foundation", "studios", "research", "india", "china", "japan", "europe", "asia", "america", "africa", "uk", "usa", "brasil", "thailand", "vietnam", "indonesia", "international", "mobility", "now"]
)
_ALIAS = re.compile(r" ?\((?:or |the |\")?([^\W_][\w&.-]{1,20})\"?\)")
# "X (formerly Y)", "X, which was earlier known as Y", "X, known as Y", "X, or Y as it is known".
_CALLED = re.compile(
    r"(?:,? \(?(?:which (?:was|is|has been) )?(?:formerly|previously|earlier|originally|then|also|better|now|once)? ?"
    r"(?:known|called|named|renamed|rebranded|doing business|trading)(?: as| to)? (?:the )?"
    r"|,? \(?(?:formerly|previously|d/b/a|dba|now|née) (?:known as )?)\"?"
)
_PLURAL_ROLE = re.compile(
    r"\b(?:founders?|co-?founders?|founded by|analysts|brothers|sisters|executives|principals|partners|researchers"
    r"|directors|engineers|twins|by)\b[^.;]{0,80}$",
    re.I,
)
_MAKER_OF = re.compile(
    r",? (?:an? |the |and )*(?:maker|creator|developer)s? (?:of|behind) (?:the )?"
)
_S_MAKER = re.compile(r"(?: chatbot| app| game)?[ -](?:maker|creator|developer) ")


class _Forms:
    def __init__(self, text: str, entities: dict[str, Entity], spans: Sequence[list[Span]]) -> None:
        self._text = text
        self.entities = dict(entities)
        self._spans = spans

    def _of(self, span: Span) -> Entity | None:
        return self.entities.get(name_key(self._text[span.start : span.end]))

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
        for sentence in self._spans:
            for one, other in zip(sentence, sentence[1:], strict=False):
                between = self._text[one.end : other.start]
                if between not in (" and ", ", ", ", and ", " & "):
                    continue
                pair = self._of(one), self._of(other)
                if pair[0] is None or pair[1] is None or pair[0].kind is pair[1].kind:
                    continue
                for person, beside in (pair, pair[::-1]):
                    if person.kind is Kind.PERSON and _may_be_person(beside):  # type: ignore[union-attr]
                        before = self._text[max(0, one.start - 100) : one.start]
                        after = self._text[other.end : other.end + 30]
                        if _PLURAL_ROLE.search(before) or re.match(
                            r", (?:its |the )?(?:co-?)?founders", after
                        ):
                            beside.kind = Kind.PERSON  # type: ignore[union-attr]
        last: dict[str, list[Entity]] = defaultdict(list)
        for key, entity in self.entities.items():
            if entity.kind is Kind.PERSON and " " in key:
                last[key.rsplit(" ", 1)[1]].append(entity)
        for key, entity in list(self.entities.items()):
            if " " in key or entity.entry is not None or entity.kind in (Kind.OUTLET, Kind.PLACE):
                continue
            people = {id(e): e for e in last.get(key, ())}
            if len(people) == 1:
                self._merge(entity, next(iter(people.values())))
            elif people or (key.endswith("s") and self._is_family(key[:-1])):
                entity.kind = Kind.PERSON

    def _is_family(self, key: str) -> bool:
        """Whether those called so in the plural are a family of the article."""
        one = self.entities.get(key)
        of_a_name = any(k.endswith(f" {key}") for k in self.entities)
        named = f"the {key.title()}s" in self._text
        return named and (of_a_name or (one is not None and one.entry is None))

    def join_short_forms(self) -> None:
        """A name that begins exactly one longer name of its kind means that one."""
        longer: dict[str, dict[int, Entity]] = defaultdict(dict)
        for key, entity in self.entities.items():
            parts = key.split(" ")
            for length in range(1, len(parts)):
                longer[" ".join(parts[:length])][id(entity)] = entity
        for key, entity in sorted(self.entities.items(), key=lambda item: -len(item[0])):
            candidates = {
                id(e): e
                for e in longer.get(key, {}).values()
                if (e.kind is entity.kind or Kind.PLACE in (e.kind, entity.kind))
                and e is not entity
            }
            candidates = {i: e for i, e in candidates.items() if not self._another(entity, e, key)}
            if len(candidates) == 1 and entity.entry is None and entity.kind is not Kind.PLACE:
                self._merge(entity, next(iter(candidates.values())))

    def _another(self, short: Entity, full: Entity, key: str) -> bool:
        """Whether a longer name is another's, and not the short one in full."""
        rest = name_key(full.name)[len(key) :].split()
        if full.kind is Kind.PLACE:
            return True
        legal = any(f != short.name and name_key(f) == key and " " in f for f in short.forms)
        return bool(rest) and rest[0] in _OF_ITS_OWN and (legal or short.first < full.first)

    def join_acronyms(self) -> None:
        """ "BFL" is Black Forest Labs, if nobody else's initials are so."""
        by_initials: dict[str, dict[int, Entity]] = defaultdict(dict)
        for entity in list(self.entities.values()):
            for form in entity.forms | {entity.name}:
                initials = "".join(w[0] for w in re.findall(r"[^\W_]+", form) if w[0].isupper())
                if len(initials) >= 3:
                    by_initials[initials][id(entity)] = entity
        for entity in list({id(e): e for e in self.entities.values()}.values()):
            name = entity.name
            full = by_initials.get(name, {}) if name.isupper() and 3 <= len(name) <= 5 else {}
            full = {i: e for i, e in full.items() if e is not entity}
            if len(full) == 1 and entity.entry is None:
                into = next(iter(full.values()))
                if into.kind is entity.kind or entity.kind is Kind.COMPANY:
                    self._merge(entity, into)

    def join_aliases(self) -> None:
        """What brackets and "formerly" say to be the same."""
        ends: dict[int, Span] = {}
        starts: dict[int, Span] = {}
        for sentence in self._spans:
            for span in sentence:
                ends[span.end] = starts[span.start] = span
        for match in _ALIAS.finditer(self._text):
            span = ends.get(match.start()) or ends.get(match.start() - 1)
            alias = self.entities.get(name_key(match[1]))
            full = self._of(span) if span else None
            if alias is None or full is None or alias is full:
                continue
            alike = alias.kind is full.kind or alias.entry is None
            if alike and _may_be_short_for(match[1], full.name):
                self._merge(alias, full)
        for end, span in list(ends.items()):
            called = _CALLED.match(self._text, end)
            other = starts.get(called.end()) if called and called.end() > end + 3 else None
            one, same = self._of(span), self._of(other) if other else None
            if one is None or same is None or one is same or same.kind is not one.kind:
                continue
            if same.entry is None or one.entry is None:
                self._merge(same, one)

    def find_makers(self) -> None:
        """Products by their makers: "X, the maker of Y", "Y maker X"."""
        for sentence in self._spans:
            for one, other in zip(sentence, sentence[1:], strict=False):
                between = self._text[one.end : other.start]
                if _S_MAKER.fullmatch(between):
                    self._made(self._of(one), self._of(other))
                elif _MAKER_OF.fullmatch(between):
                    self._made(self._of(other), self._of(one))

    @staticmethod
    def _made(product: Entity | None, maker: Entity | None) -> None:
        if product is None or maker is None or product is maker or product.entry is not None:
            return
        if maker.kind is Kind.COMPANY and product.kind in (Kind.COMPANY, Kind.PRODUCT):
            product.kind = Kind.PRODUCT
            product.maker = maker


def _may_be_person(entity: Entity | None) -> bool:
    if entity is None or entity.kind not in (Kind.COMPANY, Kind.PLACE) or entity.entry is not None:
        return False
    parts = entity.name.split()
    return (
        1 < len(parts) < 4
        and all(p[0].isupper() and not p.isupper() and p.replace("-", "").isalpha() for p in parts)
        and not any(p.lower() in words("firm_words") for p in parts)
        and not all(is_english(p.lower()) for p in parts)
    )


def _may_be_short_for(alias: str, full: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", full))
    return (
        alias.upper().replace("&", "")[:2] == initials.upper()[:2]
        or alias.casefold()[:3] == full.casefold()[:3]
        or alias.isupper()
    )
