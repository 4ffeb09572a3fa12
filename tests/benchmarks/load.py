"""Clients that ask over and over on kept connections, cheap enough not to be what is measured."""

import asyncio
import time
from dataclasses import dataclass
from itertools import cycle


@dataclass(frozen=True)
class Answers:
    """What came back: how many a second, the 50th and 95th percentile in milliseconds.

    `largest` is the longest reply in bytes, without its headers.
    """

    per_second: float
    p50_ms: float
    p95_ms: float
    failed: int
    largest: int = 0


def ask(port: int, requests: list[bytes], *, clients: int, seconds: float) -> Answers:
    """Let `clients` send `requests` in turn for `seconds` to a server on this machine."""
    return asyncio.run(_ask(port, requests, clients, seconds))


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: en\r\n\r\n".encode()


def post(path: str, body: str) -> bytes:
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: en\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _ask(port: int, requests: list[bytes], clients: int, seconds: float) -> Answers:
    taken: list[float] = []
    failed = largest = 0
    ends = time.perf_counter() + seconds

    async def client(offset: int) -> None:
        nonlocal failed, largest
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for nth, request in enumerate(cycle(requests[offset:] + requests[:offset])):
            begun = time.perf_counter()
            # Even where connecting took all the time, each asks once.
            if nth and begun > ends:
                break
            writer.write(request)
            status, length = await _reply(reader)
            failed += status >= 400
            largest = max(largest, length)
            taken.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client(n * len(requests) // clients) for n in range(clients)))
    whole = time.perf_counter() - begun
    taken.sort()
    at = [taken[int(len(taken) * share)] * 1000 for share in (0.5, 0.95)]
    return Answers(len(taken) / whole, at[0], at[1], failed, largest)


async def _reply(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Status and length."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1]), length
