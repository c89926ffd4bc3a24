"""Papers: amounts in words, names of all scripts, words of any length."""

import re
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import typst

from partners.api import papers
from partners.api.papers.amounts import in_words
from partners.api.papers.printable import NOT_COVERED, printable

SVG = "{http://www.w3.org/2000/svg}"
A4, MARGIN = 595.3, 62.3  # points
NAMES = {
    "latin": "Łukasz Dvořák-Nguyễn, Société Œuvre & Cie « Île »",
    "greek": "Ελένη Παπαδοπούλου",
    "cyrillic": "Олександр Їжакевич",
    "arabic": "أمينة الدياللو و پژمان گلی",
    "others": "陈美丽, नेहा, 한지민 🌸, ደስታ, ½ ⵣ \ue000",
    "long": "x" * 200,
    "long greek": "Ω" * 200,
}


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "zéro euro"),
        (1, "un centime"),
        (50, "cinquante centimes"),
        (100, "un euro"),
        (101, "un euro et un centime"),
        (280, "deux euros et quatre-vingts centimes"),
        (8_000, "quatre-vingts euros"),
        (20_000, "deux cents euros"),
        (20_100, "deux cent un euros"),
        (8_000_000, "quatre-vingt mille euros"),
        (20_000_000, "deux cent mille euros"),
        (100_000_000, "un million d'euros"),
        (100_000_050, "un million d'euros et cinquante centimes"),
        (100_000_100, "un million un euros"),
        (120_000_000, "un million deux cent mille euros"),
        (200_000_000, "deux millions d'euros"),
        (8_000_000_000, "quatre-vingts millions d'euros"),
        (100_000_000_000, "un milliard d'euros"),
        (100_100_000_000, "un milliard un million d'euros"),
    ],
)
def test_an_amount_is_spelled_out_as_the_french_do(cents: int, words: str) -> None:
    assert in_words(cents) == words


def of(name: str) -> dict[str, Any]:
    """A receipt for a giver of that name."""
    person = dict.fromkeys(("name", "number", "address", "object", "legal_form", "siren"), name)
    plain = ("title", "name", "reason", "amount", "words", "given_on", "form", "issued_on")
    return dict.fromkeys(plain, name) | {
        "issuer": person,
        "giver": person,
        "cancels": None,
        "kind": "skills",
        "description": name,
        "days": 6,
    }


def minutes(name: str) -> dict[str, Any]:
    """Minutes of a meeting where all are called so."""
    seat = {"organisation": name, "person": name, "presence": name, "by": name}
    votes = dict.fromkeys(("in_favour", "against", "abstained"), 1)
    return dict.fromkeys(("title", "day", "time", "place"), name) | {
        "state": "held",
        "agenda": [name],
        "seats": [seat],
        "voters": 1,
        "quorum": 1,
        "is_quorate": True,
        "decisions": [{"number": 1, "subject": name, "is_adopted": True} | votes],
        "minutes": [name],
    }


TEMPLATES = {"receipt": of, "minutes": minutes}


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("script", NAMES)
def test_a_paper_has_no_boxes_and_nothing_leaves_the_page(template: str, script: str) -> None:
    source = files(papers).joinpath(f"{template}.typ").read_bytes()
    pages = drawn(source, papers.inputs(TEMPLATES[template](NAMES[script])))

    assert not {glyph for page in pages for glyph in glyphs(page)} & BOX
    for page in pages:
        assert max(rights(ET.fromstring(page))) < A4 - MARGIN  # noqa: S314  (our own)


def test_a_paper_is_made_of_what_can_be_printed() -> None:
    assert papers.typeset("receipt", of("陈")) == papers.typeset("receipt", of("Chen"))


def test_what_no_font_has_is_written_in_latin_letters() -> None:
    assert printable({"name": ["陈美丽 Nguyễn", 1, None]}) == {
        "name": ["ChenMeiLi Nguyễn", 1, None]
    }
    for script in ("latin", "greek", "cyrillic", "arabic"):
        assert printable(NAMES[script]) == NAMES[script]


def test_every_character_that_is_left_as_it_is_has_a_glyph() -> None:
    left = "".join(
        chr(code)
        for code in range(0x21, 0x3000)
        if not NOT_COVERED.match(chr(code)) and unicodedata.category(chr(code))[0] in "LNPS"
    )

    assert len(left) > 1500
    assert not glyphs(bare(left)) & BOX


def bare(text: str) -> str:
    """Text on a page, as the typesetter prints it without our help."""
    source = b'#set text(font: "Libertinus Serif")\n#sys.inputs.data #strong(sys.inputs.data)'
    return "".join(drawn(source, {"data": " ".join(text)}))


def drawn(source: bytes, inputs: dict[str, str]) -> list[str]:
    pages = typst.compile(source, format="svg", sys_inputs=inputs, ignore_system_fonts=True)
    return [page.decode() for page in (pages if isinstance(pages, list) else [pages])]


def glyphs(paper: str) -> set[str]:
    """Tell the shapes of a paper's glyphs, whatever their size."""
    shapes = re.findall(r'<symbol[^>]*><path[^>]* d="([^"]*)"', paper)
    return {re.sub(r"[-\d.]+ *", "", shape) for shape in shapes}


def rights(node: ET.Element, x: float = 0.0) -> Iterator[float]:
    """Yield where each glyph of a paper begins, from the left."""
    moved = re.match(r"translate\(([-\d.]+)|matrix\(1 0 0 -?1 ([-\d.]+)", node.get("transform", ""))
    x += float(moved[1] or moved[2]) if moved else 0
    if node.tag == f"{SVG}use":
        yield x + float(node.get("x", 0))
    for child in node:
        yield from rights(child, x)


BOX = glyphs(bare("中"))
