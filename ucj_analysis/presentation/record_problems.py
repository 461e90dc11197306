"""What is wrong in tables and figures, how a person mends it, and what stands out."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

RECORD: dict[str, tuple[str, str]] = {
    # files and tables
    "no_data_folder": (
        N_("this is not a data folder: it has no datapackage.json"),
        N_("Copy the shipped data folder and change the copy."),
    ),
    "no_such_folder": (N_("the folder does not exist"), N_("Check the path.")),
    "not_there": (N_("the file does not exist"), N_("Check the path.")),
    "bad_package": (
        N_("the data dictionary does not tell the version of every table"),
        N_("Copy datapackage.json from the shipped data folder."),
    ),
    "bad_schema_version": (
        N_("table {column} is of schema version {found}; this version reads {allowed}"),
        N_("Bring the table to the columns of the shipped one, then copy datapackage.json."),
    ),
    "no_file": (
        N_("the file does not exist"),
        N_("Check the path, or copy the file from the shipped data folder."),
    ),
    "cannot_read": (
        N_("the file cannot be read: {reason}"),
        N_("Check that it is a file and that you may read it."),
    ),
    "unknown_table": (
        N_("{found} is not the name of a table; allowed: {allowed}"),
        N_("Name the file after its table."),
    ),
    "empty_file": (
        N_("the table is empty; a header line and at least one row are needed"),
        N_("Copy the header from the shipped table and add a row."),
    ),
    "bad_encoding": (
        N_("found the byte {found}, which is not UTF-8 text; only UTF-8 is allowed"),
        N_('In Excel save as "CSV UTF-8".'),
    ),
    "bad_separator": (
        N_("columns are separated by {separator}; only a comma is allowed"),
        N_("Save the table with commas between columns."),
    ),
    "not_csv": (
        N_("the line is not valid CSV"),
        N_("Look for a quotation mark that is not closed."),
    ),
    "bad_row": (
        N_("found {found} cells where the header has {allowed}"),
        N_("Put text that contains a comma in quotation marks, and each row on its own line."),
    ),
    "missing_column": (
        N_("the column is missing"),
        N_(
            "Add the column to the header line; an empty column is allowed only where values are optional."
        ),
    ),
    "duplicate_column": (N_("the column stands twice"), N_("Remove one of the two.")),
    "missing_value": (
        N_("the cell is empty; a value is needed"),
        N_("Fill in the published value."),
    ),
    "bad_month": (
        N_("found {found}; allowed is a month written YYYY-MM, 01 to 12"),
        N_("Write for example 2025-03."),
    ),
    "bad_day": (
        N_("found {found}; allowed is a day written YYYY-MM-DD, or a month YYYY-MM"),
        N_("Write for example 2025-03-13."),
    ),
    "not_a_count": (
        N_(
            "found {found}; allowed is a whole number, with dots or commas only as thousands, the same way in the whole column"
        ),
        N_("Write all digits without separators, for example 599061."),
    ),
    "bad_count": (
        N_("found {found}; a count of people cannot be below {low}"),
        N_("Correct the count."),
    ),
    "not_a_number": (
        N_("found {found}; allowed is a number with a decimal point"),
        N_("Write the number alone, with a point before decimals."),
    ),
    "not_a_fraction": (
        N_("found {found}; allowed is a fraction between 0 and 1, neither 0 nor 1"),
        N_("Coverage is a fraction: write 0.29 for 29%."),
    ),
    "base_differs": (
        N_("base {base} has {found} people here and {other} in row {first}"),
        N_("One base has one size: correct the count, or give a re-set base a new name."),
    ),
    "out_of_range": (
        N_("found {found}; allowed is {low} to {high}"),
        N_("Correct the value."),
    ),
    "not_allowed": (N_("found {found}; allowed: {allowed}"), N_("Use one of the allowed words.")),
    "duplicate_row": (
        N_("{found} stands already in row {first}"),
        N_("Keep one row per region, month and base."),
    ),
    "other_region": (
        N_("found region {found} in the folder of {allowed}"),
        N_("Move the row to the folder of its own region."),
    ),
    "above_base": (
        N_("found {found} participants, above the base of {base}"),
        N_("Check both counts, and that they rest on one base."),
    ),
    "coverage_differs": (
        N_("found {found}, but participants over base give {implied}"),
        N_("Correct one of the three, or leave participants empty."),
    ),
    "coverage_of_target": (
        N_(
            "found {found}, but participants are {percent} of the base: {found} is their share of the target of {target}"
        ),
        N_("Coverage is participants over the base: write {implied}."),
    ),
    # findings: the table is valid, a person should look
    "jump": (
        N_(
            "participants move from {before} in {other} to {after} in {month}, in {days} days: faster than {pace} a month, the fastest seen on one base ({region}), and a forecast would take it for real"
        ),
        N_("Check figure, base and counting with whoever published it."),
    ),
    "base_reset_without_note": (
        N_(
            "the base moves by {percent} from {other} ({before}) to {month} ({after}) and the note is empty: people do not come and go that fast, so readers will take a new base for lost or won participants"
        ),
        N_("Say in the note who re-set the base, and why."),
    ),
    "segments_do_not_add_up": (
        N_(
            "the parts by {dimension} of {month} add up to {total}, where the month's own figure is {low} to {high}: shares of them would be wrong"
        ),
        N_("Add the part that is missing, or correct the one counted twice."),
    ),
    "registered_not_active": (
        N_(
            "{month} beside {other} looks like registered participants beside active ones: of all registered only {low} to {high} are active, so the two are not one series"
        ),
        N_("Ask which it is, write active or registered into basis, and use the active figure."),
    ),
    "construction_differs": (
        N_(
            "{month} ({basis}) and {other} ({other_basis}) count construction differently: the two are not compared, and the older one stays out of the forecast"
        ),
        N_("Use figures of one kind, or ask for the other month counted the same way."),
    ),
    "residence_or_workplace": (
        N_(
            "{month} ({basis}) and {other} ({other_basis}) count by residence and by workplace: the two are not compared, and the older one stays out of the forecast"
        ),
        N_("Use figures by residence, which UCJ counts."),
    ),
    "percent_of_target": (
        N_(
            "the figure of {month} fits {other} if it is a percentage of the target of {target}, or of the people aimed at, not of the base: coverage would be told far too high"
        ),
        N_("Multiply by the target, or write the whole base, as the source has it."),
    ),
    "same_figure_twice": (
        N_(
            "{month} has the same figure as {other}, to the last digit: it may have been copied, and then says nothing new"
        ),
        N_("Check that the source tells it of this month."),
    ),
    "rounding_coarse": (
        N_(
            "{percent} without decimals in {month} may be {low} to {high} participants: what moved by less cannot be seen"
        ),
        N_("Ask for the head count, or for decimals."),
    ),
    "published_long_after": (
        N_(
            "{month} was published {days} days later: forecasts made before that day do not know it"
        ),
        N_("Check that day and month are right, and whether it was published earlier elsewhere."),
    ),
    "acceptance_unused": (
        N_("accepts {found} in {month}, which is not found"),
        N_("Remove the row, or correct check, month and base."),
    ),
    # accepting a finding
    "no_note": (
        N_("{found} is to be accepted without a note"),
        N_("Say with --note why it is right as it is."),
    ),
    "no_acceptance": (
        N_("{found} stands without --accept"),
        N_("Name what is accepted, for example --accept jump:2025-03."),
    ),
    "accept_where": (
        N_("{found} is to be accepted, and no data folder is named"),
        N_("Name the folder: ucj validate PATH --accept {found} --note …"),
    ),
    "not_accepted": (
        N_("{found} is no open warning here; open are: {allowed}"),
        N_("Write it as CHECK:MONTH. Errors cannot be accepted; correct them."),
    ),
    "accept_one_region": (
        N_("{found} is open in several regions: {regions}"),
        N_("Name the folder of one region."),
    ),
    "unknown_segment": (
        N_("{found} is not a segment; allowed: {allowed}"),
        N_("Use one of these names."),
    ),
    "published_before": (
        N_("published on {found}, before the day it describes ({as_of})"),
        N_("Correct one of the two days."),
    ),
    "unknown_source": (
        N_("the source {found} is not in sources.csv"),
        N_("Add the source, or name your own with a publication day in the row."),
    ),
    "missing_rule": (
        N_("rule {found} is not in programme_rules.csv"),
        N_("Copy the row from the shipped table."),
    ),
    # beside the earlier tables
    "region_vanished": (
        N_("the table of region {found} is gone; it was in {before}"),
        N_("Put the region's folder back."),
    ),
    "month_vanished": (
        N_("month {found} on base {base} is gone; it was in row {first} of {before}"),
        N_("Put the row back; a figure that was corrected stays, with a note."),
    ),
    "target_vanished": (
        N_("the target for {found} ({family}) is gone; it was in row {first} of {before}"),
        N_("Put the row back; a target that was corrected stays, with a note."),
    ),
    "fact_vanished": (
        N_("fact {found} is gone; it was in row {first} of {before}"),
        N_("Put the row back; a fact that was corrected stays, with a note."),
    ),
    "row_vanished": (
        N_("the row of {found} is gone; it was in row {first} of {before}"),
        N_("Put the row back; a figure that was corrected stays, with a note."),
    ),
    "restated": (
        N_("found {found}, before {before}, and the note says nothing new"),
        N_("Say in the column {note} why the figure changed, or put the earlier one back."),
    ),
    "base_reset": (
        N_("base {base} has {found} people, before {before}: a base keeps its size"),
        N_(
            "Give the re-set base an id of its own, such as bpjstk-2025-07, and put the earlier rows back."
        ),
    ),
}
