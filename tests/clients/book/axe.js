// What axe finds wrong with a page, the faults of mdBook itself aside.

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

export async function axeFaults(tab) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`))
    .filter((fault) => !OF_MDBOOK.some(([rule, place]) => fault.startsWith(`${rule}: ${place}: `)));
}
