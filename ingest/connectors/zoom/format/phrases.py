"""Column headings and other phrases of Zoom's reports, by language.

A participant report whose headings are not among the phrases is read by its layout.
"""

import re
from functools import lru_cache

from ingest.parsing.source_phrases import source_phrases

PARTICIPANT = source_phrases("zoom", "participants")
# The columns of a participant report, apart from the one about the waiting room. The
# phrases for that are parts of headings, since Zoom changes them, and a row of the
# waiting room that is read as a connection is worse than a heading too many.
COLUMNS = ("name", "email", "join", "leave", "minutes")
MEETING = source_phrases("zoom", "meeting")
WEBINAR = source_phrases("zoom", "webinar")
REGISTRATIONS = source_phrases("zoom", "registrations")
COUNTS = source_phrases("zoom", "counts")
SECTIONS = source_phrases("zoom", "sections")
POLLS = source_phrases("zoom", "polls")
QUESTIONS = source_phrases("zoom", "questions")
UNITS = source_phrases("zoom", "units")
ANSWERS = source_phrases("any", "answers")


@lru_cache(65_536)
def plain(heading: str) -> str:
    """Return a heading in lower case, in the spelling of English headings.

    Full-width brackets, curly apostrophes, letter case and spacing differ between
    exports in one language.
    """
    swapped = heading.translate(str.maketrans("（）’：", "()':"))
    spaced = re.sub(r"\s*\(\s*", " (", swapped.replace("\ufeff", ""))
    return " ".join(spaced.casefold().split())
