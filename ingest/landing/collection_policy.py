"""The collection policy: which kinds of events may be stored, and how exact in time.

tandem.toml:

    [collection]                     # for sources without an entity of their own
    allow = ["attendance", "completion"]
    time_precision = "minute"

    [collection.entities.germany]
    sources = ["zoom", "moodle-de"]
    allow = ["completion"]
    time_precision = "day"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from tandem.core.errors import WrongUse
from tandem.core.seeds import seed_rows

Json = dict[str, Any]

# Kinds of events and the verbs of each; a verb in none of them is `other`.
VERBS_OF = {
    "enrolment": "registered unregistered assigned invited waived deferred",
    "attendance": "joined left attended checked_in adjourned live_event",
    "access": "accessed launched initialized terminated opened viewed logged_in"
    " logged_out exited read experienced resumed suspended abandoned downloaded"
    " navigated previewed",
    "progress": "progressed",
    "completion": "completed uncompleted satisfied mastered achieved certified earned",
    "assessment": "passed failed scored answered asked attempted submitted evaluated"
    " assessed",
    "video": "played paused seeked watched listened",
    "interaction": "interacted reacted posted commented liked applauded shared",
}
USUAL = frozenset({*VERBS_OF, "other"})
# Not collected until an entity allows them by name: they observe people or repeat what
# they said or typed.
SENSITIVE = frozenset(
    [
        "camera",
        "microphone",
        "talk_time",
        "device",
        "connection_quality",
        "chat_text",
        "transcript_text",
        "free_text",
    ]
)
# Names that the last part of a verb, activity type or claim may have, and words that
# mark the kind anywhere in it.
NAMES_OF = {
    "camera": "video-on video-off",
    "microphone": "micro mic mute unmute",
    "talk_time": "talk talking speaking spoke talk_time talk_seconds talk-time",
    "device": "device browser hardware user-agent user_agent",
    "connection_quality": "packet_loss packet-loss connection_quality"
    " connection-quality network_quality network-quality bandwidth",
}
WORDS_OF = {
    "camera": "camera webcam",
    "microphone": "microphone muted unmuted",
    "connection_quality": "latency jitter bitrate",
}
TEXTS_OF = {
    "chat_text": "message chat chatmessage comment reply tweet note",
    "transcript_text": "transcript caption captions subtitle",
    "free_text": "prompt query searchquery",
}
CLAIMED = frozenset({"session_claims", "rsvps"})  # rows about who attended
PRECISIONS = {
    "second": {"microsecond": 0},
    "minute": {"microsecond": 0, "second": 0},
    "day": {"microsecond": 0, "second": 0, "minute": 0, "hour": 0},
}
_DEVICE = re.compile(r"Mozilla/|iPhone|iPad|Android|Windows NT|Macintosh|; ?Linux")
_PARTS = re.compile(r"[-_.\s]+")


@dataclass(frozen=True)
class Policy:
    """What may be collected of one source."""

    allow: frozenset[str] = USUAL
    time_precision: str | None = None  # None: as sent

    @classmethod
    def of(cls, source: str, collection: Mapping[str, Any]) -> "Policy":
        """Return the policy of a source: of the entity that names it, else the default.

        Raises:
            WrongUse: a kind or precision that does not exist, or two entities that
                both name the source.
        """
        entities = collection.get("entities", {})
        for name, entity in entities.items():
            _check(entity, f"[collection.entities.{name}]")
        _check(collection, "[collection]")
        mine = [
            n for n, entity in entities.items() if source in entity.get("sources", [])
        ]
        if len(mine) > 1:
            raise WrongUse(
                f"{' and '.join(mine)} both name the source {source}",
                "tandem.toml [collection.entities]",
                "leave it to one of them",
            )
        chosen = dict(collection) | (entities[mine[0]] if mine else {})
        allow = frozenset(chosen.get("allow", USUAL))
        return cls(allow, chosen.get("time_precision"))

    def allows(self, statement: Json) -> bool:
        """Return whether a statement is of a kind that may be written."""
        return bool(self.kinds_of(statement) <= self.allow)

    def kinds_of(self, statement: Json) -> frozenset[str]:
        """Return the kinds of event that a statement is; none for a voiding."""
        verb = statement["verb"]["id"]
        slug = _slugs().get(verb, "")
        if slug == "voided":
            return frozenset()
        definition = statement["object"].get("definition", {})
        found = {named(verb), named(definition.get("type", ""))} - {None}
        usual = next((k for k, v in VERBS_OF.items() if slug in v.split()), "other")
        return frozenset(found or {usual})

    def allows_claim(self, claim: str) -> bool:
        """Return whether a claim about a person in a session may be written."""
        return (named(claim) or "attendance") in self.allow

    def allows_platform(self, platform: str) -> bool:
        """Return whether a platform may be written; one that names a device is not."""
        return not _DEVICE.search(platform)

    @property
    def keeps_device_kinds(self) -> bool:
        """Whether the kind of device may be written; what named it never is."""
        return "device" in self.allow

    def hides_text_of(self, activity_type: str) -> bool:
        """Return whether names of such an activity are texts that people typed."""
        last = _last(activity_type).replace("-", "")
        return any(
            last in names.split() and kind not in self.allow
            for kind, names in TEXTS_OF.items()
        )

    def cut(self, moment: datetime) -> datetime:
        """Return a time cut to the precision that is allowed."""
        if self.time_precision is None:
            return moment
        return moment.replace(**PRECISIONS[self.time_precision])


def named(name: str) -> str | None:
    """Return the sensitive kind that a name stands for, None if for none."""
    last = _last(name)
    words = set(_PARTS.split(last))
    for kind, names in NAMES_OF.items():
        if last in names.split() or words & set(WORDS_OF.get(kind, "").split()):
            return kind
    return None


def _last(name: str) -> str:
    return re.split(r"[/#]", name.rstrip("/#"))[-1].casefold()


def _check(section: Mapping[str, Any], where: str) -> None:
    unknown = set(section.get("allow", [])) - USUAL - SENSITIVE
    if unknown:
        raise WrongUse(
            f"unknown kind of event: {', '.join(sorted(unknown))}",
            f"tandem.toml {where}",
            f"known are {', '.join(sorted(USUAL | SENSITIVE))}",
        )
    precision = section.get("time_precision")
    if precision is not None and precision not in PRECISIONS:
        raise WrongUse(
            f"unknown precision: {precision}",
            f"tandem.toml {where}",
            f"known are {', '.join(PRECISIONS)}",
        )


@lru_cache(maxsize=1)
def _slugs() -> dict[str, str]:
    return {row["verb_iri"]: row["verb"] for row in seed_rows("verbs")}
