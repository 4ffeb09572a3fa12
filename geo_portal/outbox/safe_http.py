"""Requests to addresses that other people name: never into our own network, never redirected.

Whoever gives the portal an address (a webhook, a picture to fetch, a browser's push service) must
not make it talk to its own neighbours. So every address that the name stands for is looked at,
and the connection goes to one of those very addresses: a name that means something else a moment
later changes nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from geo_portal.errors import Invalid
from geo_portal.settings import settings

PATIENCE_S = 10.0
MOST_BYTES = 1_000_000
LONGEST_URL = 2_000
PORTS = {"https": 443, "http": 80}
# IPv6 addresses that carry an IPv4 address: what counts is the one inside.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
OUR_NAME = "geo_portal"

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class ForeignAddressRefused(Invalid):
    """An address that the portal does not talk to, whoever names it."""


class NoAnswer(Exception):
    """The other side could not be reached, broke off, or took too long; later it may work."""


@dataclass(frozen=True)
class Reply:
    """What the other side answered; `body` is cut off at the most that was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_off: bool = False


def ask(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    patience_s: float = PATIENCE_S,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """One request to an address that somebody else named; a redirect is an answer like any other.

    Nothing of ours goes with it: no cookies, no proxy, no credentials. All of it together takes
    `patience_s` seconds at most once the name is resolved. Raises `ForeignAddressRefused` for an
    address that is malformed or not in the public internet (`GEO_PORTAL_OUTGOING_NETWORKS` names
    exceptions) and `NoAnswer` for what later may work.
    """
    parts = checked_url(url)
    connection = _connection(parts, public_addresses(parts.hostname or ""), patience_s)
    watch = threading.Timer(patience_s, _hang_up, [connection])
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"User-Agent": OUR_NAME, "Accept-Encoding": "identity"} | dict(headers or {})
        connection.request(method, target, body=body, headers=sent)
        answer = connection.getresponse()
        content = answer.read(most_bytes + 1)
        kept = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, kept, content[:most_bytes], len(content) > most_bytes)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise NoAnswer(f"{type(problem).__name__}: {problem}") from problem
    finally:
        watch.cancel()
        connection.close()


def checked_url(url: str) -> SplitResult:
    """The parts of an address that could be asked; raises `ForeignAddressRefused`.

    Only http and https, on any port, without a user's name and password in it.
    """
    wrong = ForeignAddressRefused(
        "“{url}” is not a web address that can be called. It should begin with https://.",
        field="url",
        url=url[:100],
    )
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise ForeignAddressRefused(
            "An address with a name and password in it cannot be used.", field="url"
        )
    return parts


def public_addresses(host: str) -> list[IpAddress]:
    """What a name stands for; raises `ForeignAddressRefused` if any of it lies inside a network.

    One private address among public ones is enough: a name of such a kind is made to trick.
    Raises `NoAnswer` when nothing is known by this name.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NoAnswer(f"The name {host} is not known: {problem}") from problem
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not all(map(_may_be_called, addresses)):
        raise ForeignAddressRefused(
            "{host} lies in a network of its own, which the portal does not call.",
            field="url",
            host=host[:100],
        )
    return addresses


def is_ours(address: IpAddress) -> bool:
    """Whether the operator named its network as one that may be called."""
    return any(_inner(address) in network for network in settings().outgoing_networks)


def _may_be_called(address: IpAddress) -> bool:
    meant = _inner(address)
    if is_ours(address):
        return True
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def _inner(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _connection(
    parts: SplitResult, addresses: list[IpAddress], patience_s: float
) -> http.client.HTTPConnection:
    """A connection to one of the addresses that were looked at; the name is never asked again."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    made = http.client.HTTPConnection(host, port, timeout=patience_s)
    plain = _first_that_answers(addresses, port, patience_s)
    made.sock = plain
    if parts.scheme == "https":
        try:
            made.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError as problem:
            plain.close()
            raise NoAnswer(f"{type(problem).__name__}: {problem}") from problem
    return made


def _first_that_answers(addresses: list[IpAddress], port: int, patience_s: float) -> socket.socket:
    problem: OSError | None = None
    for address in addresses[:3]:
        try:
            return socket.create_connection((str(address), port), timeout=patience_s)
        except OSError as refused:
            problem = refused
    raise NoAnswer(f"{type(problem).__name__}: {problem}")


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """Ends the wait for somebody who sends one byte at a time."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
