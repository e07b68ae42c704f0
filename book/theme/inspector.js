// The frame inspector: builds a frame from its fields, and decodes bytes into
// frames. Both show the same bytes: to change one side changes the other.
//
//   data-hex="81 85 …"    the bytes to begin with; or
//   data-text="Hello"     a frame to begin with, with data-opcode="9" (hex),
//   data-masked, data-key="37fa213d", data-fin="0"
//   data-from="server"    who sends: decides between F3 and F4
//   data-compact          the form that builds is folded away
(function () {
  'use strict';
  const { h, id, field, hex, parseHex, random, plural, badByte, frame: codec, frameView: view } = course;
  const EXAMPLES = [
    ['“Hello”, masked (RFC 6455 §5.7)', 'client', '81 85 37 fa 21 3d 7f 9f 4d 51 58'],
    ['“Hello” from a server', 'server', '81 05 48 65 6c 6c 6f'],
    ['“Hel” and “lo”: two fragments', 'server', '01 03 48 65 6c 80 02 6c 6f'],
    ['a Ping between two fragments', 'server', '01 03 48 65 6c 89 00 80 02 6c 6f'],
    ['a Ping and its Pong', 'server', '89 05 48 65 6c 6c 6f 8a 05 48 65 6c 6c 6f'],
    ['Close, 1000, “bye”', 'server', '88 05 03 e8 62 79 65'],
    ['256 bytes: only the header has come', 'server', '82 7e 01 00'],
    ['not masked by a client: F3', 'client', '81 05 48 65 6c 6c 6f'],
    ['claims 2⁶² bytes: F7', 'client', '82 ff 40 00 00 00 00 00 00 00 00 00 00 00'],
    ['a reserved bit, opcode 3: F1, F2', 'client', 'c3 80 00 00 00 00'],
  ];
  const KEY = '37 fa 21 3d';

  /** The bytes of lines as `talk` and the servers of the course show them; other text as it is. */
  function bytesOf(text) {
    return text.replace(/^.*?(?:[→←]|received [\d,]+ bytes?:)/gm, '')
      .replace(/(?: {2,}[A-Z][A-Z\d]{2,}\b| +…).*$/gm, '');
  }

  function option(value, text) {
    return h('option', { value }, text);
  }

  function check(label) {
    const box = h('input', { type: 'checkbox' });
    return [box, h('label', { class: 'check' }, box, ` ${label}`)];
  }

  course.widget('inspector', 'Frame inspector', (root, data) => {
    const payload = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', class: 'wide' });
    const kind = h('select', {}, option('text', 'text'), option('hex', 'hex'), option('close', 'close code and reason'));
    const opcode = h('select', {}, Array.from({ length: 16 }, (_, n) =>
      option(n, `${n.toString(16).toUpperCase()} ${codec.opcodeName(n)}`)));
    const form = h('select', {}, option(0, 'the shortest'), option(16, '16 bits'), option(64, '64 bits'));
    const [fin, finLabel] = check('FIN');
    const rsv = ['RSV1', 'RSV2', 'RSV3'].map(check);
    const [masked, maskedLabel] = check('masked');
    const key = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', size: 11, value: data.key ?? KEY });
    const keyField = field('Masking key', key);
    const newKey = h('button', { type: 'button' }, 'random key');

    const bytes = h('textarea', { rows: 3, spellcheck: 'false', autocomplete: 'off', id: id('bytes') });
    const from = h('select', {}, option('client', 'a client'), option('server', 'a server'));
    const example = h('select', {}, option('', 'choose …'), EXAMPLES.map(([name], i) => option(i, name)));
    const problem = h('p', { class: 'problem' });
    const summary = h('p', { class: 'summary', role: 'status' });
    const list = h('ol', { class: 'frames' });

    const build = h('div', { class: 'fields' },
      field('Payload', payload, true), field('as', kind),
      field('Opcode', opcode), field('Length in', form),
      h('span', { class: 'checks' }, finLabel, rsv.map(([, label]) => label), maskedLabel),
      keyField, newKey);
    root.append(
      h('div', { class: 'fields' }, field('Example', example), field('Sent by', from)),
      'compact' in data
        ? h('details', {}, h('summary', {}, 'Build a frame'), build)
        : h('fieldset', {}, h('legend', {}, 'Build a frame'), build),
      h('label', { for: bytes.id, class: 'bytes-label' }, 'The bytes, in hexadecimal: change them, or put your own here'),
      bytes, problem, summary, list);

    /** The payload that is written in the form; a text if it is none. */
    function writtenPayload() {
      if (kind.value === 'hex') return parseHex(payload.value);
      if (kind.value === 'text') return new TextEncoder().encode(payload.value);
      const m = /^\s*(\d{1,5})\s?(.*)$/.exec(payload.value);
      if (!m || +m[1] > 65535) return 'A close payload is a number up to 65535, and perhaps a reason: 1000 bye';
      return Uint8Array.of(+m[1] >> 8, +m[1] & 0xff, ...new TextEncoder().encode(m[2]));
    }

    function fromFields() {
      const content = writtenPayload();
      const maskingKey = parseHex(key.value);
      let fault = typeof content === 'string' ? content : null;
      if (masked.checked && (typeof maskingKey === 'string' || maskingKey.length !== 4)) {
        fault ??= 'A masking key has 4 bytes.';
      }
      problem.textContent = fault ?? '';
      key.disabled = newKey.disabled = !masked.checked;
      if (fault) return stale();
      bytes.value = hex(codec.encode({
        fin: fin.checked,
        rsv: rsv.reduce((sum, [box]) => sum * 2 + box.checked, 0),
        opcode: +opcode.value,
        key: masked.checked ? maskingKey : null,
        payload: content,
        form: +form.value,
      }));
      show(parseHex(bytes.value));
    }

    /** Puts into the form what one whole frame says. */
    function toFields(frame) {
      fin.checked = frame.fin;
      rsv.forEach(([box], i) => { box.checked = (frame.rsv >> (2 - i)) & 1; });
      opcode.value = frame.opcode;
      masked.checked = frame.masked;
      key.disabled = newKey.disabled = !frame.masked;
      if (frame.key) key.value = hex(frame.key);
      form.value = frame.form === codec.shortestForm(frame.payload.length) ? 0 : frame.form;
      if (frame.opcode === 8 && frame.closeReason !== undefined) {
        kind.value = 'close';
        payload.value = `${frame.closeCode} ${frame.closeReason}`.trimEnd();
      } else if (badByte(frame.payload) === null && !/[\r\n]/.test(new TextDecoder().decode(frame.payload))) {
        kind.value = 'text';
        payload.value = new TextDecoder().decode(frame.payload);
      } else {
        kind.value = 'hex';
        payload.value = hex(frame.payload);
      }
    }

    function fromBytes() {
      const content = parseHex(bytesOf(bytes.value));
      problem.textContent = typeof content === 'string' ? content : '';
      if (typeof content === 'string') return stale();
      const frames = show(content);
      if (frames.length === 1 && frames[0].payload && !frames[0].missing) toFields(frames[0]);
    }

    /** What is shown belongs to what was there before. */
    function stale() {
      summary.textContent = 'Not read. Below is still what could be read last.';
      summary.classList.remove('bad');
      root.classList.add('stale');
    }

    function show(content) {
      root.classList.remove('stale');
      const frames = codec.decode(content, from.value);
      const faults = frames.flatMap((frame) => frame.faults.map(({ rule }) => rule));
      const rest = frames.at(-1)?.missing;
      summary.textContent = `${plural(frames.length, 'frame')}, `
        + (faults.length ? `${plural(faults.length, 'fault')}: ${faults.join(', ')}.` : rest ? 'no fault so far.' : 'no fault.')
        + (rest ? ` The last one lacks ${plural(rest, 'byte')}.` : '');
      summary.classList.toggle('bad', faults.length > 0);
      let stopped = false;
      list.replaceChildren(...frames.map((frame) => {
        const item = h('li', { class: 'frame' },
          h('p', { class: 'frame-title' }, view.title(frame),
            frames.length > 1 && h('span', { class: 'from' }, ` from byte ${frame.start}`)),
          stopped && h('p', { class: 'missing' }, 'A server does not read this far: the frame above ends the connection.'),
          view.faults(frame, frame.start), view.bits(frame), view.missing(frame), view.table(frame));
        stopped ||= frame.faults.length > 0;
        return item;
      }));
      return frames;
    }

    bytes.addEventListener('input', fromBytes);
    from.addEventListener('input', fromBytes);
    build.addEventListener('input', fromFields);
    // A client masks, a server does not: to begin with what is right.
    newKey.addEventListener('click', () => {
      key.value = hex(random(4));
      fromFields();
    });
    example.addEventListener('input', () => {
      const chosen = EXAMPLES[example.value];
      if (!chosen) return;
      [, from.value, bytes.value] = chosen;
      fromBytes();
    });

    from.value = data.from ?? 'client';
    fin.checked = data.fin !== '0';
    opcode.value = parseInt(data.opcode ?? '1', 16);
    masked.checked = 'masked' in data || (from.value === 'client' && !('text' in data));
    payload.value = data.text ?? 'Hello';
    if (data.hex) {
      bytes.value = data.hex;
      fromBytes();
    } else {
      fromFields();
    }
  });
})();
