"""The sentence and the remedy of every problem code, in words for planners."""

from __future__ import annotations

from typing import Any

from ucj_analysis.errors import Problem, UCJError
from ucj_analysis.presentation.language import N_, Words

#: code -> (what is wrong and what is allowed, how to mend it). Fields of the problem fill the names.
PROBLEMS: dict[str, tuple[str, str]] = {
    # files and tables
    "no_data_folder": (
        N_("{file} is not a data folder: it has no datapackage.json"),
        N_("Copy the shipped data folder and change the copy."),
    ),
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
    # the question
    "unknown_region": (
        N_("{found} is not a region of the register; regions with tables of their own: {ready}"),
        N_("List them with: ucj regions"),
    ),
    "region_without_data": (
        N_(
            "{found} {name} has no tables of its own, and the public record tells no coverage of it together with a base"
        ),
        N_(
            "Add a folder data/regions/{found} with observations.csv. Regions with figures are listed by: ucj regions"
        ),
    ),
    "public_figure_old": (
        N_(
            "the newest figure of {region} on the public record is of {found}, {months} months before the target month; a forecast starts from one at most {most} months old"
        ),
        N_("Put newer figures into {file} of a data folder, or name an earlier --target-month."),
    ),
    "no_observation": (
        N_(
            "no coverage of {region} for {found} was known on {known_by}; months with a figure: {months}"
        ),
        N_(
            "Choose one of those months, and a --known-by not before {earliest}, the first publication."
        ),
    ),
    "no_target": (
        N_("no target is published for {region} by {found}"),
        N_("Give one with --target, for example --target 0.52."),
    ),
    "target_month_before": (
        N_("target month {found} is not after {as_of}"),
        N_("Choose a later --target-month."),
    ),
    "target_month_far": (
        N_("target month {found} is more than {most} months ahead"),
        N_("Choose an earlier --target-month."),
    ),
    "bad_target": (
        N_("target {found} is not a fraction between 0 and 1"),
        N_("Write 0.52 for 52%."),
    ),
    "bad_paths": (N_("{found} paths; allowed is {least} to {most}"), N_("Use 10000 for a report.")),
    "bad_seed": (N_("seed {found} is negative; allowed is 0 or more"), N_("Use 2025.")),
    "unknown_scenario": (
        N_("{found} is not a scenario; allowed: {allowed}, or a TOML file"),
        N_("Check the name or the path."),
    ),
    "unknown_language": (
        N_("{found} is not a language of the report; allowed: {allowed}"),
        N_("Use --lang id or --lang en."),
    ),
    "unknown_command": (N_("{found} is not a command; allowed: {allowed}"), N_("See: ucj --help")),
    "unknown_option": (
        N_("{found} is not an option of this command"),
        N_("See: ucj {command} --help"),
    ),
    "no_command": (N_("the command comes first"), N_("See: ucj --help")),
    "no_value": (N_("{found} needs a value"), N_("See: ucj {command} --help")),
    "value_given": (N_("{found} takes no value"), N_("See: ucj {command} --help")),
    "too_few_scenarios": (N_("name at least two scenarios"), N_("See them with: ucj scenarios")),
    "unknown_parameter": (
        N_("notebook {notebook} has no parameter {found}; allowed: {allowed}"),
        N_("Check the name."),
    ),
    "parameter_type": (
        N_("parameter {name} is {found}; notebook {notebook} declares {allowed}"),
        N_("Give a value of that type."),
    ),
    "unknown_notebook": (
        N_("{found} is not a notebook; allowed: {allowed}"),
        N_("Check the name."),
    ),
    "negative": (N_("{found} is negative"), N_("Give a value of 0 or more.")),
    "bad_window": (
        N_("the window from {start} to {found} is shorter than {least} days"),
        N_("Correct the two dates."),
    ),
    "other_base_family": (
        N_(
            "coverage is told on base {found}, the others on {allowed}: unlike bases are not joined"
        ),
        N_(
            "A base is named series-year or series-year-month, such as bpjstk-2025; correct it, or leave coverage and participants of this row empty."
        ),
    ),
    "bad_rate": (
        N_("found {found}; allowed is a rate in per cent of contract value, under 1"),
        N_("Write 0.21."),
    ),
    "bad_rule": (
        N_("found {found}; allowed is a whole number of rupiah above 0"),
        N_("Write 16800."),
    ),
    # arithmetic
    "bad_base": (N_("the base is {found}; it must be above 0"), N_("Correct the labour force.")),
    "bad_half_width": (
        N_("the half-width is {found}; it cannot be negative"),
        N_("Use half of the last printed digit, 0.005 for a whole per cent."),
    ),
    "bad_horizon": (
        N_("{found} months; at least one is needed"),
        N_("Choose a later target month."),
    ),
    "bad_contribution": (
        N_("the contribution is {found} rupiah; it must be above 0"),
        N_("Correct rule R00 in programme_rules.csv."),
    ),
    "too_few_pairs": (
        N_("only {found} windows of other regions are known; the reference class needs {least}"),
        N_("Choose a later --known-by, or add growth pairs."),
    ),
    # scenarios
    "not_toml": (
        N_("the file is not TOML"),
        N_("Compare it with {like}."),
    ),
    "bad_text": (
        N_("found the byte {found}, which is not UTF-8 text"),
        N_("Save the file as UTF-8."),
    ),
    "bad_part": (N_("{reason}"), N_("Compare it with {like}.")),
    "bad_event": (
        N_("found {found}: {reason}"),
        N_("Write months as 2025-07, the first not after the last; a base is re-set in a January."),
    ),
    "unknown_key": (N_("the key is not known"), N_("Remove it, or correct its name.")),
    "missing_key": (N_("the key is missing"), N_("Copy it from {like}.")),
    "bad_range": (
        N_("found {found}: {reason}"),
        N_("A range is low, central, high, in that order, with a source or an assumption."),
    ),
    "bad_key_value": (
        N_("found {found}: {reason}"),
        N_("Compare it with {like}."),
    ),
    "extends_loop": (
        N_("the scenario extends {found}, which extends it in turn"),
        N_("Let one of them extend the baseline."),
    ),
    "no_path_reproduces": (
        N_(
            "no path reproduces {found} in {month} after {before} in {before_month}: "
            "paths lie between {low} and {high}"
        ),
        N_("Check the two figures and their bases, or mark a new base."),
    ),
    # plans
    "no_levers": (
        N_("no levers are stated for region {found}"),
        N_("Copy {like} to this file and state what the region can do."),
    ),
    "too_many_overlaps": (
        N_("{found} lists overlap in one group; allowed are {most}"),
        N_("Join lists that hold the same people into one lever."),
    ),
    "unknown_aim": (
        N_("{found} is not an aim; allowed: {allowed}"),
        N_("Use hit for the target month, hold to keep it through the next March."),
    ),
    "bad_probability": (
        N_("probability {found} is not a fraction from 0.05 to 0.99"),
        N_("Write 0.8 for 80 in 100."),
    ),
    "bad_budget": (
        N_("budget {found} is not an amount of rupiah, 0 or more"),
        N_("Write all digits without separators, for example 262080000."),
    ),
    "bad_slack": (
        N_("slack {found} is not a fraction from 0 to 10"),
        N_("Write 0.05 for plans at most a twentieth dearer."),
    ),
    "plan_too_long": (
        N_("a plan to {found} is longer than {most} months"),
        N_("Choose an earlier --target-month."),
    ),
    # the explorer
    "bad_name": (
        N_("{found} leaves nothing that can stand in a file name"),
        N_("Use letters and digits."),
    ),
    "name_taken": (N_("{found} exists already"), N_("Choose another name.")),
    "bad_port": (
        N_("{found} is not a port; allowed is 1024 to 65535"),
        N_("Use 8866."),
    ),
    "port_taken": (
        N_("port {found} is taken by another program"),
        N_("Choose another with --port, for example --port {free}."),
    ),
    "app_failed": (
        N_("the app did not start: {found}"),
        N_("Try again with another --port."),
    ),
    # rosters: nothing a row holds is told, only where it stands
    "no_roster": (
        N_("no roster is named"),
        N_("Name the file first, for example: ucj roster roster.csv --region 3318"),
    ),
    "not_an_extract": (
        N_("this is no roster or register that can be read; allowed are CSV and Parquet"),
        N_("Save it as CSV or Parquet; a workbook does not hold a million rows."),
    ),
    "no_headings": (
        N_("the first row has none of the headings needed: {allowed}"),
        N_("Let the first row name the columns."),
    ),
    "unknown_headings": (
        N_("no column is headed {allowed}; headings found: {headings}"),
        N_("Rename the column that holds it."),
    ),
    "broken_row": (
        N_("the row has more or fewer cells than the header line"),
        N_("Put text that holds a separator in quotation marks."),
    ),
    "no_roster_rows": (
        N_("none of {rows} rows can be used"),
        N_("See which columns are read in the README, under Rosters."),
    ),
    "no_roster_month": (
        N_("no two months begin with enough members to tell the months of the roster"),
        N_("Name them with --months, for example --months 2023-01:2025-12."),
    ),
    "bad_window_months": (
        N_("{found} is no first and last month, two to 360 months"),
        N_("Write for example --months 2023-01:2025-12."),
    ),
    "bad_small": (
        N_("{found} is no smallest cell; allowed is {least} to {most}"),
        N_("Use 5."),
    ),
    "roster_stopped": (
        N_("reading stopped; what was read is forgotten, nothing was written"),
        N_("Check that the file is whole and that memory and disk are free."),
    ),
    "roster_fault": (
        N_("an unexpected fault ({found}); its words are kept back, they may hold a row"),
        N_("Please report it, with the command you gave."),
    ),
    # running
    "notebook_failed": (
        N_("the notebook stopped in cell {cell}: {found}; the previous report is as it was"),
        N_("Open the notebook as far as it ran: {kept}"),
    ),
    "notebook_limit": (
        N_(
            "the notebook was stopped in cell {cell}: {reason}, {allowed}; "
            "the previous report is as it was"
        ),
        N_("Open the notebook as far as it ran: {kept}"),
    ),
    "bad_archive": (
        N_("this is no file of issued forecasts, or it is damaged"),
        N_("Move it out of the archive, or put back a copy of it."),
    ),
    "archive_version": (
        N_("the archive file is of schema version {found}; this version reads {allowed}"),
        N_(
            "Read it with the version of ucj_analysis that wrote it, or move it out of the archive."
        ),
    ),
    "altered_archive": (
        N_("forecast {found} is not as it was issued"),
        N_("Put back a copy of the file as it was issued."),
    ),
    "renamed_archive": (
        N_("the file holds what belongs in {allowed}"),
        N_("Give it that name, or move the copy out of the archive."),
    ),
    "data_changed": (
        N_(
            "the data of region {found} changed while its report was made; its forecast was not issued"
        ),
        N_("Ask again once the data stand."),
    ),
    "cannot_write": (
        N_("the folder cannot be written: {reason}"),
        N_("Choose another folder with --out, or another archive with --archive."),
    ),
    "bad_percent": (
        N_("{found} is no target in per cent; allowed is a number from 1 to below 100"),
        N_("Type it as 52 or 52,5."),
    ),
    "bad_jobs": (
        N_("{found} is no number of processes; allowed is -1, or 1 and more"),
        N_("Leave --jobs out to use every processor."),
    ),
    "region_beside_regions": (
        N_("--region {found} stands beside --regions {regions}"),
        N_("Name every region in --regions, or leave one of the two out."),
    ),
    # on schedule
    "cannot_log": (
        N_("the log cannot be written: {reason}"),
        N_("Choose another file with --log."),
    ),
    "bad_keep": (
        N_("{found} is no number of months to keep; allowed is 1 and more"),
        N_("Leave --keep out to keep all."),
    ),
    "cannot_remove": (
        N_("the old reports cannot be removed: {reason}"),
        N_("Close what has them open; the next run tries again."),
    ),
    "bad_address": (
        N_("{found} is not a mail address"),
        N_("Write for example office@example.go.id, and commas between several."),
    ),
    "no_mail_setting": (
        N_("mail is asked for, and the environment variable {found} is not set"),
        N_("Set it where the run is started, never in a file of the repository."),
    ),
    "bad_mail_setting": (
        N_("the environment variable {name} is {found}; allowed: {allowed}"),
        N_("Correct it where the run is started."),
    ),
    "mail_unsent": (
        N_("the mail to {found} was not sent: {reason} (server {server}, reply {reply})"),
        N_(
            "Check the address and the variables that begin with UCJ_SMTP; the reports are in their folder, and with --again they are written and mailed anew."
        ),
    ),
    "out_is_data": (
        N_("the folder holds the tables of regions, not reports"),
        N_("Choose another folder with --out."),
    ),
    "folder_busy": (
        N_("another run is writing reports into this folder"),
        N_("Wait until it has ended, or choose another folder with --out."),
    ),
    "worker_died": (
        N_("the process that was to write the report ended before it was done, twice: {found}"),
        N_(
            "SIGKILL often means that memory ran out: try with fewer reports at a time, --regions {region} --jobs 1."
        ),
    ),
    "bad_scheduler": (
        N_("{found} is not the address of a Dask scheduler; allowed is tcp://host:port"),
        N_("Use the address the scheduler tells as it starts, for example tcp://10.0.0.5:8786."),
    ),
    "no_dask": (
        N_("--scheduler needs Dask, which is not installed"),
        N_('Install it: pip install "ucj-analysis[cluster]".'),
    ),
    "no_scheduler": (
        N_("no Dask scheduler answered at {found} within {seconds} seconds"),
        N_("Check the address and that the scheduler runs, or leave --scheduler out."),
    ),
    "no_workers": (
        N_("the Dask scheduler at {found} had no worker for {seconds} seconds"),
        N_("Start workers: dask worker {found}"),
    ),
    # files of offices
    "intake_too_large": (
        N_("the file is larger than {most} MB, or becomes so when unpacked"),
        N_("Save the sheet with the table alone in a new file."),
    ),
    "intake_empty": (N_("the file is empty"), N_("Check that it was saved.")),
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
        N_("found {found}, but participants over labour force give {implied}"),
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
        N_("found {found} for {name} of {month}, before {before}"),
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
    "unexpected": (
        N_("an unexpected fault: {found}"),
        N_("Please report it, with the command you gave."),
    ),
}

#: Why a scenario's range was refused, and what the selection of growth pairs calls its reasons.
REASONS: dict[str, str] = {
    "range_order": N_("low, central and high are not in ascending order"),
    "no_source": N_("neither a source nor an assumption is named"),
    "negative": N_("a value is negative"),
    "share_range": N_("a share lies outside 0 to 1"),
    "calendar_month": N_("a calendar month lies outside 1 to 12, or stands twice"),
    "too_large": N_("a value is too large"),
    "months_of_a_year": N_("calendar months are named, but the period is not a year"),
    "rebasing_range": N_("a re-set base lies outside 0.3 to 3 times the old one"),
    "not_finite": N_("a value is not a finite number"),
    "whole_months": N_("a duration is not a whole number of months from 0 to 3"),
    "ends_before_it_starts": N_("it ends before it starts"),
    "bad_month": N_("a month is not written YYYY-MM"),
    "not_january": N_("a base is re-set in a January only"),
    "split_sum": N_("the highest shares add up to more than 0.95"),
    "not_text": N_("it is not a name in quotation marks"),
    "per_base": N_("per_base is no base of people"),
    "event_names": N_("an event has no name, or two have the same"),
    "wrong_kind": N_("it is a value of another kind"),
    "not_above_zero": N_("a pool or a pace is not above zero"),
    "other_unit": N_("pool and pace do not count in the lever's own unit"),
    "no_period": N_("a pace needs a period: month"),
    "people_per_unit": N_("people_per_unit is needed where the unit is not people, and only there"),
    "months_beyond": N_(
        "months, ramp or lead lie outside 1 to 60, the longest plan, or the last before the first"
    ),
    "zero_share": N_("a yield or a share of workers is zero"),
    "steps_fall": N_("the costs of the steps do not rise"),
    "steps_sum": N_("the shares of the steps do not add up to 1"),
    "lever_names": N_("a lever has no name, or two have the same"),
    "overlap_yearly": N_("a list that comes anew each year cannot overlap with another"),
    "overlap_circle": N_("two lists are joined twice: overlaps may form no circle"),
    "overlap_itself": N_("a list is said to overlap with itself"),
    "thousands": N_("172.000 may be 172 or 172 thousand; write all digits without dots, 172000"),
    "no_lever": N_("no lever is stated"),
    "overlap_sum": N_("the shares of one list that stand on others add up to more than 1"),
    # what the system said of a file, by its own code
    "EACCES": N_("you are not allowed to"),
    "EPERM": N_("you are not allowed to"),
    "EROFS": N_("the disk is read-only"),
    "ENOSPC": N_("the disk is full"),
    "ENOENT": N_("a part of its path does not exist"),
    "EISDIR": N_("it is a folder"),
    "EEXIST": N_("a file stands in its place"),
    "ENOTDIR": N_("a part of its path is a file"),
    "ENAMETOOLONG": N_("its name is too long"),
    # what a run took too much of
    "TimeLimit": N_("it ran for longer than allowed"),
    "MemoryLimit": N_("it took more memory than allowed"),
    "OutputLimit": N_("it printed more than allowed"),
    # why a mail was not sent
    "mail_certificate": N_("the certificate of the mail server is not trusted"),
    "mail_closed": N_("the mail server closed the connection"),
    "mail_encryption": N_("no encrypted connection came about"),
    "mail_login": N_("the mail server refused the user or the password"),
    "mail_recipient": N_("the mail server refused the address"),
    "mail_refused": N_("the mail server refused the mail"),
    "mail_timeout": N_("the mail server did not answer in time"),
    "mail_unreachable": N_("the mail server cannot be reached"),
    "mail_unsupported": N_("the mail server does not offer the encryption or the login asked for"),
    # separators of a table
    "semicolon": N_("a semicolon"),
    "tab": N_("a tab"),
    # what parts are told by
    "segment": N_("segment"),
    "sub_district": N_("sub-district"),
    # types of a notebook's parameters
    "int": N_("a whole number"),
    "float": N_("a number"),
    "str": N_("text"),
    "bool": N_("true or false"),
}


def describe(problem: Problem, w: Words) -> tuple[str, str]:
    """Return the sentence and the remedy of a problem, without its place.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> describe(Problem("bad_month", value="2025-13"), words("en"))[0]
    'found 2025-13; allowed is a month written YYYY-MM, 01 to 12'
    """
    sentence, remedy = PROBLEMS[problem.code]
    fields: dict[str, object] = {
        "found": problem.value,
        "file": problem.file,
        "column": problem.column,
        "like": "data/scenarios/baseline.toml",
    }
    fields |= {name: _shown(value, w) for name, value in problem.fields.items() if name != "found"}
    near = problem.fields.get("near")
    hint = w.t("Did you mean {near}?", near=_shown(near, w)) + " " if near else ""
    return w.t(sentence, **fields), hint + w.t(remedy, **fields)


def place(problem: Problem, w: Words) -> str:
    """Return where a problem is: file, row and column as far as they apply.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> place(Problem("bad_month", "observations.csv", 3, "as_of"), words("en"))
    'observations.csv, row 3, column as_of'
    """
    parts = [problem.file] if problem.file else []
    if problem.row:
        parts.append(w.t("row {row}", row=problem.row))
    if problem.column:
        parts.append(w.t("column {column}", column=problem.column))
    if problem.fields.get("cell"):
        parts.append(w.t("cell {cell}", cell=problem.fields["cell"]))
    return ", ".join(parts)


def error_text(error: UCJError, w: Words) -> str:
    """Return an error as lines for a terminal: one per problem, place first.

    Examples
    --------
    >>> from ucj_analysis.errors import bad
    >>> from ucj_analysis.presentation.language import words
    >>> print(error_text(bad("bad_seed", -1), words("en")))
    seed -1 is negative; allowed is 0 or more. Use 2025.
    """
    lines = []
    for problem in error.problems:
        sentence, remedy = describe(problem, w)
        where = place(problem, w)
        lines.append(f"{where}: {sentence}. {remedy}" if where else f"{sentence}. {remedy}")
    return "\n".join(lines)


def problem_record(problem: Problem, w: Words) -> dict[str, Any]:
    """Return a problem as plain values for JSON."""
    sentence, fix = describe(problem, w)
    return {
        "code": problem.code,
        "file": problem.file,
        "row": problem.row or None,
        "column": problem.column,
        "cell": problem.fields.get("cell", ""),
        "value": problem.value,
        "problem": sentence,
        "fix": fix,
    }


def _shown(value: object, w: Words) -> str:
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(v) for v in value)
    if isinstance(value, float):
        return w.written(value) if value < 1000 else w.count(value)
    if isinstance(value, str) and value in REASONS:
        return w.t(REASONS[value])
    return str(value)
