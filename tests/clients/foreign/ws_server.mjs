// An echo at /websocket by Node's `ws`: somebody else's server for the checker.
// Everything else is as the library has it by default.

import { createRequire } from 'node:module';

// It is installed with the clients.
const require = createRequire(new URL('../node/', import.meta.url));
const { WebSocketServer } = require('ws');

const [host, port] = (process.argv[2] ?? '127.0.0.1:0').split(':');
const server = new WebSocketServer({
  host, port: Number(port), path: '/websocket',
});
server.on('connection', (socket) => {
  socket.on('error', () => {}); // ws has closed with the right code
  socket.on('message', (data, binary) => socket.send(data, { binary }));
});
server.on('listening', () => {
  const { address, port: chosen } = server.address();
  console.log(`Listening on http://${address}:${chosen}`);
});
