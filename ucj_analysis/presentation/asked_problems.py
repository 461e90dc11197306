"""What is wrong in a question, a scenario, a plan or an answer to the workbench."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_

_TELL_WHAT_MOVED_IT = N_(
    "Tell the forecast what moved it. A base that was re-set: a name of its own in `base`. Another counting: say so in `basis`. "
    "A programme: date it in scenarios/baseline.toml of the data folder, with its months and people ([[drives]]; [[cohorts]] where a budget pays). "
    "People who come and go faster than assumed: wider ranges there. The past is simulated under the baseline, whatever scenario is asked about."
)

# fmt: off
ASKED: dict[str, tuple[str, str]] = {
    # the question
    "unknown_region": (N_("{found} is not a region of the register; regions with tables of their own: {ready}"),
        N_("List them with: ucj regions")),
    "region_without_data": (N_("{found} {name} has no tables of its own, and the public record tells no coverage of it together with a base"),
        N_("Begin its tables with: ucj new-region {found} --data FOLDER. Regions with figures are listed by: ucj regions")),
    "public_figure_old": (N_("the newest figure of {region} on the public record is of {found}, {months} months before the target month; nothing is worked out from one more than {most} months old"),
        N_("Put newer figures into {file} of a data folder, or name an earlier --target-month.")),
    "no_observation": (N_("no coverage of {region} for {found} was known on {known_by}; months with a figure: {months}"),
        N_("Choose one of those months, and a --known-by not before {earliest}, the first publication.")),
    "no_target": (N_("no target is published for {region} by {found}"), N_("Give one with --target, for example --target 0.52.")),
    "target_month_before": (N_("target month {found} is not after {as_of}"), N_("Choose a later --target-month.")),
    "target_month_far": (N_("target month {found} is more than {most} months ahead"), N_("Choose an earlier --target-month.")),
    "bad_target": (N_("target {found} is not a fraction between 0 and 1"), N_("Write 0.52 for 52%.")),
    "bad_paths": (N_("{found} paths; allowed is {least} to {most}"), N_("Use 10000 for a report.")),
    "bad_seed": (N_("seed {found} is negative; allowed is 0 or more"), N_("Use 2025.")),
    "unknown_scenario": (N_("{found} is not a scenario; allowed: {allowed}, or a TOML file"), N_("Check the name or the path.")),
    "no_scenario_file": (N_("the file {found} does not exist"), N_("Check the path, or name a scenario: ucj scenarios lists them.")),
    "scenario_is_folder": (N_("{found} is a folder, not a scenario"), N_("Name a TOML file in it, or a scenario: ucj scenarios lists them.")),
    "unknown_language": (N_("{found} is not a language of the report; allowed: {allowed}"), N_("Use --lang id or --lang en.")),
    "unknown_command": (N_("{found} is not a command; allowed: {allowed}"), N_("See: ucj --help")),
    "unknown_option": (N_("{found} is not an option of this command"), N_("See: ucj {command} --help")),
    "no_command": (N_("the command comes first"), N_("See: ucj --help")),
    "not_utf8": (N_("{found} holds letters that are not UTF-8"), N_("Type it again, or rename the file.")),
    "no_value": (N_("{found} needs a value"), N_("See: ucj {command} --help")),
    "value_given": (N_("{found} takes no value"), N_("See: ucj {command} --help")),
    "too_few_scenarios": (N_("name at least two scenarios"), N_("See them with: ucj scenarios")),
    "unknown_parameter": (N_("notebook {notebook} has no parameter {found}; allowed: {allowed}"), N_("Check the name.")),
    "parameter_type": (N_("parameter {name} is {found}; notebook {notebook} declares {allowed}"), N_("Give a value of that type.")),
    "unknown_notebook": (N_("{found} is not a notebook; allowed: {allowed}"), N_("Check the name.")),
    "negative": (N_("{found} is negative"), N_("Give a value of 0 or more.")),
    "bad_window": (N_("the window from {start} to {found} is shorter than {least} days"), N_("Correct the two dates.")),
    "other_base_family": (N_("coverage is told on base {found}, the others on {allowed}: unlike bases are not joined"),
        N_("A base is named series-year or series-year-month, such as bpjstk-2025; correct it, or leave coverage and participants of this row empty.")),
    "public_base": (N_("coverage is told on base {found}, which is the public record's, and your own figures on {allowed}: unlike bases are not joined"),
        N_("Leave coverage, half_width and participants of this row empty: your own figures stand. ucj import does it for you.")),
    "bad_rate": (N_("found {found}; allowed is a rate in per cent of contract value, under 1"), N_("Write 0.21.")),
    "bad_rule": (N_("found {found}; allowed is a whole number of rupiah above 0"), N_("Write 16800.")),
    # arithmetic
    "bad_base": (N_("the base is {found}; it must be above 0"), N_("Correct the labour force.")),
    "bad_half_width": (N_("the half-width is {found}; it cannot be negative"),
        N_("Use half of the last printed digit, 0.005 for a whole per cent.")),
    "bad_horizon": (N_("{found} months; at least one is needed"), N_("Choose a later target month.")),
    "bad_contribution": (N_("the contribution is {found} rupiah; it must be above 0"), N_("Correct rule R00 in programme_rules.csv.")),
    "too_few_pairs": (N_("only {found} windows of other regions are known; the reference class needs {least}"),
        N_("Choose a later --known-by, or add growth pairs.")),
    # scenarios
    "not_toml": (N_("the line is not TOML: {found}"), N_("Compare it with {like}.")),
    "toml_comma": (N_("the line cannot be read: {found}"), N_("A decimal takes a point: {right}.")),
    "toml_dots": (N_("the line cannot be read: {found}"), N_("Write thousands without dots.")),
    "toml_quote": (N_("the line cannot be read: {found}"), N_('Text begins and ends with a quotation mark (").')),
    "toml_text": (N_("the line cannot be read: {found}"), N_('Put text and months in quotation marks ("…").')),
    "bad_text": (N_("found the byte {found}, which is not UTF-8 text"), N_("Save the file as UTF-8.")),
    "bad_part": (N_("{reason}"), N_("Compare it with {like}.")),
    "unknown_event_region": (N_("found {found}; allowed is the code of a region, as ucj regions lists them"), N_('Write for example regions = ["3318"].')),
    "no_such_month": (N_("found {found}; there is no month {number}"), N_("Months go from 01 to 12: write for example 2025-03.")),
    "ends_before_it_starts": (N_("found {found}: it ends before it starts"), N_("Correct one of the two months.")),
    "not_january": (N_("found {found}; a base is re-set in a January only"), N_("Write for example 2026-01.")),
    "thousand_dots": (N_("{found} may be {small} or {large}"), N_("Write all digits without dots: {large}.")),
    "bad_share": (N_("found {found}; a share lies between 0 and 1"), N_("Write 0.75 for 75%.")),
    "unknown_key": (N_("the key is not known"), N_("Remove it, or correct its name.")),
    "missing_key": (N_("the key is missing"), N_("Copy it from {like}.")),
    "bad_range": (N_("found {found}: {reason}"), N_("A range is low, central, high, in that order, with a source or an assumption.")),
    "bad_key_value": (N_("found {found}: {reason}"), N_("Compare it with {like}.")),
    "extends_loop": (N_("the scenario extends {found}, which extends it in turn"), N_("Let one of them extend the baseline.")),
    "no_path_reproduces": (N_("{coverage} in {month} cannot be reached from {before} in {before_month} in any simulated future: they lie between {low} and {high}"),
        _TELL_WHAT_MOVED_IT),
    "too_few_paths_reproduce": (N_("hardly any simulated future follows the {known} figures of the region together: {drawn} were drawn, worth {worth}; hardest to follow is {coverage} in {month}, after {before} in {before_month}"),
        _TELL_WHAT_MOVED_IT),
    "no_path_though_accepted": (N_("{coverage} in {month} cannot be reached from {before} in {before_month} in any simulated future: they lie between {low} and {high}. That it was accepted ({note}) tells people that it is right, not the forecast what moved it"),
        _TELL_WHAT_MOVED_IT),
    # plans
    "no_levers": (N_("no levers are stated for region {found}"),
        N_("Copy {like} to this file and state what the region can do; for a new region, ucj new-region {found} writes a file to fill in.")),
    "levers_to_fill_in": (N_("the levers of region {found} are still those of the example, in lines {lines}"),
        N_("State there what the region can do: change low, central and high, and put what they rest on in place of each {word}.")),
    "overlap_of_none": (N_("the overlap names {found}, a lever that is not in this file; there are: {allowed}"),
        N_("Correct the name, or delete this [[overlaps]] entry.")),
    "too_many_overlaps": (N_("{found} lists overlap in one group; allowed are {most}"),
        N_("Join lists that hold the same people into one lever.")),
    "unknown_aim": (N_("{found} is not an aim; allowed: {allowed}"),
        N_("Use hit for the target month, hold to keep it through the next March.")),
    "bad_probability": (N_("probability {found} is not a fraction from 0.05 to 0.99"), N_("Write 0.8 for 80 in 100.")),
    "bad_budget": (N_("budget {found} is not an amount of rupiah, 0 or more"),
        N_("Write all digits without separators, for example 262080000.")),
    "bad_slack": (N_("slack {found} is not a fraction from 0 to 10"), N_("Write 0.05 for plans at most a twentieth dearer.")),
    "plan_too_long": (N_("a plan to {found} is longer than {most} months"), N_("Choose an earlier --target-month.")),
    # the explorer
    "bad_name": (N_("{found} leaves nothing that can stand in a file name"), N_("Use letters and digits.")),
    "name_taken": (N_("{found} exists already"), N_("Choose another name.")),
    "bad_port": (N_("{found} is not a port; allowed is 1024 to 65535"), N_("Use 8866.")),
    "port_taken": (N_("port {found} is taken by another program"), N_("Choose another with --port, for example --port {free}.")),
    "app_failed": (N_("the app did not start: {found}"), N_("Try again with another --port.")),
}
# fmt: on
