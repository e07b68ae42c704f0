// The cards of the diffs: what is copied, what is selected, what is folded.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildBook, closePage, launch, openPage, serve, until } from './harness.js';

let book, site, browser;
before(async () => {
  book = buildBook();
  site = await serve(book.site);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/** The patches in a chapter's source. */
function patches(page) {
  const text = readFileSync(join(book.source, page.replace(/html$/, 'md')), 'utf8');
  return [...text.matchAll(/^(```+)diff\n(.*?)^\1$/gms)].map(([, , body]) => body)
    .filter((body) => /^--- .*\n\+\+\+ /m.test(body));
}

const open = (page = 'sample.html', options = {}) =>
  openPage(browser, `${site.url}/${page}`, options);

test('the button copies each patch of the book as it stands in its source', { timeout: 300_000 }, async (t) => {
  const own = book.pages.filter((page) => !/^(404|index|print)\.html$/.test(page));
  let count = 0;
  for (const page of own) {
    const wanted = patches(page);
    if (!wanted.length) continue;
    const tab = await open(page, { permissions: ['clipboard-read', 'clipboard-write'] });
    const cards = tab.locator('.diff-card');
    assert.equal(await cards.count(), wanted.length, page);
    for (const [i, patch] of wanted.entries()) {
      await tab.evaluate(() => navigator.clipboard.writeText(''));
      const button = cards.nth(i).getByRole('button', { name: /^Copy the patch/ });
      await button.click();
      const copied = await until('something is copied', () =>
        tab.evaluate(() => navigator.clipboard.readText()));
      assert.equal(copied, patch, `${page}, patch ${i + 1}`);
      assert.match(await cards.nth(i).getByRole('status').textContent(), /copied/);
      count++;
    }
    await closePage(tab);
  }
  t.diagnostic(`${count} patches`);
  assert.ok(count >= 6);
});

test('selecting by hand takes the new code only', async () => {
  for (const width of [1280, 390]) {
    const tab = await open('sample.html', {
      viewport: { width, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'],
    });
    for (const [i, patch] of patches('sample.html').entries()) {
      if (patch.split('\n+++ ').length > 2) continue; // of two files one selects one
      await tab.evaluate((i) => {
        const code = document.querySelectorAll('.diff-card')[i].querySelector('.diff-rows');
        getSelection().selectAllChildren(code);
      }, i);
      await tab.keyboard.press('Control+c');
      const copied = await tab.evaluate(() => navigator.clipboard.readText());
      const wanted = patch.split('\n').slice(2).filter((line) => !/^(@@|-)/.test(line))
        .map((line) => line.slice(1)).join('\n');
      assert.equal(copied.trimEnd(), wanted.trimEnd(), `patch ${i + 1} at ${width}`);
    }
    await closePage(tab);
  }
});

test('a card tells the path, what is new, and where it goes', async () => {
  const tab = await open();
  const caption = (i) => tab.locator('.diff-card figcaption').nth(i).innerText();
  assert.match(await caption(0), /^src\/connection\.rs\s+new file\s+to be seen/);
  assert.deepEqual(await tab.locator('.diff-card').nth(1).locator('.diff-gap').allInnerTexts()
    .then((texts) => texts.map((text) => text.trim())), [
    'among the use lines',
    '… after log',
    '… in receive, below let mut taken = 0;',
    '… in answer, at its beginning',
    '… in answer, below if !request.keeps_alive() {',
    '… in refuse, below refusal.encode(&mut out.bytes);',
  ]);
  assert.match(await caption(4), /^src\/frame\.rs\s+test only/);
  assert.match(await tab.locator('.diff-card').nth(3).innerText(), /behind server_frames_of/);
  assert.match(await caption(5), /fails on purpose: E0425/);
  await closePage(tab);
});

test('a long deletion is folded, and unfolds by keyboard', async () => {
  const tab = await open();
  const fold = tab.getByRole('button', { name: /^remove these 19 lines, from/ });
  const removed = tab.locator('.diff-card').nth(4).locator('del');
  assert.equal(await removed.count(), 19);
  assert.ok(!await removed.first().isVisible());
  await fold.focus();
  await tab.keyboard.press('Enter');
  assert.equal(await fold.getAttribute('aria-expanded'), 'true');
  assert.ok(await removed.first().isVisible());
  await tab.keyboard.press('Enter');
  assert.ok(!await removed.first().isVisible());
  await closePage(tab);
});

test('the plain patch is one button away', async () => {
  const tab = await open();
  const card = tab.locator('.diff-card').first();
  const plain = card.locator('code.language-diff');
  const button = card.getByRole('button', { name: /^Show the patch/ });
  assert.ok(!await plain.isVisible());
  await button.press('Enter');
  assert.ok(await plain.isVisible());
  assert.equal(await plain.textContent(), patches('sample.html')[0]);
  await button.press('Enter');
  assert.ok(!await plain.isVisible());
  await closePage(tab);
});

test('the arrow keys scroll a wide line and do not turn the page', async () => {
  const tab = await open();
  const code = tab.locator('.diff-card').nth(5).locator('.diff-code > code');
  await code.focus();
  await tab.keyboard.press('ArrowRight');
  await until('it is scrolled', () => code.evaluate((e) => e.scrollLeft > 0));
  assert.match(tab.url(), /sample\.html/);
  await closePage(tab);
});

test('on a phone no code is wider than the page', async () => {
  const tab = await open('sample.html', { viewport: { width: 390, height: 800 } });
  for (const code of await tab.locator('.diff-code > code').all()) {
    assert.ok(await code.evaluate((e) => e.scrollWidth <= e.clientWidth));
  }
  // What is wrapped goes on to the right of its own beginning.
  const [first, second] = await tab.locator('.diff-card').nth(5).locator('ins').first()
    .evaluate((line) => {
      const range = document.createRange();
      range.selectNodeContents(line);
      const tops = new Map();
      for (const { left, top, width } of range.getClientRects()) {
        const row = Math.round(top / 10);
        if (width > 4) tops.set(row, Math.min(left, tops.get(row) ?? Infinity));
      }
      return [...tops.values()];
    });
  assert.ok(second > first, `${second} > ${first}`);
  await closePage(tab);
});

test('a console block copies the commands only', async () => {
  const tab = await open('sample.html', { permissions: ['clipboard-read', 'clipboard-write'] });
  const block = tab.locator('pre:has(.language-console)');
  await block.hover();
  await block.getByRole('button', { name: 'Copy the command' }).click();
  const copied = await until('something is copied', () =>
    tab.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied, 'cargo run\ngit commit -am "Say hello"\n');
  await closePage(tab);
});
