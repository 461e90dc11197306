"""What one visitor of the workbench looks at: a question, its ground, and where controls stand."""

from __future__ import annotations

from dataclasses import dataclass

from ucj_analysis.forecasting import Forecast, Ground, forecast_on, lay_ground
from ucj_analysis.question import Question
from ucj_analysis.scenario import Scenario
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.workbench.controls import Positions, as_scenario, checked, scenario_text, start_of


@dataclass
class View:
    """What one visitor looks at: the question, its ground, the scenario, and where controls stand."""

    question: Question
    ground: Ground
    scenario: Scenario
    start: Positions
    positions: Positions
    seen: Forecast

    @classmethod
    def open(cls, question: Question) -> View:
        """Return the view of a question with every control at its start."""
        ground = lay_ground(question)
        scenario = load_scenario(question.scenario, question.data)
        start = start_of(question.scenario, scenario, ground.status.now.labour_force)
        seen = forecast_on(ground, scenario, with_alternatives=False)
        return cls(question, ground, scenario, start, start, seen)

    def move(self, positions: Positions) -> None:
        """Let the controls stand elsewhere, and forecast."""
        self.positions = checked(positions, self.start)
        moved = as_scenario(positions, self.start, self.scenario, self.question)
        self.seen = forecast_on(self.ground, moved, with_alternatives=False)

    def file(self, title: str) -> str:
        """Return the scenario the controls stand for as the text of a file."""
        return scenario_text(self.positions, self.start, self.scenario, self.question, title)
