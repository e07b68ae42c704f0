import { buildBook, launch, openPage, serve } from './harness.js';
const [page, theme, width, from, height, out, pre] = process.argv.slice(2);
const book = buildBook(); const site = await serve(book.site); const b = await launch();
const tab = await openPage(b, `${site.url}/${page}`, { theme, viewport: { width: +width, height: +height } });
if (pre) await tab.evaluate(pre);
await tab.evaluate((y) => scrollTo(0, y), +from);
await tab.screenshot({ path: out });
await b.close(); site.stop();
