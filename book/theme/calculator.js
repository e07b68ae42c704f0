// The handshake calculator: from Sec-WebSocket-Key to Sec-WebSocket-Accept
// (RFC 6455 §4.2.2), each step shown.
//
//   data-key="dGhlIHNhbXBsZSBub25jZQ=="   the key to begin with
(function () {
  'use strict';
  const { h, id, hex, random, sha1 } = course;
  const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const SAMPLE = 'dGhlIHNhbXBsZSBub25jZQ=='; // RFC 6455 §1.3

  const ascii = (text) => new TextEncoder().encode(text);
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
  const unbase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const accept = (key) => base64(sha1(ascii(key + GUID)));

  /** What U6 finds wrong with a key; null if nothing. */
  function keyFault(key) {
    const odd = /[^A-Za-z0-9+/=]/.exec(key);
    if (key === '') return 'there is no key';
    if (odd) return `“${odd[0]}” is no character of base64`;
    if (!/^[^=]*={0,2}$/.test(key) || key.length % 4) {
      return 'base64 comes in groups of 4 characters, = only at the end';
    }
    const size = key.length / 4 * 3 - (/=*$/.exec(key)[0].length);
    if (size !== 16) return `that is ${size} bytes, not 16`;
    if (!/[AQgw]==$/.test(key)) {
      return 'the last character has bits that belong to no byte';
    }
    return null;
  }

  /** What a wrong accept is the right answer to. */
  function mistakes(key) {
    const decoded = keyFault(key) ? null : unbase64(key);
    const digest = sha1(ascii(key + GUID));
    return [
      [accept(key).slice(0, -1), 'the = at the end is missing'],
      [accept(''), 'the key was left out: only the GUID was hashed'],
      [base64(sha1(ascii(key))), 'the GUID was left out'],
      [base64(sha1(ascii(GUID + key))), 'the GUID stands before the key'],
      [accept(key).toLowerCase(), 'all letters are small: base64 tells them apart'],
      [base64(sha1(ascii(key + GUID.toLowerCase()))), 'the GUID is written in small letters'],
      [base64(sha1(ascii(key + GUID.replaceAll('-', '–')))), 'the GUID has typographic dashes'],
      [accept(` ${key}`), 'the space before the key was hashed too'],
      [accept(`${key}\r\n`), 'the end of the line was hashed too'],
      [accept(`${key}\n`), 'the end of the line was hashed too'],
      [accept(`${key}\r`), 'half of the end of the line was hashed too'],
      [base64(sha1(ascii(`${key}${GUID}\0`))), 'a NUL at the end was hashed too'],
      [base64(ascii(hex(digest).replaceAll(' ', ''))), 'base64 was made of the hexadecimal text, not of the 20 bytes'],
      [hex(digest).replaceAll(' ', ''), 'that is SHA-1 in hexadecimal; base64 is wanted'],
      decoded && [base64(sha1(Uint8Array.of(...decoded, ...ascii(GUID)))), 'the key was decoded first; it is used as it was sent (U7)'],
    ].filter(Boolean);
  }

  function verdict(key, answer) {
    const wanted = accept(key);
    if (answer === '') return ['', ''];
    if (answer === wanted) return ['good', 'Right: a browser takes that.'];
    const known = mistakes(key).find(([wrong]) => wrong === answer);
    return ['bad', known ? `Wrong: ${known[1]}.` : 'Wrong, and not in a way that is known here.'];
  }

  /** 3 bytes are 4 characters of 6 bits each. */
  function groups(digest) {
    const rows = [];
    for (let i = 0; i < digest.length; i += 3) {
      const part = digest.slice(i, i + 3);
      const bits = Array.from(part, (byte) => byte.toString(2).padStart(8, '0')).join('');
      rows.push(h('tr', {},
        h('td', {}, h('code', {}, hex(part))),
        h('td', {}, h('code', {}, bits.replace(/.{1,6}/g, '$& ').trim())),
        h('td', {}, h('code', {}, base64(part)))));
    }
    return h('table', {}, h('thead', {}, h('tr', {},
      h('th', { scope: 'col' }, 'bytes'), h('th', { scope: 'col' }, '6 bits each'), h('th', { scope: 'col' }, 'base64'))),
    h('tbody', {}, rows));
  }

  course.widget('calculator', 'Handshake calculator', (root, data) => {
    const text = { type: 'text', autocomplete: 'off', spellcheck: 'false', class: 'wide' };
    const key = h('input', { ...text, id: id('key'), value: data.key ?? SAMPLE });
    const random16 = h('button', { type: 'button' }, 'random key');
    const check = h('p', { class: 'summary', role: 'status' });
    const steps = h('ol', { class: 'steps' });
    const answer = h('input', { ...text, id: id('answer') });
    const judged = h('p', { class: 'summary', role: 'status' });
    const detail = h('details', {}, h('summary', {}, 'How 20 bytes become 28 characters'));

    root.append(
      h('label', { for: key.id }, 'Sec-WebSocket-Key'),
      h('div', { class: 'fields' }, key, random16),
      check, steps, detail,
      h('label', { for: answer.id }, 'What did your server answer? Put its Sec-WebSocket-Accept here'),
      h('div', { class: 'fields' }, answer), judged);

    function show() {
      // HTTP drops spaces around a value; so do we.
      const sent = key.value.trim();
      const fault = keyFault(sent);
      check.textContent = fault
        ? `Refused with 400 (U6): ${fault}. Below is what it would have come to.`
        : 'A good key: base64 of 16 bytes (U6).';
      check.className = `summary ${fault ? 'bad' : 'good'}`;
      const digest = sha1(ascii(sent + GUID));
      const step = (words, value) => h('li', {}, words, h('code', { class: 'value' }, value));
      steps.replaceChildren(
        step('The key as it was sent, not decoded (U7):', sent),
        h('li', {}, 'The GUID behind it, with nothing between:',
          h('code', { class: 'value' }, sent, h('span', { class: 'guid' }, GUID))),
        step('SHA-1 of these characters, 20 bytes:', hex(digest)),
        h('li', {}, 'These bytes in base64, 28 characters. The answer says:',
          h('code', { class: 'value result' }, `Sec-WebSocket-Accept: ${base64(digest)}`)));
      detail.replaceChildren(detail.firstElementChild, h('div', { class: 'table-wrapper' }, groups(digest)));
      const [kind, words] = verdict(sent, answer.value.replace(/^\s*sec-websocket-accept:/i, '').trim());
      judged.textContent = words;
      judged.className = `summary ${kind}`;
    }

    random16.addEventListener('click', () => {
      key.value = base64(random(16));
      show();
    });
    root.addEventListener('input', show);
    show();
  });

  course.handshake = { accept, keyFault, verdict };
})();
