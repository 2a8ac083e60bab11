"""Web addresses that lead to the same page, as far as their spelling says so (RFC 3986, section 6.2.2)."""

from urllib.parse import urlsplit, urlunsplit


def same_page(url: str) -> str:
    """The address in the spelling in which two that surely lead to the same page are equal.

    `http` and `https` are one, the host is in small letters; no default port, no fragment, no slash at the end of the
    path. Nothing is guessed: `www.`, query and letters of the path stay. What cannot be taken apart stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    place = f"[{host}]" if ":" in host else host
    place = place if port in (None, default) else f"{place}:{port}"
    scheme = "https" if default is not None else parts.scheme
    return urlunsplit((scheme, place, parts.path.rstrip("/"), parts.query, ""))
