"""Addresses of model servers: as people give them, as they are called, and as they are shown."""

from ipaddress import ip_address
from urllib.parse import urlsplit

OPENAI = "api.openai.com"
HERE = "this machine"
"""What the address of a local model is called."""


def host(base_url: str) -> str:
    """Return the host that people are shown: with the port where one is named, never with a user or password."""
    parts = urlsplit(base_url)
    return f"{parts.hostname or base_url}{f':{parts.port}' if parts.port else ''}"


def trimmed(base_url: str) -> str:
    """Return the address under which the paths of the interface lie, where somebody may have given one of them."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    for known in ("/chat/completions", "/completions", "/models"):
        path = path.removesuffix(known)
    return parts._replace(path=path).geturl()


def joined(base_url: str, path: str) -> str:
    """Return the address of a path, with what stands behind a question mark kept at the end."""
    parts = urlsplit(base_url)
    return parts._replace(path=parts.path.rstrip("/") + path).geturl()


def is_loopback(base_url: str) -> bool:
    """Tell whether an address is on this machine."""
    name = urlsplit(base_url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
