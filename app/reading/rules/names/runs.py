"""Where names stand in a text: runs of capitalised words, and how far each reaches.

Where a capital means nothing, at the start of a sentence and in headlines of capitals, the rest of
the article decides. Unknown names are the normal case.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from app.reading.rules.names.capitals import Capitals
from app.reading.rules.names.entities import Span
from app.reading.rules.names.known import Known
from app.reading.rules.names.tokens import Token
from app.reading.rules.text import Sentence
from app.reading.words import is_english, phrases, words

_LONGEST = 9
"""Words of the longest name."""

# "Industrial group X", "Wealth manager X": the first words tell what X is.
_DESCRIBES = re.compile(
    r" (?:[a-z-]{2,16} ){0,2}(?:group|manager|chains?|firm|company|companies|start-?ups?"
    r"|giants?|developer|provider|lender|bank|insurer|platform|retailer|operator|specialist|app"
    r"|unicorn|producer|supplier|builder|broker|miner|agency|manufacturer|business|brand|service"
    r"|outfit|house|publisher|distributor|designer|recycler|marketplace|lab|fund)"
    r" (?=[^\W\d_a-z]|[a-z]+[A-Z])"
)
_MAKES = re.compile(r" makers? (?=[^\W\d_a-z])")
# What is said of a company and of little else: a name precedes, even if it is an ordinary word.
_OF_A_COMPANY = re.compile(
    r",? (?:has |have |had |is |also |just |reportedly |now |itself |recently ){0,3}"
    r"(?:raised|raises|raising|secured|secures|closed|closes|nabs|nabbed|snags|snagged|bags|bagged"
    r"|lands|landed|acquires|acquired|acquiring|buys|in talks|in advanced talks|seeking|agreed"
    r"|announced|confirmed|declined|hired|launched|plans to|filed|was founded|was (?:last )?valued"
    r"|valued at|based in|backed by|aims to|did not|didn't)\b"
    r"|,? (?:which|whose) |, (?:founded|based|backed|headquartered|formerly|valued|led) "
    r"|, an? (?:[a-z-]{2,16} ){0,3}"
    r"(?:start-?up|company|maker|firm|platform|developer|provider|app|lab|unicorn)\b"
    r"|(?: [a-z]+){1,3} its (?:founders?|ceo|chief|employees|staff|workforce|valuation|backers"
    r"|investors|shareholders|customers|headquarters|app)\b"
    r"|,? (?:inc|corp|ltd|llc|plc|ag|sa|se)\b"
    r"|'s (?:valuation|round|backers|investors|ceo|founders?|chief|revenue|app|platform|software"
    r"|models?)\b"
    r"| \((?:NASDAQ|NYSE|formerly|backed|YC)",
    re.IGNORECASE,
)
# "(NASDAQ: ABCD)": a symbol follows, not a name.
_EXCHANGE = re.compile(
    r"(?:NASDAQ|Nasdaq|NYSE|NYSEAMERICAN|OTC[A-Z]*|TSXV?|LSE|AIM|ASX|HKEX|BSE|NSE|symbol|ticker"
    r"|under)[^)\w]{1,4}$"
)
_DATING = frozenset(
    ["in", "on", "of", "since", "last", "this", "early", "late", "mid", "until", "by"]
)
# "12 Flags" and "2am VC" are names; "Chapter 11" and "Section 232" are none.
_COUNT = re.compile(r"\d{1,4}(?:am|AM|pm|PM|i|x)?")
_NUMBER = re.compile(r" \d{1,3}\b(?! ?(?:%|percent|million|billion))")
# "Scale and Anthropic have": beside a name that is surely one stands a name.
_BESIDE = re.compile(r"(?:, [A-Z][\w.]+(?: [A-Z][\w.]+)?){0,4},? and ([A-Z][\w.]+)")


class Runs:
    """The names of the sentences of a text, by their place. ``money`` are the spans of its sums."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        money: Sequence[tuple[int, int]],
        known: Known,
    ) -> None:
        self._text = text
        self._known = known
        self._money = sorted(money)
        self._money_starts = [start for start, _ in self._money]
        self._capitals = Capitals(text, sentences)

    def is_headline(self, sentence: Sentence) -> bool:
        return self._capitals.is_headline(sentence)

    def spans(self, sentence: Sentence, forms: Sequence[str] = ()) -> list[Span]:
        """The names of a sentence; in a headline of capitals, those known and those of ``forms``.

        ``forms`` are names of the rest of the text, the longest first.
        """
        line = self._capitals.tokens[sentence.index]
        if self._capitals.is_headline(sentence):
            return self._in_capitals(sentence, line, forms)
        found: list[Span] = []
        at = 0
        while at < len(line):
            length, span = self._name_at(line, at)
            if span:
                found.append(span)
            at += max(1, length)
        return found

    def _name_at(self, line: list[Token], at: int) -> tuple[int, Span | None]:
        """How many tokens to pass over at ``at``, and the name that they are, if they are one."""
        token = line[at]
        known = self._known.match(line, at)
        if not token.capital and not known:
            return self._without_capital(line, at)
        if self._in_money(token.start):
            return 1, None
        placed = self._place_at(line, at)
        if placed:
            return placed, Span(token.start, line[at + placed - 1].end)
        initial = at == 0 or self._capitals.begins(token)
        run = self._run(line, at) if token.capital else 0
        if known and "'s" in self._text[token.start : line[at + known[0] - 1].end]:
            known = None
        if (
            known
            and known[0] >= run
            and not (initial and known[0] == 1 and not self._trusted(token))
        ):
            return known[0], Span(token.start, line[at + known[0] - 1].end, known[1])
        if not run:
            return 1, None
        if run == 1 and self._is_symbol(token):
            return 1, None
        passed = self._not_of_the_name(line, at, run, initial)
        if passed:
            return passed, None
        last = line[at + run - 1]
        head, _, tail = last.text.rpartition("-")
        end = last.start + len(head) if head and tail in words("compound_tails") else last.end
        ticker = at + run < len(line) and _is_ticker(line[at : at + run], line[at + run])
        return run + ticker, Span(token.start, end)

    def _is_symbol(self, token: Token) -> bool:
        """Whether a word is a company's symbol at an exchange: "(NASDAQ: ABCD)"."""
        before = self._text[max(0, token.start - 24) : token.start]
        return token.text.isupper() and bool(_EXCHANGE.search(before))

    def _without_capital(self, line: list[Token], at: int) -> tuple[int, Span | None]:
        """A name written small, or one that a number begins: "12 Flags"."""
        token = line[at]
        if (token.text,) in self._capitals.small:
            return 1, Span(token.start, token.end)
        if at + 1 == len(line):
            return 1, None
        following = line[at + 1]
        if (token.text, following.text) in self._capitals.small:
            return 2, Span(token.start, following.end)
        counts = following.capital and _COUNT.fullmatch(token.text)
        if counts and self._text[token.end : following.start] == " ":
            run = self._run(line, at + 1)
            if self._number_begins(line, at, run):
                return run + 1, Span(token.start, line[at + run].end)
        return 1, None

    def _number_begins(self, line: list[Token], at: int, run: int) -> bool:
        token, following = line[at], line[at + 1]
        if self._in_money(token.start):
            return False
        if any(
            following.lower in words(t) for t in ("descriptive", "months", "places", "ordinary")
        ):
            return following.lower in words("firm_words") and not token.text.isdigit()
        if at == 0:
            return following.text.isupper()
        end = line[at + run].end
        listed = line[at - 1].lower in ("by", "from", "with", "including", "and")
        ends = self._text[end : end + 1] in (",", ".", ";", ")") or self._text.startswith(
            " and ", end
        )
        return listed and ends and not self._known.match(line, at + 1)

    def _not_of_the_name(self, line: list[Token], at: int, run: int, initial: bool) -> int:
        """How many tokens of a run do not belong to a name, from its first on; 0 if it does."""
        token = line[at]
        dated = token.lower in words("months") or token.lower in words("weekdays")
        if dated and not self._named_after_month(line, at, run):
            return 1
        opens = initial and token.lower in words("openers") and not dated
        if opens and not self._the_name(line, at, run):
            return 1
        title = _title_at(line, at, self._text)
        if title and not (run == title + 1 and line[at + title].lower in words("firm_words")):
            return title
        if token.lower in words("descriptive") and not self._national_name(line, at, run):
            return 1
        if run == 1:
            return 0 if self._single(token, initial) else 1
        last = line[at + run - 1]
        if last.lower in words("no_players"):
            return run
        if self._text[token.start : last.end] in words("no_names"):
            return run
        if initial and self._is_heading(line, at, run):
            return run
        if self._tells_kind(line, at, initial):
            return 1
        if token.lower in words("places") and at and line[at - 1].lower == "in":
            second = line[at + 1]
            known = self._known.match(line, at + 1)
            if known or (self._capitals.starts[second.text] > 0 and not is_english(second.lower)):
                return 1
        if self._describes(line, at, run):
            return run
        if initial and not self._initial_run(line, at):
            return 1
        return 0

    def _national_name(self, line: list[Token], at: int, run: int) -> bool:
        """Whether "American" and the like begin a name, as in "American Airlines"."""
        token = line[at]
        if run == 1 or token.lower in words("never_first"):
            return False
        if token.lower in ("ai", "us", "uk"):
            return run > 2
        second = line[at + 1].lower
        if second in words("lead_ins") and run > 2:
            return False
        if token.lower in words("directions") and at and not self._capitals.begins(token):
            return second not in words("ordinary") and second not in words("descriptive")
        if second in words("descriptive"):
            return run > 2
        return run > 2 or second in words("firm_words")

    def _tells_kind(self, line: list[Token], at: int, initial: bool) -> bool:
        """Whether the first word of a run tells what the rest is: "Rival X", "Nordic VC X"."""
        token = line[at]
        if (
            token.lower not in words("lead_ins")
            or self._text.count(f"{token.text} {line[at + 1].text}") > 2
        ):
            return False
        if initial or token.lower in ("startup", "start-up", "scale-up", "scaleup"):
            return True
        before = line[at - 1] if at else None
        return (
            before is not None
            and before.lower in words("descriptive")
            and self._text[before.end : token.start] == " "
        )

    def _is_heading(self, line: list[Token], at: int, run: int) -> bool:
        """Whether a run of ordinary words is what an item is about: "Technology Deployment: …"."""
        start, end = line[at].start, line[at + run - 1].end
        return (
            self._text[end : end + 2] == ": "
            and self._text.count(self._text[start:end]) == 1
            and all(
                is_english(part) for token in line[at : at + run] for part in token.lower.split("-")
            )
        )

    def _describes(self, line: list[Token], at: int, run: int) -> bool:
        """Whether a run of ordinary words tells what the name after it is: "Cloud GPU firm X"."""
        if not all(
            is_english(t.lower) or t.lower in words("descriptive") for t in line[at : at + run]
        ):
            return False
        end = line[at + run - 1].end
        return bool(_DESCRIBES.match(self._text, end) or _MAKES.match(self._text, end))

    def _place_at(self, line: list[Token], at: int) -> int:
        """How many tokens from ``at`` on are a place of several words."""
        for length in phrases("places").get(line[at].lower, ()):
            last = at + length - 1
            if length > 1 and last < len(line) and line[last].capital:
                phrase = self._text[line[at].start : line[last].end].lower()
                following = self._text[line[last].end : line[last].end + 2]
                goes_on = following[:1] == " " and following[1:].isupper()
                if phrase in words("places") and not goes_on:
                    return length
        return 0

    def _run(self, line: list[Token], at: int) -> int:
        """How many tokens from ``at`` on make one run."""
        length = 1
        while at + length < len(line) and length < _LONGEST:
            step = self._step(line, at, at + length - 1)
            if not step:
                break
            length += step
        return length

    def _step(self, line: list[Token], first: int, at: int) -> int:
        """How many tokens after ``at`` go on with the run that began at ``first``."""
        here, following = line[at], line[at + 1]
        between = self._text[here.end : following.start]
        if len(between) > 3 or self._in_money(following.start):
            return 0
        if "-" in here.text and here.text.rsplit("-", 1)[1][:1].islower():
            return 0
        if between in ("'s ", "' "):
            return (
                1
                if here.lower in words("collective_owners")
                and following.lower in words("collectively_owned")
                and following.capital
                else 0
            )
        if not following.capital:
            return self._bridge(line, first, at) if between == " " else 0
        legal = following.lower in words("legal_forms")
        if legal and between in (" ", ", ", "., ", ". "):
            return 1
        if between == " & ":
            people = here.lower not in words("firm_words") and following.lower in words(
                "first_names"
            )
            return 0 if people and line[first].lower in words("first_names") and at > first else 1
        if between not in (" ", ". "):
            return 0
        if between == ". " and len(here.text.rstrip(".")) > 2 and here.lower != "st":
            return 0
        if following.lower in ("series", "ipo") or following.lower in words("weekdays"):
            return 0
        if following.lower in words("months") and following.lower not in ("march", "may"):
            return 0
        if _title_at(line, at + 1, self._text) or self._place_at(line, at + 1):
            return 0
        return 0 if _is_ticker(line[first : at + 1], following) else 1

    def _bridge(self, line: list[Token], first: int, at: int) -> int:
        """How many small words and the capital after them go on with a run: "of", "du", "and"."""
        here, following = line[at], line[at + 1]
        if following.text in ("of", "and", "for", "on") and at + 2 < len(line):
            after = line[at + 2]
            if following.text == "and":
                joins = f"{here.lower} and {after.lower}" in words("joined") or (
                    f"{here.text} and {after.text}" in words("outlets")
                )
            else:
                joins = here.lower in words("joins_of") or line[first].lower in words("joins_of")
            return 2 if joins and after.capital else 0
        if following.text.isdigit():
            return 1 if self._numbered(line, first, at) else 0
        if following.text not in words("connectors"):
            return 0
        foreign = not is_english(line[first].lower)
        english = False
        for last in range(at + 1, min(at + 7, len(line))):
            token = line[last]
            if self._text[token.start - 1] != " ":
                return 0
            if token.capital:
                before = line[last - 1].text in words("connectors")
                sure = foreign or following.text in ("de", "del", "van", "von", "di")
                return last - at if sure and (before or not english) else 0
            if token.text not in words("connectors"):
                english = english or is_english(token.lower)
                if not foreign:
                    return 0
        return 0

    def _numbered(self, line: list[Token], first: int, at: int) -> bool:
        """Whether a number ends a name: "Section 32", "Forager 3"."""
        here, number = line[at], line[at + 1]
        if here.lower in words("numbered") or here.lower in words("months") or len(number.text) > 3:
            return False
        if here.lower in words("descriptive") or here.lower in words("places"):
            return False
        if self._text[number.end : number.end + 1] not in ("", ",", ".", ";", ")", "'", "\n"):
            return False
        if self._text[number.end + 1 : number.end + 2].isdigit():
            return False
        listed = self._text[max(0, line[first].start - 4) : line[first].start]
        return not is_english(here.lower) or listed.endswith((", ", "and "))

    def _in_money(self, place: int) -> bool:
        step = bisect_right(self._money_starts, place) - 1
        return step >= 0 and place < self._money[step][1]

    # Whether a capital that may mean nothing is that of a name.

    def _the_name(self, line: list[Token], at: int, run: int) -> bool:
        # "The Chernin Group" at the start of a sentence, if it is written so within one.
        if run == 1:
            return False
        first, second = line[at].text, line[at + 1].text
        name = f"{first} {second}"
        if first in ("First", "Second", "Third"):
            # "Third Point": the rest never stands alone.
            return self._text.count(name) == self._text.count(second) > 1
        return first == "The" and any(
            f"{before} {name}" in self._text for before in (",", "and", "by")
        )

    def _named_after_month(self, line: list[Token], at: int, run: int) -> bool:
        """Whether "May" begins a name, as in "May Mobility", and no date."""
        dated = at > 0 and line[at - 1].lower in _DATING
        return run > 1 and line[at].lower in ("may", "march") and not dated

    def _trusted(self, token: Token) -> bool:
        return token.lower not in words("openers") and (
            token.lower not in words("ordinary") or self._capitals.inner[token.text] > 0
        )

    def _single(self, token: Token, initial: bool) -> bool:
        text = token.text
        if len(text) < 2:
            return False
        head, _, tail = text.rpartition("-")
        if tail in words("compound_tails"):
            return len(head) > 1 and self._single_word(head, token, initial)
        first = text.split("-")[0].lower()
        if head and tail[:1].islower():
            if initial or is_english(first) or first in words("places"):
                return False
            if first in words("descriptive"):
                return False
        return self._single_word(text, token, initial)

    def _single_word(self, text: str, token: Token, initial: bool) -> bool:
        lower = text.lower()
        if not initial and text in words("ambiguous_outlets"):
            return True
        if any(
            lower in words(topic) for topic in ("descriptive", "titles", "ordinary", "openers")
        ) or (lower.endswith("s") and lower[:-1] in words("ordinary")):
            return False
        mixed = any(c.isupper() for c in text[1:]) or any(c.isdigit() for c in text)
        if is_english(lower) and _NUMBER.match(self._text, token.end):
            return False
        if not initial or mixed or self._capitals.inner[text] > 0:
            return True
        if self._capitals.starts[text] == 0 and _DESCRIBES.match(self._text, token.end):
            return False
        if lower in self._capitals.lower or is_english(lower):
            return self._acts(token)
        return True

    def _acts(self, token: Token) -> bool:
        """Whether an ordinary word at the start of a sentence is told of as a company is."""
        if _OF_A_COMPANY.match(self._text, token.end):
            return True
        beside = _BESIDE.match(self._text, token.end)
        if beside is None or token.lower.endswith("s"):
            return False
        other = beside[1].rstrip(".").lower()
        return (
            self._capitals.starts[beside[1]] > 0
            and not is_english(other)
            and other not in words("places")
        )

    def _initial_run(self, line: list[Token], at: int) -> bool:
        """Whether the first word of a sentence belongs to the name that follows it."""
        first, second = line[at], line[at + 1]
        if self._capitals.inner[first.text] > 0 or second.lower in words("legal_forms"):
            return True
        if first.lower in words("first_names"):
            return True
        stands_alone = self._capitals.starts[second.text] > 0 or self._known.match(line, at + 1)
        if (
            stands_alone
            and not is_english(second.lower)
            and second.lower not in words("firm_words")
        ):
            return self._text.count(f"{first.text} {second.text}") > 1
        return not (first.lower in self._capitals.lower and first.lower in words("ordinary"))

    # Headlines.

    def _in_capitals(
        self, sentence: Sentence, line: list[Token], forms: Sequence[str]
    ) -> list[Span]:
        found: list[Span] = []
        taken = [False] * (sentence.end - sentence.start + 1)
        headline = self._text[sentence.start : sentence.end]
        shouted = headline.upper() == headline
        for form in forms:
            form = form.upper() if shouted else form
            place = headline.find(form)
            while place >= 0:
                end = place + len(form)
                alone = (
                    not headline[end : end + 1].isalnum()
                    and not headline[place - 1 : place].isalnum()
                )
                if alone and not any(taken[place:end]):
                    found.append(Span(sentence.start + place, sentence.start + end))
                    taken[place:end] = [True] * len(form)
                place = headline.find(form, end)
        at = 0
        while at < len(line):
            known = self._known.match(line, at)
            length = known[0] if known else 1
            first, last = (
                line[at].start - sentence.start,
                line[at + length - 1].end - sentence.start,
            )
            trusted = length > 1 or self._trusted(line[at])
            if known and trusted and not any(taken[first:last]):
                found.append(Span(line[at].start, line[at + length - 1].end, known[1]))
            at += length
        return sorted(found, key=lambda span: span.start)


def _title_at(line: list[Token], at: int, text: str) -> int:
    """How many capitalised words from ``at`` on are a title: "Chief Financial Officer"."""
    length = 0
    for last in range(at, min(at + 6, len(line))):
        token = line[last]
        if not token.capital or (last > at and text[line[last - 1].end : token.start] != " "):
            break
        if token.lower in words("titles"):
            length = last - at + 1
        elif token.lower not in words("title_topics"):
            break
    return length


def _is_ticker(name: list[Token], token: Token) -> bool:
    """Whether a word is the name's ticker: "HubSpot HUBS"."""
    if not (token.text.isupper() and 3 <= len(token.text) <= 5):
        return False
    rest = iter("".join(t.text.upper() for t in name))
    return all(c in rest for c in token.text) and name[0].text[:1].upper() == token.text[0]
