"""The areas that add evidence to the sample, each with its own module."""

from collections.abc import Callable, Mapping

from samples import (
    blended_evidence,
    content_evidence,
    core_evidence,
    device_evidence,
    feedback_evidence,
    integrity_evidence,
    live,
    plan_evidence,
    recording_evidence,
    result_evidence,
    score_evidence,
    self_paced_evidence,
    state_evidence,
    survey_evidence,
    value_evidence,
)
from samples.evidence import Evidence
from samples.plan import Plan
from samples.simulation import Simulation

Area = Callable[[Plan, Simulation], Evidence]

AREAS: Mapping[str, Area] = {
    "enrolments, tests and sessions": core_evidence.evidence,
    "blended designs": blended_evidence.evidence,
    "surveys": survey_evidence.evidence,
    "self-paced work": self_paced_evidence.evidence,
    "test scores": score_evidence.evidence,
    "results at work": result_evidence.evidence,
    "states of enrolments": state_evidence.evidence,
    "feedback": feedback_evidence.evidence,
    "content": content_evidence.evidence,
    "devices": device_evidence.evidence,
    "integrity reviews": integrity_evidence.evidence,
    "contracts and outcomes": value_evidence.evidence,
    "live sessions": live.evidence,
    "recordings": recording_evidence.evidence,
    "plans of the year": plan_evidence.evidence,
}
