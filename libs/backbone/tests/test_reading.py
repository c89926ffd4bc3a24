"""Files are read as they were meant, or refused in words that say what to change."""

import asyncio
import gc
import hashlib
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock
from io import BytesIO
from itertools import islice, product
from typing import Any
from zipfile import ZipFile

import psutil
import pytest
from httpx import AsyncClient
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from xlsxwriter import Workbook

from backbone.files.reading import ReadLimits, Sheet, SheetRow, UnreadableFile, read_sheet
from backbone.files.sheets import MAX_COLUMNS
from backbone.imports.registry import Import, ImportChunk, ImportRowError
from backbone.imports.worker import ImportWorker
from backbone.testing.fixtures import ImportFile

MIB = 1 << 20
ENDLESS = b"x" * (64 * MIB - 1_000)  # with what surrounds it, the largest body


def sheet_of(content: bytes | str) -> Sheet:
    return read_sheet(BytesIO(content.encode() if isinstance(content, str) else content))


def rows_of(content: bytes | str) -> list[SheetRow]:
    with sheet_of(content) as sheet:
        return list(sheet.rows)


def cells_of(content: bytes | str) -> list[list[str]]:
    return [row.cells for row in rows_of(content)]


def refusal_of(content: bytes | str, **limits: Any) -> str:
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnreadableFile) as refused, read_sheet(file, ReadLimits(**limits)) as sheet:
        for _ in sheet.rows:
            pass
    return str(refused.value)


def workbook(
    *rows: list[object], hidden: tuple[str, ...] = (), **sheets: list[list[object]]
) -> bytes:
    """Return a workbook with these rows on one sheet, or with these sheets."""
    content = BytesIO()
    with Workbook(content, {"strings_to_formulas": False}) as book:
        formats = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": 'dd/mm/yyyy "à" hh:mm'}),
            clock: book.add_format({"num_format": "hh:mm"}),
            timedelta: book.add_format({"num_format": "[h]:mm"}),
        }
        for name, lines in (sheets or {"Feuille": list(rows)}).items():
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for row, cells in enumerate(lines):
                for column, value in enumerate(cells):
                    sheet.write(row, column, value, formats.get(type(value)))
    return content.getvalue()


# The header


def test_a_column_that_stands_twice_is_named() -> None:
    assert "“Email” stands twice in the header" in refusal_of("email;nom;Email\na;b;c\n")


def test_line_breaks_and_repeated_spaces_in_a_header_are_one_space() -> None:
    with sheet_of(
        '"date de\r\n naissance" ;  nom  ;prénom\u2028usuel\n'.replace('" ;', '";')
    ) as sheet:
        assert sheet.header == ["date de naissance", "nom", "prénom usuel"]


def test_the_header_is_the_first_row_that_is_not_blank() -> None:
    with sheet_of("\n;;\n  ;;\ntitle;words;\nA;1;\n") as sheet:
        assert sheet.header == ["title", "words"]
        assert list(sheet.rows) == [(5, ["A", "1"], None, None)]


def test_a_column_with_values_and_no_name_is_refused_and_an_empty_one_is_not() -> None:
    assert "Column 2 has a value on line 3 and no name" in refusal_of("a;;b\n1;;2\n1;x;2\n")
    assert cells_of("a;;b\n1;;2\n") == [["1", "", "2"]]


# Rows


def test_rows_of_separators_and_blanks_are_no_rows() -> None:
    rows = rows_of("title;words\nA;1\n;\n\n \t; \nB;2\n;;;;\n")

    assert [(row.line, row.cells) for row in rows] == [(2, ["A", "1"]), (6, ["B", "2"])]


def test_a_row_with_more_cells_than_the_header_is_wrong_and_the_others_go_on() -> None:
    first, second, third = rows_of("title,words\nDupont, Jean,1\nB,2,,\nC,3\n")

    assert first.line == 2
    assert first.fault is not None
    assert first.fault.startswith("It has 3 cells, the header 2.")
    assert [second, third] == [(3, ["B", "2"], None, None), (4, ["C", "3"], None, None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_by_a_line_feed_a_carriage_return_or_both(end: str) -> None:
    assert cells_of(end.join(["title;words", "A;1", "B;2"])) == [["A", "1"], ["B", "2"]]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\x1c", "\x1e"])
def test_no_other_character_ends_a_line(sign: str) -> None:
    rows = rows_of(f"title;words\nA{sign}a;1\nB;2\n")

    assert [(row.line, row.cells) for row in rows] == [(2, [f"A{sign}a", "1"]), (3, ["B", "2"])]


def test_lines_are_counted_as_a_spreadsheet_does_whatever_breaks_within_cells() -> None:
    rows = rows_of('title;words\n"A\r\na\nb";1\n\nB;2\n')

    assert [(row.line, row.cells) for row in rows] == [(2, ["A\na\nb", "1"]), (4, ["B", "2"])]


def test_what_was_written_so_that_no_spreadsheet_runs_it_is_read_as_it_was() -> None:
    assert cells_of("title;words\n'=1+1;'-2\n'l'an;=x\n") == [["=1+1", "-2"], ["'l'an", "=x"]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('title,words\nA,1\n"B,2\nC,3\n', "a quote is opened on line 3 and never closed"),
        ('title,words\n"A"a,1\nB,2\n', "on line 2, text follows a closing quote"),
        ('title,words\n"A\n",1\n"B,2\n"C",3\n', "on line 4, text follows a closing quote"),
        ('"title,words\nA,1\n', "a quote is opened on line 1 and never closed"),
        ("title,words\nA,1\nB\0,2\n", "zero bytes, on line 3"),
        (f"title,words\n{'x' * 200_000},1\n", "more than 131,072 characters begins on line 2"),
        (",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)), "1,001 columns, and 1,000 are the mo"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_named(content: str, reason: str) -> None:
    assert reason in refusal_of(content)


# Delimiters and encodings


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_the_one_in_the_header_outside_quotes(delimiter: str) -> None:
    header = delimiter.join(["title", '"words; or, tabs\t, ; ;;"'])
    with sheet_of(f"{header}\nA{delimiter}1\n") as sheet:
        assert sheet.delimiter == delimiter
        assert [row.cells for row in sheet.rows] == [["A", "1"]]


FRENCH = [
    "prénom;note\nÉlodie;Œuvre à 10 €\n",
    "prénom;note\nZoé;1\n",
    "nom\nDUPRÉ\n",
    "note\nÀ côté, où ça ?\n",
    "note\nL\u2019été \u2013 « déjà »…\n",
    "nom;prénom\nMüller;Benoît\nGarçon;Hélène\nNuñez;José\n",
]


ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "cp1252": "windows-1252",
    "mac_roman": "macintosh",
    "cp850": "ibm850",
}
WITHOUT_SOME = {(FRENCH[0], "cp850"), (FRENCH[4], "cp850")}  # it has no Œ, and no quotes but "


@pytest.mark.parametrize(
    ("written", "codec"), [pair for pair in product(FRENCH, ENCODINGS) if pair not in WITHOUT_SOME]
)
def test_french_is_read_right_in_the_encoding_that_a_spreadsheet_saved(
    written: str, codec: str
) -> None:
    content = written.encode(codec)

    with sheet_of(content) as sheet:
        read = [sheet.header, *(row.cells for row in sheet.rows)]
        assert read == [line.split(";") for line in written.splitlines()]
        assert sheet.encoding == ENCODINGS[codec]


def test_what_only_iso_8859_15_writes_so_is_read_in_it() -> None:
    assert cells_of("note\nŒuvre à 10 €\n".encode("iso-8859-15")) == [["Œuvre à 10 €"]]


def test_what_is_not_french_is_guessed() -> None:
    with sheet_of("nom;note\nŠkoda;Łukasz z Gdańska\n".encode("cp1250")) as sheet:
        assert [row.cells for row in sheet.rows] == [["Škoda", "Łukasz z Gdańska"]]
        assert sheet.encoding == "windows-1250"


def test_a_file_is_in_one_encoding_however_late_its_first_accent_comes() -> None:
    content = b"title;words\n" + b"A;1\n" * 400_000 + "Zoé;2\n".encode("cp1252")

    with sheet_of(content) as sheet:
        assert sheet.encoding == "windows-1252"
        *_, last = sheet.rows
        assert last == (400_002, ["Zoé", "2"], None, None)


def test_a_file_in_two_encodings_is_refused_with_the_line() -> None:
    content = "title;words\nZoé;1\n".encode() + "Élodie;2\n".encode("cp1252")

    assert "Line 3 is not UTF-8, and other lines are" in refusal_of(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("title;words\nA;1\n".encode("utf-16-le"), "zero bytes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old (XLS) or a protected workbook"),
        (b"PK\x03\x04 and no more", "The workbook (XLSX) cannot be read"),
    ],
)
def test_what_is_neither_a_csv_nor_a_workbook_is_said_to_be_none(
    content: bytes, reason: str
) -> None:
    assert reason in refusal_of(content)


# Workbooks


def test_cells_are_read_as_they_would_stand_in_a_csv() -> None:
    at = datetime(2024, 3, 1, 9, 30)  # noqa: DTZ001  (cells have no zone)
    others = [59.970000000000006, 1e20, 0.0000001, -3, True, "a\r\nb"]
    [cells] = cells_of(
        workbook(
            [f"c{nth}" for nth in range(10)],
            [date(2024, 3, 1), at, clock(9, 30), timedelta(hours=36), *others],
        )
    )

    assert cells[:5] == ["2024-03-01", "2024-03-01 09:30", "09:30", "36:00", "59.97"]
    assert cells[5:] == ["100000000000000000000", "0.0000001", "-3", "yes", "a\nb"]


def test_an_error_of_the_spreadsheet_is_blamed_on_its_cell() -> None:
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["title", "amount"])
        for row, error in enumerate(["#N/A", "#REF!", "#DIV/0!"], start=1):
            sheet.write_row(row, 0, ["A"])
            sheet.write_formula(row, 1, "=1/0", None, error)
        sheet.write_row(4, 0, ["B", 2])

    *wrong, right = rows_of(content.getvalue())

    assert [(row.line, row.column) for row in wrong] == [(nth, "amount") for nth in (2, 3, 4)]
    for row, error in zip(wrong, ["#N/A", "#REF!", "#DIV/0!"], strict=True):
        assert f"error {error}." in str(row.fault)
    assert right == (5, ["B", "2"], None, None)


@pytest.mark.parametrize("error", ["#N/A", "#VALEUR!", "#NOM?", "#DIV/0!", "########"])
def test_an_error_of_the_spreadsheet_in_a_csv_is_blamed_too(error: str) -> None:
    wrong, right = rows_of(f"title;amount\nA; {error}\n# 1;\u2116 #2!\n")

    assert (wrong.line, wrong.column) == (2, "amount")
    assert right.fault is None


def test_coloured_rows_without_anything_are_no_rows() -> None:
    content = BytesIO()
    with Workbook(content) as book:
        sheet, red = book.add_worksheet(), book.add_format({"bg_color": "red"})
        sheet.write_row(0, 0, ["title", "words"])
        sheet.write_row(1, 0, ["A", 1])
        for row in range(2, 32):
            sheet.write_blank(row, 0, None, red)
            sheet.write_string(row, 1, " ", red)
        sheet.write_row(32, 0, ["B", 2])

    assert [row.line for row in rows_of(content.getvalue())] == [2, 33]


def test_the_first_visible_sheet_that_holds_something_is_read_and_named() -> None:
    content = workbook(
        hidden=("Listes",),
        Vide=[],
        Listes=[["x"]],
        Candidats=[["title"], ["A"]],
        Notes=[["other"]],
    )
    with sheet_of(content) as sheet:
        assert (sheet.name, sheet.header) == ("Candidats", ["title"])
        assert (sheet.encoding, sheet.delimiter) == (None, None)


def test_two_cells_far_apart_take_little_memory() -> None:
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["title", "words"])
        sheet.write_row(1_048_575, 0, ["A", 1])

    assert rows_of(content.getvalue()) == [(1_048_576, ["A", "1"], None, None)]


SHEET = '<worksheet xmlns="{ns}"><sheetData>{rows}</sheetData></worksheet>'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}"
TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def by_another_program(rows: str, *, ns: str = TRANSITIONAL, **texts: str) -> bytes:
    """Return a workbook that another program wrote: other names, other ways to write cells."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    linked = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
        "</Relationships>"
    )
    link = f'<Relationship Id="{{}}" Type="{relations}/{{}}" Target="{{}}"/>'
    types = "".join(
        f'<Override PartName="{part}" ContentType="{KIND.format(kind)}+xml"/>'
        for part, kind in (
            ("/book/b.xml", "sheet.main"),
            ("/book/data.xml", "worksheet"),
            ("/texts.xml", "sharedStrings"),
        )
    )
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}">{types}</Types>')
        archive.writestr(
            "_rels/.rels", linked.format(link.format("a", "officeDocument", "/book/b.xml"))
        )
        archive.writestr(
            "book/b.xml",
            f'<x:workbook xmlns:x="{ns}" xmlns:r="{relations}"><x:sheets>'
            '<x:sheet name="S" sheetId="7" r:id="s"/></x:sheets></x:workbook>',
        )
        links = link.format("s", "worksheet", "data.xml")
        if texts:
            links += link.format("t", "sharedStrings", "../texts.xml")
            archive.writestr("texts.xml", f'<sst xmlns="{ns}">{texts["shared"]}</sst>')
        archive.writestr("book/_rels/b.xml.rels", linked.format(links))
        archive.writestr("book/data.xml", SHEET.format(ns=ns, rows=rows))
    return content.getvalue()


def test_workbooks_of_other_programs_are_read() -> None:
    rows = (
        '<row><c t="inlineStr"><is><t>title</t></is></c><c t="s"><v>0</v></c></row>'
        '<row r="4"><c r="B4" t="str"><f>A1</f><v>a_x000D_&#10;b</v></c></row>'
        '<row><c><v>1e3</v></c><c t="d"><v>2024-03-01T09:30:00</v></c></row>'
    )
    shared = '<si><r><t>wo</t></r><r><t>rds</t></r><rPh sb="0" eb="5"><t>ワーズ</t></rPh></si>'
    with read_sheet(BytesIO(by_another_program(rows, shared=shared))) as sheet:
        assert sheet.header == ["title", "words"]
        assert [(row.line, row.cells) for row in sheet.rows] == [
            (4, ["", "a\nb"]),
            (5, ["1000", "2024-03-01 09:30"]),
        ]


def test_a_workbook_in_the_strict_variant_of_the_format_is_refused_with_the_remedy() -> None:
    strict = by_another_program("", ns=STRICT, shared="")

    assert "not as “Strict Open XML”" in refusal_of(strict)


# Limits


def test_a_reader_that_asks_for_more_memory_than_allowed_is_refused() -> None:
    content = by_another_program("", shared=f"<si><t>{'x' * 100_000}</t></si>" * 1_500)

    assert "too large to be read" in refusal_of(content, memory=128 * MIB)


def test_a_text_repeated_in_each_cell_is_refused_before_it_fills_the_memory() -> None:
    cells = '<c t="s"><v>0</v></c>' * 100
    header = "".join(f'<c t="str"><v>c{nth}</v></c>' for nth in range(100))
    rows = f"<row>{header}</row>" + f"<row>{cells}</row>" * 200
    content = by_another_program(rows, shared=f"<si><t>{'x' * 30_000}</t></si>")

    assert "too much text" in refusal_of(content)


def test_a_reader_that_takes_too_much_processor_time_is_refused() -> None:
    header = ";".join(f"c{nth}" for nth in range(40))
    content = f"{header}\n" + (";" * 38 + "1;2\n") * 1_000_000

    assert "takes too long" in refusal_of(content, processor_time=1)


def test_a_reader_that_hangs_is_ended() -> None:
    file = BytesIO(b"title;words\n" + b"A;1\n" * 1_000_000)
    with read_sheet(file, ReadLimits(time=3)) as sheet:
        next(sheet.rows)
        os.kill(sheet.reader.process.pid, signal.SIGSTOP)
        with pytest.raises(UnreadableFile, match="takes too long"):
            list(sheet.rows)


def test_a_reader_that_is_killed_while_it_writes_is_a_refusal() -> None:
    file = BytesIO(b"title;words\n" + b"A;1\n" * 1_000_000)
    with read_sheet(file) as sheet:
        next(sheet.rows)
        psutil.Process(sheet.reader.process.pid).kill()
        with pytest.raises(UnreadableFile, match="too large"):
            list(sheet.rows)


def test_reading_no_further_ends_the_reader() -> None:
    with sheet_of("title;words\n" + "A;1\n" * 1_000_000) as sheet:
        assert len(list(islice(sheet.rows, 20))) == 20
        process = psutil.Process(sheet.reader.process.pid)
        assert process.is_running()
    assert not process.is_running()


def test_a_file_that_is_refused_leaves_no_process() -> None:
    before = psutil.Process().children()
    refusal_of("title;title\n")

    assert psutil.Process().children() == before


def test_the_reader_of_a_large_file_takes_little_memory() -> None:
    line = "A" * 60 + ";1\n"
    with sheet_of("title;words\n" + line * 500_000) as sheet:
        next(sheet.rows)
        reader = psutil.Process(sheet.reader.process.pid)
        largest = max(reader.memory_info().rss for _ in islice(sheet.rows, 0, 490_000, 20_000))
    assert largest < 64 * MIB


# Over HTTP


@asynccontextmanager
async def probing() -> AsyncIterator[list[float]]:
    """Collect how long the event loop is held at a stretch, in seconds of its thread's CPU time.

    The garbage of the other tests is not collected during that, as services collect rarely.
    """
    held = list[float]()
    gc.disable()

    async def probe() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            held.append(now - before)
            before = now

    task = asyncio.create_task(probe())
    try:
        yield held
    finally:
        task.cancel()
        gc.enable()


def seconds_to_hash(content: bytes) -> float:
    """Return what hashing `content` in one piece takes on this machine, in CPU time."""
    began = time.thread_time()
    hashlib.sha256(content)
    return time.thread_time() - began


async def sent(content: bytes) -> AsyncIterator[bytes]:
    """A form with one file, in pieces of the size that a server receives."""
    yield b'--b\r\ncontent-disposition: form-data; name="file"; filename="n.csv"\r\n\r\n'
    for start in range(0, len(content), 1 << 16):
        yield content[start : start + (1 << 16)]
        await asyncio.sleep(0)
    yield b"\r\n--b--\r\n"


FORM = {"content-type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "64-mib"}])
async def test_64_mib_on_one_line_are_refused_at_once_and_the_event_loop_goes_on(
    client: AsyncClient, key: dict[str, str]
) -> None:
    await client.get("/imports")
    async with probing() as held:
        began = sum(os.times()[:4])
        answer = await client.post("/imports/notebooks", content=sent(ENDLESS), headers=FORM | key)
        taken = sum(os.times()[:4]) - began

    assert answer.status_code == 422
    assert "line 1 has more than 4,194,304 characters" in answer.json()["detail"]
    assert max(held) < max(0.02, seconds_to_hash(ENDLESS) / 3)
    assert taken < 5  # seconds on a processor, of a slow machine; a fast one takes one


async def test_the_same_large_file_sent_again_with_its_key_gets_the_stored_answer(
    client: AsyncClient,
) -> None:
    content, headers = b"title,words\n" + b"A,1\n" * 200_000, FORM | {"idempotency-key": "large"}

    first = await client.post("/imports/notebooks", content=sent(content), headers=headers)
    again = await client.post("/imports/notebooks", content=sent(content), headers=headers)
    other = await client.post("/imports/notebooks", content=sent(content[4:]), headers=headers)

    assert (first.status_code, first.json()["rows"]) == (202, 200_000)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert other.json()["type"] == "urn:problem:key-reused"


async def test_the_answer_says_what_was_assumed(client: AsyncClient) -> None:
    csv = "title;words\nZoé;1\n".encode("cp1252")
    plain = await client.post("/imports/notebooks", files={"file": ("n.csv", csv)})
    xlsx = workbook(Carnets=[["title", "words"], ["A", 1]])
    book = await client.post("/imports/notebooks", files={"file": ("n.xlsx", xlsx)})

    def assumed(answer: Any) -> tuple[Any, ...]:
        return tuple(answer.json()[name] for name in ("encoding", "delimiter", "sheet", "rows"))

    assert assumed(plain) == ("windows-1252", ";", None, 1)
    assert assumed(book) == (None, None, "Carnets", 1)
    assert assumed(await client.get(f"/imports/{plain.json()['id']}")) == assumed(plain)


async def test_rows_with_a_fault_are_left_out_and_named_and_the_others_are_taken(
    client: AsyncClient, import_file: ImportFile
) -> None:
    done = await import_file(client, "notebooks", "title,words\nA,1\n\n,\nB,2,x\nC\u2028c,3\nD,4\n")

    assert (done["rows"], done["taken"], done["created"], done["wrong"]) == (4, 4, 2, 2)
    surplus, separator = done["faults"]
    assert (surplus["line"], surplus["column"]) == (5, None)
    assert "It has 3 cells, the header 2." in surplus["reason"]
    assert (separator["line"], separator["column"]) == (6, "title")
    assert "U+2028" in separator["reason"]


async def test_parts_that_wait_since_before_rows_had_lines_are_still_taken(
    db: AsyncSession, importing: ImportWorker
) -> None:
    """They were lists of cells, empty lines included, counted from the part's first line."""
    columns = ["title", "words"]
    waiting = Import(kind="notebooks", file="n", digest="d", columns=columns, sent_by="c", rows=2)
    cells = b'[["A","1"],[],["B","x"]]'
    db.add_all([waiting, ImportChunk(import_id=waiting.id, first=2, cells=cells)])
    await db.commit()

    while await importing.process_next_chunk():
        pass

    await db.refresh(waiting)
    assert (waiting.taken, waiting.created, waiting.wrong) == (2, 1, 1)
    [fault] = await db.exec(select(ImportRowError).where(ImportRowError.import_id == waiting.id))
    assert (fault.line, fault.column) == (4, "words")
