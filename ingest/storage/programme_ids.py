"""The hidden ids of rows of the workbook about programmes, as text in one cell."""

import json

Keys = set[tuple[str, str]]


def meeting_id(keys: Keys) -> str:
    """Return the keys of a meeting, each with its type, as one text."""
    return json.dumps(sorted(keys), ensure_ascii=False, separators=(",", ":"))


def keys_of_meeting(identity: str) -> list[tuple[str, str]]:
    """Return the keys in a text; none where it holds none.

    Raises:
        ValueError: somebody changed it.
    """
    if not identity.strip():
        return []
    found = json.loads(identity)
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in found):
        raise ValueError(identity)
    return [(str(kind), str(key)) for kind, key in found]


def content_id(activity: str, around: dict[str, str]) -> str:
    """Return the address of an activity, and of groups that only exist beside it.

    Args:
        activity: its address.
        around: addresses by which the platform names groups of the course: address to
            the id of the group.
    """
    if not around:
        return activity
    pairs = sorted(around.items())
    return json.dumps([activity, pairs], ensure_ascii=False, separators=(",", ":"))


def activity_of(identity: str) -> tuple[str, dict[str, str]]:
    """Return an activity's address, and the groups around it.

    Raises:
        ValueError: somebody changed it.
    """
    if not identity.startswith("["):
        return identity.strip(), {}
    activity, pairs = json.loads(identity)
    return str(activity), {str(address): str(group) for address, group in pairs}


def group_id(cohort: str, roster_programme: str) -> str:
    """Return the id of a group, with the programme in which a roster enrols people."""
    if not roster_programme:
        return cohort
    return json.dumps([cohort, roster_programme], ensure_ascii=False)


def group_of(identity: str) -> tuple[str, str]:
    """Return a group's id, and its programme in the roster; "" where there is none."""
    if not identity.startswith("["):
        return identity.strip(), ""
    cohort, programme = json.loads(identity)
    return str(cohort), str(programme)
