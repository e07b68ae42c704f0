// The clients with the browsers' interface.

import assert from 'node:assert/strict';
import { WebSocket as UndiciWebSocket } from 'undici';
import { WebSocket as WsWebSocket } from 'ws';

assert.ok(globalThis.WebSocket, 'Node has no WebSocket: start it by npm test');

export const clients = [
  { name: 'Node', WebSocket: globalThis.WebSocket },
  { name: 'undici', WebSocket: UndiciWebSocket },
  { name: 'ws', WebSocket: WsWebSocket },
];
