"""What the methods rest on in print, and how far the package reports what GATHER asks for."""

from __future__ import annotations

from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import N_, Words

# fmt: off
#: Authors with year, title with where it appeared, and what it is used for.
REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("Das Gupta (1993)", "Standardization and Decomposition of Rates: A User's Manual. U.S. Bureau of the Census, P23-186",
        N_("the split of a change")),
    ("Shorrocks (2013)", "Decomposition procedures for distributional analysis: a unified framework based on the Shapley value. Journal of Economic Inequality 11(1), 99–126",
        N_("the split of a change")),
    ("Manski, Molinari (2010)", "Rounding probabilistic expectations in surveys. Journal of Business & Economic Statistics 28(2)",
        N_("rounded figures as intervals")),
    ("Poole, Raftery (2000)", "Inference for deterministic simulation models: the Bayesian melding approach. Journal of the American Statistical Association 95(452), 1244–1255",
        N_("weights of paths")),
    ("Raftery, Bao (2010)", "Estimating and projecting trends in HIV/AIDS generalized epidemics using incremental mixture importance sampling. Biometrics 66(4), 1162–1173",
        N_("weights of paths")),
    ("Kahneman, Lovallo (1993)", "Timid choices and bold forecasts: a cognitive perspective on risk taking. Management Science 39(1), 17–31",
        N_("the outside view")),
    ("Flyvbjerg (2006)", "From Nobel Prize to project management: getting risks right. Project Management Journal 37(3), 5–15",
        N_("the outside view")),
    ("Theil, Goldberger (1961)", "On pure and mixed statistical estimation in economics. International Economic Review 2(1), 65–78",
        N_("slopes with their prior as observations")),
    ("Harvey (1989)", "Forecasting, Structural Time Series Models and the Kalman Filter. Cambridge University Press",
        N_("the region's own months")),
    ("Durbin, Koopman (2012)", "Time Series Analysis by State Space Methods, 2nd ed. Oxford University Press",
        N_("the region's own months")),
    ("Ljung, Box (1978)", "On a measure of lack of fit in time series models. Biometrika 65, 297–303",
        N_("whether residuals follow each other")),
    ("Shapiro, Wilk (1965)", "An analysis of variance test for normality (complete samples). Biometrika 52(3/4), 591–611",
        N_("the shape of residuals")),
    ("Goldfeld, Quandt (1965)", "Some tests for homoscedasticity. Journal of the American Statistical Association 60(310), 539–547",
        N_("whether the spread of residuals changes")),
    ("Lichtendahl, Grushka-Cockayne, Winkler (2013)", "Is it better to average probabilities or quantiles? Management Science 59(7), 1594–1611",
        N_("the pool")),
    ("Gneiting, Raftery (2007)", "Strictly proper scoring rules, prediction, and estimation. Journal of the American Statistical Association 102(477), 359–378",
        N_("scores")),
    ("Saltelli et al. (2010)", "Variance based sensitivity analysis of model output. Design and estimator for the total sensitivity index. Computer Physics Communications 181(2), 259–270",
        N_("indices of sensitivity")),
    ("Friedman, Fisher (1999)", "Bump hunting in high-dimensional data. Statistics and Computing 9(2), 123–143", N_("scenario discovery")),
    ("Bryant, Lempert (2010)", "Thinking inside the box: a participatory, computer-assisted approach to scenario discovery. Technological Forecasting and Social Change 77(1), 34–49",
        N_("scenario discovery")),
    ("Charnes, Cooper (1959)", "Chance-constrained programming. Management Science 6(1), 73–79", N_("the margin of a plan")),
    ("Huangfu, Hall (2018)", "Parallelizing the dual revised simplex method. Mathematical Programming Computation 10(1), 119–142",
        N_("the solver of plans, HiGHS")),
    ("Brill, Chang, Hopkins (1982)", "Modeling to generate alternatives: the HSJ approach and an illustration using a problem in land use planning. Management Science 28(3), 221–235",
        N_("plans nearly as good")),
    ("Chinneck (2008)", "Feasibility and Infeasibility in Optimization: Algorithms and Computational Methods. Springer",
        N_("which limits stop a plan")),
    ("Kaplan, Meier (1958)", "Nonparametric estimation from incomplete observations. Journal of the American Statistical Association 53(282), 457–481",
        N_("survival curves")),
    ("Stevens et al. (2016)", "Guidelines for Accurate and Transparent Health Estimates Reporting: the GATHER statement. Lancet 388(10062), e19–e23; PLoS Medicine 13(6), e1002056",
        N_("the checklist below")),
)
# fmt: on

YES, PARTLY, NO = N_("met"), N_("partly"), N_("not met")
# fmt: off
#: The items of GATHER in our own words, whether each is met, and where.
GATHER: tuple[tuple[str, str, str], ...] = (
    (N_("what is estimated, for whom, where and when"), YES,
        N_("Chapter 1 and data/README.md: active participants over the branch's base, by regency and month. Not by age or sex, which nobody publishes.")),
    (N_("who paid for the work"), NO, N_("The package names no funder.")),
    (N_("how data were found and reached"), PARTLY,
        N_("data/sources.csv gives page, publisher and day; how they were searched for is not written down.")),
    (N_("what was let in and what was left out"), YES, N_("Chapter 6, which figures enter; data/README.md on unlike bases and countings.")),
    (N_("every source and its character"), PARTLY,
        N_("data/sources.csv, data/datapackage.json; samples, ages and sexes behind the figures are not published.")),
    (N_("data that may be biased"), YES,
        N_("Grades in data/growth_pairs.csv; basis of every figure; the warnings of ucj validate, in the annex of the report.")),
    (N_("other inputs and their sources"), YES,
        N_("Ranges in data/scenarios/ and data/levers/, each with a source or the word that it is assumed; chapters 2 and 4.")),
    (N_("all inputs as files that machines read"), YES, N_("CSV and TOML in data/, described by data/datapackage.json.")),
    (N_("the method in outline"), YES, N_("How it works, in README.md; there is no diagram.")),
    (N_("every step, with its equations"), YES, N_("This chapter; the tables name the code.")),
    (N_("how models were compared and chosen"), PARTLY,
        N_("The width of the outside view's priors was settled on scores that had been seen, and reference_class says so. The views weigh the same because so few regions cannot rank them. Other forms of the stock-flow were not tried against it.")),
    (N_("how well it does, and what it hangs on"), YES, N_("Chapter 6 for scores, chapter 5 for sensitivity.")),
    (N_("how uncertainty is computed, and what it leaves out"), YES, N_("This chapter, and what it cannot know, above.")),
    (N_("where the code is"), YES, N_("This repository, under the MIT licence.")),
    (N_("the estimates as files that machines read"), YES,
        N_("forecast.json and tables.csv of every report; the archive of issued forecasts, in Parquet.")),
    (N_("uncertainty as numbers"), YES, N_("Ranges of five and nine in ten, and the chance of the target: chapter 3.")),
    (N_("what it means beside other evidence, and why it changed"), PARTLY,
        N_("The views side by side in chapter 3, what changed since the last forecast in the report. It is not set beside forecasts by others.")),
    (N_("limits"), YES, N_("Chapter 3, and above.")),
)
# fmt: on


def references_table(w: Words) -> Grid:
    """Return what is used in print: who, what and where, what for."""
    rows = [(who, what, w.t(used)) for who, what, used in REFERENCES]
    return Grid(
        w.t("In the order of the chapter"), (w.t("authors"), w.t("title"), w.t("used for")), rows
    )


def gather_table(w: Words) -> Grid:
    """Return the items of GATHER, whether each is met, and where."""
    rows = [
        (w.count(n), w.t(item), w.t(met), w.t(where))
        for n, (item, met, where) in enumerate(GATHER, 1)
    ]
    head = (w.t("item"), w.t("what is asked"), w.t("is it met?"), w.t("where"))
    return Grid(w.t("Checklist after GATHER (Stevens et al. 2016)"), head, rows)
