"""What a heading, a row's label or a title means: which figure, when, in what unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ucj_analysis.intake.cells import SCALES, When, parse_when, plain

#: Meaning -> what offices call it, in small letters without units, marks and years.
NAMES: dict[str, str] = {
    "region": (
        "kabupaten kota, kab kota, kabupaten, kota, wilayah, daerah, nama daerah, nama wilayah, "
        "nama kabupaten kota, nama kab kota, nama kabupaten, region, region name, regency, regency city"
    ),
    "code": "kode, kode wilayah, kode daerah, kode kabupaten kota, kode kab kota, kode bps, kode kemendagri, code, region code",
    "as_of": (
        "bulan, periode, tanggal, waktu, posisi, keadaan, kondisi, bulan tahun, bulan laporan, bulan data, "
        "posisi data, tanggal data, per tanggal, month, date, period, as of, as_of"
    ),
    "year": "tahun, year",
    "participants": (
        "peserta, peserta aktif, jumlah peserta, jumlah peserta aktif, total peserta, total peserta aktif, "
        "peserta bpjs ketenagakerjaan, peserta aktif bpjs ketenagakerjaan, peserta bpjstk, "
        "peserta aktif bpjstk, peserta jamsostek, kepesertaan aktif, tenaga kerja aktif, tk aktif, "
        "jumlah tk aktif, jumlah tenaga kerja aktif, tenaga kerja terlindungi, pekerja terlindungi, "
        "jumlah pekerja terlindungi, participants, active participants, members, active members"
    ),
    "labour_force": (
        "angkatan kerja, jumlah angkatan kerja, total angkatan kerja, penduduk angkatan kerja, ak, "
        "penyebut, jumlah penyebut, potensi tenaga kerja, potensi pekerja, labour force, labor force, "
        "labour_force"
    ),
    "coverage": (
        "cakupan, cakupan peserta, cakupan kepesertaan, cakupan ucj, cakupan jamsostek, tingkat cakupan, "
        "persentase cakupan, persen cakupan, persentase kepesertaan, persentase peserta, ucj, capaian, "
        "capaian ucj, capaian cakupan, persentase capaian, realisasi, realisasi ucj, realisasi cakupan, "
        "universal coverage, universal coverage jamsostek, capaian universal coverage jamsostek, "
        "coverage, coverage rate, coverage ratio"
    ),
    "target": "target, target ucj, target cakupan, target capaian, target coverage, coverage target",
    "target_month": "bulan target, target bulan, tenggat, tenggat target, target month, target_month",
    "base": "dasar, dasar penyebut, id dasar, base, base id",
    "basis": "basis, yang dihitung, cara hitung peserta, what is counted",
    "published": "terbit, tanggal publikasi, tanggal terbit, tanggal rilis, tgl rilis, tgl terbit, tgl publikasi, diterbitkan, published, published on",
    "source": "sumber, sumber data, source",
    "note": "catatan, keterangan, ket, note, notes, remarks",
    "unit": "satuan, unit",
    "indicator": "uraian, indikator, rincian, variabel, jenis data, indicator, item",
    "number": "no, nomor, no urut, nomor urut",
}
MEANINGS = {name.strip(): meaning for meaning, told in NAMES.items() for name in told.split(",")}
#: The figures of a table, in the order they are shown.
FIGURES = ("labour_force", "participants", "coverage", "target")
COUNTS = ("labour_force", "participants")
#: Without one of these a table tells nothing of coverage.
TOLD = ("participants", "coverage", "target")
#: Heads that add nothing to the one above them.
_NEUTRAL = re.compile(
    "jumlah|total|nilai|angka|persentase|prosentase|persen|percent|rate|%|absolut|orang|jiwa"
)
#: Heads that gather others without changing what they mean.
_GROUPS = re.compile(
    r"\b(data|kepesertaan|bpjs|ketenagakerjaan|jamsostek|bpjstk|ucj|capaian|realisasi|perkembangan|"
    r"indikator|kinerja|coverage|program|tahun|bulan)\b"
)
#: What makes a part of the whole.
_PARTS = re.compile(
    r"\b(b?pu|jakon|konstruksi|(bukan )?penerima upah|formal|informal|laki|pria|perempuan|wanita|tidak aktif|"
    r"non ?aktif|baru|keluar|lalu|sebelumnya|pmi|jkp|rentan|sektor|segmen)\b"
)
#: Figure -> what a title that speaks of it says.
_IN_TITLES = {
    "coverage": "cakupan|ucj|coverage",
    "participants": "peserta|participants",
    "labour_force": "angkatan kerja|labou?r force",
    "target": "target",
}
_SCALE = re.compile(r"\b(?:dalam )?(ribu|juta|thousand|million)(?:an|s)?\b|\((?:x ?)?(0?00)\)|'000")
_PERCENT = re.compile(r"%|\bper ?sen\b|\bpro?sentase\b|\bpersentase\b|\bper ?cent\b|\bpercentage\b")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
#: How offices shorten `jumlah`.
_SUM = re.compile(r"\b(?:jml|jlh|jmlh)\b\.?")
_UNITS = re.compile(
    r"\b(?:dalam|ribu(?:an)?|juta|thousands?|millions?|jiwa|orang|pekerja|people|persons|satuan)\b|%"
)
_MARKS = re.compile(r"[*¹²³⁴⁵⁶⁷⁸⁹†‡]+\)?| \d\)$")
_YEAR = re.compile(r"\b(?:tahun|th\.?) ?20\d\d\b|\b20\d\d\b")


@dataclass(frozen=True)
class Heading:
    """What one text says: a meaning, a time, a unit; `strange` holds what says something else."""

    meaning: str = ""
    when: When | None = None
    percent: bool = False
    scale: int = 1
    strange: str = ""


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading:
    """Return what a heading says.

    Examples
    --------
    >>> heading("Angkatan Kerja (ribu jiwa)")
    Heading(meaning='labour_force', when=None, percent=False, scale=1000, strange='')
    >>> heading("Cakupan 2025 (%)").when.year, heading("%").strange, heading("Peserta BPU").strange
    (2025, '', 'peserta bpu')
    >>> heading("Jml. Peserta Aktif").meaning
    'participants'
    """
    told = _SUM.sub("jumlah", plain(text).casefold())
    percent, scale = bool(_PERCENT.search(told)), scale_in(told)
    if when := parse_when(told):
        return Heading(when=when)
    inside = [b[1:-1].strip() for b in _BRACKETS.findall(told)]
    rest = _MARKS.sub("", _BRACKETS.sub(" ", told))
    years = _YEAR.findall(rest)
    when = parse_when(years[0]) if len(years) == 1 else None
    words = _words(_YEAR.sub(" ", rest))
    strange_inside = next((b for b in inside if not _is_unit(b)), "")
    meaning = MEANINGS.get(words) or MEANINGS.get(_words(_UNITS.sub(" ", words)), "")
    if meaning and _is_unit(strange_inside):
        return Heading(meaning, when, percent, scale)
    if meaning:  # (orang aktif), (Sakernas): may matter, may not
        return Heading(meaning, when, percent, scale, _words(strange_inside))
    left = [w for w in _words(_UNITS.sub(" ", words)).split() if not _NEUTRAL.fullmatch(w)]
    return Heading("", when, percent, scale, words if left or strange_inside else "")


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^\w%]+", " ", text).split())


def _is_unit(text: str) -> bool:
    """Tell whether a text in brackets is a unit, a mark, a formula or a column's number."""
    left = _UNITS.sub(" ", text)
    left = re.sub(r"\b(?:per ?sen|000|x|percent|aktif|ucj|ak)\b|[\W\d_]", "", left)
    return not left or len(left) == 1


def scale_in(text: str) -> int:
    """Return how many people one unit is: 1000 for `ribu jiwa`.

    Examples
    --------
    >>> scale_in("(ribu jiwa)"), scale_in("dalam ribuan"), scale_in("jiwa"), scale_in("seribu desa")
    (1000, 1000, 1, 1)
    """
    found = _SCALE.search(text.casefold())
    return SCALES.get(found[1] or "ribu", 1) if found else 1


def gathers(strange: str) -> bool:
    """Tell whether a head above others only says what they are all about.

    Examples
    --------
    >>> gathers("data kepesertaan bpjs ketenagakerjaan"), gathers("bukan penerima upah")
    (True, False)
    """
    return not _GROUPS.sub("", strange).strip()


def names_a_part(text: str) -> bool:
    """Tell whether a text speaks of a part of all participants: a segment, a sex, those who left.

    Examples
    --------
    >>> names_a_part("Peserta BPU Kabupaten Pati"), names_a_part("Peserta aktif Kabupaten Pati")
    (True, False)
    """
    return bool(_PARTS.search(text.casefold()))


def is_weak(head: str) -> bool:
    """Tell whether a head may mean what was achieved of a target, not of the labour force.

    Examples
    --------
    >>> is_weak("Realisasi (%)"), is_weak("Cakupan (%)"), is_weak("Capaian UCJ")
    (True, False, False)
    """
    told = head.casefold()
    achieved, named = ("capaian", "realisasi"), ("ucj", "cakupan", "coverage")
    return any(word in told for word in achieved) and not any(word in told for word in named)


def figure_in_title(text: str) -> str:
    """Return the one figure a title speaks of, empty where it names none or several.

    Examples
    --------
    >>> figure_in_title("Cakupan Jamsostek (%)"), figure_in_title("Peserta dan angkatan kerja")
    ('coverage', '')
    """
    told = text.casefold()
    found = [f for f, words in _IN_TITLES.items() if re.search(rf"\b(?:{words})\b", told)]
    return found[0] if len(found) == 1 else ""


#: A label that says that a row adds others up.
NAMED_TOTALS = re.compile(
    r"(?:sub ?|grand )?(?:jumlah|total)(?: keseluruhan| seluruhnya)?|rata[- ]?rata|rata2|average|mean"
)
