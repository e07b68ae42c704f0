"""An echo at /websocket by Python's `websockets`: somebody else's server for
the checker. Everything else is as the library has it by default."""

import asyncio
import http
import sys
import urllib.parse

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


async def echo(websocket):
    try:
        async for message in websocket:
            await websocket.send(message)
    except ConnectionClosed:
        pass


def only_websocket(connection, request):
    if urllib.parse.urlsplit(request.path).path != "/websocket":
        return connection.respond(http.HTTPStatus.NOT_FOUND, "nothing here\n")


async def main(address):
    host, port = address.rsplit(":", 1)
    async with serve(
        echo, host, int(port), process_request=only_websocket
    ) as server:
        host, port = server.sockets[0].getsockname()
        print(f"Listening on http://{host}:{port}", flush=True)
        await server.serve_forever()


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:0"))
