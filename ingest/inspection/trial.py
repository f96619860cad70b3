"""Find out whether a large file can be read, in a process that may fail.

Most connectors hold a file in memory as a whole, which takes many times its size where
it is made for that (`[[],[],...`). A file of TRIED_BYTES is read twice: the first time
in a process with limits, whose end refuses the file. One that is read in blocks, as
statements are, is not tried.
"""

from collections import deque

from ingest.connectors.discovery import connectors
from ingest.inspection import trial_process
from ingest.inspection.trial_process import READ, written
from ingest.landing.delivery import Delivery, ReadOptions
from ingest.unpacking.limited_process import LimitedProcess
from tandem.core.files import Home
from tandem.core.limits import current_limits

TRIED_BYTES = 64_000_000  # of a smaller file nothing takes more than a few GB


def require_readable(delivery: Delivery, options: ReadOptions, home: Home) -> None:
    """Refuse a large file that takes more memory or time than it may.

    Args:
        delivery: that is about to be read.
        options: as the call stated them.
        home: whose settings hold.

    Raises:
        LimitExceeded: it is too large, or takes too much memory or time.
        DamagedFile: the process that read it ended.
    """
    path, limits = delivery.path, current_limits()
    connector = connectors()[delivery.recognition.connector]
    if not path.is_file() or getattr(connector, "IS_READ_IN_BLOCKS", False):
        return
    size = path.stat().st_size
    if size > limits.size("parsed_mb"):
        what = "it is larger than what may be read at once"
        raise limits.refuse("parsed_mb", what, path.name)
    if size < TRIED_BYTES:
        return
    process = LimitedProcess(trial_process.__name__, path)
    try:
        deque(process.ask(READ, str(home.root), written(options)), maxlen=0)
    finally:
        process.close()
