"""Single statements about enrolments, in the form of the learning platform."""

import json
from datetime import UTC, datetime

import numpy as np

from samples.activities import cohort_iri, programme_iri
from samples.catalogue import programmes
from samples.enrolments import uuids
from samples.simulation import Simulation
from samples.statements import ADL, LMS

QUESTION = "http://adlnet.gov/expapi/activities/cmi.interaction"


class EnrolmentStatements:
    """Collects statements; their ids are drawn in the order of the calls."""

    def __init__(self, made: Simulation, rng: np.random.Generator) -> None:
        self._made = made
        self._rng = rng
        self._names = made.people.frame["lms_id"].to_list()
        self.texts: list[str] = []

    def add(
        self,
        enrolment: int,
        verb: str,
        object_id: str,
        object_type: str,
        at: int,
        result: dict[str, object],
    ) -> None:
        """Add a statement about an enrolment.

        Args:
            enrolment: whose it is.
            verb: the last part of one of ADL's verbs.
            object_id: the activity's IRI.
            object_type: the activity's type.
            at: when (UTC milliseconds).
            result: as xAPI writes it.
        """
        enrolments = self._made.enrolments
        cohort = self._made.cohorts[enrolments.cohort[enrolment]]
        name = self._names[enrolments.person[enrolment]]
        moment = datetime.fromtimestamp(at / 1_000, UTC).isoformat(
            timespec="milliseconds"
        )
        statement = {
            "id": uuids(self._rng, 1)[0],
            "actor": {"account": {"homePage": LMS, "name": name}},
            "verb": {"id": ADL + verb, "display": {"en": verb}},
            "object": {"id": object_id, "definition": {"type": object_type}},
            "result": result,
            "context": {
                "registration": enrolments.registration[enrolment],
                "contextActivities": {
                    "grouping": [
                        {"id": programme_iri(programmes()[cohort.programme])},
                        {"id": cohort_iri(cohort)},
                    ]
                },
                "platform": "Example LMS",
            },
            "timestamp": moment,
            "stored": moment,
            "version": "1.0.3",
        }
        self.texts.append(json.dumps(statement, separators=(",", ":")))
