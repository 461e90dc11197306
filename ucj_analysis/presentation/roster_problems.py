"""What is wrong in a roster: nothing a row holds is told, only where it stands."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

# fmt: off
ROSTERS: dict[str, tuple[str, str]] = {
    "no_roster": (N_("no roster is named"), N_("Name the file first, for example: ucj roster roster.csv --region 3318")),
    "not_an_extract": (N_("this is no roster or register that can be read; allowed are CSV and Parquet"),
        N_("Save it as CSV or Parquet; a workbook does not hold a million rows.")),
    "no_headings": (N_("the first row has none of the headings needed: {allowed}"), N_("Let the first row name the columns.")),
    "unknown_headings": (N_("no column is headed {allowed}; headings found: {headings}"), N_("Rename the column that holds it.")),
    "broken_row": (N_("the row has more or fewer cells than the header line"), N_("Put text that holds a separator in quotation marks.")),
    "no_roster_rows": (N_("none of {rows} rows can be used"), N_("See which columns are read in the README, under Rosters.")),
    "no_roster_month": (N_("no two months begin with enough members to tell the months of the roster"),
        N_("Name them with --months, for example --months 2023-01:2025-12.")),
    "bad_window_months": (N_("{found} is no first and last month, two to 360 months"), N_("Write for example --months 2023-01:2025-12.")),
    "bad_small": (N_("{found} is no smallest cell; allowed is {least} to {most}"), N_("Use 5.")),
    "roster_stopped": (N_("reading stopped; what was read is forgotten, nothing was written"),
        N_("Check that the file is whole and that memory and disk are free.")),
    "roster_fault": (N_("an unexpected fault ({found}); its words are kept back, they may hold a row"),
        N_("Please report it, with the command you gave.")),
}
# fmt: on
