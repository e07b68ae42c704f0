// A frame drawn: its bits in the colours of their fields (as in RFC 6455 §5.2,
// 32 bits to a row), then each field in words. For the inspector and the
// live console.
(function () {
  'use strict';
  const { h, hex, hexByte, count1000, plural, badByte, frame: { opcodeName } } = course;
  /** Bytes that are drawn; of a long payload the rest is only counted. */
  const DRAWN = 32;

  /** The payload as one reads it: text if it is any, else hex. */
  function words(payload, limit = 60) {
    if (badByte(payload) === null) {
      const text = [...new TextDecoder().decode(payload)];
      const shown = text.slice(0, limit).join('');
      return `“${printable(shown)}${text.length > limit ? '…' : ''}”`;
    }
    const size = limit / 3;
    return hex(payload.slice(0, size)) + (payload.length > size ? ' …' : '');
  }

  /** Control characters would not be seen. */
  function printable(text) {
    return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/g,
      (c) => c === '\n' ? '\\n' : `\\u{${c.codePointAt(0).toString(16)}}`);
  }

  function title(frame) {
    if (frame.opcode === undefined) return 'the beginning of a header';
    const name = opcodeName(frame.opcode);
    const parts = [frame.opcode in course.frame.OPCODES ? name : `opcode ${frame.opcode.toString(16).toUpperCase()}`];
    if (!frame.fin) parts.push('more to follow');
    else if (frame.opcode === 0) parts.push('the last of its message');
    if (frame.masked) parts.push('masked');
    if (frame.length !== undefined) parts.push(plural(frame.length, 'byte'));
    return parts.join(', ');
  }

  /** Which field a bit belongs to, by its place in the frame. */
  function kindOf(frame, byte, bit) {
    if (byte === 0) return bit === 0 ? 'fin' : bit < 4 ? 'rsv' : 'opcode';
    if (byte === 1) return bit === 0 ? 'mask' : 'len';
    if (byte < frame.lengthEnd) return 'len';
    return byte < frame.headerSize ? 'key' : 'data';
  }

  /**
   * A browser masks with a key that the page is not told: of what it sends,
   * neither the key nor the masked payload can be shown.
   */
  const isHidden = (frame, at) => frame.keyHidden && at >= frame.lengthEnd;

  function drawByte(frame, at) {
    const value = frame.bytes[at];
    const hidden = isHidden(frame, at);
    const bits = [];
    for (let bit = 0; bit < 8; bit++) {
      const set = hidden ? '·' : (value >> (7 - bit)) & 1;
      bits.push(h('span', { class: `bit ${kindOf(frame, at, bit)}` }, String(set)));
    }
    const inPayload = at - frame.headerSize;
    let below = null;
    if (inPayload >= 0 && frame.payload && !hidden) {
      const plain = frame.payload[inPayload];
      const sign = 0x20 < plain && plain < 0x7f ? String.fromCharCode(plain) : '';
      const from = frame.masked ? `⊕${hexByte(frame.key[inPayload % 4])}=${hexByte(plain)}` : '';
      below = h('span', { class: 'plain' }, from, from && sign && ' ', sign);
    }
    const fault = frame.faults.some((f) => f.at === at);
    return h('span', { class: fault ? 'byte bad' : 'byte' },
      h('span', { class: 'value' }, hidden ? '··' : hexByte(value)),
      h('span', { class: 'bits' }, bits), below);
  }

  function bits(frame) {
    const shown = Math.min(frame.bytes.length, DRAWN);
    const drawn = [];
    for (let at = 0; at < shown; at++) drawn.push(drawByte(frame, at));
    const rest = frame.bytes.length - shown;
    return h('div', { class: 'frame-bits', role: 'img', 'aria-label': `The bits of the frame: ${title(frame)}. In words below.` },
      drawn, rest > 0 && h('span', { class: 'rest' }, `… and ${plural(rest, 'more byte')}`));
  }

  function fields(frame) {
    const { fin, rsv, opcode, masked, short, form, length } = frame;
    if (opcode === undefined) return [];
    const bit = (set) => set ? '1' : '0';
    const list = [
      ['fin', 'FIN', bit(fin), fin ? 'the message ends with this frame' : 'the message goes on in another frame'],
      ['rsv', 'RSV1–3', rsv.toString(2).padStart(3, '0'), rsv ? 'reserved, and set' : 'reserved'],
      ['opcode', 'opcode', opcode.toString(16).toUpperCase(), opcodeName(opcode)],
      ['mask', 'MASK', bit(masked), masked ? 'masked, as a client must' : 'not masked, as a server must'],
      ['len', 'length', String(short), {
        7: plural(short, 'byte'), 16: 'the length is in the next 2 bytes', 64: 'the length is in the next 8 bytes',
      }[form]],
    ];
    if (form !== 7 && length !== undefined) {
      list.push(['len', 'extended length', hex(frame.bytes.slice(2, frame.lengthEnd)), plural(length, 'byte')]);
    }
    if (frame.keyHidden) list.push(['key', 'masking key', '·· ·· ·· ··', 'random; a browser does not tell it to a page']);
    else if (frame.key) list.push(['key', 'masking key', hex(frame.key), 'each byte of the payload is XORed with one of these']);
    if (frame.payload?.length) {
      const sent = frame.bytes.slice(frame.headerSize, frame.headerSize + 12);
      list.push(['data', 'payload', frame.keyHidden ? '·· masked ··'
        : hex(sent) + (frame.payload.length > 12 ? ' …' : ''), words(frame.payload)]);
    }
    if (frame.closeCode) {
      list.push(['data', 'close code', hex(frame.payload.slice(0, 2)), String(frame.closeCode)]);
      if (frame.closeReason) list.push(['data', 'reason', '', `“${printable(frame.closeReason)}”`]);
    }
    if (frame.message) {
      const { payload, opcode: kind } = frame.message;
      list.push(['data', 'whole message', '', `${opcodeName(kind)}, ${plural(payload.length, 'byte')}: ${words(payload)}`]);
    }
    return list;
  }

  function table(frame) {
    const rows = fields(frame).map(([kind, name, value, meaning]) => h('tr', {},
      h('th', { scope: 'row', class: kind }, name),
      h('td', {}, h('code', {}, value)), h('td', {}, meaning)));
    return rows.length > 0 && h('table', { class: 'frame-fields', 'aria-label': 'The fields of the frame: name, value, meaning' },
      h('tbody', {}, rows));
  }

  function faults(frame, start = 0) {
    return frame.faults.length > 0 && h('ul', { class: 'faults' }, frame.faults.map((fault) =>
      h('li', {}, h('strong', {}, fault.rule), ` byte ${count1000(start + fault.at)}`,
        frame.bytes[fault.at] !== undefined && [' (', h('code', {}, hexByte(frame.bytes[fault.at])), ')'],
        `: ${fault.text}. The connection ends with ${fault.code}.`)));
  }

  function missing(frame) {
    return frame.missing > 0 && h('p', { class: 'missing' },
      frame.headerMissing ? `The header lacks ${plural(frame.missing, 'byte')}. ` : `The payload lacks ${plural(frame.missing, 'byte')}. `,
      'That is no fault: a server waits for them (F10).');
  }

  course.frameView = { bits, table, faults, missing, title, words, printable };
})();
