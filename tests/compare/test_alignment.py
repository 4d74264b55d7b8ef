"""Alignment and verdicts: pure, and the same in whatever order the companies stand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.claims.vocabulary import Basis, Caveat, RevenueBasis, UserPeriod, Verdict, words
from app.compare.alignment import Aligned, in_one_currency, like_for_like
from app.compare.verdicts import verdict

AT = datetime(2026, 6, 1, tzinfo=UTC)
METRICS = ("valuation", "total_raised", "last_round", "revenue", "users", "benchmark:gpqa")


def figure(**more: Any) -> dict[str, Any]:
    """A figure as the contract shows it, with what comparisons read."""
    return {
        "low": 1,
        "high": 1,
        "currency": "USD",
        "unit": None,
        "basis": None,
        "evidence": "party",
        "effective_on": "2026-05-01",
        "reported_at": "2026-05-01",
        "caveats": [],
        "null_reason": None,
        "period": None,
        "setting": None,
        "version": None,
        "evaluator": None,
        **more,
    }


traits = {
    "currency": st.sampled_from(["USD", "EUR"]),
    "basis": st.sampled_from([None, *words(Basis)]),
    "setting": st.sampled_from([None, *words(RevenueBasis)]),
    "period": st.sampled_from([None, *words(UserPeriod)]),
    "version": st.sampled_from([None, "v1", "v2"]),
    "evaluator": st.sampled_from([None, "a", "b"]),
    "evidence": st.sampled_from(["party", "anonymous"]),
    "effective_on": st.sampled_from([None, "2024", "2025-06", "2026-05-01"]),
    "caveats": st.lists(st.sampled_from(list(Caveat)), max_size=2, unique=True),
    "null_reason": st.sampled_from([None, None, "unknown"]),
}
some_figures = st.dictionaries(
    st.sampled_from("abcd"), st.fixed_dictionaries(traits).map(lambda t: figure(**t)), max_size=4
)


@given(some_figures, st.sampled_from(METRICS))
def test_a_verdict_does_not_depend_on_the_order(figures: dict[str, Any], metric: str) -> None:
    turned = dict(reversed(figures.items()))
    word, warnings = verdict(metric, figures, AT)
    other, others = verdict(metric, turned, AT)
    assert word == other
    assert [w.to_json() for w in warnings] == [w.to_json() for w in others]
    present = [name for name, one in figures.items() if one["null_reason"] is None]
    assert (word is None) == (len(present) < 2)
    for warning in warnings:
        assert set(warning.sides) <= set(present)


@given(some_figures, st.sampled_from(METRICS))
def test_one_more_company_never_makes_a_verdict_kinder(
    figures: dict[str, Any], metric: str
) -> None:
    fewer = dict(list(figures.items())[:-1])
    order = list(Verdict)
    before, _ = verdict(metric, fewer, AT)
    after, _ = verdict(metric, figures, AT)
    if before in (Verdict.NOT_COMPARABLE, Verdict.COMPARABLE_WITH_ADJUSTMENT):
        assert after is not None
        assert order.index(after) >= order.index(before)


@given(some_figures)
def test_equal_figures_are_comparable(figures: dict[str, Any]) -> None:
    alike = {name: figure(period="weekly", setting="run_rate") for name in figures}
    for metric in METRICS[:5]:
        word, warnings = verdict(metric, alike, AT)
        assert word in (None, Verdict.COMPARABLE)
        assert warnings == []


def test_a_caveat_names_both_sides() -> None:
    figures = {
        "open": figure(setting="run_rate_gross"),
        "shut": figure(setting="recognised_net"),
    }
    word, warnings = verdict("revenue", figures, AT)
    assert word is Verdict.NOT_COMPARABLE
    told = {warning.caveat: dict(warning.sides) for warning in warnings}
    assert told == {
        Caveat.REV_RUN_RATE_VS_RECOGNISED: {"open": "run_rate", "shut": "recognised"},
        Caveat.REV_GROSS_VS_NET: {"open": "gross", "shut": "net"},
    }


def test_marks_of_different_times_are_told_apart() -> None:
    figures = {"old": figure(effective_on="2024-01-31"), "new": figure()}
    word, warnings = verdict("valuation", figures, AT)
    assert word is Verdict.INDICATIVE_ONLY
    assert {w.caveat: set(w.sides) for w in warnings} == {
        Caveat.AS_OF_SKEW: {"old", "new"},
        Caveat.STALE: {"old"},
    }
    assert verdict("total_raised", figures, AT) == (Verdict.COMPARABLE, [])


def test_debt_in_one_headline_only_matters_and_in_all_informs() -> None:
    mixed = figure(caveats=[Caveat.AMT_DEBT_INCLUDED])
    assert verdict("last_round", {"a": mixed, "b": figure()}, AT)[0] is Verdict.INDICATIVE_ONLY
    word, warnings = verdict("last_round", {"a": mixed, "b": mixed}, AT)
    assert word is Verdict.COMPARABLE
    assert [warning.caveat for warning in warnings] == [Caveat.AMT_DEBT_INCLUDED]


runs = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from("xyz")).map(
        lambda t: {"score": t[0], "setting": t[1]}
    ),
    max_size=5,
).map(lambda found: sorted(found, key=lambda run: -run["score"]))


@given(st.dictionaries(st.sampled_from("abc"), runs, max_size=3))
def test_alignment_finds_the_shared_footing_or_leaves_each_alone(
    candidates: dict[str, list[dict[str, Any]]],
) -> None:
    aligned = like_for_like(candidates, [lambda run: run["setting"]])
    turned = like_for_like(dict(reversed(candidates.items())), [lambda run: run["setting"]])
    assert aligned == turned
    given_ = {name: found for name, found in candidates.items() if found}
    assert aligned.keys() == given_.keys()
    shared = set("xyz").intersection(*({r["setting"] for r in found} for found in given_.values()))
    settings = {one.figure["setting"] for one in aligned.values()}
    for name, one in aligned.items():
        assert one.figure in given_[name]
        assert one.as_stated in (None, given_[name][0])
    if len(given_) > 1 and shared:
        assert len(settings) == 1
        for name, one in aligned.items():
            best = max(r["score"] for r in given_[name] if r["setting"] in settings)
            assert one.figure["score"] == best
    else:
        assert all(one == Aligned(given_[name][0]) for name, one in aligned.items())


def test_figures_of_one_currency_are_not_converted() -> None:
    euros = figure(currency="EUR", converted=figure(currency="USD"))
    assert in_one_currency({"a": euros, "b": euros})["a"] == Aligned(euros)
    mixed = in_one_currency({"a": euros, "b": figure()})
    assert mixed["a"].figure["currency"] == "USD"
    assert mixed["a"].as_stated == euros
    assert mixed["b"] == Aligned(figure())
