// The cards of the diffs: what is copied, what is selected, what is folded.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import {
  answerFile, binary, buildBook, closePage, launch, openPage, ROOT, serve, until,
} from './harness.js';

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

const SAMPLE = 'sample.html';

const markdown = (page) => readFileSync(join(book.source, page.replace(/html$/, 'md')), 'utf8');

/** The patches in a chapter's source. */
function patches(page) {
  return [...markdown(page).matchAll(/^(```+)diff\n(.*?)^\1$/gms)].map(([, , body]) => body)
    .filter((body) => /^--- .*\n\+\+\+ /m.test(body));
}

const open = (page = SAMPLE, options = {}) =>
  openPage(browser, `${site.url}/${page}`, options);

/** What a page does to the reader's crate, in its order. */
function steps(tab) {
  return tab.evaluate(() => {
    const found = [];
    let card = 0;
    const walker = document.createTreeWalker(document.querySelector('main'),
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.COMMENT_NODE) {
        const file = /^ file: (\S+) from (\S+) $/.exec(node.data);
        const checkpoint = /^ checkpoint: (\S+) $/.exec(node.data);
        const branch = /^ branch: (\S+) from (\S+) $/.exec(node.data);
        if (branch) found.push({ branch: branch[1], start: branch[2] });
        if (file) found.push({ file: file[1], from: file[2] });
        if (checkpoint) found.push({ checkpoint: checkpoint[1] });
      } else if (node.classList.contains('diff-card')) {
        found.push({ card: card++ });
      }
    }
    return found;
  });
}

/** All files of a crate, the name of its package aside. */
function crateFiles(folder) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/^(target|\.git)\/|^(\.gitignore|Cargo\.lock)$/.test(path)).sort();
  return Object.fromEntries(paths.map((path) => {
    const text = readFileSync(join(folder, path), 'latin1');
    return [path, path === 'Cargo.toml' ? text.replace(/^name = .*$/m, 'name = …') : text];
  }));
}

/** A crate as the reader begins it, and what the pages do to it. */
class Crate {
  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'book-crate-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    execFileSync(process.env.CARGO ?? 'cargo',
      ['new', '--quiet', '--edition', '2024', 'server'], { cwd: folder });
    this.folder = join(folder, 'server');
    this.copies = join(folder, 'copies');
  }

  /** Keeps the crate as it is at a checkpoint, for the branches that start there. */
  keep(checkpoint) {
    cpSync(this.folder, join(this.copies, checkpoint), { recursive: true });
  }

  goBack(checkpoint) {
    rmSync(this.folder, { recursive: true });
    cpSync(join(this.copies, checkpoint), this.folder, { recursive: true });
  }

  apply(patch, about) {
    try {
      execFileSync('git', ['apply', '-'],
        { cwd: this.folder, input: patch, stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (error) {
      assert.fail(`${about}: ${error.stderr}`);
    }
  }

  /** At a stage it is the step crate; a branch has none, only what `goto` gives. */
  isLike(checkpoint, isBranch) {
    const wanted = isBranch ? join(this.copies, `${checkpoint}-by-goto`) : join(ROOT, checkpoint);
    if (isBranch) execFileSync(binary('-p', 'course'), ['goto', checkpoint, wanted], { stdio: 'ignore' });
    assert.deepEqual(crateFiles(this.folder), crateFiles(wanted));
  }
}

/** Clicks the button of a card; gives what is in the clipboard then. */
async function copyPatch(tab, card) {
  await tab.evaluate(() => navigator.clipboard.writeText(''));
  await card.getByRole('button', { name: /^Copy the patch/ }).click();
  return until('something is copied', () =>
    tab.evaluate(() => navigator.clipboard.readText()));
}

const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

test('the patches, copied by their buttons, rebuild the stages', { timeout: 600_000 }, async (t) => {
  const crate = new Crate();
  const reached = [];
  const branches = new Set();
  let count = 0;
  for (const page of book.chapters) {
    const wanted = patches(page);
    if (!wanted.length) continue; // a card that only shows what a card is
    const tab = await open(page, clipboard);
    const cards = tab.locator('.diff-card');
    assert.equal(await cards.count(), wanted.length, page);
    for (const { card, file, from, checkpoint, branch, start } of await steps(tab)) {
      if (branch) {
        branches.add(branch);
        crate.goBack(start);
      } else if (file) {
        mkdirSync(dirname(join(crate.folder, file)), { recursive: true });
        writeFileSync(join(crate.folder, file), answerFile(book.site, from).body);
      } else if (checkpoint) {
        crate.isLike(checkpoint, branches.has(checkpoint));
        crate.keep(checkpoint);
        reached.push(checkpoint);
      } else {
        const about = `${page}, patch ${card + 1}`;
        const copied = await copyPatch(tab, cards.nth(card));
        assert.equal(copied, wanted[card], about);
        assert.match(await cards.nth(card).getByRole('status').textContent(), /copied/);
        if (page !== SAMPLE) crate.apply(copied, about);
        count++;
      }
    }
    await closePage(tab);
  }
  t.diagnostic(`${count} patches; the crate was equal to ${reached.join(', ')}`);
  assert.ok(reached.length > 0 && count > patches(SAMPLE).length);
  const inSource = book.chapters.flatMap((page) =>
    [...markdown(page).matchAll(/^<!-- checkpoint: (\S+) -->$/gm)].map(([, name]) => name));
  assert.deepEqual(reached, inSource);
});

/** The blocks as the tool numbers them: `3.2/1`. */
function blocksOfTheBook() {
  const folder = join(mkdtempSync(join(tmpdir(), 'book-blocks-')), 'book-git');
  process.on('exit', () => rmSync(dirname(folder), { recursive: true, force: true }));
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  execFileSync(binary('-p', 'course'), ['unroll', folder], options);
  const log = execFileSync('git', ['log', '--all', '--format=%B'], { ...options, cwd: folder });
  return [...log.matchAll(/^Block: (\S+)$/gm)].map(([, id]) => id);
}

test('each card has the number by which the tool knows it', { timeout: 600_000 }, async (t) => {
  const shown = [];
  let files = 0;
  for (const page of book.chapters.filter((chapter) => chapter !== SAMPLE)) {
    files += [...markdown(page).matchAll(/^<!-- file: /gm)].length;
    if (!patches(page).length) continue;
    const tab = await open(page);
    const numbers = await tab.locator('.diff-card').evaluateAll((cards) =>
      cards.map((card) => [...card.querySelectorAll('.diff-number')].map((e) => e.textContent)));
    for (const [i, of] of numbers.entries()) assert.equal(of.length, 1, `${page}, card ${i + 1}`);
    shown.push(...numbers.flat());
    await closePage(tab);
  }
  const known = new Set(blocksOfTheBook());
  t.diagnostic(`${shown.length} cards`);
  assert.deepEqual(shown.filter((id) => !known.has(id)), []);
  assert.equal(new Set(shown).size, shown.length);
  assert.equal(shown.length, known.size - files);
});

test('selecting by hand takes the new code only', { timeout: 600_000 }, async (t) => {
  let count = 0;
  for (const page of book.chapters) {
    const wanted = patches(page).flatMap((patch) => patch.split(/^(?=--- .*\n\+\+\+ )/m));
    if (!wanted.length) continue;
    for (const width of page === SAMPLE ? [1280, 390] : [1280]) {
      const tab = await open(page, { viewport: { width, height: 900 }, ...clipboard });
      const rows = tab.locator('.diff-card .diff-rows');
      assert.equal(await rows.count(), wanted.length);
      for (const [i, patch] of wanted.entries()) {
        await rows.nth(i).evaluate((code) => {
          code.scrollIntoView();
          getSelection().selectAllChildren(code);
        });
        await tab.keyboard.press('Control+c');
        const copied = await tab.evaluate(() => navigator.clipboard.readText());
        const code = patch.split('\n').slice(2).filter((line) => !/^(@@|-|\\)/.test(line))
          .map((line) => line.slice(1)).join('\n');
        assert.equal(copied.trimEnd(), code.trimEnd(), `${page}, file ${i + 1} at ${width}`);
        count++;
      }
      await closePage(tab);
    }
  }
  t.diagnostic(`${count} changes`);
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
  assert.deepEqual(await tab.locator('.diff-card').nth(6).locator('.diff-gap').allInnerTexts()
    .then((texts) => texts.map((text) => text.trim())), [
    '… after from_bits',
    '… in parse, below let length = second & LENGTH;',
    '… at the end of the file',
    'at the top of the file',
    '… in parse, after let [first, second, rest @ ..] = bytes else',
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

test('a console block copies what is typed only', async () => {
  const tab = await open(SAMPLE, clipboard);
  const blocks = tab.locator('pre:has(.language-console)');
  for (const [i, typed] of [
    'cargo run\ngit commit -am "Say hello"\n',
    "ws = new WebSocket('ws://127.0.0.1:6969/websocket')\nws.onmessage = (event) => console.log(event.data)\n"
      + "ws.send('hello')\nws.readyState\nws.protocol\n",
  ].entries()) {
    await tab.evaluate(() => navigator.clipboard.writeText(''));
    await blocks.nth(i).hover();
    await blocks.nth(i).getByRole('button', { name: 'Copy what is typed' }).click();
    const copied = await until('something is copied', () =>
      tab.evaluate(() => navigator.clipboard.readText()));
    assert.equal(copied, typed);
  }
  await closePage(tab);
});
