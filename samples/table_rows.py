"""What rows of the organisation's tables have in common: who, where, when."""

from datetime import datetime

from samples.catalogue import programmes
from samples.roster_files import ZONE
from samples.simulation import Simulation

Row = dict[str, object]


class EnrolledRows:
    """The first columns of rows about single enrolments."""

    def __init__(self, made: Simulation) -> None:
        self._made = made
        self._email = made.people.frame["email"].to_list()

    def start(self, enrolment: int) -> Row:
        """Return email, programme_id and cohort_id of an enrolment."""
        enrolments = self._made.enrolments
        cohort = self._made.cohorts[enrolments.cohort[enrolment]]
        return {
            "email": self._email[enrolments.person[enrolment]],
            "programme_id": programmes()[cohort.programme].programme_id,
            "cohort_id": cohort.cohort_id,
        }


def local_moment(seconds: float) -> str:
    """Return a moment (UTC seconds) as the organisation writes it, with its offset."""
    return datetime.fromtimestamp(int(seconds), ZONE).isoformat()
