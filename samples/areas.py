"""The areas that add evidence to the sample, each with its own module."""

from collections.abc import Callable, Mapping

from samples import survey_evidence
from samples.evidence import Evidence
from samples.plan import Plan
from samples.simulation import Simulation

Area = Callable[[Plan, Simulation], Evidence]

AREAS: Mapping[str, Area] = {
    "surveys": survey_evidence.evidence,
}
