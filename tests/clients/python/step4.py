"""The server under test: the binary of STEP4, or of cargo's answer."""

import asyncio
import functools
import json
import os
import pathlib
import re
import subprocess

DEADLINE = 15
TEST_DEADLINE = 60
MAX_MESSAGE = 1024 * 1024
MAX_ROOM_MESSAGE = 64 * 1024
WORKSPACE = pathlib.Path(__file__).parents[3]


@functools.cache
def binary():
    if path := os.environ.get("STEP4"):
        return path
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "build", "--quiet", "-p", "step4-complete"]
    command.append("--message-format=json")
    answer = subprocess.run(
        command, cwd=WORKSPACE, check=True, stdout=subprocess.PIPE, text=True
    )
    messages = map(json.loads, answer.stdout.splitlines())
    paths = [m["executable"] for m in messages if m.get("executable")]
    return paths[-1]


def with_deadline(case):
    """Each test of the class fails after a while, even one that hangs."""

    def bounded(test):
        @functools.wraps(test)
        async def run(self):
            async with asyncio.timeout(TEST_DEADLINE):
                await test(self)

        return run

    for name, test in list(vars(case).items()):
        if name.startswith("test_"):
            setattr(case, name, bounded(test))
    return case


class Step4:
    """A running server: `async with Step4("--ping-interval", "0.2")`."""

    def __init__(self, *flags):
        self.flags = flags
        self.log = []

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            binary(),
            "127.0.0.1:0",
            *self.flags,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        while True:
            line = await asyncio.wait_for(self.process.stdout.readline(), DEADLINE)
            self.log.append(line.decode())
            assert line, f"the server ended: {self.log}"
            if found := re.search(r"Listening on http://(\S+)", line.decode()):
                self.host = found[1]
                # It must be read for as long as the server runs.
                self.reading = asyncio.create_task(self.read())
                return self

    async def read(self):
        async for line in self.process.stdout:
            self.log.append(line.decode())

    def url(self, path):
        return f"ws://{self.host}{path}"

    async def stop(self):
        """Asks it to stop, and gives the code it ends with."""
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), DEADLINE)

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.reading
