"""Servers to measure: real uvicorn processes on a database made for the run."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from geo_portal.cli.serve import listen


@contextmanager
def running(
    app: str,
    *,
    workers: int,
    factory: bool = False,
    python: str = sys.executable,
    **environment: str,
) -> Iterator[int]:
    """Serve `module:name` with `workers` processes of a `python`; gives the port."""
    opened = listen("127.0.0.1", 0)
    port, handed = opened.getsockname()[1], str(opened.fileno())
    command = [python, "-m", "uvicorn", app, "--fd", handed, "--workers", str(workers)]
    command += ["--log-level", "warning", "--no-access-log"] + (["--factory"] if factory else [])
    process = subprocess.Popen(command, env=os.environ | environment, pass_fds=[opened.fileno()])
    opened.close()
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError("The server ended before it began.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)  # The other workers are still opening the same socket.
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not begin to listen.")
