"""Names of companies, persons, outlets, places and authorities, as sentences have them."""

from __future__ import annotations

from app.reading import money
from app.reading.gazetteer import Entry
from app.reading.reading import Article
from app.reading.rules.names.entities import Entity, Kind
from app.reading.rules.names.known import Known
from app.reading.rules.names.names import Names
from app.reading.rules.players import player_of
from app.reading.rules.text import lay_out

_KNOWN = Known(
    (
        Entry("Kestrel", "kestrel", "Kestrel"),
        Entry("Kestrel Chat", "kestrel", "Kestrel", "kestrel-chat"),
    )
)


def _names(text: str, title: str | None = None) -> Names:
    page = lay_out(Article(text, title))
    return Names(page, money.find(page.text), _KNOWN)


def _of_kind(kind: Kind, text: str, title: str | None = None) -> list[str]:
    return sorted(e.name for e in _names(text, title).entities if e.kind is kind)


def _companies(text: str, title: str | None = None) -> list[str]:
    return _of_kind(Kind.COMPANY, text, title)


def _persons(text: str) -> list[str]:
    return _of_kind(Kind.PERSON, text)


def _entity(names: Names, name: str) -> Entity:
    entity = names.entity(name)
    assert entity is not None, name
    return entity


# Where a name begins and ends.


def test_a_run_of_capitals_within_a_sentence_is_one_name() -> None:
    assert _companies("The money came from Grey Heron Ventures and from Ostler.") == [
        "Grey Heron Ventures",
        "Ostler",
    ]


def test_an_ordinary_word_at_the_start_of_a_sentence_is_no_name() -> None:
    text = "Roads were closed. Critics said so. Part of it is done. Optimists note that it works."
    assert _companies(text) == []


def test_an_ordinary_word_is_a_name_where_it_is_told_of_as_a_company() -> None:
    assert _companies("Lantern has raised $5 million.") == ["Lantern"]
    assert _companies("Lantern, a start-up in Leeds, grows.") == ["Lantern"]
    assert _companies("People like it. Investors gave Lantern money. Lantern grows.") == ["Lantern"]
    assert _companies("Lantern light fills the room.") == []


def test_small_words_of_other_languages_join_a_name() -> None:
    text = "It was bought by Ferrovias do Planalto SA and by Fonds de solidarité des ouvriers Nord."
    assert _companies(text) == ["Ferrovias do Planalto", "Fonds de solidarité des ouvriers Nord"]


def test_an_institution_is_named_with_what_it_is_of() -> None:
    text = "They asked the University of Ostland and the Ontario Teachers' Pension Plan."
    assert _companies(text) == ["Ontario Teachers' Pension Plan", "University of Ostland"]


def test_a_legal_form_is_part_of_the_mention_and_not_of_the_name() -> None:
    text = "Shares of Merriden Castle & Co. fell, and those of Orrville Inc. rose."
    names = _names(text)
    assert sorted(e.name for e in names.entities) == ["Merriden Castle", "Orrville"]
    assert [text[m.start : m.end] for m in names.mentions[0]] == [
        "Merriden Castle & Co.",
        "Orrville Inc.",
    ]


def test_initials_belong_to_the_name() -> None:
    assert _companies("The bank H.C. Merriden & Co. sold it to T. Lowe Castle.") == [
        "H.C. Merriden",
        "T. Lowe Castle",
    ]


def test_what_a_name_is_does_not_belong_to_it() -> None:
    assert _companies("It fell behind. Rival Quillon grew. Miner Orrfield did not.") == [
        "Orrfield",
        "Quillon",
    ]
    assert _companies("The round was led alongside Nordic VC Ostler Ventures.") == [
        "Ostler Ventures"
    ]


def test_a_nation_before_a_name_does_not_belong_to_it_but_may_begin_one() -> None:
    assert _companies("It was sold to Canadian Orrfield.") == ["Orrfield"]
    assert _companies("It was sold to Canadian Solar.") == ["Canadian Solar"]


def test_numbers_begin_and_end_names() -> None:
    text = "It was led by 14 Flags, with Ostler Ventures and Division 32. It went into Chapter 11."
    assert _companies(text) == ["14 Flags", "Division 32", "Ostler Ventures"]


def test_names_written_small_are_names() -> None:
    text = "The round is small. osterly ventures and byOrchards gave most; so did e17z and wyrd.ai."
    assert _companies(text) == ["byOrchards", "e17z", "osterly ventures", "wyrd.ai"]


def test_symbols_periods_and_measures_are_no_names() -> None:
    text = (
        "Quillon (NASDAQ: QLN) said its CEOs met in mid-October on FY25 and on Q3. It has 128GB and"
        " grew 2.4X. They're done by 1120 GMT on Tuesdays."
    )
    assert _companies(text) == ["Quillon"]


def test_words_that_lost_their_blank_are_two() -> None:
    assert _companies(
        "Some schools are offlineQuillon plans more.Also in the news is Orrfield."
    ) == [
        "Orrfield",
        "Quillon",
    ]


def test_addresses_of_the_web_hold_no_names() -> None:
    assert (
        _companies("See https://www.example.com/Quillon?v=aBcD3 or ask Press@Quillon.example.")
        == []
    )


def test_a_headline_of_capitals_has_the_names_of_the_text() -> None:
    title = "Grey Heron Backs Bold New Plan of Quillon With Ten Million"
    assert _companies("Grey Heron gave money to Quillon.", title) == ["Grey Heron", "Quillon"]
    assert _companies("They gave money to Quillon.", "QUILLON RAISES MONEY FOR GROWTH") == [
        "Quillon"
    ]


def test_a_heading_of_ordinary_words_holds_no_names() -> None:
    assert _companies("Quillon grew.\nReasons for Strong Growth\nPeople like Quillon.") == [
        "Quillon"
    ]


def test_a_known_name_is_found_whole() -> None:
    names = _names("People use Kestrel Chat, which belongs to Kestrel.")
    assert _entity(names, "Kestrel Chat").kind is Kind.PRODUCT
    assert _entity(names, "Kestrel").kind is Kind.COMPANY


# Who and what is named.


def test_a_title_makes_a_person_and_does_not_belong_to_the_name() -> None:
    text = (
        "Quillon Chief Financial Officer Maxilda Trone and Trade Minister Ondrevo spoke; so did"
        " Ostler partner Vesna Kroll."
    )
    assert _persons(text) == ["Maxilda Trone", "Ondrevo", "Vesna Kroll"]
    assert _companies(text) == ["Ostler", "Quillon"]


def test_who_speaks_is_a_person() -> None:
    assert _persons('"We are glad," said Torvin Askelby, who runs it.') == ["Torvin Askelby"]


def test_who_is_named_beside_a_founder_is_a_person() -> None:
    text = "It was founded by Mary Orchard and Torvin Askelby in 2019."
    assert _persons(text) == ["Mary Orchard", "Torvin Askelby"]


def test_a_last_name_alone_means_the_person() -> None:
    names = _names("Founder Torvin Askelby left. Later Askelby came back, and people met Askelby.")
    assert _entity(names, "Askelby") is _entity(names, "Torvin Askelby")


def test_a_family_is_no_company() -> None:
    text = "The owner of Brothers Trenholt could sell. The board knows that the Trenholts may not."
    assert _entity(_names(text), "Trenholts").kind is Kind.PERSON


def test_a_firm_with_a_first_name_is_no_person() -> None:
    assert _persons("The lenders were Morgan Stanley and Harrison Metals.") == []


def test_a_place_is_known_by_where_it_stands() -> None:
    text = "Quillon has a plant in Orrbach. Hillbrook-based Ostler led it with men of Yarm, Texas."
    assert _of_kind(Kind.PLACE, text) == ["Hillbrook", "Orrbach", "Texas", "Yarm"]


def test_what_money_is_put_in_is_no_place() -> None:
    assert (
        _of_kind(Kind.PLACE, "They invested heavily in Orrbach and hold a stake in Yarmond.") == []
    )


def test_authorities_are_no_companies() -> None:
    text = (
        "The Competition and Markets Authority, the Ministry of Trade, the Orrland Supreme Court"
        " and the Securities and Exchange Commission agreed with Quillon."
    )
    assert _companies(text) == ["Quillon"]
    assert len(_of_kind(Kind.AUTHORITY, text)) == 4


def test_an_outlet_is_known_by_its_name_or_by_what_it_does() -> None:
    text = "He told Reuters. The Orrland Gazette reported it on Monday; so did the Information."
    assert _of_kind(Kind.OUTLET, text) == ["Information", "Orrland Gazette", "Reuters"]


def test_a_thing_of_a_company_is_a_product() -> None:
    assert _of_kind(Kind.PRODUCT, "Quillon sells its Zephyra chatbot to banks.") == ["Zephyra"]


def test_a_product_is_its_makers() -> None:
    names = _names("Quillon, the maker of Zephyra, has grown. Orrox maker Ostler has not.")
    for product, maker in (("Zephyra", "Quillon"), ("Orrox", "Ostler")):
        player = player_of(_entity(names, product))
        assert player is not None
        assert player.name == maker


# What means the same.


def test_a_short_form_means_the_full_one() -> None:
    names = _names("Quillon Therapeutics grew. People trust Quillon.")
    assert _entity(names, "Quillon").name == "Quillon Therapeutics"


def test_a_short_form_of_several_means_none_of_them() -> None:
    names = _names("They met Quillon Foods and Quillon Motors, both of the group Quillon.")
    assert _entity(names, "Quillon") is not _entity(names, "Quillon Foods")


def test_the_investment_arm_is_not_its_parent() -> None:
    names = _names("People trust Quillon. Its arm is called Quillon Ventures.")
    assert _entity(names, "Quillon") is not _entity(names, "Quillon Ventures")


def test_initials_mean_the_name_that_they_are_of() -> None:
    names = _names("They met White Birch Labs. Later they praised WBL.")
    assert _entity(names, "WBL") is _entity(names, "White Birch Labs")


def test_a_former_name_means_the_present_one() -> None:
    names = _names("They met Quillon, formerly Orrbach, and Ostler (formerly known as Yarmond).")
    assert _entity(names, "Orrbach").name == "Quillon"
    assert _entity(names, "Yarmond").name == "Ostler"


# Whatever the text.


def test_no_text_is_too_strange() -> None:
    for text in (
        "",
        "A",
        "'s",
        "&",
        "A" * 5_000,
        "A. " * 900,
        "שלום Ⅷ 😀 ǅ",
        '"("Acme")',
        "İstanbul ß",
    ):
        names = _names(text, text[:40])
        assert all(m.start < m.end for found in names.mentions.values() for m in found)


def test_every_sentence_has_its_mentions_also_beyond_what_is_read() -> None:
    page = lay_out(Article("Quillon grew.\n" * 6_000))
    names = Names(page, [], _KNOWN)
    assert set(names.mentions) == {s.index for s in page.sentences}
