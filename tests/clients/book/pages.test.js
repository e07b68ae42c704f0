// Every page of the book in a real browser: light and dark, wide and narrow;
// the page of samples in all five themes; without JavaScript; in print.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axeFaults } from './axe.js';
import { buildBook, closePage, launch, openPage, picture, serve } from './harness.js';

const WIDTHS = [1280, 390];

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

async function look(page, theme, width) {
  const tab = await openPage(browser, `${site.url}/${page}`, {
    theme, viewport: { width, height: 900 },
  });
  const where = `${page} ${theme} ${width}`;
  assert.deepEqual(await tooWide(tab), [], where);
  assert.deepEqual(await axeFaults(tab), [], where);
  const name = page.replaceAll('/', '-').replace('.html', '');
  if (page !== 'print.html') await picture(tab, `${name}-${theme}-${width}`, { fullPage: true });
  await closePage(tab);
}

test('every page is sound in light and dark, wide and narrow', async (t) => {
  for (const page of book.pages) {
    await t.test(page, { timeout: 120_000 }, async () => {
      for (const theme of ['light', 'navy']) {
        for (const width of WIDTHS) await look(page, theme, width);
      }
    });
  }
});

test('the samples are sound in the other themes', { timeout: 120_000 }, async () => {
  for (const theme of ['rust', 'coal', 'ayu']) {
    for (const width of WIDTHS) await look('sample.html', theme, width);
  }
});

test('the widgets are sound when they have something to say', { timeout: 120_000 }, async () => {
  for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
    const tab = await openPage(browser, `${site.url}/reference/frame-inspector.html`, { theme });
    await tab.getByLabel(/The bytes/).fill('c3 05 48 65 6c 6c 6f 88 81 00 00 00 00 07 01');
    assert.deepEqual(await axeFaults(tab), [], theme);
    await picture(tab, `inspector-faults-${theme}`, { fullPage: true });
    await closePage(tab);
  }
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
