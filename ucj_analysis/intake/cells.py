"""What the text of one cell says: a number under each convention that can write it so, or a time.

Pure: no files, no tables. Where a text can be read in two ways, both are returned; who reads a
whole column decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ucj_analysis.months import Month

#: How numbers are written: 1.234.567,8 or 1,234,567.8.
Style = Literal["id", "en"]
STYLES: tuple[Style, ...] = ("id", "en")
_POINTS: dict[Style, tuple[str, str]] = {"id": (".", ","), "en": (",", ".")}
FIRST_YEAR, LAST_YEAR = 2000, 2100

#: What stands where there is no figure.
EMPTY = frozenset(
    {"", "-", "--", "–", "—", ".", "..", "...", "…"}
    | {"n/a", "na", "n.a.", "n.a", "tad", "null", "nan", "kosong"}
    | {"belum ada", "tidak ada", "tidak tersedia", "belum tersedia", "belum rilis"}
)
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_MARK = r"(?:\s*\*+\)?|\s*\(\*+\)|\s*[⁰¹²³⁴⁵⁶⁷⁸⁹†‡]+\)?|(?:(?<=%)|\s)\(?[0-9a-z]\)|\s[rx])"
_NUMERAL = re.compile(
    r"(?:rp\.?\s*)?(?P<sign>[-\u2212]?)\s*(?P<body>\d[\d., ]*?)(?:,-)?"
    r"\s*(?P<percent>%|persen|prosen|percent|per cent)?"
    r"\s*(?P<scale>ribu|juta|thousand|million)?"
    r"\s*(?:jiwa|orang|pekerja|people|persons)?"
    rf"(?P<mark>{_MARK})?",
    re.I,
)
SCALES = {"ribu": 1_000, "thousand": 1_000, "juta": 1_000_000, "million": 1_000_000}


def plain(text: str) -> str:
    """Return a text with single plain spaces, without the apostrophe that makes a cell text.

    Examples
    --------
    >>> plain("'599\\u00a0061 ")
    '599 061'
    """
    return _SPACES.sub(" ", text).strip().removeprefix("'").strip()


def is_empty(text: str) -> bool:
    """Tell whether a text says that there is no figure.

    Examples
    --------
    >>> is_empty("–"), is_empty("belum ada"), is_empty("0")
    (True, True, False)
    """
    return plain(text).casefold().strip("()") in EMPTY


@dataclass(frozen=True)
class Numeral:
    """A number as written: its value under each convention that writes it so.

    The exponent of a value tells its decimals; `scale` is told inside the cell (`599 ribu`), as is
    the `mark` of a footnote.
    """

    values: Mapping[Style, Decimal]
    percent: bool = False
    scale: int = 1
    mark: str = ""


def parse_numeral(text: str) -> Numeral | None:
    """Read a number; None where the text is no number, or no convention writes it so.

    Examples
    --------
    >>> {s: str(v) for s, v in parse_numeral("599.061").values.items()}
    {'id': '599061', 'en': '599.061'}
    >>> {s: str(v) for s, v in parse_numeral("29,5%*)").values.items()}
    {'id': '29.5'}
    >>> parse_numeral("12.34.567") is None, parse_numeral("5990611)") is None
    (True, True)
    """
    found = _NUMERAL.fullmatch(plain(text))
    if not found:
        return None
    body = found["body"].strip()
    values = {style: value for style in STYLES if (value := _value(body, style)) is not None}
    if not values:
        return None
    if found["sign"]:
        values = {style: -value for style, value in values.items()}
    scale = SCALES.get((found["scale"] or "").lower(), 1)
    return Numeral(values, bool(found["percent"]), scale, (found["mark"] or "").strip())


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(text: str) -> str:
    """Return a text set above the line, whose digits are no digits of the number before them.

    Examples
    --------
    >>> parse_numeral("186.308" + raised("1)")).mark
    '¹)'
    """
    return text.translate(_RAISED)


_SIGN = re.compile(r"\(?(?P<sign>\*+|[⁰¹²³⁴⁵⁶⁷⁸⁹†‡]+|[0-9a-z](?=\s*[)=:]))")


def explains(text: str, mark: str) -> bool:
    """Tell whether a text is the footnote of a mark.

    Examples
    --------
    >>> explains("*) angka sementara", "(*)"), explains("** lain", "*"), explains("1) 2025", "¹")
    (True, False, True)
    >>> explains("1 Kudus", "1)")
    False
    """
    found = _SIGN.match(plain(text).casefold())
    sign = unicodedata.normalize("NFKC", mark.casefold().strip("()"))
    return found is not None and unicodedata.normalize("NFKC", found["sign"]) == sign


def _value(body: str, style: Style) -> Decimal | None:
    """Return what a convention reads; thousands may stand apart by spaces in both."""
    thousands, point = _POINTS[style]
    if re.fullmatch(rf"\d{{1,3}}( \d{{3}})+([{point}]\d+)?", body):
        body = body.replace(" ", "")
    if not re.fullmatch(rf"([1-9]\d{{0,2}}([{thousands}]\d{{3}})+|\d+)([{point}]\d+)?", body):
        return None
    return Decimal(body.replace(thousands, "").replace(point, "."))


def decimals(value: Decimal) -> int:
    """Return how many decimals a number is written with.

    Examples
    --------
    >>> decimals(Decimal("29.50")), decimals(Decimal("1E+3"))
    (2, 0)
    """
    return max(-int(value.as_tuple().exponent), 0)


_NAMES = (
    ("januari", "january", "jan"),
    ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar", "mrt"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "agt", "ags", "agst", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_MONTH = "(?P<name>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR, _SHORT = r"(?P<year>\d{4})", r"(?P<year>\d{4}|\d{2})"
_PART = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = (
    r"(?P<kind>triwulan|tri wulan|twln|tw|kuartal|quarter|q|semester|smt|sem)\.?[ -]*"
    rf"(?P<part>iv|i{{1,3}}|[1-4])(?:[ ,/-]+(?:tahun )?{_YEAR})?"
)
_AHEAD = re.compile(
    r"^(?:(?:s\.?d\.?|s/d|sampai(?: dengan)?|per|posisi|keadaan|kondisi|akhir|bulan|periode|tanggal|tgl|"
    r"tahun|th|as of|end of|until|senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu)\b[.:, ]*|[:, ]+)+"
)
_CLOCK = r"(?:[t ]00:00(?::00(?:\.0+)?)?)?"
_TIMES = tuple(
    re.compile(p)
    for p in (
        rf"(?P<day>\d{{1,2}})[ ./-]*{_MONTH}[ ./,'’-]*{_SHORT}",
        rf"{_MONTH} (?P<day>\d{{1,2}}), ?{_YEAR}",
        rf"{_MONTH}[ ./,'’-]*{_SHORT}",
        _MONTH,
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"{_YEAR} {_MONTH}",
        rf"(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.]{_SHORT}{_CLOCK}",
        rf"(?P<month>\d{{1,2}})[-/]{_YEAR}",
        _YEAR,
        _QUARTER,
    )
)


@dataclass(frozen=True)
class When:
    """A time as far as it is told: year, month and day, each None where it is not.

    `period` tells that a quarter or half-year is meant, of which it is the last month; `short`
    that the year has two digits after a month's name; `either` that day and month may be swapped.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    period: bool = False
    short: bool = False
    either: bool = False

    @property
    def swapped(self) -> When:
        """The same with day and month in the other order."""
        return replace(self, month=self.day, day=self.month)

    def filled(self, other: When) -> When:
        """Return what this tells, and what the other adds.

        Examples
        --------
        >>> When(month=3).filled(When(year=2025)).written
        '2025-03'
        """
        return replace(
            self,
            year=self.year or other.year,
            month=self.month or other.month,
            day=self.day or (other.day if not self.month else None),
            period=self.period or (other.period and not self.month),
            short=self.short or (other.short and not self.year),
            either=self.either or (other.either and not self.month),
        )

    @property
    def written(self) -> str:
        """As a table of observations has it: a day, or a month where no day is told."""
        if not (self.year and self.month):
            return ""
        return f"{self.year:04d}-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")


def parse_when(text: str) -> When | None:
    """Read a month, a day, a year or a quarter; None where the text is none of them.

    A year alone or a month alone is told as such: its other half stands elsewhere, or nowhere.

    Examples
    --------
    >>> parse_when("Maret 2025").written, parse_when("31/03/2025").written
    ('2025-03', '2025-03-31')
    >>> parse_when("Agt 25").short, parse_when("03/04/2025").either, parse_when("2025").month
    (True, True, None)
    >>> parse_when("Triwulan I 2025")
    When(year=2025, month=3, day=None, period=True, short=False, either=False)
    """
    told = re.sub(rf"{_MARK}$", "", plain(text).casefold()).strip()
    told = _AHEAD.sub("", told).strip(" .:,")
    for pattern in _TIMES:
        if found := pattern.fullmatch(told):
            return _when(found.groupdict())
    return None


def _when(parts: dict[str, str | None]) -> When | None:
    told = (parts.get(part) for part in ("year", "month", "day"))
    year, month, day = (int(number) if number else None for number in told)
    short = year is not None and year < 100
    if short and year is not None:
        year += 2000
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if kind := parts.get("kind"):
        part = _PART[str(parts["part"])]
        length = 6 if kind.startswith("s") else 3
        return When(year, part * length, period=True) if part * length <= 12 else None
    name = parts.get("name")
    month = MONTHS[name] if name else month
    if name is None and day is not None and month is not None and month > 12 >= day:
        month, day = day, month  # 03/31/2025 can only be a day of March
    if month is not None and not 1 <= month <= 12:
        return None
    if day is not None and year is not None and month is not None:
        if not 1 <= day <= Month(year, month).last_day.day:
            return None
        numbered = name is None and next(iter(parts)) != "year"
        return When(year, month, day, either=numbered and day <= 12 and day != month)
    return When(year, month, day, short=short and name is not None)


def times_in(text: str) -> Iterator[When]:
    """Yield every month, day or quarter with its year named inside a longer text, as in a title.

    Examples
    --------
    >>> [w.written for w in times_in("Capaian UCJ per 31 Maret 2025 (angka sementara)")]
    ['2025-03-31']
    """
    told = plain(text).casefold()
    for found in re.finditer(
        rf"\b(?:\d{{1,2}} )?{_MONTH.replace('(?P<name>', '(?:')}[ ,-]*\d{{4}}\b|\b{_QUARTER}\b",
        told,
    ):
        when = parse_when(found[0])
        if when and when.written:
            yield when


def years_in(text: str) -> set[int]:
    """Return the years named inside a text.

    Examples
    --------
    >>> years_in("Tahun 2024 dan 2025")
    {2024, 2025}
    """
    found = {int(year) for year in re.findall(r"(?<![\d.,])20\d\d(?![\d.,]\d|\d)", text)}
    return {year for year in found if FIRST_YEAR <= year <= LAST_YEAR}


#: Days of a spreadsheet counted from this day on; the number of a day of these years.
_EPOCH = date(1899, 12, 30)
_SERIALS = range(36526, 73415)


def from_serial(number: Decimal) -> date | None:
    """Return the day a spreadsheet's number stands for; None where it is no day of these years.

    Examples
    --------
    >>> from_serial(Decimal(45747)), from_serial(Decimal(2025))
    (datetime.date(2025, 3, 31), None)
    """
    if number != number.to_integral_value() or int(number) not in _SERIALS:
        return None
    return _EPOCH + timedelta(days=int(number))
