"""Words and numbers in the reader's language: the only module that formats either.

Messages are English in the code and translated by the gettext catalogue in `locale/`.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import floor
from typing import TYPE_CHECKING

from ucj_analysis.months import Month
from ucj_analysis.question import check_language
from ucj_analysis.resources import PACKAGE

if TYPE_CHECKING:
    from babel import Locale

    from ucj_analysis.coverage import Interval

DOMAIN = "ucj"
_MINUS = "\N{MINUS SIGN}"


def N_(message: str) -> str:
    """Mark a message for the catalogue; it is translated where it is shown.

    Examples
    --------
    >>> N_("Coverage")
    'Coverage'
    """
    return message


def in_hundreds(people: float) -> int:
    """Return people in whole hundreds, half up; less than half a person decides nothing.

    Examples
    --------
    >>> in_hundreds(9_750), in_hundreds(9_749.9999), in_hundreds(-4_649)
    (9800, 9800, -4600)
    """
    return 100 * floor(round(people) / 100 + 0.5)


@lru_cache
def words(lang: str) -> Words:
    """Return the words of a language, `id` or `en`.

    Raises
    ------
    InputError
        `unknown_language`.

    Examples
    --------
    >>> words("id").percent(0.29), words("en").count(599061)
    ('29%', '599,061')
    """
    check_language(lang)
    found = gettext.translation(DOMAIN, PACKAGE / "locale", [lang], fallback=lang == "en")
    return Words(lang, found.gettext, found.ngettext)


@dataclass(frozen=True)
class Words:
    """Translate messages and format numbers, money, months and ranges."""

    lang: str
    _translate: Callable[[str], str]
    _plural: Callable[[str, str, int], str]

    def t(self, message: str, **fields: object) -> str:
        """Return a message in this language, its `{names}` filled in."""
        return self._translate(message).format(**fields)

    def many(self, one: str, more: str, n: int, **fields: object) -> str:
        """Return the message for one or for more, by the language's own rule; `{n}` is filled in.

        Examples
        --------
        >>> words("en").many("one month", "{n} months", 2)
        '2 months'
        """
        return self._plural(one, more, n).format(n=self.count(n), **fields)

    def label(self, text: str) -> str:
        """Return a name in this language where the catalogue has it, else as it is."""
        return self._translate(text) if text else ""

    @property
    def _locale(self) -> Locale:
        return _locale(self.lang)

    def number(self, value: float, digits: int = 0) -> str:
        """Format a plain number with a fixed number of decimals.

        Examples
        --------
        >>> words("id").number(-1234.56, 1)
        '−1.234,6'
        """
        from babel.numbers import format_decimal

        value = round(value, digits) + 0.0  # no negative zero
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(value, pattern, locale=self._locale)).replace("-", _MINUS)

    def written(self, value: float) -> str:
        """Format a value as it is typed into a table or behind an option: a point, no thousands.

        Examples
        --------
        >>> words("id").written(0.52), words("id").written(599061.0)
        ('0.52', '599061')
        """
        return f"{value:.10g}"

    def count(self, people: float) -> str:
        """Format people as a whole number.

        Examples
        --------
        >>> words("id").count(173727.69)
        '173.728'
        """
        return self.number(people)

    def signed_count(self, people: float) -> str:
        """Format people with their sign.

        Examples
        --------
        >>> words("id").signed_count(-15944), words("id").signed_count(500)
        ('−15.944', '+500')
        """
        text = self.number(people)
        return text if people <= 0 else "+" + text

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a fraction as a percentage.

        Examples
        --------
        >>> words("id").percent(0.2899999, 1)
        '29,0%'
        """
        return self.number(100 * share, digits) + "%"

    def signed_percent(self, share: float, digits: int = 1) -> str:
        """Format a fraction as a percentage with its sign.

        Examples
        --------
        >>> words("id").signed_percent(0.1721)
        '+17,2%'
        """
        return self.points(share, digits) + "%"

    def share(self, share: float) -> str:
        """Format a fraction as a percentage with the decimals it has, two at most.

        Examples
        --------
        >>> words("id").share(0.52), words("id").share(0.5269)
        ('52%', '52,69%')
        """
        digits = next((d for d in (0, 1) if abs(round(100 * share, d) - 100 * share) < 1e-9), 2)
        return self.percent(share, digits)

    def points(self, share: float, digits: int = 1) -> str:
        """Format a fraction as signed percentage points, without the word.

        Examples
        --------
        >>> words("en").points(-0.0464), words("en").points(0.01)
        ('−4.6', '+1.0')
        """
        text = self.number(100 * share, digits)
        return text if text.startswith(_MINUS) or not text.strip("0.,") else "+" + text

    def rupiah(self, amount: float) -> str:
        """Format rupiah, in millions or billions where that is how people say it.

        Examples
        --------
        >>> words("id").rupiah(16800), words("id").rupiah(27.78e9), words("en").rupiah(262.08e6)
        ('Rp16.800', 'Rp27,8 miliar', 'Rp262.1 million')
        """
        for size, unit, digits in (
            (1e12, self.t("trillion"), 2),
            (1e9, self.t("billion"), 2 if abs(amount) < 1e10 else 1),
            (1e6, self.t("million"), 1),
        ):
            if abs(amount) >= size:
                return f"Rp{self.number(amount / size, digits)} {unit}"
        return f"Rp{self.number(amount)}"

    def more_rupiah(self, amount: float) -> str:
        """Format rupiah that come on top.

        Examples
        --------
        >>> words("en").more_rupiah(262.08e6)
        '+Rp262.1 million'
        """
        return "+" + self.rupiah(amount)

    def month(self, month: Month) -> str:
        """Format a month by name.

        Examples
        --------
        >>> words("id").month(Month(2025, 3))
        'Maret 2025'
        """
        return self._interval(month, month, "yMMMM")

    def short_month(self, month: Month) -> str:
        """Format a month briefly, for axes.

        Examples
        --------
        >>> words("id").short_month(Month(2025, 5))
        'Mei 2025'
        """
        return self._interval(month, month, "yMMM")

    def span(self, first: Month, last: Month) -> str:
        """Format the months from the first to the last, briefly.

        Examples
        --------
        >>> words("id").span(Month(2025, 7), Month(2025, 12))
        'Jul–Des 2025'
        """
        return self._interval(first, last, "yMMM")

    def months_between(self, first: Month, last: Month) -> str:
        """Format the months from the first to the last by name.

        Examples
        --------
        >>> words("id").months_between(Month(2025, 2), Month(2025, 6))
        'Februari–Juni 2025'
        """
        return self._interval(first, last, "yMMMM")

    def _interval(self, first: Month, last: Month, skeleton: str) -> str:
        from babel.dates import format_interval

        start, end = (date(month.year, month.number, 1) for month in (first, last))
        return str(format_interval(start, end, skeleton, locale=self._locale))

    def day(self, day: date) -> str:
        """Format a day by name.

        Examples
        --------
        >>> words("id").day(date(2025, 3, 13)), words("en").day(date(2025, 3, 13))
        ('13 Maret 2025', '13 March 2025')
        """
        from babel.dates import format_date

        return str(format_date(day, "d MMMM y", locale=self._locale))

    def days(self, first: date, last: date) -> str:
        """Format the days from the first to the last.

        Examples
        --------
        >>> words("en").days(date(2024, 6, 30), date(2024, 12, 31))
        '30 June 2024 – 31 December 2024'
        """
        return f"{self.day(first)} \N{EN DASH} {self.day(last)}"

    def range(self, interval: Interval | Sequence[float], show: Callable[[float], str]) -> str:
        """Format a range with one unit sign.

        Examples
        --------
        >>> w = words("id")
        >>> w.range((0.285, 0.295), lambda v: w.percent(v, 1))
        '28,5–29,5%'
        >>> w.range((4.4e9, 11.5e9), w.rupiah)
        'Rp4,40–11,5 miliar'
        >>> w.range((0, 1.2e9), w.rupiah)
        'Rp0–Rp1,20 miliar'
        """
        low, high = interval if isinstance(interval, Sequence) else (interval.low, interval.high)
        first, last = show(float(low)), show(float(high))
        if first == last:
            return first
        if first.endswith("%") and last.endswith("%"):
            first = first[:-1]
        if first.startswith("Rp") and last.startswith("Rp"):
            (amount, _, unit), other = first.partition(" "), last.partition(" ")[2]
            if unit or not other:  # Rp0–1,2 miliar would be read as miliar at both ends
                last = last.removeprefix("Rp")
            first = amount if unit == other else first
        to = self.t("to")
        signed = any(text.startswith((_MINUS, "+")) for text in (first, last))
        return f"{first} {to} {last}" if signed else first + "\N{EN DASH}" + last

    def months(self, n: int) -> str:
        """Say a number of months.

        Examples
        --------
        >>> words("id").months(9), words("en").months(1)
        ('9 bulan', 'one month')
        """
        return self.many("one month", "{n} months", n)

    def listed(self, names: Sequence[str]) -> str:
        """Join names into a sentence's list.

        Examples
        --------
        >>> words("id").listed(["a", "b", "c"])
        'a, b, dan c'
        """
        from babel.lists import format_list

        return str(format_list(list(names), locale=self._locale)) if names else ""


@lru_cache
def _locale(lang: str) -> Locale:
    from babel import Locale

    return Locale.parse(lang)
