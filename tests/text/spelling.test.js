// The words of the book, of the other Markdown files, and of the comments in
// the code that the book shows: British English, and words.txt.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

function cspell(args, input = '') {
  const { stdout, stderr, status } = spawnSync('npx', ['--no-install', 'cspell', 'lint',
    '--config', 'cspell.json', '--no-progress', '--show-suggestions', '--no-color', ...args],
  { cwd: here, input, encoding: 'utf8', timeout: 120_000 });
  return { said: `${stdout}\n${stderr}`.replaceAll('\n\n', '\n').trim(), status };
}

test('every word is known; a new one goes into words.txt', (t) => {
  const { said, status } = cspell([]);
  assert.equal(status, 0, said);
  t.diagnostic(said);
  assert.ok(Number(/Files checked: (\d+)/.exec(said)[1]) > 50);
});

test('a wrong word is found, one of a code block is not', () => {
  const page = 'The colour of a mesage, its color and behavior.\n\n```text\nmesage\n```\nSee `mesage`.\n';
  const { said, status } = cspell(['stdin://page.md'], page);
  assert.equal(status, 1);
  assert.deepEqual(said.match(/\((?:mesage|colour|color|behavior)\)/g), ['(mesage)', '(color)', '(behavior)']);
});
