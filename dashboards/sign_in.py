"""Signing in with OpenID Connect, where Streamlit's secrets have a section [auth].

Without it, everybody on this machine sees everything, and nobody else sees anything: a
public address or a proxy in front of the dashboard needs the section.
"""

import ipaddress
from collections.abc import Mapping
from enum import Enum
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dashboards import reader
from tandem.core.readers import AccessPolicy
from tandem.core.settings import Settings
from tandem.core.wording import render

CALLBACK = "/oauth2callback"
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")


class Refusal(Enum):
    """Why a reader sees no page; words are `page.sign_in.<value>`."""

    PUBLIC = "public"
    FORWARDED = "forwarded"
    CALLBACK = "callback"
    ORIGIN = "origin"
    LIBRARY = "library"
    ASKED = "asked"
    UNKNOWN = "unknown"


def auth_section() -> Mapping[str, Any] | None:
    """Return [auth] of Streamlit's secrets, None without one."""
    try:
        return st.secrets.get("auth")
    except StreamlitSecretNotFoundError:
        return None


def without_section(address: str | None, headers: Mapping[str, str]) -> Refusal | None:
    """Return why nobody may read where no sign-in is configured; None if all may.

    Args:
        address: that the server listens on; None for all of the machine's.
        headers: of the reader's request.
    """
    if not is_loopback(address or ""):
        return Refusal.PUBLIC
    if {name.lower() for name in headers} & set(FORWARDED):
        return Refusal.FORWARDED
    return None


def with_section(
    section: Mapping[str, Any], headers: Mapping[str, str]
) -> Refusal | None:
    """Return why signing in cannot work with a configuration; None if it can.

    A provider sends readers back to `redirect_uri`. If a proxy or another name of the
    machine lets them come in elsewhere, the answer does not fit their cookie.

    Args:
        section: [auth].
        headers: of the reader's request.
    """
    back = urlsplit(str(section.get("redirect_uri", "")))
    if not back.netloc or not back.path.endswith(CALLBACK):
        return Refusal.CALLBACK
    given = {name.lower(): value for name, value in headers.items()}
    host = given.get("x-forwarded-host") or given.get("host")
    scheme = given.get("x-forwarded-proto")
    if host and "{port}" not in back.netloc and _first(host) != back.netloc:
        return Refusal.ORIGIN
    if scheme and _first(scheme) != back.scheme:
        return Refusal.ORIGIN
    if find_spec("authlib") is None:
        return Refusal.LIBRARY
    return None


def _first(value: str) -> str:
    return value.split(",")[0].strip()


def is_loopback(address: str) -> bool:
    """Return whether only this machine reaches an address."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


# The provider sends everybody back to the first page. The browser's tab remembers which
# page was asked for, and goes there once. Only a path of this server is followed.
REMEMBER = """<script>
const wanted = location.pathname + location.search;
sessionStorage.setItem('tandemWanted', wanted);
</script>"""
RETURN = """<script>
const kept = sessionStorage.getItem('tandemWanted');
sessionStorage.removeItem('tandemWanted');
if (kept && kept !== location.pathname + location.search) {
    const address = new URL(kept, location.origin);
    if (address.origin === location.origin) location.replace(address.href);
}
</script>"""


def draw_return() -> None:
    """Let the browser open the page that was asked for before signing in."""
    st.html(RETURN, unsafe_allow_javascript=True)


def admit(settings: Settings) -> Refusal | None:
    """Find out who reads and keep it for this run; return why nobody may, if so.

    Raises:
        WrongUse: [access] of tandem.toml cannot be understood.
    """
    reader.keep(None)
    section, headers = auth_section(), st.context.headers
    if section is None:
        return without_section(st.get_option("server.address"), headers)
    if (refusal := with_section(section, headers)) is not None:
        return refusal
    claims = st.user.to_dict()
    if not claims.get("is_logged_in"):
        return Refusal.ASKED
    where = f"{settings.home.settings} [access]"
    found = AccessPolicy.of(settings.section("access"), where).reader(claims)
    if found is None:
        return Refusal.UNKNOWN
    reader.keep(found)
    return None


def draw_refusal(refusal: Refusal) -> None:
    """Write why there is no page, and what to do."""
    st.header(render(f"page.sign_in.{refusal.value}"), anchor=False)
    st.markdown(render(f"page.sign_in.{refusal.value}_next"))
    if refusal is Refusal.ASKED:
        st.html(REMEMBER, unsafe_allow_javascript=True)
        st.button(render("page.sign_in.in"), on_click=st.login, type="primary")
    if refusal is Refusal.UNKNOWN:
        draw_sign_out()


def draw_sign_out() -> None:
    """Draw the button that ends the session."""
    st.button(render("page.sign_in.out"), on_click=st.logout, key="sign_out")
