"""Python's `websockets` as client of the last stage."""

import asyncio
import logging
import os
import unittest

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode
from websockets.protocol import State

from step4 import DEADLINE, MAX_MESSAGE, MAX_ROOM_MESSAGE, Step4, with_deadline

# The test runner has asyncio warn of every callback that takes long.
logging.getLogger("asyncio").setLevel(logging.ERROR)


async def closed(websocket):
    """Waits for the end, and gives code and reason that the server sent."""
    await asyncio.wait_for(websocket.wait_closed(), DEADLINE)
    return websocket.close_code, websocket.close_reason


async def leave(websocket):
    # To close what is closed should do no harm. It fails in some versions of
    # Python if the end came while much was waiting to be sent.
    if websocket.state is not State.CLOSED:
        await websocket.close()


class Frames(logging.Handler):
    """The frames that `websockets` tells of in its log: "< PING …"."""

    def __init__(self):
        super().__init__()
        self.queue = asyncio.Queue()
        self.logger = logging.Logger("frames", logging.DEBUG)
        self.logger.addHandler(self)

    def emit(self, record):
        if record.msg in ("< %s", "> %s"):
            direction = record.msg[0]
            self.queue.put_nowait((direction, record.args[0]))

    async def next(self, direction, opcode):
        while True:
            came, frame = await asyncio.wait_for(self.queue.get(), DEADLINE)
            if (came, frame.opcode) == (direction, opcode):
                return frame


@with_deadline
class Websockets(unittest.IsolatedAsyncioTestCase):
    async def open(self, path, *flags, **options):
        """A server of its own, and a client on `path` of it."""
        self.server = await self.enterAsyncContext(Step4(*flags))
        return await self.join(path, **options)

    async def join(self, path, **options):
        # Larger than the server's, so that it is the server that refuses; and
        # its own Pings would only disturb.
        options = {"max_size": None, "ping_interval": None} | options
        connecting = connect(self.server.url(path), **options)
        websocket = await asyncio.wait_for(connecting, DEADLINE)
        self.addAsyncCleanup(leave, websocket)
        return websocket

    async def hear(self, websocket):
        return await asyncio.wait_for(websocket.recv(), DEADLINE)

    async def echo(self, websocket, message):
        await websocket.send(message)
        came = await self.hear(websocket)
        self.assertIs(type(came), type(message))
        self.assertTrue(came == message, "something else came back")

    async def test_echo_of_text_binary_and_nothing(self):
        websocket = await self.open("/websocket")
        for text in "Hello", "grüße, 世界 🎈", "\0", "", "x" * 126, "x" * 65_536:
            await self.echo(websocket, text)
        for data in b"\0\1\xff", b"", os.urandom(65_535), os.urandom(70_000):
            await self.echo(websocket, data)

    async def test_1_mib_comes_back_and_one_byte_more_is_1009(self):
        websocket = await self.open("/websocket")
        await self.echo(websocket, os.urandom(MAX_MESSAGE))
        await self.echo(websocket, "x" * MAX_MESSAGE)
        await websocket.send(bytes(MAX_MESSAGE + 1))
        self.assertEqual((await closed(websocket))[0], 1009)

    async def test_8_mib_in_one_message_is_told_1009(self):
        websocket = await self.open("/websocket")
        # It may learn of the end while it still sends.
        try:
            await asyncio.wait_for(websocket.send(bytes(8 * MAX_MESSAGE)), DEADLINE)
        except ConnectionClosed:
            pass
        self.assertEqual((await closed(websocket))[0], 1009)

    async def test_fragments_are_one_message(self):
        websocket = await self.open("/websocket")
        await websocket.send(["He", "", "llo"])
        self.assertEqual(await self.hear(websocket), "Hello")
        await websocket.send([bytes([at % 256]) for at in range(1000)])
        wanted = bytes(at % 256 for at in range(1000))
        self.assertEqual(await self.hear(websocket), wanted)

    async def test_a_fragment_may_end_inside_a_character(self):
        websocket = await self.open("/websocket")
        text = "grüße 🎈 €"
        pieces = [bytes([byte]) for byte in text.encode()]
        await websocket.send(pieces, text=True)
        self.assertEqual(await self.hear(websocket), text)

    async def test_a_ping_fits_between_fragments(self):
        websocket = await self.open("/websocket")

        async def fragments():
            yield "He"
            pong = await websocket.ping("between")
            await asyncio.wait_for(pong, DEADLINE)
            yield "llo"

        await asyncio.wait_for(websocket.send(fragments()), DEADLINE)
        self.assertEqual(await self.hear(websocket), "Hello")

    async def test_text_that_is_not_utf8_is_1007(self):
        websocket = await self.open("/websocket")
        await websocket.send(b"\x48\xc3\x28", text=True)
        self.assertEqual((await closed(websocket))[0], 1007)

    async def test_a_ping_comes_back_as_pong_with_its_payload(self):
        websocket = await self.open("/websocket")
        for payload in b"", b"Hello", b"\xff" * 125:
            # The wait ends only for a Pong with this very payload.
            await asyncio.wait_for(await websocket.ping(payload), DEADLINE)

    async def test_its_own_keepalive_is_answered(self):
        frames = Frames()
        websocket = await self.open(
            "/websocket", ping_interval=0.1, logger=frames.logger
        )
        for _ in range(3):
            ping = await frames.next(">", Opcode.PING)
            pong = await frames.next("<", Opcode.PONG)
            self.assertEqual(pong.data, ping.data)
        await self.echo(websocket, "still here")

    async def test_the_server_pings_and_the_client_pongs(self):
        frames = Frames()
        websocket = await self.open(
            "/websocket", "--ping-interval", "0.2", logger=frames.logger
        )
        for _ in range(3):
            ping = await frames.next("<", Opcode.PING)
            pong = await frames.next(">", Opcode.PONG)
            self.assertEqual(pong.data, ping.data)
        await self.echo(websocket, "still here")

    async def test_the_client_closes(self):
        await self.open("/websocket")
        for code, reason in (1000, ""), (4000, "enough, 🎈"), (3000, ""):
            websocket = await self.join("/websocket")
            await asyncio.wait_for(websocket.close(code, reason), DEADLINE)
            self.assertEqual(await closed(websocket), (code, ""))
            # Both have said Close, and the client did first.
            with self.assertRaises(ConnectionClosed) as raised:
                await websocket.recv()
            self.assertFalse(raised.exception.rcvd_then_sent)

    async def test_a_server_that_stops_says_1001(self):
        websocket = await self.open("/websocket")
        guest = await self.join("/chat")
        self.assertEqual(await self.hear(guest), "you are guest 1")
        self.assertEqual(await self.server.stop(), 0)
        self.assertEqual(await closed(websocket), (1001, "server stops"))
        self.assertEqual(await closed(guest), (1001, "server stops"))

    async def test_a_job_tells_its_progress_and_ends_with_1000(self):
        websocket = await self.open("/progress")
        # The loop ends without an exception only after 1000 or 1001.
        percents = [int(message) async for message in websocket]
        self.assertEqual(percents[0], 0)
        self.assertEqual(percents[-1], 100)
        self.assertEqual(percents, sorted(set(percents)))
        self.assertEqual(await closed(websocket), (1000, "done"))

    async def test_of_its_subprotocols_chat_is_chosen(self):
        websocket = await self.open("/chat", subprotocols=["Chat", "chat"])
        self.assertEqual(websocket.subprotocol, "chat")

    async def test_goes_on_if_no_subprotocol_is_shared(self):
        websocket = await self.open("/websocket", subprotocols=["superchat"])
        self.assertIsNone(websocket.subprotocol)
        self.assertNotIn("Sec-WebSocket-Protocol", websocket.response.headers)
        await self.echo(websocket, "Hello")

    async def test_the_wrong_kind_for_a_room_is_1003(self):
        await self.open("/websocket")
        for path, message in ("/chat", b"Hello"), ("/draw", "Hello"):
            websocket = await self.join(path)
            await websocket.send(message)
            self.assertEqual((await closed(websocket))[0], 1003, path)

    async def test_over_64_kib_is_too_long_for_a_room(self):
        websocket = await self.open("/draw")
        await self.echo(websocket, bytes(MAX_ROOM_MESSAGE))
        await websocket.send(bytes(MAX_ROOM_MESSAGE + 1))
        self.assertEqual((await closed(websocket))[0], 1009)

    async def test_compression_is_offered_and_declined(self):
        websocket = await self.open("/websocket", compression="deflate")
        offer = websocket.request.headers["Sec-WebSocket-Extensions"]
        self.assertIn("permessage-deflate", offer)
        self.assertNotIn("Sec-WebSocket-Extensions", websocket.response.headers)
        self.assertEqual(websocket.protocol.extensions, [])
        await self.echo(websocket, "again and again " * 10_000)

    async def test_an_unknown_path_is_404(self):
        await self.open("/websocket")
        with self.assertRaises(InvalidStatus) as raised:
            await self.join("/nowhere")
        self.assertEqual(raised.exception.response.status_code, 404)

    async def test_all_members_of_a_room_hear_the_same(self):
        # A member whose queue is full reads no further, not even a Close.
        first = await self.open("/chat", max_queue=None)
        members = [first]
        while len(members) < 20:
            members.append(await self.join("/chat", max_queue=None))
        await members[-1].send("over")
        heard = []
        for guest, member in enumerate(members, 1):
            self.assertEqual(await self.hear(member), f"you are guest {guest}")
            lines = [await self.hear(member)]
            while lines[-1] != "guest 20: over":
                lines.append(await self.hear(member))
            heard.append(lines)
        for guest, lines in enumerate(heard, 1):
            self.assertEqual(lines, heard[0][guest - 1 :])


if __name__ == "__main__":
    unittest.main()
