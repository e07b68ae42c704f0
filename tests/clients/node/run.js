// Runs the tests. Node has had a WebSocket of its own since 20, but shows it
// unasked only since 22: before, a flag is needed.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const flags = globalThis.WebSocket ? [] : ['--experimental-websocket'];
const { status } = spawnSync(process.execPath,
  [...flags, '--no-warnings', '--test', '--test-reporter=spec',
    ...process.argv.slice(2)],
  { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: 'inherit' });
process.exitCode = status ?? 1;
