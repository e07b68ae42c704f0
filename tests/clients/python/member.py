"""A member of a chat room: says each line of its input, prints each message.

Both are JSON strings, one a line, so that nothing depends on encodings. At the
end of its input it leaves.
"""

import asyncio
import json
import sys

from websockets.asyncio.client import connect


async def listen(websocket):
    async for message in websocket:
        print(json.dumps(message), flush=True)


async def main(url):
    async with connect(url) as websocket:
        listening = asyncio.create_task(listen(websocket))
        while line := await asyncio.to_thread(sys.stdin.readline):
            await websocket.send(json.loads(line))
        await websocket.close()
        await listening
        assert websocket.close_code == 1000, websocket.close_code


asyncio.run(main(sys.argv[1]))
