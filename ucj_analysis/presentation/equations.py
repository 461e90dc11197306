"""The equations of the methods chapter, each symbol tied to what computes it.

Equations are plain signs, the same in every language and readable without scripts; `∑`, `∏` run
over the index that is not named. A test holds every symbol to its row, and every row to the code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import MEAN_MONTH_DAYS, days_by_season
from ucj_analysis.participants import RENEWAL_MONTHS
from ucj_analysis.presentation.language import N_
from ucj_analysis.presentation.names import PARAMETERS
from ucj_analysis.scoring import MEMBERS

#: Functions and signs that mean what they always mean, and need no row.
MATHEMATICS = frozenset(
    ["exp", "log", "min", "max", "argmin", "mean", "arctan", "Pr", "E", "Var", "N", "π"]
)


@dataclass(frozen=True)
class Symbol:
    """What a sign means, in what unit, where it is computed, and what it is for this region.

    `name` holds one sign or several with commas between them. `where` is a dotted name below
    `ucj_analysis`; a constant shows its own value. `range` names a range of the scenario.
    """

    name: str
    meaning: str
    unit: str
    where: str
    here: Callable[[Forecast], float] | None = None
    range: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the method: its title, what it does, its equations and its symbols."""

    title: str
    text: str
    equations: str
    symbols: tuple[Symbol, ...]


def _drawn(name: str, parameter: str) -> Symbol:
    """Return the symbol of a range of the scenario."""
    part, _, quantity = parameter.partition(".")
    owner = "".join(word.capitalize() for word in part.split("_"))
    return Symbol(name, PARAMETERS[parameter], "", f"scenario.{owner}.{quantity}", range=parameter)


def _change(seen: Forecast, part: str) -> float:
    change = seen.status.change
    return float(np.nan if change is None else getattr(change, part))


def _season_months(seen: Forecast) -> tuple[float, float]:
    falling, growing = days_by_season(seen.status.now.as_of, seen.months[-1].last_day)
    return falling / MEAN_MONTH_DAYS, growing / MEAN_MONTH_DAYS


def _own_variance(seen: Forecast) -> float:
    sigma, tau, omega = seen.reference_class.spreads
    months = sum(_season_months(seen))
    return float(sigma**2 * months + 2 * tau**2 + omega**2 * months**2)


# fmt: off
_T = Symbol("t", N_("month"), "", "months.Month")
_LOGIT = Symbol("logit", N_("logarithm of the odds"), "", "reference_class.logit")
_WORTH = Symbol("n", N_("equal paths the weighted ones are worth"), "paths", "forecasting.Ensemble.effective_sample_size", lambda s: s.ensemble.effective_sample_size)

#: The sections by key, one symbol a row.
SECTIONS: dict[str, Section] = {
    "coverage": Section(
        N_("Coverage, its change, and the need"),
        N_("Coverage is participants over the base. A printed percentage stands for every value that rounds to it. A change is split exactly and "
           "symmetrically into participants and base; this is accounting, not cause. [0] is the earlier figure, [1] the later."),
        """\
C = P / B
c − h ≤ C ≤ c + h
C[1] − C[0] = D + L
D = (P[1] − P[0]) · (1/B[1] + 1/B[0]) / 2
L = (P[1] + P[0]) · (1/B[1] − 1/B[0]) / 2
n = g·B − P
p = n / m
K = 12 · r · max(n, 0)""",
        (
            Symbol("C", N_("coverage"), "share", "coverage.coverage_rate", lambda s: s.status.now.participants / s.status.now.labour_force),
            Symbol("P", N_("active participants"), "people", "record.observations.Observation.participants", lambda s: s.status.now.participants),
            Symbol("B", N_("base: the labour force as the branch counts it"), "people", "record.observations.Observation.labour_force", lambda s: s.status.now.labour_force),
            Symbol("c", N_("coverage as printed"), "share", "record.observations.Observation.coverage", lambda s: s.status.now.coverage),
            Symbol("h", N_("half of the last printed digit"), "share", "record.observations.Observation.half_width", lambda s: s.status.now.half_width),
            Symbol("D", N_("part of the change by participants"), "share", "coverage.ChangeDecomposition.participants", lambda s: _change(s, "participants")),
            Symbol("L", N_("part of the change by the base"), "share", "coverage.ChangeDecomposition.labour_force", lambda s: _change(s, "labour_force")),
            Symbol("g", N_("target"), "share", "record.observations.Target.coverage", lambda s: s.status.target.coverage),
            Symbol("n", N_("participants needed, net of those who leave"), "people", "coverage.required_enrolment", lambda s: s.status.net_needed),
            Symbol("m", N_("months to the target"), "months", "question.Question.months", lambda s: s.status.question.months),
            Symbol("p", N_("pace the target asks for"), "people a month", "coverage.pace_per_month", lambda s: s.status.net_needed / s.status.question.months),
            Symbol("r", N_("least contribution a month"), "rupiah", "contributions.contribution", lambda s: s.status.contribution),
            Symbol("K", N_("a year of cover for all who are needed"), "rupiah", "situation.Status.gap_year", lambda s: s.status.gap_year),
        ),
    ),
    "base": Section(
        N_("Stock and flow: the base"),
        N_("The base moves month by month on every path. Where it was published it is what was published. In a January the branch may set it anew, or a scenario says that it does; the jump "
           "is over the base last published and takes the place of the year's churn. A share stated for a year is brought to a month so that twelve months make the year. "
           "Every range is drawn from a triangle over its lowest, most likely and highest value, once for a path; the jump once for every New Year."),
        """\
B[t+1] = B[t] + G[t] − X[t] + M[t] + J[t]
G[t] = n · a · s[t]
X[t] = x · B[t]
M[t] = w · B[t]
J[t] = q · (k·H[t] − B[t] − G[t] + X[t] − M[t])
Pr(q = 1) = p
|f| = 1 − (1 − |y|)^(1/12)""",
        (
            _T,
            Symbol("B", N_("base, by month and path; here its mean in the target month"), "people", "labour_force.BasePaths.stock", lambda s: s.ensemble.base[-1] @ s.ensemble.weights),
            Symbol("G", N_("graduates who join the labour force"), "people", "labour_force.BasePaths.graduates"),
            Symbol("X", N_("people who leave the labour force"), "people", "labour_force.BasePaths.exits"),
            Symbol("M", N_("net moves"), "people", "labour_force.BasePaths.migration"),
            Symbol("J", N_("what a re-setting adds or takes"), "people", "labour_force.BasePaths.rebasing"),
            _drawn("n", "labour_force.graduates"),
            _drawn("a", "labour_force.joining"),
            Symbol("s", N_("part of a year's flow that falls on the month"), "", "quantities.PeopleRate.share_of_year"),
            _drawn("x", "labour_force.exits"),
            _drawn("w", "labour_force.migration"),
            Symbol("q", N_("1 in a January that sets the base anew, else 0"), "", "labour_force._reset"),
            _drawn("p", "labour_force.rebasing_chance"),
            _drawn("k", "labour_force.rebasing"),
            Symbol("H", N_("base last published"), "people", "labour_force.BasePaths.published"),
            Symbol("f", N_("a share of one month"), "", "quantities.ShareRate.monthly"),
            Symbol("y", N_("the same share as stated for a year, drawn"), "", "quantities.Stated.draw"),
        ),
    ),
    "segments": Section(
        N_("Stock and flow: the participants"),
        N_("Five segments: wage earners (w), residents insured elsewhere (e), self-employed (s), construction (c), funded (f). At the first figure participants are drawn evenly within its rounding and split by ranges. Nobody joins who is not uncovered: where more "
           "would join than there are, all join in one proportion less. Where a base is set below its participants, those above it are counted no more. "
           "The factor y is 1 in January-May, the factor v is 1 in June-December. A cohort joins in its first month and is gone in the third unpaid one (rule R01). "
           "In March the other funded people go; of them R are paid again in each of the months that renew."),
        """\
S[t+1] = S[t] + I[t] − O[t],   0 ≤ ∑I[t] ≤ u[t],   ∑S[t] ≤ B[t]
u[t] = max(B[t+1] − ∑S[t], 0)
ρ[t] = u[t] / max(B[0] − ∑S[0] + ∑J[t], 1)
ε[t] = exp(η·Z[t] − η²/2),   ε_c[t] = exp(η_c·Z[t] − η_c²/2)

I_w[t] = k·i·ρ[t]·ε[t]·S_w[t] + z·Q[t]
O_w[t] = k·S_w[t] + ℓ[t]
ℓ[t] = min(b·F[t−T], (1 − k)·S_w[t])
Q[t+1] = Q[t] + ℓ[t] − z·Q[t]

I_e[t] − O_e[t] = d·S_e[t]

I_s[t] = A·ρ[t]·j·y·ε[t]
O_s[t] = min(a·v, 1) · S_s[t]

S_c[t+1] = (D·γ^n·ε_c[t] + U) · (1 − δ[t+1])
D = S_c[0] / (1 − δ[0])
δ[t] = min(α·exp(κ·Z − κ²/2), μ) · θ[t]

K = p·g
Y = S_f[t] − ∑K
R = r·Y / m""",
        (
            _T,
            Symbol("w, e, s, c, f", N_("the segments, as an index"), "", "scenario.Segment"),
            Symbol("S", N_("participants of a segment, by month and path"), "people", "participants.ParticipantPaths.stock"),
            Symbol("I", N_("people who join"), "people", "participants.ParticipantPaths.inflow"),
            Symbol("O", N_("people who go"), "people", "participants.ParticipantPaths.outflow"),
            Symbol("B, J", N_("base and its re-settings, as above"), "people", "labour_force.BasePaths"),
            Symbol("u", N_("uncovered people"), "people", "participants._step"),
            Symbol("ρ", N_("the uncovered over those at the start, people newly counted with them"), "", "participants._State"),
            Symbol("ε", N_("chance of a month"), "", "participants._Way.noise"),
            Symbol("Z", N_("a standard normal"), "", "projection._normals"),
            _drawn("η", "noise.monthly"),
            _drawn("η_c", "noise.construction"),
            _drawn("k", "wage_earners.separations"),
            _drawn("i", "wage_earners.replacement"),
            Symbol("F", N_("layoffs, those of dated closures with them"), "people", "participants._wage_earners"),
            _drawn("b", "wage_earners.layoffs_covered"),
            _drawn("T", "wage_earners.cover_after_layoff"),
            Symbol("ℓ", N_("laid-off people whose cover ends"), "people", "participants._wage_earners"),
            Symbol("Q", N_("laid-off people without covered work"), "people", "participants._State"),
            _drawn("z", "wage_earners.reemployment"),
            _drawn("d", "elsewhere.drift"),
            Symbol("A", N_("base of the month asked about, less participants at the first figure"), "people", "participants._State"),
            _drawn("j", "self_employed.enrolment"),
            _drawn("y", "self_employed.enrolment_season"),
            _drawn("a", "self_employed.lapse"),
            _drawn("v", "self_employed.lapse_season"),
            Symbol("D", N_("construction in the December of the first year"), "people", "participants._Way"),
            _drawn("γ", "construction.growth"),
            Symbol("n", N_("years since the first figure's"), "", "participants._Way"),
            Symbol("U", N_("people of construction drives so far; those of other drives join on top"), "people", "participants._drives"),
            Symbol("δ", N_("depth below December"), "", "participants.construction_depth"),
            _drawn("α", "construction.amplitude"),
            _drawn("κ", "construction.amplitude_by_year"),
            Symbol("μ", N_("no construction falls deeper than this"), "share", "participants.DEEPEST"),
            Symbol("θ", N_("shape of the season, January to December"), "", "participants.SEASON_DEPTH"),
            Symbol("K", N_("people of a dated cohort"), "people", "participants._enrolled"),
            Symbol("p", N_("people planned for it"), "people", "scenario.Cohort.people"),
            Symbol("g", N_("part of the plan that comes about"), "", "scenario.Cohort.yields"),
            Symbol("Y", N_("funded people of no cohort, who go in March"), "people", "participants._funded"),
            _drawn("r", "funded.renewal"),
            Symbol("R", N_("people paid again, a month"), "people", "participants._funded"),
            Symbol("m", N_("months of the year that renew"), "months", "participants.RENEWAL_MONTHS", lambda _: len(RENEWAL_MONTHS)),
        ),
    ),
    "weights": Section(
        N_("What a path counts"),
        N_("Each path counts by how probable the figures published after the first are on it: a Student t with 3 degrees of freedom around the path, over the interval that rounding leaves. "
           "A figure of a day within a month stands for any time of that month. Where too few paths follow the figures, further rounds draw the ranges nearer to where they are followed, and a path "
           "counts by how likely all rounds together were to draw it. What was learned of a range is the part of its variance that the weights take away."),
        """\
C[t] = ∑o[t]·S[t] / B[t]
ω ∝ ∏(F((c + h − C)/τ) − F((c − h − C)/τ)) / q,   ∑ω = 1
q = ∑(ν·b) / ∑ν
F(x) = 1/2 + ((x/√3)/(1 + x²/3) + arctan(x/√3)) / π
n = 1 / ∑ω²
λ = 1 − (s[1]/s[0])²""",
        (
            _T,
            Symbol("C", N_("coverage, by month and path"), "share", "projection.Projection.coverage"),
            Symbol("o", N_("1 where a segment counts, else 0"), "", "projection._counted"),
            Symbol("S", N_("participants of a segment"), "people", "participants.ParticipantPaths.stock"),
            Symbol("B", N_("base"), "people", "labour_force.BasePaths.stock"),
            Symbol("c", N_("coverage as printed"), "share", "record.observations.Observation.coverage"),
            Symbol("h", N_("half of the last printed digit; at least this"), "share", "projection.FINEST_HALF_WIDTH"),
            Symbol("τ", N_("noise of how branches count, date and round"), "share", "projection.DEFINITION_SPREAD"),
            Symbol("F", N_("distribution function of Student's t"), "", "projection._student3"),
            Symbol("x", N_("its argument"), "", "projection._likelihood"),
            Symbol("ω", N_("weight of a path"), "", "projection.Projection.weights"),
            Symbol("q", N_("how likely all rounds together were to draw a path, beside drawing all alike"), "", "scouting._Drawn.offered"),
            Symbol("ν", N_("paths drawn in a round"), "paths", "streams.Lot.drawn"),
            Symbol("b", N_("density of a round at the path: 1 in the first, then a product of Beta distributions"), "", "scouting._Drawn._density"),
            _WORTH,
            Symbol("λ", N_("learned of a range; here the most of any"), "share", "forecasting.Learned.share", lambda s: max(one.share for one in s.learned.values())),
            Symbol("s", N_("spread of a range, before [0] and after [1] weighting"), "", "forecasting._learned"),
        ),
    ),
    "reference": Section(
        N_("What other regions did"),
        N_("The change of logit coverage over a window has a slope for its months in January-May and one for those in June-December, both shrunk to none. The windows of one region "
           "share months, ends and pace. The spreads are the mode of their posterior, the slopes integrated out; the slopes follow by generalised least squares with their prior as two more "
           "observations. The region's own windows never teach its own forecast."),
        """\
logit(C) = log(C / (1 − C))
ψ = logit(C[1]) − logit(C[0])
ψ ~ N(β_d·d + β_g·g, v),   m = d + g
v = σ²·m + 2·τ² + ω²·m²
A[i,j] = σ²·m[i,j] + τ²·e[i,j] + ω²·m[i]·m[j]
β ~ N(0, s²)
W = A + ι·1 + s²·X·X′
(σ, τ, ω) = argmin ψ′·W⁻¹·ψ/2 + log|W|/2 + ∑(log(σ/σ_0)/l)²/2
logit(C[1]) ~ N(logit(c) + β_d·d + β_g·g, v + x·V·x′ + h²/(3·c²·(1 − c)²))""",
        (
            Symbol("C", N_("coverage"), "share", "coverage.coverage_rate"),
            _LOGIT,
            Symbol("ψ", N_("change over a window"), "logits", "reference_class.fit_reference_class"),
            Symbol("d", N_("months of the window in January-May"), "months", "months.days_by_season", lambda s: _season_months(s)[0]),
            Symbol("g", N_("months of the window in June-December"), "months", "months.days_by_season", lambda s: _season_months(s)[1]),
            Symbol("m", N_("months of the window; [i,j] those two windows share"), "months", "reference_class._kernels", lambda s: sum(_season_months(s))),
            Symbol("β_d", N_("slope of January-May"), "logits a month", "reference_class.ReferenceClass.slopes", lambda s: s.reference_class.slopes[0]),
            Symbol("β_g", N_("slope of June-December"), "logits a month", "reference_class.ReferenceClass.slopes", lambda s: s.reference_class.slopes[1]),
            Symbol("β", N_("either slope"), "logits a month", "reference_class.ReferenceClass.slopes"),
            Symbol("V", N_("covariance of the slopes once the windows are seen"), "", "reference_class.ReferenceClass.slope_cov"),
            Symbol("s", N_("prior spread of a slope"), "logits a month", "reference_class.SLOPE_PRIOR_SD"),
            Symbol("v", N_("variance of a change"), "logits²", "reference_class.ReferenceClass.change", _own_variance),
            Symbol("σ", N_("spread that grows with the months"), "logits", "reference_class.ReferenceClass.spreads", lambda s: s.reference_class.spreads[0]),
            Symbol("τ", N_("spread of each end of a window"), "logits", "reference_class.ReferenceClass.spreads", lambda s: s.reference_class.spreads[1]),
            Symbol("ω", N_("spread of a region's pace"), "logits a month", "reference_class.ReferenceClass.spreads", lambda s: s.reference_class.spreads[2]),
            Symbol("A", N_("covariance of windows"), "logits²", "reference_class._kernels"),
            Symbol("i, j", N_("two windows of one region"), "", "reference_class.select_pairs"),
            Symbol("e", N_("ends two windows share: 1 each, −1 where one follows the other"), "", "reference_class._kernels"),
            Symbol("ι", N_("variance of a printed change by rounding"), "logits²", "reference_class.ROUNDING_VARIANCE"),
            Symbol("X, x", N_("d and g of all windows; of the one forecast"), "months", "reference_class._season_months"),
            Symbol("W", N_("covariance of the changes, slopes integrated out"), "logits²", "reference_class.fit_reference_class"),
            Symbol("σ_0", N_("prior medians of σ, τ, ω"), "logits", "reference_class.SPREAD_PRIOR_MEDIANS"),
            Symbol("l", N_("how far the prior lets each go, as a logarithm: a factor of two"), "", "reference_class.SPREAD_PRIOR_LOG_SD"),
            Symbol("c", N_("coverage as printed, at the start"), "share", "record.observations.Observation.coverage", lambda s: s.status.now.coverage),
            Symbol("h", N_("half of its last digit"), "share", "record.observations.Observation.half_width", lambda s: s.status.now.half_width),
        ),
    ),
    "series": Section(
        N_("The region's own months"),
        N_("Where a region has months enough of its own figures on one counting: the logarithm of participants is a level with a lasting trend and a drift that fades, a calendar that may change, the steps of dated programmes, and "
           "chance. Many sets of spreads are filtered once each and weighted by how well they foretold each figure from those before it; sets are offered in rounds, nearer each time to where the weight lies. "
           "The base is held and set anew on the draws above; programmes dated later come on top as planned."),
        """\
log(P[t]/P[0]) = y[t] + z[t]·γ[t] + a[t]·k + ε[t]
y[t+1] = y[t] + d[t] + b + N(0, s_l²),   y[0] ~ N(0, u²),   b ~ N(0, x²)
d[t+1] = φ·d[t] + N(0, (1 − φ²)·s_d²),   d[0] ~ N(0, s_d²),   φ = 2^(−1/s_φ)
γ[t+1] = γ[t] + N(0, (s_v·s_z)²),   γ[0] ~ N(0, s_z²)
ε[t] ~ N(0, s_e² + (h/c)²/3)
k ~ N(q, r²)
log(s) ~ N(log(m), log(f)²)
ω ∝ p(s)/o(s) · ∏Pr(P[t] | P[0], …, P[t−1]),   ∑ω = 1
C[t] = min(P[t]/H[t], 1)""",
        (
            _T,
            Symbol("P", N_("participants"), "people", "series.Series.people"),
            Symbol("y, d, b", N_("level, drift and trend"), "logarithms", "series._Model"),
            Symbol("z, γ", N_("calendar: its columns, and their size"), "logarithms", "series.calendar"),
            Symbol("a", N_("step that a programme's plan would make"), "logarithms", "series.programme_steps"),
            Symbol("k", N_("what came of it, over the plan"), "", "series._Model"),
            Symbol("q", N_("its prior mean"), "", "series.DELIVERED"),
            Symbol("r", N_("its prior spread"), "", "series.DELIVERED_SD"),
            Symbol("ε", N_("chance and rounding of a figure"), "logarithms", "series._Model.assume"),
            Symbol("u", N_("prior spread of the first level"), "logarithms", "series.LEVEL_SD"),
            Symbol("φ", N_("what is left of a drift after a month"), "", "series.fading"),
            Symbol("x", N_("prior spread of the trend"), "logarithms", "series.TREND_SD"),
            Symbol("s_l, s_d, s_e, s_z, s_v, s_φ, s", N_("spreads: of level, drift, figure and calendar, the calendar's change over its size, and the months in which half a drift fades"), "", "series.Fitted.spreads"),
            Symbol("m", N_("their prior medians"), "", "series.SPREAD_MEDIANS"),
            Symbol("f", N_("factors to which they are known"), "", "series.SPREAD_FACTORS"),
            Symbol("p, o", N_("density of a set under the prior, and under what offered it"), "", "series.Fitted.offered"),
            Symbol("ω", N_("weight of a set of spreads"), "", "series.Fitted.weights"),
            Symbol("c, h", N_("a printed coverage and half of its last digit"), "share", "record.observations.Observation"),
            Symbol("H", N_("base held, and set anew at New Years"), "people", "labour_force.BasePaths.published"),
            Symbol("C", N_("coverage"), "share", "series.series_forecast"),
        ),
    ),
    "pool": Section(
        N_("The pool, and how its chance is told"),
        N_("The views are pooled by averaging their quantiles with equal weight. The chance of the target is read off the pooled quantiles, never as 0 or 1, and told by the next of a few bounds; "
           "beyond the last by whole per cents. Above one half the same holds of the chance of missing it. The error by simulation is that of batches of paths."),
        """\
Q(p) = ∑Q_v(p) / k
Q(1 − χ) = g,   3/n ≤ χ ≤ 1 − 3/n
ξ = max(χ, mean(χ_v)) + 2·e ≤ b
e = max(√(Var(χ_j)/J), 1/n)""",
        (
            Symbol("Q", N_("pooled quantile of coverage; here the middle"), "share", "forecasting._pool", lambda s: s.coverage["p50"]),
            Symbol("Q_v", N_("quantile of one view"), "share", "forecasting.Forecast.view_quantiles"),
            Symbol("p", N_("level of a quantile; here those kept"), "share", "forecasting.LEVELS"),
            Symbol("k", N_("number of views"), "", "forecasting.Forecast.views", lambda s: len(s.views)),
            Symbol("g", N_("target"), "share", "record.observations.Target.coverage", lambda s: s.status.target.coverage),
            Symbol("χ", N_("chance of the target, kept off 0 and 1"), "share", "forecasting.Forecast.probability"),
            Symbol("χ_v", N_("chance of the target in one view"), "share", "forecasting.View.probability"),
            _WORTH,
            Symbol("e", N_("error of the chance by simulation"), "share", "forecasting._batch_error", lambda s: s.probability_se),
            Symbol("χ_j", N_("chance of the target in one batch of paths"), "share", "forecasting._batch_error"),
            Symbol("J", N_("batches"), "", "forecasting.BATCHES"),
            Symbol("ξ", N_("chance, the larger of both ways of pooling, and its error"), "share", "forecasting.Forecast.probability_bound"),
            Symbol("b", N_("bounds told"), "share", "forecasting.BOUNDS"),
        ),
    ),
    "scores": Section(
        N_("Scores and back-test"),
        N_("Each window is forecast from those of other provinces, and scored beside persistence with a spread learned from the same windows. The gain has a range over provinces drawn again, and is called established "
           "only where that range lies above none and there are provinces enough. Whether outcomes fall where the forecast said is drawn in chapter 6. Forecasts issued are scored alike when the figure comes."),
        """\
ς = ∑|x − y|/n − ∑∑|x − x′|/(2·n²)
G = 1 − mean(ς_m)/mean(ς_p)
logit(C[1]) ~ N(logit(C[0]), w·m),   w = mean(ψ²/m)
R(p) = mean(y ≤ Q(p))
b = mean((χ − o)²)""",
        (
            Symbol("ς", N_("continuous ranked probability score"), "points", "scoring.crps_points"),
            Symbol("x", N_("equally likely members of a forecast"), "points", "scoring._crps"),
            Symbol("n", N_("number of members"), "", "scoring.MEMBERS", lambda _: len(MEMBERS)),
            Symbol("y", N_("outcome"), "points", "scoring._score_row"),
            Symbol("G", N_("gain over persistence with a spread"), "", "scoring.Backtest.gain"),
            Symbol("ς_m, ς_p", N_("score of the model, and of persistence with a spread"), "points", "scoring.scores_of"),
            _LOGIT,
            Symbol("C", N_("coverage"), "share", "coverage.coverage_rate"),
            Symbol("ψ, m", N_("change of a window, and its months"), "", "scoring._persistence_variance"),
            Symbol("w", N_("variance of a month under persistence"), "logits²", "scoring._persistence_variance"),
            Symbol("R", N_("share of outcomes below a quantile"), "share", "presentation.track_figures.reliability_figure"),
            Symbol("Q, p", N_("quantile of a forecast, and its level"), "points", "reference_class.CoverageDistribution.quantile"),
            Symbol("b", N_("Brier score of a chance"), "", "scoring.brier"),
            Symbol("χ, o", N_("chance said, and 1 where it came about, else 0"), "", "scoring.brier"),
        ),
    ),
    "sensitivity": Section(
        N_("Which assumptions matter"),
        N_("The indices tell what part of the variance of the stock-flow view's coverage each range makes, alone and with the others, drawn as the published figures leave it; month-to-month chance is held still. "
           "Scenario discovery cuts ranges of levers until nearly all draws left reach the target."),
        """\
s = Var(E(C | x)) / Var(C)
T = E(Var(C | z)) / Var(C)""",
        (
            Symbol("C", N_("coverage in the target month"), "share", "sensitivity._coverage_of"),
            Symbol("x", N_("one range of the scenario"), "", "sensitivity.varying"),
            Symbol("z", N_("all ranges but that one"), "", "sensitivity.varying"),
            Symbol("s", N_("part of the variance by the range alone"), "", "sensitivity.Indices.first"),
            Symbol("T", N_("part of the variance with it in any way"), "", "sensitivity.Indices.total"),
        ),
    ),
    "plan": Section(
        N_("The plan"),
        N_("A linear programme: people enrolled by lever, step of cost and month, and when payment for them ends, at least cost. Payments end in the order they began; who is paid for no more counts on for some months and then stays "
           "only by paying. Nobody is enrolled twice: people on several lists count once. The need is a quantile of the simulated paths, with the plan's people on top; the margin is raised until the aim holds, within one standard error, on "
           "paths the plan was not made on. Where no plan reaches the target, limits are dropped one by one: those that are left stop it together, and none of them could be left out. How far limits must give is the least factor that makes the need "
           "reachable."),
        """\
κ = ∑(a[i,k] + r[i]·max(T − t + 1, l[i]))·Y[i,k,t] − ∑r[i]·(T − t + 1)·Z[i,t]
min κ,   κ ≤ M
∑Y[i,k,t] ≤ p[i,t]      (k)
∑Y[i,k,t] ≤ q[i,k]      (t)
∑Y[i,k,j] ≤ ∑Z[i,j]     (Y: j ≤ t − h[i];  Z: j ≤ t)
∑Z[i,j] ≤ ∑Y[i,k,j]     (Z: j ≤ t;  Y: j ≤ t − l[i])
∑Y[i,k,t] ≤ Λ           (i, k, t)
∑Y[i,k,t] ≤ U           (i, k, t)
A[t] ≥ b[t],   A[t] = ∑Y[i,k,j] − ∑(1 − f(t − j))·Z[i,j]
f(x) = (1 − c[i])^max(x − n[i] + 1, 0)
Pr(∀t: (g − C[t])·B[t] ≤ b[t] − δ·s[t]) ≥ χ
Pr(∀t: C[t] + A[t]/B[t] ≥ g) ≥ χ − e
φ = min{φ : A[t] ≥ b[t],  p → φ·p,  q → φ·q}""",
        (
            Symbol("t, j", N_("months of the plan"), "", "planning.ledger.Ledger.months"),
            Symbol("T", N_("last month of the plan"), "", "planning.programme.Programme"),
            Symbol("i", N_("lever"), "", "planning.levers.Terms"),
            Symbol("κ", N_("cost of the plan"), "rupiah", "planning.programme.Solution.cost"),
            Symbol("M", N_("budget, where there is one"), "rupiah", "planning.plan.Plan.budget"),
            Symbol("k", N_("step of rising cost"), "", "planning.levers.Terms.pool"),
            Symbol("Y", N_("people enrolled"), "people", "planning.programme.Solution.enrol"),
            Symbol("Z", N_("people whose payment ends"), "people", "planning.programme.Solution.stop"),
            Symbol("a", N_("cost of one person, once"), "rupiah", "planning.levers.Terms.one_off"),
            Symbol("r", N_("contribution a month"), "rupiah", "planning.levers.Terms.monthly"),
            Symbol("l, h", N_("fewest and most months paid"), "months", "planning.levers.Terms.months"),
            Symbol("p", N_("pace, after lead and ramp"), "people a month", "planning.levers.Terms.paces"),
            Symbol("q", N_("people of a step; of each twelve months where lists come anew"), "people", "planning.levers.Terms.pool"),
            Symbol("Λ", N_("people on lists that overlap, each once"), "people", "planning.programme._lists"),
            Symbol("U", N_("uncovered people"), "people", "planning.plan.Setting.programme_of", lambda s: s.status.now.labour_force - s.status.now.participants),
            Symbol("A", N_("people a plan counts"), "people", "planning.ledger.Ledger.counted"),
            Symbol("f, x", N_("part still counted, x months after the last paid one"), "", "planning.programme.remaining"),
            Symbol("c", N_("share that stops in a month once nobody pays"), "", "planning.levers.Terms.lapse"),
            Symbol("n", N_("months counted after the last paid one"), "months", "planning.levers.Terms.counted_after"),
            Symbol("b", N_("people needed, margin included"), "people", "planning.futures.needed"),
            Symbol("g", N_("target"), "share", "planning.futures.Futures.goal", lambda s: s.status.target.coverage),
            Symbol("C, B", N_("coverage and base of the paths, the plan's people left out but taken from those who can join"), "", "planning.futures.Futures.run"),
            Symbol("s", N_("people in a month that are as large a share of the base as one in the target month"), "people", "planning.futures.scale_of"),
            Symbol("δ", N_("margin"), "people", "planning.plan.Audit.margin"),
            Symbol("χ", N_("chance a plan is asked to hold with"), "share", "planning.plan.PROBABILITY"),
            Symbol("e", N_("standard error of the audit"), "share", "planning.futures.holds"),
            Symbol("φ", N_("least factor on paces, on pools, or on both"), "", "planning.certificate.Stretch"),
        ),
    ),
    "roster": Section(
        N_("Rosters of members"),
        N_("A roster gives stocks and flows, the share that stops in a month, and a survival curve. The range of a share holds every year's own, each widened by chance. A cell of fewer people than the threshold is hidden, and as many others "
           "as it takes: for every hidden cell there is another table that fits all that is published and differs there."),
        """\
S[t] = S[t−1] + J[t] + R[t] − L[t]
θ = d / n
θ · exp(±z/√d)
K = ∏(1 − d[a]/n[a])^m[a]
y = θ[1]/θ[2],   y · exp(±z·√(1/d[1] + 1/d[2]))
0 < v[i] < k  ⇒  ∃x: A·x = 0,  v + x ≥ 0,  x[i] ≥ k""",
        (
            _T,
            Symbol("S", N_("active members"), "people", "roster.counting.Roster.stock"),
            Symbol("J", N_("people who join"), "people", "roster.counting.Roster.joins"),
            Symbol("R", N_("people who come back"), "people", "roster.counting.Roster.returns"),
            Symbol("L", N_("people who stop"), "people", "roster.counting.Roster.lapses"),
            Symbol("θ", N_("share that stops in a month; [1] January-May, [2] June-December"), "", "roster.published.stopping_rate"),
            Symbol("d", N_("people who stopped"), "people", "roster.published.Stopping.stopped"),
            Symbol("n", N_("months that people were at risk"), "", "roster.published.Stopping.person_months"),
            Symbol("z", N_("95 in 100 of a normal lie within"), "", "roster.published.Z"),
            Symbol("K", N_("share still active"), "share", "roster.published.curve"),
            Symbol("a, m", N_("months since joining, and how many are told together"), "months", "roster.published._spans"),
            Symbol("y", N_("lapse in January-May over June-December"), "", "roster.published.season_factor"),
            Symbol("v, i", N_("cells of all tables, and one of them"), "people", "roster.suppression.Cells.values"),
            Symbol("k", N_("fewest people a cell tells of"), "people", "roster.suppression.SMALL"),
            Symbol("A", N_("every sum a reader can know"), "", "roster.suppression.Cells.ties"),
            Symbol("x", N_("what the other table differs by"), "people", "roster.suppression.hidden"),
        ),
    ),
}
# fmt: on
