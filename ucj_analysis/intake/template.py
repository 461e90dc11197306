"""The template of a region: its name, its rows and its columns."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

TEMPLATE = "template"
ROWS = 36
#: What the template's columns are called, an example, what to write, and how a cell is shown.
#: The names are those `headings` knows, the same for every reader.
# fmt: off
COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("Kode wilayah", "CONTOH", N_("code of the region; filled in already"), "@"),
    ("Bulan", "Maret 2025", N_("month the figures describe"), "mmmm yyyy"),
    ("Angkatan kerja (jiwa)", "599.061", N_("the base: all digits"), "#,##0"),
    ("Peserta aktif (jiwa)", "173.728", N_("active participants: all digits; may stay empty"), "#,##0"),
    ("Cakupan (%)", "29,0", N_("active participants over the base, in per cent; may stay empty where participants are told"), "General"),
    ("Dasar", "bpjstk-2025", N_("name and year of the base; where the base is re-set, a new name"), "@"),
    ("Basis", "aktif; domisili; dengan jasa konstruksi", N_("what is counted; may stay empty"), "@"),
    ("Tanggal terbit", "10/04/2025", N_("day on which the figure was made known"), "dd/mm/yyyy"),
    ("Sumber", "laporan cabang", N_("who said it, and where"), "@"),
    ("Target (%)", "52", N_("coverage promised; may stay empty"), "General"),
    ("Bulan target", "Desember 2025", N_("month by whose end the target is due"), "mmmm yyyy"),
    ("Catatan", "", N_("what a reader should know; may stay empty"), "@"),
)
# fmt: on
