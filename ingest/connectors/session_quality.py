"""Connection quality of a session as a whole: means without any person."""

from collections.abc import Mapping, Sequence

import polars as pl

from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.virtual_classroom import TechnicalSession


def land_quality(
    writer: LoadWriter, session: TechnicalSession, values: Mapping[str, Sequence[float]]
) -> None:
    """Write the mean of each measure as rows of raw.session_quality, if there are any.

    Args:
        writer: takes the rows.
        session: the session that was measured.
        values: the observed values by measure, at least one each.
    """
    rows = [
        {
            "technical_session_id": session.session_id,
            "measure": measure,
            "value": sum(observed) / len(observed),
            "observation_count": len(observed),
        }
        for measure, observed in sorted(values.items())
    ]
    if rows:
        writer.rows("session_quality", pl.DataFrame(rows))
