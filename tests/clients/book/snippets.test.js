// What the book types into a browser's console is typed here, on the page of
// the stage's own program, and what the console shows is compared with what
// the book shows. book/MAINTAINING.md says how such a block is marked;
// COURSE_UPDATE=1 writes what is shown into the chapters.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildBook, launch, openPage, ROOT, Stage, until } from './harness.js';

/** The address that the book's texts have. */
const BOOK_HOST = '127.0.0.1:6969';

let browser;
const book = buildBook();
before(async () => { browser = await launch(); });
after(() => browser?.close());

/**
 * The marked blocks of a chapter: where they stand, which stage they are
 * for, and what is typed and shown: [{ code, shown }].
 */
function snippets(page) {
  const lines = readFileSync(join(book.source, page.replace(/html$/, 'md')), 'utf8').split('\n');
  const found = [];
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('<!-- browser')) continue;
    const where = `${page}, line ${i + 1}`;
    const [, said] = /^<!-- browser(?:: (goes on|step\d-\w+))? -->$/.exec(line) ?? assert.fail(`${where}: ${line}`);
    const language = /^```(js|console)$/.exec(lines[i + 1])?.[1] ?? assert.fail(`${where}: a block of js or console follows`);
    const end = lines.indexOf('```', i + 2);
    const goesOn = said === 'goes on';
    const checkpoint = lines.slice(i).map((later) => /^<!-- checkpoint: (\S+) -->$/.exec(later)?.[1]).find(Boolean);
    const stage = goesOn ? found.at(-1)?.stage : said ?? checkpoint;
    assert.ok(stage, `${where}: which stage?`);
    assert.ok(existsSync(join(ROOT, stage)), `${where}: ${stage} has no crate: it is a branch, or there is none of this name. Name a stage: <!-- browser: step4-complete -->`);
    found.push({ where, stage, goesOn, from: i + 2, end, language, typed: typed(language, lines.slice(i + 2, end), where) });
  }
  return found;
}

/** Line by line; or a whole script, whose last comments say what is shown. */
function typed(language, lines, where) {
  if (language === 'js') {
    const last = lines.findLastIndex((line) => !line.startsWith('// '));
    return [{ code: lines.slice(0, last + 1).join('\n'), shown: lines.slice(last + 1).map((line) => line.slice(3)) }];
  }
  const commands = [];
  for (const line of lines) {
    if (line.startsWith('> ')) commands.push({ code: line.slice(2), shown: [] });
    else (commands.at(-1) ?? assert.fail(`${where}: begins with "> "`)).shown.push(line);
  }
  return commands;
}

function written(language, commands) {
  return commands.flatMap(({ code, shown }) => language === 'js'
    ? [...code.split('\n'), ...shown.map((line) => `// ${line}`)] : [`> ${code}`, ...shown]);
}

/** `…` in the book stands for anything. */
function isLike(shown, pattern) {
  const parts = pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(shown);
}

/** The console of a page: what one types, and what it shows. */
class Console {
  static async open(stage) {
    const it = new Console();
    it.server = await Stage.start(stage);
    it.tab = await openPage(browser, `http://${it.server.host}/`);
    it.shown = [];
    it.devtools = await it.tab.context().newCDPSession(it.tab);
    it.devtools.on('Runtime.consoleAPICalled', ({ args }) =>
      it.show(args.map(({ value, description }) => String(value ?? description)).join(' ')));
    it.devtools.on('Runtime.exceptionThrown', ({ exceptionDetails }) => it.showError(exceptionDetails));
    it.devtools.on('Log.entryAdded', ({ entry }) => it.show(entry.text));
    await it.devtools.send('Runtime.enable');
    await it.devtools.send('Log.enable');
    return it;
  }

  show(text) {
    this.shown.push(...text.replaceAll(this.server.host, BOOK_HOST).split('\n'));
  }

  showError({ text, exception }) {
    this.show(`Uncaught ${exception?.description?.split('\n')[0] ?? text}`);
  }

  /** As DevTools do: `let` may come twice, a value is shown. */
  async type(code) {
    const { result, exceptionDetails } = await this.devtools.send('Runtime.evaluate', {
      expression: code.replaceAll(BOOK_HOST, this.server.host), replMode: true, userGesture: true,
    });
    if (exceptionDetails) this.showError(exceptionDetails);
    else if (result.type === 'string') this.show(`'${result.value}'`);
    else if (result.subtype === 'null' || /^(number|boolean|bigint)$/.test(result.type)) {
      this.show(result.description ?? String(result.value));
    }
    await until('no socket is still connecting', () => this.settled());
  }

  /** People type slowly: by the next line a connection is open, or refused. */
  async settled() {
    const { result } = await this.devtools.send('Runtime.evaluate', { expression: 'WebSocket.prototype' });
    const { objects } = await this.devtools.send('Runtime.queryObjects', { prototypeObjectId: result.objectId });
    const { result: { value } } = await this.devtools.send('Runtime.callFunctionOn', {
      objectId: objects.objectId, returnByValue: true,
      functionDeclaration: 'function () { return this.every(({ readyState }) => readyState !== 0); }',
    });
    return value;
  }

  async close() {
    await this.tab.context().close();
    await this.server.stop();
  }
}

/** Types a block; gives it as it is to be, with what was really shown. */
async function run(console_, commands) {
  const done = [];
  for (const { code, shown } of commands) {
    const begin = console_.shown.length;
    await console_.type(code);
    const enough = () => console_.shown.length - begin >= shown.length;
    await until(`${code} shows ${JSON.stringify(shown)}; so far ${JSON.stringify(console_.shown.slice(begin))}`, enough)
      .catch((error) => { if (!process.env.COURSE_UPDATE) throw error; });
    done.push({ code, begin });
  }
  return done.map(({ code, begin }, i) => {
    const really = console_.shown.slice(begin, done[i + 1]?.begin);
    return { code, shown: really.map((line, at) => isLike(line, commands[i].shown[at] ?? '') ? commands[i].shown[at] : line) };
  });
}

const marked = book.chapters.map((page) => [page, snippets(page)]).filter(([, list]) => list.length > 0);

for (const [page, list] of marked) {
  test(`${page}: ${list.length} blocks typed into the browser's console`, { timeout: 120_000 }, async () => {
    let console_;
    const changes = [];
    for (const { where, stage, goesOn, from, end, language, typed: commands } of list) {
      if (!goesOn) {
        await console_?.close();
        console_ = await Console.open(stage);
      }
      const really = written(language, await run(console_, commands));
      if (process.env.COURSE_UPDATE) changes.unshift([from, end - from, ...really]);
      else assert.deepEqual(really, written(language, commands), where);
    }
    await console_.close();
    const source = join(ROOT, 'book/src', page.replace(/html$/, 'md'));
    if (changes.length && existsSync(source)) {
      const lines = readFileSync(source, 'utf8').split('\n');
      for (const change of changes) lines.splice(...change);
      writeFileSync(source, lines.join('\n'));
    }
  });
}

test('a line that is not shown is missed, and one too many is seen', { timeout: 120_000 }, async (t) => {
  const console_ = await Console.open('step4-complete');
  t.after(() => console_.close());
  const really = await run(console_, [
    { code: 'console.log("a\\nb"); 1 + 1', shown: [] },
    { code: 'let x = 1', shown: [] },
    { code: 'let x = "two"; x', shown: ['\'t…\''] },
    { code: 'nothing.here', shown: ['Uncaught ReferenceError: nothing is not defined'] },
    { code: `new WebSocket('ws://${BOOK_HOST}/nowhere')`, shown: ['WebSocket connection to …'] },
  ]);
  assert.deepEqual(really.map(({ shown }) => shown), [
    ['a', 'b', '2'], [], ['\'t…\''],
    ['Uncaught ReferenceError: nothing is not defined'], ['WebSocket connection to …'],
  ]);
  assert.match(console_.shown.at(-1), /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:6969\/nowhere' failed/);
});

test('there are such blocks', () => assert.ok(marked.length > 0));
