"""Who backs several players: by parts that are more than talk, whatever the order asked in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims.vocabulary import EvidenceStatus, ParticipationStatus, Role, Stage, words
from app.compare.investors import investors

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
PLAYERS = ("ada", "bel", "cyd", "dot")
FUNDS = ("alpha", "beta", "gamma")


def reference(slug: str) -> Json:
    return {"id": f"cmp_{slug}", "slug": slug, "name": slug.title()}


@st.composite
def parts(draw: st.DrawFn, of: str) -> list[Json]:
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(FUNDS), st.sampled_from([None, "first", "second"])),
            unique=True,
            max_size=4,
        )
    )
    return [
        {
            "company": reference(fund),
            "role": draw(st.sampled_from([None, *words(Role)])),
            "status": draw(st.sampled_from([None, *words(ParticipationStatus)])),
            "tranche": tranche,
            "form": None,
            "condition": None,
            "condition_note": None,
            "amount": {"claim_id": f"clm_{of}_{fund}_{tranche}"},
        }
        for fund, tranche in places
    ]


@st.composite
def events(draw: st.DrawFn) -> list[Json]:
    deals = []
    for number in range(draw(st.integers(0, 6))):
        slug, player = f"deal-{number}", draw(st.sampled_from(PLAYERS))
        deals.append(
            {
                "id": f"evt_{number}",
                "slug": slug,
                "label": slug,
                "company": reference(player),
                "stage": draw(st.sampled_from(words(Stage))),
                "evidence_status": draw(st.sampled_from(words(EvidenceStatus))),
                "is_rumour": draw(st.booleans()),
                "round_type": draw(st.sampled_from([None, "series_a", "acquisition"])),
                "happened_on": None,
                "investors": draw(parts(slug)),
            }
        )
    return deals


def told(deals: Sequence[Json], players: Sequence[str] = PLAYERS, **how: bool) -> Json:
    return investors([reference(slug) for slug in players], deals, {}, **how)


@given(events(), st.permutations(PLAYERS), st.randoms(), st.booleans(), st.booleans())
def test_the_order_of_the_companies_and_of_their_deals_changes_nothing(
    deals: list[Json], order: list[str], chance: Any, everyone: bool, rumours: bool
) -> None:
    how = {"everyone": everyone, "rumours": rumours}
    shuffled = [
        {**deal, "investors": chance.sample(deal["investors"], len(deal["investors"]))}
        for deal in deals
    ]
    chance.shuffle(shuffled)
    one, other = told(deals, **how), told(shuffled, order, **how)
    assert [company["slug"] for company in other.pop("companies")] == order
    del one["companies"]
    assert one == other


@given(events(), st.booleans())
def test_pairs_count_what_the_investors_back(deals: list[Json], rumours: bool) -> None:
    answer = told(deals, everyone=True, rumours=rumours)
    backs = {row["company"]["slug"]: set(row["backs"]) for row in answer["investors"]}
    assert [tuple(pair["companies"]) for pair in answer["pairs"]] == list(combinations(PLAYERS, 2))
    for pair in answer["pairs"]:
        one, other = pair["companies"]
        both = {fund for fund, players in backs.items() if {one, other} <= players}
        either = {fund for fund, players in backs.items() if {one, other} & players}
        assert set(pair["shared"]) == both
        assert pair["both"] == len(both)
        assert pair["both"] + sum(pair["only"].values()) == len(either)
        for player in (one, other):
            mine = sum(player in players for players in backs.values())
            assert pair["both"] + pair["only"][player] == mine
        assert (pair["jaccard"] is None) == (not either)
        if pair["jaccard"]:
            assert pair["jaccard"]["value"] == round(len(both) / len(either), 4)
            assert pair["jaccard"]["inputs"]


@given(events(), st.booleans())
def test_every_part_is_shown_once_or_left_out_with_its_reason(
    deals: list[Json], rumours: bool
) -> None:
    answer = told(deals, everyone=True, rumours=rumours)
    shown = [
        (player, part["event"]["slug"], row["company"]["slug"], part["tranche"])
        for row in answer["investors"]
        for player, mine in row["parts"].items()
        for part in mine
    ]
    given_ = [
        (deal["company"]["slug"], deal["slug"], part["company"]["slug"], part["tranche"])
        for deal in deals
        for part in deal["investors"]
    ]
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(given_)
    assert len(shown) + len(answer["left_out"]) == len(given_)
    assert all(entry["reason"] for entry in answer["left_out"])


@given(events())
def test_rumours_only_ever_add_backers_and_never_revive_what_failed(deals: list[Json]) -> None:
    firm, talked = (told(deals, everyone=True, rumours=rumours) for rumours in (False, True))
    assert firm["left_out"] == talked["left_out"]
    for row, other in zip(*(sorted_by_name(a["investors"]) for a in (firm, talked)), strict=True):
        assert row["parts"] == other["parts"]
        assert set(row["backs"]) <= set(other["backs"]) == set(row["parts"])
        firm_ = {p for p, mine in row["parts"].items() if not all(x["is_rumour"] for x in mine)}
        assert set(row["backs"]) == firm_
        assert row["shared"] == len(row["backs"])
    for answer in (firm, talked):
        for row in answer["investors"]:
            for part in (part for mine in row["parts"].values() for part in mine):
                assert part["role"] not in ("seller", "acquirer")
                assert part["event"]["stage"] not in ("withdrawn", "failed", "superseded")
                assert part["event"]["evidence_status"] not in ("denied", "expired")


@given(events(), st.booleans())
def test_by_default_only_those_that_back_two_are_shown(deals: list[Json], rumours: bool) -> None:
    whole = told(deals, everyone=True, rumours=rumours)
    shared = told(deals, rumours=rumours)
    assert shared["investors"] == [row for row in whole["investors"] if row["shared"] >= 2]
    assert shared["pairs"] == whole["pairs"]
    order = [(-row["shared"], row["company"]["slug"]) for row in whole["investors"]]
    assert order == sorted(order)


def sorted_by_name(rows: Sequence[Json]) -> list[Json]:
    return sorted(rows, key=lambda row: str(row["company"]["slug"]))


LABS = "openai,anthropic,xai,mistral,ssi"


async def get(client: httpx.AsyncClient, companies: str = LABS, **parameters: str) -> Any:
    asked = {"companies": companies, **parameters}
    answer = await client.get("/v1/compare/investors", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def backing(answer: Json) -> dict[str, list[str]]:
    return {row["company"]["slug"]: row["backs"] for row in answer["investors"]}


async def test_the_labs_share_the_investors_that_the_facts_name(
    bundled_client: httpx.AsyncClient,
) -> None:
    assert backing(await get(bundled_client)) == {
        "microsoft": ["anthropic", "mistral", "openai"],
        "nvidia": ["anthropic", "openai", "xai"],
        "amazon": ["anthropic", "openai"],
        "andreessen-horowitz": ["mistral", "xai"],
        "fidelity": ["anthropic", "xai"],
        "general-catalyst": ["anthropic", "mistral"],
        "lightspeed-venture-partners": ["anthropic", "mistral"],
    }
    talked = backing(await get(bundled_client, rumours="include"))
    assert talked.keys() - backing(await get(bundled_client)).keys() == {
        "coatue",  # of Anthropic's series G only talked about
        "sequoia-capital",
    }


async def test_a_part_of_a_deal_that_failed_or_a_purchase_is_left_out_with_its_reason(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await get(bundled_client, "openai,xai,hugging-face", investors="all")
    reasons = {
        (entry["player"], entry["company"]["slug"]): entry["reason"] for entry in answer["left_out"]
    }
    assert reasons["hugging-face", "nvidia"] == "stage is withdrawn"
    assert reasons["xai", "spacex"] == "role is acquirer"
    assert reasons["openai", "vy-capital"] == "round type is acquisition"
    assert "spacex" not in backing(answer)


async def test_talk_is_told_apart_and_amounts_are_those_of_the_deal(
    bundled_client: httpx.AsyncClient,
) -> None:
    answer = await get(bundled_client, "openai,anthropic", include="claims")
    event = (await bundled_client.get("/v1/funding-events/openai-2025-12-megaround")).json()
    (amazon,) = (row for row in answer["investors"] if row["company"]["slug"] == "amazon")
    parts_ = [p for p in amazon["parts"]["openai"] if p["event"]["slug"] == event["slug"]]
    stated = [i for i in event["investors"] if i["company"]["slug"] == "amazon"]
    assert [p["amount"] for p in parts_] == [i["amount"] for i in stated]
    assert {(p["status"], p["is_rumour"]) for p in parts_} == {
        ("committed", False),
        ("rumoured", True),
    }
    talk = [p for p in amazon["parts"]["openai"] if p["event"]["stage"] == "in_talks"]
    assert talk
    assert all(part["is_rumour"] for part in talk)
    (pair,) = answer["pairs"]
    assert set(pair["jaccard"]["inputs"]) <= set(answer["claims"])


async def test_a_past_knows_no_later_backers(bundled_client: httpx.AsyncClient) -> None:
    assert backing(await get(bundled_client, as_of="2024-12-31")) == {
        "andreessen-horowitz": ["mistral", "xai"],
        "microsoft": ["mistral", "openai"],
    }
    assert backing(await get(bundled_client, policy="strict")) == {}


async def test_the_investors_of_one_owner_are_shown_with_it_and_not_merged(
    client: httpx.AsyncClient, writer: dict[str, str]
) -> None:
    def company(slug: str, **more: str) -> Json:
        return {"type": "company", "slug": slug, "name": slug.title(), **more}

    def round_of(player: str, *funds: str) -> list[Json]:
        about = {"about": {"event": f"{player}-a"}, "evidence": "party"}
        takes = [{**about, "predicate": "participation", "object": f} for f in funds]
        claims = [{**about, "predicate": "stage", "term": "closed"}, *takes]
        url = f"https://post.example/{player}"
        return [
            {"type": "funding_event", "key": f"{player}-a", "company": player, "label": "A"},
            {"type": "document", "source": "post", "url": url, "claims": claims},
        ]

    items = [
        *map(company, ("ada", "bel", "house", "solo")),
        *(company(slug, parent="house") for slug in ("fund-one", "fund-two")),
        {"type": "source", "slug": "post", "name": "Post", "kind": "newsroom"},
        *round_of("ada", "fund-one", "solo"),
        *round_of("bel", "fund-two", "solo"),
    ]
    stored = await client.post("/v1/ingest", json=items, headers=writer)
    assert stored.json()["summary"]["rejected"] == 0, stored.text
    answer = await get(client, "ada,bel", investors="all")
    assert backing(answer) == {"solo": ["ada", "bel"], "fund-one": ["ada"], "fund-two": ["bel"]}
    parents = [row["parent"] and row["parent"]["slug"] for row in answer["investors"]]
    assert parents == [None, "house", "house"]
    assert answer["pairs"][0]["jaccard"]["value"] == round(1 / 3, 4)


@pytest.mark.parametrize(
    ("companies", "told_"),
    [
        ("openai", "fewer than 2"),
        ("openai,openai", "fewer than 2"),
        ("openai,nobody-at-all", "nobody-at-all"),
        (",".join(f"c{n}" for n in range(21)), "more than 20"),
    ],
)
async def test_it_takes_two_to_twenty_known_companies(
    bundled_client: httpx.AsyncClient, companies: str, told_: str
) -> None:
    answer = await bundled_client.get("/v1/compare/investors", params={"companies": companies})
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert fault["parameter"] == "companies"
    assert told_ in fault["message"]
