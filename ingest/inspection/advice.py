"""What to do with a file that nothing reads, by what kind of file it is.

The first bytes decide; where they are those of no kind listed, the ending of the name.
"""

from dataclasses import dataclass
from pathlib import Path

from tandem.core.errors import UnknownFile


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is, the next step, its endings and its first bytes."""

    what: str
    next_step: str
    endings: str = ""
    marks: tuple[bytes, ...] = ()
    mark_at: int = 0

    def begins(self, head: bytes) -> bool:
        """Return whether a file's first bytes are those of this kind."""
        start = head[self.mark_at :].lower()
        return any(start.startswith(mark) for mark in self.marks)


REPORT = "export the same figures as CSV or a spreadsheet"
KINDS = (
    Kind(
        "it is a calendar file without a calendar that can be read",
        "export the calendar again as iCalendar (.ics): it begins with BEGIN:VCALENDAR",
        ".ics .ical .icalendar .ifb .vcs",
    ),
    Kind(
        "it is a PDF, which is made for reading",
        f"{REPORT} from the system that it comes from",
        ".pdf",
        (b"%pdf",),
    ),
    Kind(
        "it is a picture",
        f"{REPORT} from the system that it shows",
        ".png .jpg .jpeg .gif .bmp .webp .heic .tif .tiff .svg",
        (b"\x89png", b"\xff\xd8\xff", b"gif8", b"ii*\x00", b"mm\x00*"),
    ),
    Kind(
        "it is a video or sound recording, of which nothing is kept",
        "land the meeting's attendance report instead, or its transcript as .vtt",
        ".mp4 .m4v .mov .mkv .webm .avi .wmv .m4a .mp3 .wav .ogg .flac .aac",
        (b"\x1ae\xdf\xa3", b"id3", b"oggs"),
    ),
    Kind(
        "it is a video recording, of which nothing is kept",
        "land the meeting's attendance report instead, or its transcript as .vtt",
        "",
        (b"ftyp",),
        mark_at=4,
    ),
    Kind(
        "it is a web page, whatever its name ends in",
        "use the export or download of that page; a spreadsheet program can also save "
        "it as .xlsx",
        ".html .htm .mht .mhtml .webarchive",
        (b"<!doctype html", b"<html"),
    ),
    Kind(
        "it is a text document; of those only transcripts of Teams are read (.docx)",
        "save a table in it as CSV or .xlsx; download a transcript again, as .vtt",
        ".docx .doc .odt .rtf .pages .gdoc",
        (b"{\\rtf",),
    ),
    Kind(
        "it is a set of slides, which holds no records",
        REPORT,
        ".pptx .ppt .odp .key .gslides",
    ),
    Kind(
        "it is an archive of a kind that is not unpacked, or a damaged one",
        "unpack it and name the files or the folder; .zip, .gz and .zst are unpacked",
        ".7z .rar .tar .tgz .bz2 .xz .zip .gz .zst",
        (b"7z\xbc\xaf\x27\x1c", b"rar!", b"bzh", b"\xfd7zxz"),
    ),
    Kind(
        "it is a backup of a Moodle course",
        "download the course's log or completion report as CSV",
        ".mbz",
    ),
    Kind(
        "it is a course package, which holds content and no records",
        "export the platform's completion report as CSV",
        ".imscc .h5p .pif",
    ),
    Kind(
        "it is an e-mail",
        "save the file attached to it and name that",
        ".eml .msg .mbox .pst",
    ),
    Kind(
        "it is an address card",
        "export the people as CSV with an e-mail column",
        ".vcf",
    ),
    Kind(
        "it is a link to a document elsewhere",
        "open the document and download it as .xlsx or CSV",
        ".gsheet .url .webloc .lnk .gform",
    ),
    Kind(
        "it is a spreadsheet of a program whose files are not read",
        "open it there and export it as .xlsx or CSV",
        ".numbers .wk1 .sxc",
    ),
    Kind(
        "it is a database or a file of a statistics program",
        "export its tables as CSV, one file each",
        ".db .sqlite .sqlite3 .sql .mdb .accdb .dump "
        ".bak .duckdb .parquet .sav .dta .rds .rdata .sas7bdat",
        (b"sqlite format 3", b"par1"),
    ),
    Kind(
        "it is a download that has not finished",
        "wait until it has, or download it again",
        ".part .crdownload .download .tmp",
    ),
    Kind(
        "they are subtitles in a form that is not read",
        "download the transcript again, as .vtt",
        ".srt .sbv .ass .ttml .vtt",
    ),
    Kind(
        "it is XML; of that only recordings and events of BigBlueButton are read",
        "export it as CSV, JSON or xAPI statements",
        ".xml",
    ),
    Kind(
        "it is a setting or a mapping, not data",
        "name a mapping with --map, or give it the name of its data file",
        ".yml .yaml .toml .ini",
    ),
    Kind(
        "it is a program, not data",
        "name the files that it exports",
        ".exe .dll .sh .bat .py .js .jar",
        (b"mz\x90\x00", b"\x7felf"),
    ),
)
LOCKED_WORKBOOK = Kind(
    "it is a workbook with a password, or an old one named as a new one",
    "open it, take the password out and save it as .xlsx",
    ".xlsx .xlsm .xlsb",
    (b"\xd0\xcf\x11\xe0",),
)


def advice_for(path: Path, head: bytes) -> UnknownFile | None:
    """Return what a file is and what to do with it, None where its kind says nothing.

    Args:
        path: of the file.
        head: its first bytes, b"" for a folder.
    """
    ending = path.suffix.lower()
    if ending in LOCKED_WORKBOOK.endings.split() and LOCKED_WORKBOOK.begins(head):
        return UnknownFile(LOCKED_WORKBOOK.what, path.name, LOCKED_WORKBOOK.next_step)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    by_content = next((kind for kind in KINDS if kind.begins(start)), None)
    by_name = next((kind for kind in KINDS if ending in kind.endings.split()), None)
    kind = by_content or by_name
    return UnknownFile(kind.what, path.name, kind.next_step) if kind else None
