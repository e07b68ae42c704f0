// Shows each ```diff block as a card: highlighted code in which added and
// removed lines are marked. Without JavaScript the plain patch stays; with it,
// the patch is one button away.
//
// Comments before a block say more (each on a line of its own):
//   <!-- badge: to be seen -->                a label
//   <!-- where: in `serve`, after the loop --> in place of our own guess;
//                                              hunks are separated by |
//   <!-- expect: error E0373 -->              "fails on purpose", also a label
(function () {
  'use strict';
  const { parse, place, onlyTests } = course.patch;
  const LANGUAGES = {
    rs: 'rust', toml: 'ini', html: 'xml', js: 'javascript', sh: 'bash',
    md: 'markdown', css: 'css', json: 'json',
  };
  /** So many removed lines in a row are folded. */
  const FOLD = 8;

  function element(tag, className, ...content) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    e.append(...content);
    return e;
  }

  /** Highlights lines as one text; each line gets its spans closed. */
  function highlight(language, lines) {
    const text = lines.join('\n');
    const html = language && hljs.getLanguage(language)
      ? hljs.highlight(language, text, true).value
      : text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    const open = [];
    return html.split('\n').map((line) => {
      const start = open.join('');
      for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
        if (tag[1] === '/') open.pop();
        else open.push(tag);
      }
      return start + line + '</span>'.repeat(open.length);
    });
  }

  /** Text in which `this` is code. */
  function words(text) {
    return text.split('`').map((part, i) =>
      i % 2 ? element('span', 'diff-name', part) : part);
  }

  function gap(hunk, where) {
    const parts = where ? words(where) : place(hunk).map((part, i) =>
      i % 2 && part ? element('span', 'diff-name', part) : part);
    return element('span', 'diff-gap', hunk.to > 1 ? '… ' : '', ...parts, '\n');
  }

  /** Puts a button before a long run of removed lines, and hides them. */
  function fold(rows) {
    const name = (row) => {
      const text = row.textContent.trim();
      return element('span', 'diff-name', text.length > 28 ? `${text.slice(0, 27)}…` : text);
    };
    const solid = rows.filter((row) => row.textContent.trim());
    const button = element('button', 'diff-fold', `remove these ${rows.length} lines, from `,
      name(solid[0]), ' to ', name(solid.at(-1)));
    button.type = 'button';
    const show = (shown) => {
      button.setAttribute('aria-expanded', String(shown));
      for (const row of rows) row.classList.toggle('diff-folded', !shown);
    };
    show(false);
    button.onclick = () => show(button.getAttribute('aria-expanded') === 'false');
    rows[0].before(button);
  }

  function row(kind, html, number) {
    const tag = { '+': 'ins', '-': 'del', ' ': 'span' }[kind];
    const line = element(tag, 'diff-line');
    line.innerHTML = html;
    // A line that is wrapped goes on below its own beginning.
    line.style.setProperty('--indent', /^ */.exec(line.textContent)[0].length);
    line.dataset.number = number;
    line.append('\n');
    return line;
  }

  function render(file, wheres) {
    const language = LANGUAGES[file.path.split('.').pop()];
    const code = element('code', 'hljs');
    code.tabIndex = 0; // a keyboard can scroll it
    code.setAttribute('role', 'group');
    code.setAttribute('aria-label', `The change to ${file.path}`);
    const rows = code.appendChild(element('span', 'diff-rows'));
    for (const hunk of file.hunks) {
      const where = wheres.shift();
      if (!file.created && !file.deleted) rows.append(gap(hunk, where));
      const side = (not) => highlight(language,
        hunk.lines.filter((line) => line.kind !== not).map((line) => line.text));
      const [before, after] = [side('+'), side('-')];
      let number = hunk.to;
      let removed = [];
      const flush = () => {
        if (removed.length >= FOLD) fold(removed);
        removed = [];
      };
      for (const { kind } of hunk.lines) {
        const old = kind === '+' ? '' : before.shift();
        const now = kind === '-' ? '' : after.shift();
        const line = row(kind, kind === '-' ? old : now, kind === '-' ? '' : number++);
        if (kind !== '-') flush();
        rows.append(line);
        if (kind === '-') removed.push(line);
      }
      flush();
    }
    return element('pre', 'diff-code', code);
  }

  /** What the comments before a block say. */
  function directives(pre) {
    const found = { badges: [], wheres: [] };
    for (let node = pre.previousSibling; node; node = node.previousSibling) {
      if (node.nodeType === Node.TEXT_NODE && !node.data.trim()) continue;
      if (node.nodeType !== Node.COMMENT_NODE) break;
      const m = /^\s*(badge|where|expect):\s*(.*?)\s*$/s.exec(node.data);
      if (!m) continue;
      if (m[1] === 'badge') found.badges.unshift(m[2]);
      if (m[1] === 'where') found.wheres = m[2].split('|').map((where) => where.trim());
      if (m[1] === 'expect') {
        found.badges.unshift(`fails on purpose: ${m[2].replace(/^error /, '')}`);
      }
    }
    return found;
  }

  function badge(text) {
    const kind = /^fails/.test(text) ? 'bad' : /^test/.test(text) ? 'test'
      : /^(new|to be seen)/.test(text) ? 'good' : 'plain';
    return element('span', `diff-badge diff-badge-${kind}`, text);
  }

  function buttons(original, patch, what) {
    const raw = element('button', '', 'patch');
    raw.type = 'button';
    raw.title = 'Show the patch that git apply takes';
    raw.setAttribute('aria-label', `Show the patch of ${what}`);
    const show = (shown) => {
      original.hidden = !shown;
      raw.setAttribute('aria-expanded', String(shown));
    };
    show(false);
    raw.onclick = () => show(original.hidden);
    const copy = element('button', '', 'copy');
    copy.type = 'button';
    copy.title = 'Copy the patch, to paste it to git apply';
    copy.setAttribute('aria-label', `Copy the patch of ${what}`);
    const status = element('span', 'visually-hidden');
    status.setAttribute('role', 'status');
    let timer;
    const say = (label, words) => {
      copy.textContent = label;
      status.textContent = words;
      clearTimeout(timer);
      timer = setTimeout(() => {
        copy.textContent = 'copy';
        status.textContent = '';
      }, 2000);
    };
    new ClipboardJS(copy, { text: () => patch })
      .on('success', () => say('copied', 'The patch is copied.'))
      .on('error', () => {
        show(true);
        say('copy it below', 'The browser forbids it: copy the patch below by hand.');
      });
    return element('span', 'diff-buttons', raw, copy, status);
  }

  /**
   * The number of each block, as the tool names it: 1.3/2 is the second change
   * under the heading 1.3. A lower heading without a number leaves it in force.
   */
  function numbers() {
    const found = new Map();
    let level = 0, number = '', count = 0;
    const walker = document.createTreeWalker(document.querySelector('main'),
      NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.COMMENT_NODE) {
        if (/^\s*file: /.test(node.data)) count++;
        if (/^\s*branch: /.test(node.data)) [number, count] = ['', 0];
      } else if (/^H[1-6]$/.test(node.tagName)) {
        const own = /^\s*(\d+\.\d+[a-z]?) /.exec(node.textContent)?.[1];
        if (!own && number && +node.tagName[1] > level) continue;
        [level, number, count] = [+node.tagName[1], own ?? '', 0];
      } else if (number && node.matches('pre > code.language-diff')) {
        found.set(node, `${number}/${++count}`);
      }
    }
    return found;
  }

  const ids = numbers();
  for (const code of document.querySelectorAll('pre > code.language-diff')) {
    const patch = code.textContent;
    const files = parse(patch);
    if (!files) continue;
    const original = code.parentElement;
    const { badges, wheres } = directives(original);
    const box = element('div', 'diff-card');
    original.before(box);
    files.forEach((file, i) => {
      const caption = element('figcaption', '', element('span', 'diff-path', file.path));
      if (i === 0 && ids.has(code)) {
        caption.prepend(element('span', 'diff-number', ids.get(code)));
      }
      if (file.created) caption.append(badge('new file'));
      if (file.deleted) caption.append(badge('deleted'));
      if (onlyTests(file) && !badges.includes('test only')) caption.append(badge('test only'));
      if (i === 0) {
        const what = files.map(({ path }) => path).join(' and ');
        caption.append(...badges.map(badge), buttons(original, patch, what));
      }
      box.append(element('figure', '', caption, render(file, wheres)));
    });
    box.append(original);
    // mdBook's own button on the plain patch would be a second "copy".
    original.querySelector('.buttons')?.remove();
    code.tabIndex = 0;
  }
})();
