"""What is wrong in a file of an office, by its cell."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

INTAKE: dict[str, tuple[str, str]] = {
    "intake_too_large": (
        N_("the file is larger than {most} MB, or becomes so when unpacked"),
        N_("Save the sheet with the table alone in a new file."),
    ),
    "intake_empty": (N_("the file is empty"), N_("Check that it was saved.")),
    "intake_pdf": (
        N_("this is a PDF; a table is needed: XLSX, XLS, ODS or CSV"),
        N_("Ask for the table itself, or type it into the template of ucj new-region."),
    ),
    "intake_picture": (
        N_("this is a picture; a table is needed: XLSX, XLS, ODS or CSV"),
        N_("Ask for the table itself, or type it into the template of ucj new-region."),
    ),
    "intake_not_a_table": (
        N_("this is no XLSX, XLS, ODS or CSV file, whatever its name says"),
        N_("Open it in Excel or LibreOffice and save it as XLSX."),
    ),
    "intake_locked": (
        N_("the file is locked with a password"),
        N_("Save it without a password."),
    ),
    "intake_broken": (
        N_("the file is damaged"),
        N_("Open it in Excel or LibreOffice and save it again as XLSX."),
    ),
    "intake_encoding": (
        N_("the letters of the file are of no known kind"),
        N_('In Excel save as "CSV UTF-8", or as XLSX.'),
    ),
    "no_sheet": (N_("there is no sheet {found}; there are: {allowed}"), N_("Check the name.")),
    "no_table": (
        N_(
            "no table was found with a figure (peserta, cakupan, target) and a month; words seen: {found_heads}"
        ),
        N_(
            "Name the columns with --column, for example --column as_of=B --column coverage=E, and a month told nowhere with --as-of."
        ),
    ),
    "several_tables": (
        N_("a further table begins here; which one is meant is not clear"),
        N_("Choose a sheet with --sheet, or leave one table in the file."),
    ),
    "two_columns": (
        N_("{found} means the same as the column of cell {other}"),
        N_("Name the right one with --column, and give the other another heading."),
    ),
    "row_too_wide": (
        N_("the row has more cells ({found}) than its header ({allowed})"),
        N_(
            "A number with a decimal comma in a file with commas between columns? Save it with semicolons, or as XLSX."
        ),
    ),
    "cell_error": (N_("the cell holds the error {found}"), N_("Mend the formula and save.")),
    "formula_without_value": (
        N_("the cell holds a formula without its result"),
        N_("Open the file in Excel or LibreOffice, let it calculate, and save."),
    ),
    "unreadable_number": (
        N_("{found} is no number that can be read in one way"),
        N_("Write the number alone, for example 599.061 or 29,5%."),
    ),
    "not_people": (
        N_("{found} is no whole number of people"),
        N_("Write all digits, or the unit (ribu jiwa) into the heading."),
    ),
    "decimal_people": (
        N_("{number}, a decimal number, is no whole number of people"),
        N_("Write the cell as a whole number: {right}."),
    ),
    "not_a_share": (
        N_("{found} is no share above 0% and below 100%"),
        N_("Correct the cell, or leave it empty where there is no figure."),
    ),
    "mixed_numbers": (
        N_("{found} and cell {other} are written with different decimal marks"),
        N_("Write the whole column in one way."),
    ),
    "mixed_units": (
        N_("{found} looks like a fraction, cell {other} like per cent"),
        N_("Write the whole column in one way."),
    ),
    "ambiguous_number": (
        N_("{found} has two readings, and nothing in the file tells which"),
        N_("Say it with --numbers id (1.234,5) or --numbers en (1,234.5)."),
    ),
    "mixed_days": (
        N_("{found} begins with the month, cell {other} with the day"),
        N_("Write all days in one way."),
    ),
    "unreadable_time": (
        N_("{found} is no month or day that can be read"),
        N_("Write for example Maret 2025 or 31/03/2025."),
    ),
    "year_alone": (
        N_("{found} tells a year and no month"),
        N_("Write the month, for example Desember 2025."),
    ),
    "month_alone": (
        N_("{found} tells a month, and no year stands in the table or its title"),
        N_("Write the year too, for example Maret 2025."),
    ),
    "no_time": (
        N_("no month stands in this row"),
        N_("Write the month, or give it with --as-of."),
    ),
    "times_differ": (
        N_("the row says {found}, the heading {head}"),
        N_("Correct one of the two."),
    ),
    "month_twice": (
        N_("found {found}; the figure of that month stands already in cell {other}"),
        N_("Leave one of the two."),
    ),
    "other_region_named": (
        N_("the file speaks of {found}, not of {asked}"),
        N_("Check --region and the file."),
    ),
    "region_not_clear": (
        N_("{found} may be any of: {allowed}"),
        N_("Write Kabupaten or Kota before the name, or the code."),
    ),
    "code_and_name_differ": (
        N_("code {found} and the name beside it are of different regions"),
        N_("Correct one of the two."),
    ),
    "people_above_base": (
        N_("{found} participants are more than the labour force, {base}"),
        N_("Check both columns, and that they rest on one base."),
    ),
    "coverage_contradicts": (
        N_("found {found}, but participants ({heads}) over labour force ({size}) give {implied}"),
        N_("Correct one of the three."),
    ),
    "base_has_size": (
        N_("found {found} people, but base {base} has {before} in the region's table"),
        N_("A base that was re-set needs a name of its own: --base, for example bpjstk-2026."),
    ),
    "no_labour_force": (
        N_("no labour force stands in the file, and base {base} is not in the region's table"),
        N_("Add a column Angkatan kerja."),
    ),
    "published_too_early": (
        N_("made known on {found}, before the figure of {as_of} could be"),
        N_("Correct the day, or the month."),
    ),
    "bad_published": (
        N_("{found} is no day on which figures were made known"),
        N_("Write for example --published 2025-04-10."),
    ),
    "option_needed": (
        N_("the file does not tell all that is needed; missing: {options}"),
        N_(
            'Give it, for example --base bpjstk-2025 --published 2025-04-10 --source "laporan cabang Maret 2025".'
        ),
    ),
    "targets_differ": (
        N_("target {found} differs from that of cell {other}, both for {month}"),
        N_("Add a column Bulan target that says for which month each is."),
    ),
    "nothing_to_import": (
        N_("no row with figures of {region} was found"),
        N_("Check --region, and the names or codes in the table."),
    ),
    "region_not_there": (
        N_("no row is of {region}; the table has: {cells}"),
        N_("Check --region, and the names or codes in the table."),
    ),
    "no_such_region": (
        N_("{found} is not a region of the register"),
        N_("List them with: ucj regions"),
    ),
    "region_exists": (
        N_("the folder of {found} is there already"),
        N_("Bring new figures in with: ucj import FILE"),
    ),
    "no_import_file": (N_("which file is not said"), N_("Write: ucj import FILE")),
    "data_needed": (
        N_("which data folder to write into is not said"),
        N_("Name one of your own with --data; it is made where there is none."),
    ),
    "region_needed": (
        N_("which region the file is about is not said"),
        N_("Name it with --region, for example --region 3318."),
    ),
    "bad_numbers": (N_("{found} is no number style; allowed: id, en"), N_("Use one of the two.")),
    "bad_column": (
        N_("{found} does not say what a column is; allowed names: {allowed}"),
        N_("Write for example --column participants=D."),
    ),
    "import_restates": (
        N_("{name} of {month} is {now} here, before {before}"),
        N_("If it was corrected, say why with --restate; else correct the file."),
    ),
    "restate_says_nothing": (
        N_("the note {found} stands there already"),
        N_("Say what is new with --restate."),
    ),
    "confirmation_needed": (
        N_("some cells could be read otherwise: {cells}; nothing was written"),
        N_("Look at how they were read, and write with --yes."),
    ),
    "import_declined": (N_("nothing was written"), N_("Correct the file, or give the options.")),
    "import_busy": (
        N_("another import is writing into this folder"),
        N_("Wait until it has ended."),
    ),
    "cannot_write_data": (
        N_("the folder cannot be written: {reason}"),
        N_("Choose another folder with --data."),
    ),
    "nothing_to_undo": (
        N_("no earlier tables are kept here"),
        N_("Only an import keeps earlier tables."),
    ),
}
