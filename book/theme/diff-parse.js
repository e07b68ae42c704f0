// Reads a patch: files, hunks, lines, and where in the file a hunk is.
(function () {
  'use strict';

  /** Splits a unified diff into files, each with its hunks; null: it is none. */
  function parse(patch) {
    const files = [];
    let file, hunk;
    const lines = patch.replace(/\n$/, '').split('\n');
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i];
      let m;
      // A removed line may begin with "-- ": a header comes only where the
      // hunk has all its lines.
      if ((!hunk || hunk.missing <= 0)
        && line.startsWith('--- ') && (lines[i + 1] || '').startsWith('+++ ')) {
        const [from, to] = [line, lines[++i]]
          .map((l) => l.slice(4).replace(/\t.*/, ''));
        file = { created: from === '/dev/null', deleted: to === '/dev/null', hunks: [] };
        file.path = (file.deleted ? from : to).replace(/^[ab]\//, '');
        files.push(file);
        hunk = null;
      } else if (file && (!hunk || hunk.missing <= 0)
        && (m = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)/.exec(line))) {
        hunk = {
          from: +m[1], to: +m[3], within: m[5], lines: [],
          missing: +(m[2] ?? 1) + +(m[4] ?? 1),
        };
        file.hunks.push(hunk);
      } else if (hunk && /^[ +-]|^$/.test(line)) {
        const kind = line[0] || ' ';
        hunk.missing -= kind === ' ' ? 2 : 1;
        hunk.lines.push({ kind, text: line.slice(1) });
      } else if (!line.startsWith('\\ ')) {
        return null;
      }
    }
    return files.length ? files : null;
  }

  const ITEM = /^(\s*)(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe )*(fn|impl|struct|enum|mod|trait)\b\s*(.*)/;

  /** `serve` for a function, `impl Request` for what is none. */
  function itemName(line) {
    const m = ITEM.exec(line);
    if (!m) return null;
    const [, indent, kind, rest] = m;
    const name = kind === 'fn' || kind === 'mod'
      ? /^\w+/.exec(rest)?.[0]
      : `${kind} ${rest.replace(/^<[^>]*>\s*/, '').replace(/\s*[{(;].*| where .*/, '')}`;
    return name ? { kind, name, indent: indent.length } : null;
  }

  const indentOf = (text) => /^\s*/.exec(text)[0].length;

  /** Whether what is added is a new item, its comments and attributes aside. */
  const beginsItem = (hunk, at) => {
    const code = hunk.lines.slice(at)
      .find(({ text }) => text.trim() && !/^\s*(\/\/|#\[)/.test(text));
    return code?.kind === '+' && itemName(code.text) !== null;
  };

  /**
   * Where a hunk is, in words: parts of text and of code, in turns. The name
   * in the hunk's header is that of the last item above it, which may have
   * ended: then the change is not deeper than that item.
   */
  function place(hunk) {
    const at = hunk.lines.findIndex((line) => line.kind !== ' ');
    const above = hunk.lines.slice(0, at).map((line) => line.text);
    const isEnd = hunk.lines.at(-1)?.kind !== ' ';
    const changed = hunk.lines.slice(at).find((line) => line.text.trim());
    const depth = indentOf(changed?.text ?? '');
    const use = /^(use|mod) /.exec(changed?.text ?? '');
    // The first one of a file has no others to stand among.
    if (use && hunk.to <= 1 && !hunk.lines.some(({ kind, text }) =>
      kind !== '+' && text.startsWith(use[0]))) {
      return ['at the top of the file', ''];
    }
    if (use) return ['among the ', use[1], ' lines', ''];
    let item = null;
    for (const [i, text] of [hunk.within, ...above].entries()) {
      const found = itemName(text);
      if (found) item = { ...found, isFnOfHeader: i === 0 && found.kind === 'fn' };
      else if (item && /^\s*}/.test(text)) {
        // The hunk's header does not tell how far in its function stands: a
        // brace behind which another item begins is taken for its end.
        const end = item.isFnOfHeader && beginsItem(hunk, at) ? depth : item.indent;
        if (indentOf(text) <= end) item = { ...item, indent: end, ended: true };
      }
    }
    const last = above.findLast((text) => /\w/.test(text))?.trim();
    // The end of a head that takes several lines: `) -> Result<(), Error> {`.
    const isHead = last && (itemName(last) || /^\) .*\{$/.test(last));
    // A block that ends above the change is named by its head: to be below its
    // last line would be inside.
    const brace = above.findLast((text) => text.trim()) ?? '';
    const block = /^\s*[)\]}]+[;,]?$/.test(brace) && indentOf(brace) === depth
      && above.findLast((text) => indentOf(text) === depth && /[([{]$/.test(text))?.trim();
    const words = [];
    // What is last in the file, the header may not know: it skips the heads
    // with a `;`, such as that of an array.
    if (isEnd && item?.ended && depth === 0) return ['at the end of the file', ''];
    if (!item && hunk.to <= 1 && /^\s*(\/\/|$)/.test(last ?? '')) {
      return ['at the top of the file', ''];
    }
    if (item && !item.ended && depth > item.indent) words.push('in ', item.name);
    else if (item && !isHead) words.push('after ', item.name);
    const isInside = words[0] === 'in ';
    if (last && !(isHead && isInside) && words[0] !== 'after ') {
      const [how, which] = block ? ['after ', block.replace(/\s*[([{]$/, '')] : ['below ', last];
      const cut = which.length > 44 ? `${which.slice(0, 42).trimEnd()}…` : which;
      words.push(words.length ? `, ${how}` : how, cut);
    } else if (isHead && isInside) {
      words.push(', at its beginning', '');
    } else if (!words.length) {
      words.push(hunk.to <= 1 ? 'at the top of the file' : '', '');
    }
    if (isEnd && !isInside) words.push(words[0] ? ', at the end of the file' : 'at the end of the file', '');
    return words;
  }

  /** Whether all that changes are tests. */
  const onlyTests = (file) => !file.created && file.hunks.every((hunk) => {
    const added = hunk.lines.find(({ kind, text }) => kind === '+' && text.trim());
    return /^\s*mod tests\b/.test(hunk.within)
      || /^\s*#\[(cfg\(test\)|test)\]/.test(added?.text ?? '');
  });

  (window.course ??= {}).patch = { parse, place, onlyTests };
})();
