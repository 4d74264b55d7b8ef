"""Scores what was read against labels: strict, field by field and record by record.

Deals of a text are paired one to one so that they agree most; a pair agrees on its company, its
amount or its valuation. What is left over was missed, or made up, unless the labels know it as an
aside. Nothing on both sides counts as agreed, and as nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from benchmarks.reading.names import Names, paired
from benchmarks.reading.records import Aside, Name, Record, Sum, Told, same_sum

Pair = tuple[Record | None, Record | None]
"""A deal of the labels, and ours; None where there is no such deal."""


FIELDS = (
    "record",
    "company",
    "status4",
    "status6",
    "amount",
    "amount_qualifier",
    "valuation",
    "valuation_qualifier",
    "valuation_basis",
    "round_type",
    "lead_investors",
    "investors",
    "competitors",
    "uses_of_proceeds",
    "attribution",
    "anonymous",
)
"""``record`` is company, status of four, amount and valuation, all of them right."""


@dataclass(slots=True)
class Tally:
    """Counts of one field: ``ours`` told, ``gold`` to be told, ``right`` both and the same.

    Of the ``asked`` places, which are the deals of the labels or the texts, ``agreed`` are right or
    empty on both sides.
    """

    right: int = 0
    ours: int = 0
    gold: int = 0
    agreed: int = 0
    asked: int = 0

    def count(self, gold: int, ours: int, right: int, *, is_asked: bool) -> None:
        self.gold += gold
        self.ours += ours
        self.right += right
        self.asked += is_asked
        self.agreed += is_asked and right == gold == ours

    @property
    def precision(self) -> float | None:
        return self.right / self.ours if self.ours else None

    @property
    def recall(self) -> float | None:
        return self.right / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        told = self.ours + self.gold
        return 2 * self.right / told if told else None

    @property
    def agreement(self) -> float | None:
        return self.agreed / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of one text that is not as its labels have it."""

    text: str
    field: str
    gold: str
    ours: str


@dataclass(slots=True)
class Score:
    """The counts of many texts, and each thing that was wrong.

    ``sureness``: how sure we are of each record of ours, and whether it is right.
    """

    texts: int = 0
    events: int = 0
    without_event: int = 0
    stayed_without: int = 0
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    sureness: list[tuple[Decimal, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scored:
    """A text to be scored. ``restated``: sums that the text prints as one, in other currencies."""

    id: str
    gold: Told
    ours: Told
    restated: tuple[tuple[Sum, ...], ...] = ()


def score(texts: Collection[Scored], names: Names) -> Score:
    """The score of all texts together."""
    scored = Score()
    for text in texts:
        _Scorer(scored, text, names).count()
    return scored


class _Scorer:
    """Counts one text into a score."""

    def __init__(self, scored: Score, text: Scored, names: Names) -> None:
        self._score = scored
        self._text = text
        self._names = names

    def count(self) -> None:
        gold, ours = self._text.gold, self._text.ours
        pairs = self._without_asides(self._pairs())
        self._score.texts += 1
        self._score.events += len(gold.records)
        for pair in pairs:
            self._count_record(*pair)
        self._count_list("competitors", gold.rivals, ours.rivals, self._names.same)
        if gold.uses is not None:
            self._count_list("uses_of_proceeds", gold.uses, ours.uses or (), _may_mean_the_same)
        if gold.is_without_event:
            self._score.without_event += 1
            self._score.stayed_without += not pairs

    def _pairs(self) -> list[Pair]:
        """All deals of both sides, paired so that the sum of agreement is greatest."""
        gold, ours = self._text.gold.records, self._text.ours.records
        admitted = [
            [(at, worth) for at, other in enumerate(ours) if (worth := self._worth(one, other))]
            for one in gold
        ]

        @cache
        def best(first: int, used: frozenset[int]) -> tuple[int, tuple[int | None, ...]]:
            if first == len(gold):
                return 0, ()
            worth, rest = best(first + 1, used)
            choice = worth, (None, *rest)
            for at, gain in admitted[first]:
                if at not in used:
                    worth, rest = best(first + 1, used | {at})
                    choice = max(choice, (gain + worth, (at, *rest)), key=lambda c: c[0])
            return choice

        chosen = best(0, frozenset())[1]
        return [
            *(
                (one, ours[at] if at is not None else None)
                for one, at in zip(gold, chosen, strict=True)
            ),
            *((None, other) for at, other in enumerate(ours) if at not in chosen),
        ]

    def _worth(self, gold: Record, ours: Record) -> int:
        """How far two deals agree; 0 if they are not to be paired."""
        company = self._same_name(gold.company, ours.company)
        amount = gold.amount is not None and self._same_sum(gold.amount, ours.amount)
        valuation = gold.valuation is not None and self._same_sum(gold.valuation, ours.valuation)
        if not (company or amount or valuation):
            return 0
        same_type = _is_accepted(gold, ours)
        status = gold.status4 == ours.status4
        return 16 * company + 8 * amount + 8 * valuation + 2 * status + same_type

    def _without_asides(self, pairs: list[Pair]) -> list[Pair]:
        asides = self._text.gold.asides
        return [
            (gold, ours)
            for gold, ours in pairs
            if gold is not None or not any(self._is(ours, aside) for aside in asides)
        ]

    def _is(self, ours: Record | None, aside: Aside) -> bool:
        if ours is None or not self._same_name(aside.company, ours.company):
            return False
        if aside.amount is None or ours.amount is None:
            return aside.fund or aside.amount is ours.amount
        return aside.fund or aside.amount.touches(ours.amount)

    def _count_record(self, gold: Record | None, ours: Record | None) -> None:
        told, said, is_asked = gold or Record(), ours or Record(), gold is not None
        company = self._same_name(told.company, said.company)
        amount = self._same_sum(told.amount, said.amount)
        valuation = self._same_sum(told.valuation, said.valuation)
        status = told.status4 == said.status4
        known = len(self._score.faults)
        if ours is not None and ours.certainty is not None:
            is_right = gold is not None and company and status and amount and valuation
            self._score.sureness.append((ours.certainty, is_right))
        for name, one, other, is_same in (
            ("record", gold, ours, company and status and amount and valuation),
            ("company", told.company, said.company, company),
            ("status4", told.status4, said.status4, status),
            ("status6", told.status, said.status, told.status == said.status),
            ("amount", told.amount, said.amount, amount),
            ("valuation", told.valuation, said.valuation, valuation),
            ("valuation_basis", told.basis, said.basis, valuation and _is_same_basis(told, said)),
            ("round_type", told.round_type, said.round_type, _is_accepted(told, said)),
            ("anonymous", told.anonymous or None, said.anonymous or None, True),
        ):
            if name != "anonymous" or told.anonymous is not None:
                self._count(name, one, other, is_same, is_asked)
        if amount:
            self._count_qualifier("amount_qualifier", told.amount, said.amount)
        if valuation:
            self._count_qualifier("valuation_qualifier", told.valuation, said.valuation)
        for name, many, others, same in (
            ("lead_investors", told.leads, said.leads, self._names.same),
            ("investors", told.investors, said.investors, self._names.same),
            ("attribution", told.attributed_to, said.attributed_to, self._names.same_speaker),
        ):
            self._count_list(name, many, others, same, is_asked)
        if gold is None or ours is None:
            del self._score.faults[known + 1 :]  # wrong as a whole, which the first says
        if is_asked:
            self._score.statuses[told.status4 or "none", said.status4 or "none"] += 1

    def _count_qualifier(self, name: str, gold: Sum | None, ours: Sum | None) -> None:
        if gold is not None and ours is not None:
            alike = gold.qualifier == ours.qualifier
            self._count(name, gold.qualifier, ours.qualifier, alike, True)

    def _count(self, name: str, gold: object, ours: object, is_same: bool, is_asked: bool) -> None:
        """One value or none on each side."""
        is_right = gold is not None and ours is not None and is_same
        self._score.fields[name].count(
            gold is not None, ours is not None, is_right, is_asked=is_asked
        )
        if gold is not ours and not is_right:
            self._wrong(name, gold, ours)

    def _count_list(
        self,
        name: str,
        gold: Sequence[Name] | Sequence[frozenset[str]],
        ours: Sequence[Name] | Sequence[frozenset[str]],
        same: Callable[..., bool],
        is_asked: bool = True,
    ) -> None:
        pairs, missing, extra = paired(gold, ours, same)
        self._score.fields[name].count(len(gold), len(ours), len(pairs), is_asked=is_asked)
        if missing or extra:
            self._wrong(name, _listed(missing), _listed(extra))

    def _wrong(self, name: str, gold: object, ours: object) -> None:
        told, said = ("-" if side in (None, "") else str(side) for side in (gold, ours))
        self._score.faults.append(Fault(self._text.id, name, told, said))

    def _same_name(self, one: Name | None, other: Name | None) -> bool:
        return one is not None and other is not None and self._names.same(one, other)

    def _same_sum(self, one: Sum | None, other: Sum | None) -> bool:
        return same_sum(one, other, self._text.restated)


_DEBT = frozenset(
    {
        "asset_backed_compute_financing",
        "bond",
        "debt_unspecified",
        "post_ipo_debt",
        "term_loan",
        "venture_debt",
    }
)
_SHARES = frozenset({"secondary", "tender_offer"})
_ACCEPTED: dict[str, frozenset[str]] = {
    "venture_unspecified": frozenset({"growth", "undisclosed", "private_equity"}),
    "pre_series_a": frozenset({"seed", "venture_unspecified"}),
    "corporate": frozenset({"strategic_corporate"}),
    "bridge": frozenset({"convertible_note", "venture_unspecified"}),
    "secondary": _SHARES,
    "tender_offer": _SHARES,
    "stake_purchase": frozenset({"secondary", "strategic_corporate", "private_equity"}),
    "debt": _DEBT,
    "credit_facility": _DEBT,
    "convertible": frozenset({"convertible_note"}),
    "follow_on": frozenset({"post_ipo_equity"}),
    "warrant_exercise": frozenset({"post_ipo_equity"}),
    "private_placement": frozenset({"post_ipo_equity"}),
    "acquisition": frozenset({"licence_acquihire"}),
}
"""Our words that a label of another name admits."""


def _is_accepted(gold: Record, ours: Record) -> bool:
    accepted = _ACCEPTED.get(gold.round_type or "", frozenset[str]())
    return gold.round_type == ours.round_type or ours.round_type in accepted


def _is_same_basis(gold: Record, ours: Record) -> bool:
    """The labels tell pre-money and post-money only; all other bases are unspecified to them."""
    told = ("pre_money", "post_money")
    return gold.basis == ours.basis or (gold.basis == "unspecified" and ours.basis not in told)


def _may_mean_the_same(gold: frozenset[str], ours: frozenset[str]) -> bool:
    return not gold.isdisjoint(ours)


def _listed(values: Sequence[object]) -> str:
    return ", ".join(
        "|".join(sorted(value)) if isinstance(value, frozenset) else str(value) for value in values
    )
