"""What failed while running, watched or not."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

# fmt: off
RUNNING: dict[str, tuple[str, str]] = {
    # running
    "notebook_failed": (N_("the notebook stopped in cell {cell}: {found}; the previous report is as it was"),
        N_("Open the notebook as far as it ran: {kept}")),
    "notebook_limit": (N_("the notebook was stopped in cell {cell}: {reason}, {allowed}; the previous report is as it was"),
        N_("Open the notebook as far as it ran: {kept}")),
    "bad_archive": (N_("this is no file of issued forecasts, or it is damaged"),
        N_("Move it out of the archive, or put back a copy of it.")),
    "archive_version": (N_("the archive file is of schema version {found}; this version reads {allowed}"),
        N_("Read it with the version of ucj_analysis that wrote it, or move it out of the archive.")),
    "altered_archive": (N_("forecast {found} is not as it was issued"), N_("Put back a copy of the file as it was issued.")),
    "renamed_archive": (N_("the file holds what belongs in {allowed}"), N_("Give it that name, or move the copy out of the archive.")),
    "data_changed": (N_("the data of region {found} changed while its report was made; its forecast was not issued"),
        N_("Ask again once the data stand.")),
    "cannot_write": (N_("the folder cannot be written: {reason}"),
        N_("Choose another folder with --out, or another archive with --archive.")),
    "bad_percent": (N_("{found} is no target in per cent; allowed is a number from 1 to below 100"), N_("Type it as 52 or 52,5.")),
    "bad_jobs": (N_("{found} is no number of processes; allowed is -1, or 1 and more"), N_("Leave --jobs out to use every processor.")),
    "region_beside_regions": (N_("--region {found} stands beside --regions {regions}"),
        N_("Name every region in --regions, or leave one of the two out.")),
    # on schedule
    "cannot_log": (N_("the log cannot be written: {reason}"), N_("Choose another file with --log.")),
    "bad_keep": (N_("{found} is no number of months to keep; allowed is 1 and more"), N_("Leave --keep out to keep all.")),
    "cannot_remove": (N_("the old reports cannot be removed: {reason}"), N_("Close what has them open; the next run tries again.")),
    "bad_address": (N_("{found} is not a mail address"), N_("Write for example office@example.go.id, and commas between several.")),
    "no_mail_setting": (N_("mail is asked for, and the environment variable {found} is not set"),
        N_("Set it where the run is started, never in a file of the repository.")),
    "bad_mail_setting": (N_("the environment variable {name} is {found}; allowed: {allowed}"), N_("Correct it where the run is started.")),
    "mail_unsent": (N_("the mail to {found} was not sent: {reason} (server {server}, reply {reply})"),
        N_("Check the address and the variables that begin with UCJ_SMTP; the reports are in their folder, and with --again they are written and mailed anew.")),
    "out_is_file": (N_("{found} is a file, not a folder"), N_("Choose a folder with --out.")),
    "out_is_data": (N_("the folder holds the tables of regions, not reports"), N_("Choose another folder with --out.")),
    "folder_busy": (N_("another run is writing reports into this folder"),
        N_("Wait until it has ended, or choose another folder with --out.")),
    "worker_died": (N_("the process that was to write the report ended before it was done, twice: {found}"),
        N_("SIGKILL often means that memory ran out: try with fewer reports at a time, --regions {region} --jobs 1.")),
    "bad_scheduler": (N_("{found} is not the address of a Dask scheduler; allowed is tcp://host:port"),
        N_("Use the address the scheduler tells as it starts, for example tcp://10.0.0.5:8786.")),
    "no_dask": (N_("--scheduler needs Dask, which is not installed"), N_('Install it: pip install "ucj-analysis[cluster]".')),
    "no_scheduler": (N_("no Dask scheduler answered at {found} within {seconds} seconds"),
        N_("Check the address and that the scheduler runs, or leave --scheduler out.")),
    "no_workers": (N_("the Dask scheduler at {found} had no worker for {seconds} seconds"), N_("Start workers: dask worker {found}")),
    "unexpected": (N_("an unexpected fault: {found}"), N_("Please report it, with the command you gave.")),
}
# fmt: on
