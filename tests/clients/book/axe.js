// What axe finds wrong with a page, the faults of mdBook itself aside.
//
// A chapter has ten thousand elements, and axe takes its time for each: most
// of it for contrast. So the page is looked at in two parts. The structure
// (names, roles, order, what a keyboard reaches) is the same in all themes.
// Contrast is not, but of the many texts of one colour on one ground it is
// enough to look at a few.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Faults of mdBook 0.5.4 itself, in the bar that it puts above every page:
 * [rule, the place]. All other faults are ours.
 */
const OF_MDBOOK = [
  ['aria-allowed-attr', '#mdbook-sidebar-toggle'],
  ['aria-prohibited-attr', '#mdbook-sidebar-toggle'],
  ['region', '#mdbook-sidebar-toggle'],
  ['region', '.menu-title'],
  ['region', '.right-buttons'],
];
const CONTRAST = 'color-contrast';
/** So many texts of one kind are looked at. */
const OF_A_KIND = 3;

function inWords({ violations }) {
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`))
    .filter((fault) => !OF_MDBOOK.some(([rule, place]) => fault.startsWith(`${rule}: ${place}: `)));
}

/** Names, roles, order: all but contrast; or only the rules that are named. */
export async function structureFaults(tab, rules) {
  await tab.evaluate(axe);
  const which = rules ? { runOnly: rules } : { rules: { [CONTRAST]: { enabled: false } } };
  return inWords(await tab.evaluate((which) =>
    window.axe.run(document, { resultTypes: ['violations'], ...which }), which));
}

/** Texts that are too faint: a few of each colour, ground and size. */
export async function contrastFaults(tab) {
  await tab.evaluate(axe);
  return inWords(await tab.evaluate(([rule, few]) => {
    const grounds = new Map();
    /** The colours behind an element, down to one that hides the rest. */
    function ground(e) {
      if (!e) return '';
      if (!grounds.has(e)) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
        const own = backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : backgroundColor;
        const below = /^rgb\(/.test(own) && opacity === '1' ? '' : ground(e.parentElement);
        grounds.set(e, [own, backgroundImage === 'none' ? '' : backgroundImage,
          opacity === '1' ? '' : opacity, below].join(' ').trim());
      }
      return grounds.get(e);
    }
    const kinds = new Map();
    for (const e of document.querySelectorAll('body *')) {
      const hasText = [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!hasText && !/^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName)) continue;
      if (!e.checkVisibility({ visibilityProperty: true })) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(e);
      const kind = [color, fontSize, fontWeight, ground(e)].join('|');
      const list = kinds.get(kind) ?? kinds.set(kind, []).get(kind);
      if (list.length < few) list.push(e);
    }
    return window.axe.run({ include: [...kinds.values()].flat() },
      { resultTypes: ['violations'], runOnly: [rule] });
  }, [CONTRAST, OF_A_KIND]));
}

export async function axeFaults(tab) {
  return [...await structureFaults(tab), ...await contrastFaults(tab)];
}
