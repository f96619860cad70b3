"""Whether an LRS gives what a pull needs: asked live for one statement."""

import httpx

from ingest.pull.lrs.access import accesses_to
from ingest.pull.lrs.client import Client
from tandem.core.checks import MISSING, RIGHT, Check
from tandem.core.errors import DeliveryError, KeyProblem
from tandem.core.settings import Settings

FOR_IT = "Please let our client of the LRS read all statements (statements/read)."


def examine_lrs(name: str, settings: Settings) -> list[Check]:
    """Return what was checked of an LRS.

    Args:
        name: of a table [lrs.NAME] in tandem.toml.
        settings: where it stands.

    Raises:
        WrongUse: a setting cannot be used.
    """
    try:
        (access,) = accesses_to([name], settings)
    except KeyProblem as error:
        return [Check("credentials", MISSING, error.what, error.next_step)]
    checks = [Check("credentials", RIGHT, "they are set and can be read")]
    with Client(access) as client:
        client.attempts = 1
        client.http.timeout = httpx.Timeout(15.0)
        try:
            client.first(limit="1")
        except KeyProblem as error:
            found = Check("statements", MISSING, error.what, error.next_step, FOR_IT)
        except DeliveryError as error:
            found = Check("statements", MISSING, error.what, error.next_step)
        else:
            found = Check("statements", RIGHT, "it answers with statements")
    return [*checks, found]
