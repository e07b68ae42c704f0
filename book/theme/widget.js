// What the widgets share. A widget is put into every element that names it,
//   <div data-widget="inspector" data-hex="81 05 48 65 6c 6c 6f"></div>
// in place of what the element holds for readers without JavaScript.
(function () {
  'use strict';

  /** An element: h('label', { class: 'wide' }, 'Key ', input). */
  function h(tag, attributes = {}, ...content) {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
      else if (value === true) e.setAttribute(name, '');
      else if (value !== false && value != null) e.setAttribute(name, value);
    }
    e.append(...content.flat(Infinity).filter((part) => part != null && part !== false));
    return e;
  }

  let count = 0;
  /** An id that no other widget of the page has. */
  const id = (name) => `widget-${name}-${++count}`;

  /** A control with its label before it. */
  function field(words, control, wide = false) {
    control.id = id('field');
    return h('span', { class: wide ? 'field grow' : 'field' },
      h('label', { for: control.id }, words), control);
  }

  const hexByte = (byte) => byte.toString(16).padStart(2, '0');
  const hex = (bytes) => Array.from(bytes, hexByte).join(' ');

  /** Bytes of "81 85 0x37,fa21"; a text that tells what is wrong with it. */
  function parseHex(text) {
    const digits = text.replace(/0x|[\s,:]/gi, '');
    const bad = /[^0-9a-f]/i.exec(digits);
    if (bad) return `“${bad[0]}” is no hexadecimal digit.`;
    if (digits.length % 2) return 'The last byte has one digit only.';
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }

  function random(size) {
    return crypto.getRandomValues(new Uint8Array(size));
  }

  /** 1234567 as 1,234,567, for numbers of any size. */
  const count1000 = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
  const plural = (number, word) =>
    `${count1000(number)} ${word}${String(number) === '1' ? '' : 's'}`;

  /** Runs `make(root, data)` for each element that names the widget. */
  function widget(name, label, make) {
    for (const root of document.querySelectorAll(`[data-widget="${name}"]`)) {
      root.replaceChildren();
      root.classList.add('widget', name);
      root.setAttribute('role', 'group');
      root.setAttribute('aria-label', root.dataset.label ?? label);
      make(root, root.dataset);
    }
  }

  Object.assign(window.course ??= {}, {
    h, id, field, hex, hexByte, parseHex, random, count1000, plural, widget,
  });
})();
