// The checker on servers of others: with --rules-only a sound one passes. Where
// one breaks a rule, breaches.json says which and how, and the checker has to
// find just that: neither more, which would be our mistake, nor less.
//
// Needs ../node installed, and PYTHON with ../python/requirements.txt.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEADLINE = 120_000;
/** So many cases at least hold for any server without a page. */
const FEWEST = 150;

const here = fileURLToPath(new URL('.', import.meta.url));
const breaches = JSON.parse(
  readFileSync(new URL('breaches.json', import.meta.url), 'utf8'));

/** Builds the checker and the server in Rust; their paths as cargo says. */
function build() {
  const output = execFileSync(process.env.CARGO ?? 'cargo',
    ['build', '--quiet', '-p', 'course', '--bin', 'course',
      '--example', 'tungstenite_server', '--message-format=json'],
    { cwd: here, encoding: 'utf8', maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'inherit'] });
  const built = output.split('\n').filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line)).filter(({ executable }) => executable);
  return Object.fromEntries(
    built.map(({ target, executable }) => [target.name, executable]));
}

const programs = build();
const servers = {
  websockets: [process.env.PYTHON, 'websockets_server.py'],
  ws: [process.execPath, 'ws_server.mjs'],
  tungstenite: [programs.tungstenite_server],
};

/** What the checker says of a server: a line of JSON for each case. */
function check(command) {
  const checker = spawn(programs.course,
    ['check', '4', '--rules-only', '--json', '--dir', here, '--', ...command],
    { stdio: ['ignore', 'pipe', 'pipe'], timeout: DEADLINE });
  let [output, errors] = ['', ''];
  checker.stdout.on('data', (data) => { output += data; });
  checker.stderr.on('data', (data) => { errors += data; });
  return new Promise((resolve, reject) => {
    checker.once('error', reject);
    checker.once('close', (code, signal) => {
      if (code === null) reject(new Error(`${signal}\n${errors}`));
      const lines = output.split('\n').filter((line) => line.startsWith('{'));
      resolve({ code, errors, cases: lines.map((line) => JSON.parse(line)) });
    });
  });
}

for (const [name, command] of Object.entries(servers)) {
  const skip = command[0] ? false : 'needs PYTHON: see ../run';
  test(`${name} breaks the rules it is known to break, and no other`,
    { skip, timeout: DEADLINE }, async () => {
      const { code, errors, cases } = await check(command);
      const having = (verdict) => cases.filter((one) => one.verdict === verdict);
      assert.notEqual(code, 2, errors);
      const failed = Object.fromEntries(
        having('fail').map(({ id, name, why }) => [`${id} ${name}`, why]));
      assert.deepEqual(Object.keys(failed).sort(),
        Object.keys(breaches[name]).sort(), JSON.stringify(failed, null, 2));
      // They have no page; nothing else may be left out.
      const skipped = new Set(having('skip').map(({ why }) => why));
      assert.deepEqual([...skipped], ['there is no page at /']);
      const passed = having('pass').length;
      assert.ok(passed >= FEWEST, `only ${passed} cases passed`);
      assert.equal(code, 1, 'it failed in something');
    });
}
