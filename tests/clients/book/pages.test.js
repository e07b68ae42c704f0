// Every page of the book in a real browser: light and dark, wide and narrow;
// the page of samples in all five themes; without JavaScript; in print.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contrastFaults, structureFaults } from './axe.js';
import { buildBook, closePage, launch, openPage, picture, serve } from './harness.js';

const WIDTHS = [1280, 390];
/** For a page, on a machine that has other things to do. */
const PATIENCE = 240_000;
/** The rules of axe that a page of all chapters may break, and they do not. */
const TOGETHER = ['duplicate-id-aria', 'aria-valid-attr-value', 'heading-order',
  'landmark-one-main', 'landmark-unique', 'page-has-heading-one', 'label'];

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

/** What sticks out makes the whole page move sideways. */
function tooWide(tab) {
  return tab.evaluate(() => {
    const wide = [];
    const { clientWidth } = document.documentElement;
    for (const e of document.querySelectorAll('main *')) {
      if (e.closest('pre, .table-wrapper, svg, .visually-hidden')) continue;
      if (e.getBoundingClientRect().right > clientWidth + 1) wide.push(e.outerHTML.slice(0, 90));
    }
    return wide;
  });
}

/**
 * Opens what is folded away: an answer is looked at like the rest. A browser
 * says later that it is open, and then the page makes what is too wide scroll.
 */
function unfold(tab) {
  return tab.evaluate(() => {
    const folded = [...document.querySelectorAll('main details:not([open])')];
    return Promise.all(folded.map((e) => new Promise((done) => {
      e.addEventListener('toggle', done, { once: true });
      e.open = true;
    })));
  });
}

/** As a reader does in the menu. */
function chooseTheme(tab, theme) {
  return tab.evaluate((theme) => document.getElementById(`mdbook-theme-${theme}`).click(), theme);
}

/**
 * Opens a page in one theme, looks at it, and does so in the others, which it
 * chooses in the menu. The structure is the same in all of them.
 */
async function look(page, width, [first, ...others]) {
  const tab = await openPage(browser, `${site.url}/${page}`, {
    theme: first, viewport: { width, height: 900 },
  });
  const name = page.replaceAll('/', '-').replace('.html', '');
  const where = (theme) => `${page} ${width} ${theme}`;
  const inTheme = async (theme) => {
    assert.ok(await tab.evaluate((theme) => document.documentElement.classList.contains(theme), theme));
    if (page !== 'print.html') await picture(tab, `${name}-${theme}-${width}`, { fullPage: true });
    await unfold(tab);
    assert.deepEqual(await contrastFaults(tab), [], where(theme));
  };
  await inTheme(first);
  assert.deepEqual(await tooWide(tab), [], where(first));
  // All chapters on one page: new is what comes of their being together.
  const rules = page === 'print.html' ? TOGETHER : undefined;
  assert.deepEqual(await structureFaults(tab, rules), [], where(first));
  for (const theme of others) {
    await chooseTheme(tab, theme);
    await inTheme(theme);
  }
  await closePage(tab);
}

test('every page is sound in light and dark, wide and narrow', { concurrency: 2 }, async (t) => {
  await Promise.all(book.pages.map((page) =>
    t.test(page, { timeout: PATIENCE }, async () => {
      await look(page, 1280, ['light', 'navy']);
      await look(page, 390, ['navy', 'light']);
    })));
});

test('the picture has the look of the theme, and is there once', async () => {
  for (const [theme, wanted] of [['light', 'two-windows.png'], ['rust', 'two-windows.png'],
    ['navy', 'two-windows-dark.png'], ['ayu', 'two-windows-dark.png']]) {
    const tab = await openPage(browser, `${site.url}/welcome.html`, { theme });
    const shown = tab.locator('main img').filter({ visible: true });
    assert.equal(await shown.count(), 1, theme);
    assert.ok((await shown.getAttribute('src')).endsWith(wanted), theme);
    await tab.emulateMedia({ media: 'print' });
    assert.ok((await shown.getAttribute('src')).endsWith('/two-windows.png'), theme);
    await closePage(tab);
  }
});

test('a block for the browser says so, others do not', async () => {
  const tab = await openPage(browser, `${site.url}/3-frames.html`);
  const words = (block) => block.evaluate((pre) => getComputedStyle(pre, '::before').content);
  const blocks = tab.locator('pre:has(> code.language-console)');
  assert.match(await words(blocks.filter({ hasText: 'new WebSocket' }).first()), /browser’s console/);
  assert.equal(await words(blocks.filter({ hasText: 'cargo course check' }).first()), 'none');
  await closePage(tab);
});

test('no two things have one id, not even with all chapters on one page', async () => {
  const tab = await openPage(browser, `${site.url}/print.html`);
  assert.deepEqual(await tab.evaluate(() => {
    const seen = new Set();
    return [...document.querySelectorAll('[id]')].map(({ id }) => id)
      .filter((id) => seen.has(id) || !seen.add(id));
  }), []);
  await closePage(tab);
});

test('the samples are sound in the other themes', { timeout: PATIENCE }, async () => {
  for (const width of WIDTHS) await look('sample.html', width, ['rust', 'coal', 'ayu']);
});

test('the widgets are sound when they have something to say', { timeout: PATIENCE }, async () => {
  const tab = await openPage(browser, `${site.url}/reference/frame-inspector.html`, { theme: 'light' });
  await tab.getByLabel(/The bytes/).fill('c3 05 48 65 6c 6c 6f 88 81 00 00 00 00 07 01');
  assert.deepEqual(await structureFaults(tab), []);
  for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
    await chooseTheme(tab, theme);
    assert.deepEqual(await contrastFaults(tab), [], theme);
    await picture(tab, `inspector-faults-${theme}`, { fullPage: true });
  }
  await closePage(tab);
});

test('without JavaScript the patch and the words are all there', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of WIDTHS) {
      const tab = await openPage(browser, `${site.url}/sample.html`, {
        javaScriptEnabled: false, colorScheme, viewport: { width, height: 900 },
      });
      const patches = tab.locator('code.language-diff');
      assert.ok(await patches.count() > 5);
      for (const patch of await patches.all()) assert.ok(await patch.isVisible());
      assert.equal(await tab.locator('.diff-card').count(), 0);
      await picture(tab, `sample-no-js-${colorScheme}-${width}`, { fullPage: true });
      await closePage(tab);
    }
  }
});

test('without JavaScript the code has contrast', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const tab = await openPage(browser, `${site.url}/sample.html`, {
      javaScriptEnabled: false, colorScheme,
    });
    // The test's own questions are asked all the same.
    const [front, back] = await tab.locator('code.language-diff').first().evaluate((code) => {
      const { color, backgroundColor } = getComputedStyle(code);
      return [color, backgroundColor];
    });
    assert.ok(contrast(front, back) > 7, `${front} on ${back}`);
    await closePage(tab);
  }
});

test('on paper it is dark on white, whole, and without buttons', async () => {
  const tab = await openPage(browser, `${site.url}/sample.html`, { theme: 'navy' });
  await tab.emulateMedia({ media: 'print' });
  assert.equal(await tab.locator('.diff-buttons:visible').count(), 0);
  assert.equal(await tab.locator('.diff-fold:visible').count(), 0);
  assert.equal(await tab.locator('del.diff-line:not(:visible)').count(), 0);
  const [front, back] = await tab.locator('.diff-code code').first().evaluate((code) => {
    const { color, backgroundColor } = getComputedStyle(code);
    return [color, backgroundColor];
  });
  assert.ok(contrast(front, back) > 7, `${front} on ${back}`);
  await picture(tab, 'sample-print', { fullPage: true });
  await closePage(tab);
});

/** The ratio of WCAG between two colours of the form rgb(1, 2, 3). */
function contrast(...colours) {
  const [low, high] = colours.map((colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
