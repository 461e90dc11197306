"""Rosters and registers as files: CSV or Parquet, their headings, and their cells as codes.

Only the columns that are needed are read. Each batch of rows leaves here with the population
number as text and everything else as small whole numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ucj_analysis.errors import InputError, Problem, refused
from ucj_analysis.intake.cells import MONTHS
from ucj_analysis.resources import kind_of
from ucj_analysis.roster.privacy import without_numbers
from ucj_analysis.scenario import SEGMENTS

CHUNK = 1 << 20
ROWS = 1 << 16
SEPARATORS = (";", ",", "\t")
#: Written in a code's place where a cell says nothing that can be used.
NONE = -1


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


NIK = _names("nik, no nik, nomor induk kependudukan, no ktp, nomor ktp, national id")
STATUS = _names("status, keterangan, ket, status kependudukan, note")
#: Field -> headings it goes by, in lower case with single spaces.
# fmt: off
ROSTER_FIELDS: Mapping[str, tuple[str, ...]] = {
    "nik": NIK,
    "segment": _names("segmen, segmen kepesertaan, jenis kepesertaan, segmen peserta, segment"),
    "first": _names("bulan masuk, bulan awal, bulan pertama, mulai, tanggal kepesertaan, tgl kepesertaan, first month, first"),
    "last": _names("bulan bayar terakhir, bulan iuran terakhir, iuran terakhir, blth terakhir, last paid month, last paid, last month"),
    "status": STATUS,
}
# fmt: on
REGISTER_FIELDS: Mapping[str, tuple[str, ...]] = {
    "nik": NIK,
    "sub_district": _names("kecamatan, nama kecamatan, kec, sub district, subdistrict"),
    "decile": _names("desil, desil kesejahteraan, desil nasional, decile"),
    "status": STATUS,
}
OPTIONAL = ("decile", "status")

#: What a segment is called, in lower case -> its place among the segments.
_SEGMENT_WORDS: dict[str, tuple[str, ...]] = {
    "wage_earners": ("pu", "penerima upah", "wage earners", "wage earner"),
    "elsewhere": ("luar daerah", "pu luar daerah", "elsewhere", "pmi", "pekerja migran"),
    "self_employed": ("bpu", "bukan penerima upah", "mandiri", "self employed"),
    "construction": ("jakon", "jasa konstruksi", "konstruksi", "construction"),
    "funded": ("pbi", "rentan", "pekerja rentan", "bpu rentan", "apbd", "dbhcht", "funded"),
}
SEGMENT_CODES = {word: SEGMENTS.index(s) for s, words in _SEGMENT_WORDS.items() for word in words}
_GONE = ("meninggal", "wafat", "pindah", "deceased", "died", "dead", "moved")


def plain(text: str) -> str:
    """Return text in lower case, words apart by single spaces, nothing else.

    Examples
    --------
    >>> plain(" Bulan_Bayar  Terakhir ")
    'bulan bayar terakhir'
    """
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def month_code(text: str) -> int:
    """Return a month as months since year 0, however it is written; -1 where it is none.

    Examples
    --------
    >>> [month_code(t) - 12 * 2024 for t in ("2024-03", "2024-03-17", "17/03/2024", "03/2024")]
    [2, 2, 2, 2]
    >>> month_code("Maret 2024") == month_code("202403") == month_code("mar-24"), month_code("soon")
    (True, -1)
    """
    parts = re.findall(r"\d+|[^\W\d_]+", text.split("T")[0].split(" 00:")[0].lower())
    if len(parts) == 1 and len(parts[0]) in (6, 8) and parts[0].isdecimal():
        parts = [parts[0][:4], parts[0][4:6]]  # 202403 or 20240317
    if not 2 <= len(parts) <= 3:
        return NONE
    year, month = (parts[0], parts[1]) if len(parts[0]) == 4 else (parts[-1], parts[-2])
    number = int(month) if month.isdecimal() and len(month) <= 2 else MONTHS.get(month, 0)
    if not year.isdecimal() or len(year) > 4 or not 1 <= number <= 12:
        return NONE
    whole = int(year) + (2000 if len(year) == 2 else 0)
    return whole * 12 + number - 1 if 1950 <= whole < 2100 else NONE


def segment_code(text: str) -> int:
    """Return a segment's place among the segments; -1 where it is none.

    Examples
    --------
    >>> segment_code("Penerima Upah"), segment_code("BPU"), segment_code("?")
    (0, 2, -1)
    """
    return SEGMENT_CODES.get(plain(text), NONE)


def decile_code(text: str) -> int:
    """Return a decile, 1 to 10; 0 where none is told.

    Examples
    --------
    >>> decile_code("Desil 3"), decile_code("10"), decile_code("11"), decile_code("")
    (3, 10, 0, 0)
    """
    told = re.fullmatch(r"(?:d|desil|decile)? ?0?(\d{1,2})", plain(text))
    return int(told[1]) if told and 1 <= int(told[1]) <= 10 else 0


def gone_code(text: str) -> int:
    """Return 1 where a person has died or moved away, else 0.

    Examples
    --------
    >>> gone_code("Meninggal dunia"), gone_code("aktif")
    (1, 0)
    """
    return int(any(word in _GONE for word in plain(text).split()))


class Places:
    """Sub-districts by code, in the order they were met; 0 is unknown."""

    def __init__(self) -> None:
        self._codes = {"": 0}

    @property
    def names(self) -> list[str]:
        """Their names, each at the place of its code."""
        return list(self._codes)

    def code(self, text: str) -> int:
        """Return the code of a sub-district; what holds digits is the name of none.

        Examples
        --------
        >>> places = Places()
        >>> [places.code(t) for t in ("KEC. WEDARIJAKSA", "Wedarijaksa", "3318010101900001")]
        [1, 1, 0]
        """
        name = re.sub(r"^(kecamatan|kec) ", "", plain(text)).title()
        if len(name) > 40 or any(c.isdigit() for c in name):
            return 0
        return self._codes.setdefault(name, len(self._codes))


Coder = Callable[[str], int]


@dataclass
class Extract:
    """A file to read: which heading holds which field, and how it is written.

    `broken` is the row that stopped the reading, where one did.
    """

    path: Path
    headings: dict[str, str]
    separator: str = ""
    encoding: str = "utf-8"
    broken: int = 0
    rows: int = 0

    def batches(self, coders: Mapping[str, Coder]) -> Any:
        """Return the rows as an Arrow stream of `row`, `nik` and one code per other field.

        A field the file has no column for is coded as an empty cell.
        """
        import pyarrow as pa

        codes = dict.fromkeys(coders, pa.int32())
        schema = pa.schema({"row": pa.int64(), "nik": pa.string()} | codes)
        known = {name: cache(coder) for name, coder in coders.items()}  # each text is read once

        def coded() -> Iterator[Any]:
            for batch in self._raw():
                first = self.rows + 2
                self.rows += batch.num_rows
                columns = [
                    pa.array(range(first, first + batch.num_rows), pa.int64()),
                    batch.column(self.headings["nik"]).cast(pa.string()),
                    *(_codes(batch, self.headings.get(n), coder) for n, coder in known.items()),
                ]
                yield pa.record_batch(columns, schema=schema)

        return pa.RecordBatchReader.from_batches(schema, coded())

    def _raw(self) -> Iterator[Any]:
        """Yield batches of the columns needed, as they stand in the file."""
        wanted = list(self.headings.values())
        if self.path.suffix.lower() == ".parquet":
            from pyarrow.parquet import ParquetFile

            with ParquetFile(self.path) as file:
                yield from file.iter_batches(ROWS, columns=wanted)
            return
        import pyarrow as pa
        from pyarrow import csv as arrow

        def refuse(row: Any) -> str:
            self.broken = row.number or 0
            return "error"

        how = arrow.ReadOptions(use_threads=False, block_size=CHUNK, encoding=self.encoding)
        lines = arrow.ParseOptions(
            delimiter=self.separator, newlines_in_values=True, invalid_row_handler=refuse
        )
        texts = dict.fromkeys(wanted, pa.string())
        cells = arrow.ConvertOptions(include_columns=wanted, column_types=texts)
        with arrow.open_csv(self.path, how, lines, cells) as reader:
            yield from reader


def _codes(batch: Any, heading: str | None, coder: Coder) -> Any:
    """Return a column as codes; a field without a column is coded as an empty cell."""
    import pyarrow as pa

    if heading is None:
        return pa.array([coder("")] * batch.num_rows, pa.int32())
    told = batch.column(heading).cast(pa.string()).fill_null("").dictionary_encode()
    codes = [coder(text) for text in told.dictionary.to_pylist()]
    return pa.array(codes, pa.int32()).take(told.indices)


def open_extract(path: Path, fields: Mapping[str, tuple[str, ...]]) -> Extract:
    """Return a file with its columns found by their headings.

    Raises
    ------
    InputError
        `not_there`, `cannot_read`, `not_an_extract`, `empty_file`, `duplicate_column`; `unknown_headings` with those
        needed, and the file's own where it has a header line. No cell is ever told.
    """
    if not kind_of(path):
        raise InputError(Problem("not_there", str(path)))
    try:
        if path.suffix.lower() == ".parquet":
            return Extract(path, _found(path, _parquet_headings(path), fields))
        if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
            raise InputError(Problem("not_an_extract", without_numbers(str(path))))
        headings, separator, encoding = _csv_headings(path)
        return Extract(path, _found(path, headings, fields), separator, encoding)
    except OSError as error:
        raise InputError(refused("cannot_read", path, error)) from None


def _parquet_headings(path: Path) -> list[str]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            return list(file.schema_arrow.names)
    except ArrowException:
        raise InputError(Problem("not_an_extract", without_numbers(str(path)))) from None


def _csv_headings(path: Path) -> tuple[list[str], str, str]:
    """Return the headings, the separator and the encoding of a file."""
    with path.open("rb") as lines:
        first = lines.readline(CHUNK)
    if not first.strip():
        raise InputError(Problem("empty_file", str(path)))
    encoding = "utf-8" if _is_utf8(path) else "latin-1"  # what CP1252 has of letters is the same
    try:
        text = first.decode(encoding).removeprefix("\ufeff").rstrip("\r\n")
        separator = max(SEPARATORS, key=text.count)
        return next(csv.reader([text], delimiter=separator)), separator, encoding
    except (UnicodeDecodeError, csv.Error):  # a first line too long to hold headings
        raise InputError(Problem("not_an_extract", without_numbers(str(path)))) from None


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as content:
            while content.read(CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _found(
    path: Path, headings: list[str], fields: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    by_plain = {plain(heading): heading for heading in reversed(headings)}
    found = {
        name: by_plain[word]
        for name, words in fields.items()
        if (word := next((w for w in words if w in by_plain), None))
    }
    if twice := next((h for h in found.values() if headings.count(h) > 1), None):
        raise InputError(Problem("duplicate_column", str(path), 1, without_numbers(twice)))
    missing = [words[0] for name, words in fields.items() if name not in (*found, *OPTIONAL)]
    if not missing:
        return found
    if not found:  # perhaps no header line at all: its cells are told to nobody
        raise InputError(Problem("no_headings", str(path), 1, fields={"allowed": missing}))
    seen = [without_numbers(heading) for heading in headings]
    told: dict[str, object] = {"allowed": missing, "headings": seen}
    raise InputError(Problem("unknown_headings", str(path), 1, fields=told))
