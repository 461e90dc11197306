"""What a notebook hands to the publisher, so that page and files hold the numbers of one run."""

from __future__ import annotations

from datetime import date

from ucj_analysis.allocation import allocations_record
from ucj_analysis.archive.what_changed import Changed, changed_record
from ucj_analysis.forecasting import Forecast, forecast_record
from ucj_analysis.presentation.display import Result
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.outlook_words import forecast_answer
from ucj_analysis.presentation.standing_words import vintage_note
from ucj_analysis.presentation.tidy import tidy_csv
from ucj_analysis.scoring import known_pairs


def report_result(seen: Forecast, w: Words, changed: Changed | None = None) -> Result:
    """Return title, answer, forecast, tables and data day of a report.

    Parameters
    ----------
    seen : Forecast
        What the notebook showed.
    w : Words
        Its language.
    changed : Changed, optional
        What moved the forecast since the last one issued before it.
    """
    now = seen.status
    answer = str(forecast_answer(seen, w))
    title = w.t(
        "UCJ {region}, {month}", region=now.question.region_name, month=w.month(now.now.month)
    )
    return Result(
        {
            "title": title,
            "answer": answer,
            "note": str(vintage_note(now, w)),
            "data_day": str(_data_day(seen)),
            "forecast": {
                "answer": answer,
                **forecast_record(seen),
                **allocations_record(seen),
                "changed": changed and changed_record(changed),
            },
            "tables": tidy_csv(seen),
        }
    )


def _data_day(seen: Forecast) -> date:
    """Return the day of the newest publication the forecast rests on."""
    now = seen.status
    days: list[date] = [now.now.published, *known_pairs(now)["published"]]
    return max([*days, *([now.before.published] if now.before else [])])
