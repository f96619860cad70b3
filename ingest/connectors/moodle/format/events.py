"""What the English descriptions in Moodle's log say: who did what to what."""

import re
from dataclasses import dataclass

SITE = "1"  # the front page is the course with this id, and no course
GUEST = 1  # the account that everybody shares who has none
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
KINDS = {
    "assessment": ("quiz", "assign", "assignment", "workshop"),
    "lesson": ("lesson", "scorm", "h5pactivity", "lti", "imscp"),
    "resource": ("page", "resource", "file", "url", "book", "folder", "label"),
    "survey": ("feedback", "survey", "choice", "questionnaire"),
    "message": ("forum", "chat"),
    "live_session": ("bigbluebuttonbn", "zoom", "facetoface", "googlemeet"),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}
OTHER_MODULE = "module"


@dataclass(frozen=True)
class Event:
    """One description: `user` is Moodle's id of whom the event is about.

    `target` is `course/<id>` or `module/<id>`, None for the site; `is_of_another` says
    that the line shows that user as affected, not as acting; `names_target` that its
    context is the target.
    """

    user: str
    verb: str
    kind: str
    target: str | None
    course: str | None
    words: str
    is_of_another: bool = False
    names_target: bool = False


def event_of(description: str) -> Event | None:
    """Return what a description says, None where nobody with an account is in it."""
    found = _USER.match(description)
    if not found:
        return None
    actor, rest = found[1], description[found.end() :]
    event = _about_another(description, actor, rest) or _own(description, actor, rest)
    return event if int(event.user) > GUEST else None


def _about_another(words: str, actor: str, rest: str) -> Event | None:
    course = _course(rest)
    if (found := _ENROLLED.match(rest)) and course:
        verb, user = "unregistered" if found[1] else "registered", found[2]
        target = f"course/{course}"
        return Event(user, verb, "course", target, course, words, user != actor)
    if (found := _STATE.match(rest)) and (module := _MODULE.search(rest)):
        # That it changed is said, to what is not: this completes nothing.
        user, target = found[1], f"module/{module[1]}"
        is_of_another = user != actor
        return Event(
            user, "progressed", OTHER_MODULE, target, course, words, is_of_another, True
        )
    return None


def _own(words: str, actor: str, rest: str) -> Event:
    course, verb = _course(rest), _verb(rest)
    if module := _MODULE.search(rest):
        target = f"module/{module[1]}"
        return Event(actor, verb, _kind(rest), target, course, words, names_target=True)
    if not course:
        return Event(actor, verb, "lms", None, None, words)
    target = f"course/{course}"
    if _COMPLETED.match(rest):
        # Whoever set it off, a job at night or a teacher, is shown as acting.
        return Event(
            actor, "completed", "course", target, course, words, is_of_another=True
        )
    is_named = _VIEWED_COURSE.match(rest) is not None
    return Event(actor, verb, "course", target, course, words, names_target=is_named)


def _course(rest: str) -> str | None:
    found = _COURSE.search(rest)
    return found[1] if found and found[1] != SITE else None


def _verb(rest: str) -> str:
    return next((verb for verb, form in VERBS if form.match(rest)), "interacted")


def _kind(rest: str) -> str:
    found = _KIND.search(rest)
    word = (found[1] or found[2]).casefold() if found else ""
    return _KIND_OF.get(word, OTHER_MODULE)
