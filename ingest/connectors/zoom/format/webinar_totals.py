"""The counts above the sections of Zoom's webinar report, compared with its rows."""

from collections.abc import Mapping, Sequence

from ingest.connectors.control_totals import compare_count
from ingest.landing.delivery import LoadWriter


def compare_webinar(
    writer: LoadWriter,
    where: str,
    counts: Mapping[str, float],
    registered_count: int,
    connections: Sequence[tuple[str, bool]],
) -> None:
    """Compare registrations, viewers and users; they may include presenters or not.

    Args:
        writer: takes the findings.
        where: the session's id.
        counts: the printed counts by the claim's name.
        registered_count: people in the report who registered.
        connections: who each connection was, and whether it is a presenter's.
    """
    viewing = [who for who, is_presenter in connections if not is_presenter]
    everybody = [who for who, _is_presenter in connections]
    printed = counts.get("registered_count")
    compare_count(writer, where, "registered", printed, registered_count)
    viewers = (len(set(viewing)), len(set(everybody)))
    compare_count(writer, where, "viewers", counts.get("unique_viewer_count"), *viewers)
    users = (len(viewing), len(everybody))
    compare_count(writer, where, "users", counts.get("participant_count"), *users)
