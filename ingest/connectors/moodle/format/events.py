"""Parse the English descriptions in Moodle's log: user, verb and target."""

import re
from dataclasses import dataclass

from ingest.parsing.source_phrases import source_phrases

SITE = "1"  # the course id of the front page, which is no course
GUEST = 1  # the user id that all visitors without an account share
_ID = r"'(-?\d+)'"
_USER = re.compile(rf"(?:the )?user with (?:the )?id {_ID}", re.IGNORECASE)
_MODULE = re.compile(rf"course module (?:with )?id {_ID}")
_COURSE = re.compile(rf"\bcourse with (?:the )?id {_ID}")
_ENROLLED = re.compile(rf"^ (un)?enrolled the user with id {_ID}")
_STATE = re.compile(rf"^ updated the completion state .* for the user with id {_ID}")
_COMPLETED = re.compile(r"^ (?:has )?completed the course ")
_VIEWED_COURSE = re.compile(r"^ (?:has )?viewed the course with ")
_KIND = re.compile(
    r"'(\w+)' activity with course module|(?:the|an?) (\w+)(?: activity)? with course "
    r"module"
)
VERBS = (
    ("viewed", re.compile(r"^ (?:has )?viewed")),
    ("attempted", re.compile(r"^ (?:has )?started (?:the|an) (?:new )?attempt")),
    ("submitted", re.compile(r"^ (?:has )?(?:submitted|uploaded)")),
    ("logged_in", re.compile(r"^ has logged in")),
    ("logged_out", re.compile(r"^ has logged out")),
)
MODULES = source_phrases("moodle", "log")  # their kinds of activity, by module
OTHER_MODULE = "module"


@dataclass(frozen=True)
class Event:
    """One description: `user` is the Moodle id of the event's user.

    `target` is `course/<id>` or `module/<id>`, None for the site. `is_affected_user` is
    true if the line prints that user as affected, not as acting; `names_target` if its
    context names the target.
    """

    user: str
    verb: str
    kind: str
    target: str | None
    course: str | None
    description: str
    is_affected_user: bool = False
    names_target: bool = False


def event_of(description: str) -> Event | None:
    """Return the event of a description, None if it names no user with an account."""
    match = _USER.match(description)
    if not match:
        return None
    actor, rest = match[1], description[match.end() :]
    event = _event_of_affected_user(description, actor, rest) or _event_of_actor(
        description, actor, rest
    )
    return event if int(event.user) > GUEST else None


def _event_of_affected_user(description: str, actor: str, rest: str) -> Event | None:
    course = _course(rest)
    if (match := _ENROLLED.match(rest)) and course:
        verb, user = "unregistered" if match[1] else "registered", match[2]
        target = f"course/{course}"
        return Event(user, verb, "course", target, course, description, user != actor)
    if (match := _STATE.match(rest)) and (module := _MODULE.search(rest)):
        # The new state is not stated, so this is progress and no completion.
        user, target = match[1], f"module/{module[1]}"
        is_affected_user = user != actor
        return Event(
            user,
            "progressed",
            OTHER_MODULE,
            target,
            course,
            description,
            is_affected_user,
            True,
        )
    return None


def _event_of_actor(description: str, actor: str, rest: str) -> Event:
    course, verb = _course(rest), _verb(rest)
    if module := _MODULE.search(rest):
        target = f"module/{module[1]}"
        return Event(
            actor, verb, _kind(rest), target, course, description, names_target=True
        )
    if not course:
        return Event(actor, verb, "lms", None, None, description)
    target = f"course/{course}"
    if _COMPLETED.match(rest):
        # A scheduled job or a teacher is printed as acting.
        return Event(
            actor,
            "completed",
            "course",
            target,
            course,
            description,
            is_affected_user=True,
        )
    is_named = _VIEWED_COURSE.match(rest) is not None
    return Event(
        actor, verb, "course", target, course, description, names_target=is_named
    )


def _course(rest: str) -> str | None:
    match = _COURSE.search(rest)
    return match[1] if match and match[1] != SITE else None


def _verb(rest: str) -> str:
    return next((verb for verb, pattern in VERBS if pattern.match(rest)), "interacted")


def _kind(rest: str) -> str:
    match = _KIND.search(rest)
    word = (match[1] or match[2]).casefold() if match else ""
    return MODULES.field_of(word) or OTHER_MODULE
