// All links of the built book lead somewhere: to a page, and to a place in it.
// Those to other hosts are not followed: only their form is looked at.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LinkChecker } from 'linkinator';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The addresses of the reader's own machine that the texts speak of. */
const READERS_OWN = /^(http:\/\/(127\.0\.0\.1:6969|localhost:3000|127\.0\.0\.1:3000)(\/|$)|https:\/\/127\.0\.0\.1:6969\/?$)/;

async function check(path, serverRoot, more = {}) {
  const checker = new LinkChecker();
  const found = [];
  // linkinator's own server is at a free port of localhost.
  const isOurs = (url) => !/^https?:/.test(url) || /^http:\/\/localhost:(?!3000\b)/.test(url);
  const { links } = await checker.check({
    path, serverRoot, checkFragments: true, timeout: 30_000, concurrency: 20,
    linksToSkip: async (url) => !isOurs(url), ...more,
  });
  for (const { url, parent, state, status } of links) {
    const where = `${url} on ${parent}`;
    if (state === 'BROKEN') found.push(`${where}: ${status}`);
    if (state === 'SKIPPED' && !isSound(url)) found.push(`${where}: of a form that is not wanted`);
  }
  assert.deepEqual(found, []);
  return links;
}

function isSound(url) {
  if (READERS_OWN.test(url)) return true;
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, username } = new URL(url);
  return protocol === 'https:' && /^([a-z\d-]+\.)+[a-z]{2,}$/.test(hostname) && !port && !username;
}

test('the links of the built book', { timeout: 120_000 }, async (t) => {
  const site = mkdtempSync(join(tmpdir(), 'book-links-'));
  t.after(() => rmSync(site, { recursive: true, force: true }));
  execFileSync(process.env.MDBOOK ?? 'mdbook', ['build', join(ROOT, 'book'), '--dest-dir', site],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  const pages = readdirSync(site, { recursive: true })
    // Of mdBook itself, whose links are meant for any depth, and what the reader downloads.
    .filter((path) => path.endsWith('.html') && path !== '404.html' && !path.startsWith('files'));
  const links = await check(pages, site);
  const [outside, inside] = [links.filter(({ state }) => state === 'SKIPPED'), links.filter(({ state }) => state === 'OK')];
  t.diagnostic(`${pages.length} pages, ${inside.length} links within, ${outside.length} to others`);
  assert.ok(inside.length > pages.length && outside.length > 0);
  for (const page of pages) {
    assert.doesNotMatch(readFileSync(join(site, page), 'utf8'), /\{\{#(include|rustdoc_include|playground|title)/, `${page}: not included`);
  }
});

test('the links of the other Markdown files', { timeout: 120_000 }, async (t) => {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
    .trimEnd().split('\n').filter((path) => !/^(book\/src|tests\/book|tests\/clients)\//.test(path));
  const links = await check(files, ROOT, { markdown: true, directoryListing: true });
  t.diagnostic(`${files.join(', ')}: ${links.length} links`);
  assert.ok(files.includes('README.md'));
});
