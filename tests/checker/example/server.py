"""A server of stage 2, with two mistakes in it. The book shows how the checker finds them."""

import base64
import hashlib
import socket
import sys
import threading

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PAGE = "<!doctype html><title>Hello</title><p>Hello"


def answer(status, *lines, body=""):
    head = ["HTTP/1.1 " + status, *lines]
    if not status.startswith("101"):
        head.append("Content-Length: %d" % len(body))
    return "\r\n".join(head + ["", body]).encode()


def refusal(status, connection="close", *lines):
    plain = "Content-Type: text/plain"
    return answer(status, "Connection: " + connection, plain, *lines, body=status + "\n")


def handshake(headers):
    asked = headers.get("upgrade", "").lower() == "websocket"
    if not asked or headers.get("connection", "").lower() != "upgrade":
        return refusal("426 Upgrade Required", "close, Upgrade", "Upgrade: websocket")
    key = headers["sec-websocket-key"]
    accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
    lines = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + accept]
    if "sec-websocket-protocol" in headers:
        chosen = headers["sec-websocket-protocol"].split(",")[0].strip()
        lines.append("Sec-WebSocket-Protocol: " + chosen)
    return answer("101 Switching Protocols", *lines)


def respond(head):
    first, *lines = head.split("\r\n")
    method, target, version = first.split(" ")
    print("\n  ".join([first, *lines]), flush=True)
    headers = {}
    for line in lines:
        name, value = line.split(":", 1)
        headers[name.lower()] = value.strip()
    path = target.split("?")[0]
    if path == "/websocket":
        return handshake(headers)
    if path != "/":
        return refusal("404 Not Found")
    kind = "Content-Type: text/html; charset=utf-8"
    return answer("200 OK", "Connection: keep-alive", kind, body=PAGE)


def serve(client):
    received = b""
    is_websocket = False
    while True:
        if is_websocket and received:
            print("received %d bytes: %s" % (len(received), received.hex(" ")), flush=True)
            received = b""
        if not is_websocket and b"\r\n\r\n" in received:
            head, received = received.split(b"\r\n\r\n", 1)
            out = respond(head.decode("latin-1"))
            client.sendall(out)
            is_websocket = out.startswith(b"HTTP/1.1 101")
            if b"Connection: close" in out:
                return client.close()
            continue
        data = client.recv(4096)
        if not data:
            return client.close()
        received += data


host, port = (sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:6969").split(":")
listener = socket.create_server((host, int(port)))
print("Listening on http://%s:%d" % listener.getsockname(), flush=True)
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
