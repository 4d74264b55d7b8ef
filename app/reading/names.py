"""Names: who and what an article speaks of, by a grammar of names and the names known beforehand.

A name is a run of capitalised words. Where a capital means nothing, at the start of a sentence and
in headlines of capitals, the rest of the article decides. Unknown companies are the normal case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from app.reading.gazetteer import Entry, Gazetteer
from app.reading.money import Money
from app.reading.text import Page, Place, Sentence
from app.reading.words import words


class Kind(StrEnum):
    """What a name is the name of; ``company`` unless the article gives another reason."""

    COMPANY = "company"
    PRODUCT = "product"
    PERSON = "person"
    OUTLET = "outlet"
    PLACE = "place"


@dataclass(slots=True)
class Entity:
    """One who is spoken of. ``name`` is the fullest form the article uses, without legal form."""

    name: str
    kind: Kind
    entry: Entry | None = None
    forms: set[str] = field(default_factory=set)
    first: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at its place in ``Page.text``; ``end`` excludes a possessive ``'s``."""

    start: int
    end: int
    entity: Entity

    @property
    def kind(self) -> Kind:
        return self.entity.kind


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    lower: str


class Known:
    """A gazetteer made ready: the longest known name at a place is found in one step a word."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for entry in gazetteer:
            parts = tuple(token.text for token in _tokens(entry.name, 0, len(entry.name)))
            if parts and len(entry.name) > 1:
                self._by_first.setdefault(parts[0], []).append((parts, entry))
        for candidates in self._by_first.values():
            # Longest first; a company before a product of the same name.
            candidates.sort(key=lambda c: (-len(c[0]), c[1].product is not None, c[1].slug))

    def match(self, tokens: list[_Token], at: int) -> tuple[int, Entry] | None:
        """How many tokens from ``at`` on are a known name, and whose."""
        for parts, entry in self._by_first.get(tokens[at].text, ()):
            if len(parts) <= len(tokens) - at and all(
                tokens[at + n].text == part for n, part in enumerate(parts)
            ):
                return len(parts), entry
        return None

    def of(self, name: str) -> Entry | None:
        tokens = list(_tokens(name, 0, len(name)))
        found = self.match(tokens, 0) if tokens else None
        if found is None:
            return None
        # "ChatGPT Plus" is a kind of ChatGPT.
        whole = found[0] == len(tokens) or (
            found[1].product is not None
            and all(t.lower in _EDITIONS or t.text[0].isdigit() for t in tokens[found[0] :])
        )
        return found[1] if whole else None


_EDITIONS = frozenset(
    "plus pro max mini ultra turbo enterprise team teams edu go air nano flash opus sonnet haiku code".split()
)
_WORD = re.compile(
    r"(?:[A-Z]\.){2,4}(?![A-Za-z])|[^\W_]{1,80}(?:(?:[.'&+@/]|-(?!-))[^\W_]{1,80}){0,8}"
)
_POSSESSIVE = re.compile(r"'s?$", re.IGNORECASE)
# "X-backed", "X-based": a name with what it does to the word that follows.
_SUFFIXES = frozenset(
    "based backed owned led founded listed controlled funded incubated headquartered born style like"
    " maker parent run built developed linked affiliated invested area".split()
)
_TELLS_KIND = frozenset(
    "startup start-up scale-up scaleup fintech biotech unicorn ex-google".split()
)
_JOINS_OF = frozenset(
    "bank university ministry department board institute government bureau house college school"
    " court kingdom people academy museum church port fund council".split()
)
# "Industrial group X", "Wealth manager X": the first word tells what X is.
_DESCRIBES = re.compile(
    r" (?:[a-z-]{2,16} ){0,2}(?:group|manager|makers?|chains?|firm|company|companies|start-?ups?|giants?|developer|provider"
    r"|lender|bank|insurer|platform|retailer|operator|specialist|app|unicorn|producer|supplier|builder|broker|miner|agency"
    r"|manufacturer|business|brand|service|outfit|house|publisher|distributor|designer|recycler|marketplace|lab|fund) (?=[^\W\d_a-z]|[a-z]+[A-Z])"
)
_VERB_LIKE = re.compile(
    r",? (?:has|have|is|was|were|will|would|said|says|raised|raises|announced|plans|agreed|closed|secured|to|had|in talks)\b"
)


def _tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    for match in _WORD.finditer(text, start, end):
        word = match[0]
        possessive = _POSSESSIVE.search(word) if "'" in word else None
        if possessive and possessive.start() > 0:
            word = word[: possessive.start()]
        yield _Token(match.start(), match.start() + len(word), word, word.lower())


def _capital(word: str) -> bool:
    first = word[0]
    if first.isupper():
        return True
    if first.isdigit():
        return any(c.isupper() for c in word) and not word[0:2].isdigit()
    return any(c.isupper() for c in word[1:])


def name_key(name: str) -> str:
    """A name without case, legal form and article, for telling the same from the other."""
    parts = re.findall(r"[^\W_]+", name.casefold())
    while len(parts) > 1 and parts[-1] in words("legal_forms"):
        parts.pop()
    if len(parts) > 1 and parts[0] == "the":
        parts = parts[1:]
    return " ".join(parts)


class Names:
    """All mentions of an article, by sentence."""

    def __init__(self, page: Page, money: list[Money], known: Known) -> None:
        self._page = page
        self._known = known
        self._money = [(m.start, m.end) for m in money]
        self._entities: dict[str, Entity] = {}
        told = [s for s in page.sentences if s.place is not Place.FURNITURE]
        self._by_sentence = {s.index: list(_tokens(page.text, s.start, s.end)) for s in told}
        self._inner, self._starts, self._lower = self._evidence(told)
        self._small = self._small_names(told)
        body = [s for s in told if s.place is not Place.TITLE]
        spans = {s.index: self._spans(s) for s in body}
        self._register(spans[s.index] for s in body)
        for sentence in told:
            if sentence.place is Place.TITLE:
                spans[sentence.index] = self._title_spans(sentence)
                self._register([spans[sentence.index]])
        self._join_forms()
        self.mentions = {index: self._mentions(found) for index, found in spans.items()}

    @property
    def entities(self) -> list[Entity]:
        return list({id(e): e for e in self._entities.values()}.values())

    def entity(self, name: str) -> Entity | None:
        return self._entities.get(name_key(name))

    # What the article as a whole tells of its capitals.

    def _small_names(self, sentences: list[Sentence]) -> set[str]:
        """Names that are written small: a paragraph or headline begins with them even so."""
        found: set[str] = set()
        paragraph = -1
        for sentence in sentences:
            if sentence.paragraph == paragraph:
                continue
            paragraph = sentence.paragraph
            tokens = self._by_sentence[sentence.index]
            if tokens and tokens[0].text[:1].islower() and len(tokens[0].text) > 3:
                word = tokens[0].text
                common = tokens[0].lower in words("openers") | words("ordinary")
                if not common and self._page.text.count(word) > 1 and word.isalnum():
                    found.add(word)
        return found

    def _evidence(self, sentences: list[Sentence]) -> tuple[Counter[str], Counter[str], set[str]]:
        """Capitals within sentences, those of them that no other precedes, and small words."""
        inner: Counter[str] = Counter()
        starts: Counter[str] = Counter()
        lower: set[str] = set()
        for sentence in sentences:
            tokens = self._by_sentence[sentence.index]
            if sentence.place is Place.TITLE and self._all_capitals(tokens):
                continue
            for position, token in enumerate(tokens):
                if not _capital(token.text):
                    lower.add(token.lower)
                elif position and not self._begins(token):
                    inner[token.text] += 1
                    before = tokens[position - 1]
                    if not _capital(before.text) or token.start - before.end > 1:
                        starts[token.text] += 1
        return inner, starts, lower

    def _begins(self, token: _Token) -> bool:
        before = self._page.text[max(0, token.start - 3) : token.start].rstrip(" ")
        return before.endswith(('"', ":", ".", "-", "•", "\n"))

    @staticmethod
    def _all_capitals(tokens: list[_Token]) -> bool:
        long = [t for t in tokens if len(t.text) > 3 and t.text[0].isalpha()]
        capitals = sum(1 for t in long if t.text[0].isupper())
        return len(long) >= 3 and capitals >= 0.7 * len(long)

    # Runs of capitals.

    def _spans(self, sentence: Sentence) -> list[tuple[int, int, Entry | None]]:
        tokens = self._by_sentence[sentence.index]
        found: list[tuple[int, int, Entry | None]] = []
        at = 0
        while at < len(tokens):
            length, span = self._name_at(tokens, at)
            if span:
                found.append(span)
            at += max(1, length)
        return found

    def _name_at(
        self, tokens: list[_Token], at: int
    ) -> tuple[int, tuple[int, int, Entry | None] | None]:
        token = tokens[at]
        if self._in_money(token.start):
            return 1, None
        initial = at == 0 or self._begins(token)
        if token.text in self._small:
            return 1, (token.start, token.end, None)
        placed = self._place_at(tokens, at)
        if placed:
            return placed, (token.start, tokens[at + placed - 1].end, None)
        run = self._run(tokens, at) if _capital(token.text) else 0
        known = self._known.match(tokens, at)
        if known and "'s" in self._page.text[token.start : tokens[at + known[0] - 1].end]:
            known = None
        if (
            known
            and known[0] >= run
            and not (initial and known[0] == 1 and not self._trusted(token))
        ):
            return known[0], (token.start, tokens[at + known[0] - 1].end, known[1])
        if not run:
            return 1, None
        if initial and token.lower in words("openers") and not self._the_name(tokens, at, run):
            return 1, None
        if token.lower in words("months") or token.lower in words("weekdays"):
            return 1, None
        national = token.lower in words("descriptive")
        if (national and (initial or run < 3)) or (
            token.lower in words("titles") and run > 1 and token.lower not in ("mint",)
        ):
            return 1, None
        if run == 1 and not self._single(token, initial):
            return 1, None
        if run > 1 and token.lower in _TELLS_KIND:
            return 1, None
        if initial and run > 1 and not self._initial_run(tokens, at, run):
            return 1, None
        last = tokens[at + run - 1]
        head, _, tail = last.text.rpartition("-")
        if head and tail in _SUFFIXES:
            return run, (token.start, last.start + len(head), None)
        return run, (token.start, last.end, None)

    def _place_at(self, tokens: list[_Token], at: int) -> int:
        """How many tokens from ``at`` on are a place of several words."""
        for length in (4, 3, 2):
            last = at + length - 1
            if last < len(tokens) and _capital(tokens[at].text) and _capital(tokens[last].text):
                phrase = self._page.text[tokens[at].start : tokens[last].end].lower()
                following = self._page.text[tokens[last].end : tokens[last].end + 2]
                if phrase in words("places") and not (
                    following[:1] == " " and following[1:].isupper()
                ):
                    return length
        return 0

    def _run(self, tokens: list[_Token], at: int) -> int:
        """How many tokens from ``at`` on make one capitalised run."""
        text = self._page.text
        length = 1
        while at + length < len(tokens) and length < 9:
            here, following = tokens[at + length - 1], tokens[at + length]
            between = text[here.end : following.start]
            if self._in_money(following.start) or self._place_at(tokens, at + length):
                break
            if "-" in here.text and here.text.rsplit("-", 1)[1][:1].islower():
                break
            if between == " of " or (between == " " and following.text == "of"):
                if here.lower not in _JOINS_OF or at + length + 1 >= len(tokens):
                    break
                after = tokens[at + length + 1]
                if not _capital(after.text):
                    break
                length += 2
                continue
            legal = following.lower in words("legal_forms") and _capital(following.text)
            if between not in (" ", " & ", ". ") and not (legal and between in (", ", "., ")):
                break
            if between == ". " and len(here.text.rstrip(".")) > 2 and here.lower != "st":
                break
            if not _capital(following.text) and not (legal and between != " "):
                break
            if following.lower in ("series", "ceo", "ipo", "cfo", "cto", "president", "chief"):
                break
            if following.lower in words("months") and following.lower not in ("march", "may"):
                break
            if following.lower in words("weekdays"):
                break
            length += 1
        return length

    def _in_money(self, place: int) -> bool:
        return any(start <= place < end for start, end in self._money)

    def _the_name(self, tokens: list[_Token], at: int, run: int) -> bool:
        # "The Chernin Group" at the start of a sentence, if it is written so within one.
        return (
            run > 1
            and self._inner[tokens[at].text] > 0
            and tokens[at].text == "The"
            and (f"the {tokens[at + 1].text}" not in self._page.text)
            and self._page.text.count(f", The {tokens[at + 1].text}") > 0
        )

    def _trusted(self, token: _Token) -> bool:
        return token.lower not in words("openers") and (
            token.lower not in words("ordinary") or self._inner[token.text] > 0
        )

    def _single(self, token: _Token, initial: bool) -> bool:
        text = token.text
        if len(text) < 2 or token.lower in words("months") or token.lower in words("weekdays"):
            return False
        head, _, tail = text.rpartition("-")
        if tail in _SUFFIXES:
            return self._single_word(head, initial) and len(head) > 1
        if (
            head
            and not _capital(tail)
            and (initial or text.split("-")[0].lower() in words("ordinary"))
        ):
            return False
        return self._single_word(text, initial, token)

    def _single_word(self, text: str, initial: bool, token: _Token | None = None) -> bool:
        lower = text.lower()
        mixed = any(c.isupper() for c in text[1:]) or any(c.isdigit() for c in text)
        if lower in words("descriptive") or lower in words("titles"):
            return False
        if lower in words("ordinary") or lower in words("openers"):
            return False
        if lower.endswith("s") and lower[:-1] in words("ordinary") and initial:
            return False
        if not initial or mixed:
            return True
        if (
            token is not None
            and self._starts[text] == 0
            and _DESCRIBES.match(self._page.text, token.end)
        ):
            return False
        if self._inner[text] > 0:
            return True
        if lower in self._lower:
            return False
        if token is not None and lower.endswith(("ing", "ly", "ed")):
            after = self._page.text[token.end : token.end + 14]
            return after.startswith("'s") or bool(_VERB_LIKE.match(after))
        return True

    def _initial_run(self, tokens: list[_Token], at: int, run: int) -> bool:
        """Whether the first word of a sentence belongs to the name that follows it."""
        first, second = tokens[at], tokens[at + 1]
        if first.lower in words("openers") or first.lower in words("descriptive"):
            return False
        if self._inner[first.text] > 0 or second.lower in words("legal_forms"):
            return True
        if first.lower in words("ordinary") and self._starts[second.text] > 0:
            alone = f"{first.text} {second.text}"
            return self._page.text.count(alone) > 1
        if self._inner[first.text] == 0 and self._starts[second.text] > 0:
            return self._page.text.count(f"{first.text} {second.text}") > 1
        return first.lower not in self._lower or first.lower not in words("ordinary")

    def _title_spans(self, sentence: Sentence) -> list[tuple[int, int, Entry | None]]:
        tokens = self._by_sentence[sentence.index]
        if not self._all_capitals(tokens):
            return self._spans(sentence)
        forms = sorted(
            {form for entity in self._entities.values() for form in entity.forms},
            key=lambda form: (-len(form), form),
        )
        found: list[tuple[int, int, Entry | None]] = []
        taken = [False] * (sentence.end - sentence.start + 1)
        line = self._page.text[sentence.start : sentence.end]
        for form in forms[:400]:
            place = line.find(form)
            while place >= 0:
                end = place + len(form)
                alone = not line[end : end + 1].isalnum() and not line[place - 1 : place].isalnum()
                if alone and not any(taken[place:end]):
                    found.append((sentence.start + place, sentence.start + end, None))
                    taken[place:end] = [True] * len(form)
                place = line.find(form, end)
        at = 0
        while at < len(tokens):
            known = self._known.match(tokens, at)
            length = known[0] if known else 1
            first, last = tokens[at].start, tokens[at + length - 1].end
            if (
                known
                and (length > 1 or self._trusted(tokens[at]))
                and not any(taken[first - sentence.start : last - sentence.start])
            ):
                found.append((first, last, known[1]))
            at += length
        return sorted(found, key=lambda span: span[0])

    # Who is meant.

    def _register(self, spans: Iterable[list[tuple[int, int, Entry | None]]]) -> None:
        for sentence in spans:
            for start, end, entry in sentence:
                form = self._page.text[start:end]
                key = name_key(form)
                if not key:
                    continue
                entity = self._entities.get(key)
                if entity is None:
                    entry = entry or self._known.of(form)
                    name = _without_legal_form(form)
                    entity = Entity(name, Kind.COMPANY, entry, first=start)
                    entity.kind = self._kind(name, start, end, entry)
                    self._entities[key] = entity
                elif entity.kind is Kind.COMPANY and entity.entry is None:
                    entity.kind = self._kind(entity.name, start, end, None)
                entity.forms.add(form)

    def _kind(self, name: str, start: int, end: int, entry: Entry | None) -> Kind:
        before = self._page.text[max(0, start - 60) : start]
        after = self._page.text[end : end + 60]
        if entry is not None and entry.product:
            return Kind.PRODUCT
        if entry is not None and not _is_person(name, "", ""):
            return Kind.COMPANY
        if self._is_outlet(name, before, after):
            return Kind.OUTLET
        if name.lower() in words("places"):
            return Kind.PLACE
        if _is_person(name, before, after):
            return Kind.PERSON
        return Kind.COMPANY

    def _is_outlet(self, name: str, before: str, after: str) -> bool:
        bare = name.removeprefix("The ")
        if name in words("ambiguous_outlets"):
            return bool(_REPORTED_BY.search(before) or _REPORTS.match(after))
        return (
            name in words("outlets")
            or (f"The {name}" in words("outlets") and bare != "Information")
            or bare in words("outlets")
            or (name.isupper() and name in _capitals_of_outlets())
        )

    def _join_forms(self) -> None:
        """Short forms and acronyms mean the one full form that they can stand for."""
        text = self._page.text
        for key, entity in list(self._entities.items()):
            longer = {
                id(e): e
                for k, e in self._entities.items()
                if k != key and k.startswith(f"{key} ") and e.kind is entity.kind
            }
            if len(longer) == 1 and entity.entry is None:
                self._merge(key, entity, next(iter(longer.values())))
            elif entity.kind in (Kind.COMPANY, Kind.PERSON) and entity.entry is None:
                people = {
                    id(e): e
                    for k, e in self._entities.items()
                    if e.kind is Kind.PERSON and k.endswith(f" {key}")
                }
                if len(people) == 1:
                    self._merge(key, entity, next(iter(people.values())))
        for match in _ALIAS.finditer(text):
            alias = self._entities.get(name_key(match[1]))
            full = next(
                (
                    e
                    for e in self._entities.values()
                    if any(text.endswith(f, 0, match.start()) for f in e.forms)
                ),
                None,
            )
            if (
                alias is not None
                and full is not None
                and alias is not full
                and (alias.kind is full.kind or alias.entry is None)
                and _may_be_short_for(match[1], full.name)
            ):
                self._merge(name_key(match[1]), alias, full)

    def _merge(self, key: str, entity: Entity, into: Entity) -> None:
        into.forms |= entity.forms
        into.first = min(into.first, entity.first)
        for other, known in list(self._entities.items()):
            if known is entity:
                self._entities[other] = into
        self._entities[key] = into

    def _mentions(self, spans: list[tuple[int, int, Entry | None]]) -> list[Mention]:
        text = self._page.text
        return [
            Mention(
                start, _past_legal_form(text, start, end), self._entities[name_key(text[start:end])]
            )
            for start, end, _ in spans
            if name_key(text[start:end])
        ]


def _past_legal_form(text: str, start: int, end: int) -> int:
    """The end of a name with the full stop of its "Inc."."""
    legal = text[start:end].rsplit(" ", 1)[-1].lower() in words("legal_forms")
    return end + 1 if legal and text[end : end + 1] == "." else end


_REPORTED_BY = re.compile(
    r"(?:according to|told|reported by|report (?:by|from|in)) (?:the )?$", re.I
)


@cache
def _capitals_of_outlets() -> frozenset[str]:
    return frozenset(name.upper() for name in words("outlets"))


_REPORTS = re.compile(r",? (?:has |had |first |also )?(?:report|said|wrote|citing|noted)", re.I)
_ALIAS = re.compile(r" ?\((?:or |the |\")?([^\W_][\w&.-]{1,20})\"?\)")


def _may_be_short_for(alias: str, full: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", full))
    return (
        alias.upper().replace("&", "")[:2] == initials.upper()[:2]
        or alias.casefold()[:3] == full.casefold()[:3]
        or alias.isupper()
    )


def _without_legal_form(form: str) -> str:
    parts = form.replace(",", " ").split()
    while len(parts) > 1 and parts[-1].lower() in words("legal_forms"):
        parts.pop()
    return form if len(parts) == len(form.split()) else " ".join(parts)


_BEFORE_PERSON = re.compile(
    r"(?:\b(?:ceo|cfo|coo|cto|president|chairman|chairwoman|co-?founders?|founders?|analysts?|partners?|director"
    r"|executives?|officer|professor|prof\.?|dr\.?|mr\.?|mrs\.?|ms\.?|sir|billionaire|entrepreneurs?|investor"
    r"|researchers?|scientist|minister|secretary|senator|judge|spokes(?:man|woman|person)|economist|strategist"
    r"|head|boss|chief|angel investors? including|said|added|named|by ceo)(?: and ceo)?,? )$",
    re.IGNORECASE,
)
_AFTER_PERSON = re.compile(
    r"(?:'s? )?,? ?(?:the |a |an |its |who |formerly |former |now )?(?:(?:co-?)?founder|ceo|cfo|chief|president|chair"
    r"|analyst|general partner|managing|partner|professor|head of|who\b|vice president|an analyst|spokes)",
    re.IGNORECASE,
)


def _is_person(name: str, before: str, after: str) -> bool:
    parts = name.split()
    if name in words("not_people"):
        return False
    if parts[-1].lower() in words("legal_forms") or not all(p[0].isupper() for p in parts):
        return False
    if any(c.isdigit() or c == "&" for c in name) or len(parts) > 4:
        return False
    if len(parts) > 1 and parts[0].lower() in words("first_names"):
        return True
    if len(parts) > 1 and parts[-1].lower() in words("ordinary"):
        return False
    if len(parts) == 1:
        return bool(re.search(r"\b(?:mr|ms|mrs|dr|prof)\.? $", before, re.I))
    return bool(_BEFORE_PERSON.search(before) or _AFTER_PERSON.match(after))
