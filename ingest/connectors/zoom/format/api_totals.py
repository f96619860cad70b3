"""Counts in responses of Zoom's API, compared with what the responses hold."""

from collections.abc import Iterable
from pathlib import Path

from ingest.connectors.control_totals import compare_count
from ingest.connectors.zoom.format.api_responses import LISTS, Pages, raw_pages
from ingest.connectors.zoom.format.meetings import Meeting
from ingest.landing.delivery import LoadWriter
from ingest.xapi.profiles.meeting_runs import Presence


def compare_people(
    writer: LoadWriter, pages: Pages, presences: Iterable[Presence]
) -> None:
    """Compare a meeting's `participants_count` with its people and connections.

    Zoom does not say which of them it counts.
    """
    who = [presence.who for presence in presences]
    count = pages.number_of("participants_count")
    compare_count(writer, _where(pages), "participants", count, len(set(who)), len(who))


def compare_records(writer: LoadWriter, pages: Pages, name: str) -> None:
    """Compare `total_records` of pages with the records of a list in them.

    It is the number in all pages. Where the file cannot hold them all, each page that
    another one follows must be full; the last page has the rest.
    """
    own = [page for page in pages.pages if isinstance(page.get(name), list)]
    listed = Pages(pages.meeting, own)
    total, size = listed.number_of("total_records"), listed.number_of("page_size")
    if total is None:
        return
    count = sum(1 for _record in listed.items(name))
    if size is None or total <= size * len(own):
        compare_count(writer, _where(pages), "records", total, count)
    elif own[-1].get("next_page_token"):
        compare_count(writer, _where(pages), "records", size * len(own), count)


def compare_lists(writer: LoadWriter, path: Path) -> None:
    """Compare `total_records` of a file's lists of meetings or webinars."""
    pages = Pages(Meeting(), raw_pages(path))
    for name in LISTS:
        compare_records(writer, pages, name)


def _where(pages: Pages) -> str:
    return str(pages.meeting.uuid or pages.meeting.number or "a list")
