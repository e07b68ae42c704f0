// The live console: talks to the reader's own server and shows what goes and
// comes, with the frames. A page is given messages, not frames: these are
// rebuilt, one for each message, as our server and the browsers send them.
//
//   data-stage="2"     2: opens; 3: also sends; 4: all the paths
//   data-address="ws://127.0.0.1:6969/websocket"
(function () {
  'use strict';
  const { h, id, field, parseHex, frame: codec, frameView: view } = course;
  const ADDRESS = 'ws://127.0.0.1:6969/websocket';
  /** Whose pages the server lets in without being asked to (U9). */
  const ORIGINS = ['http://localhost:3000', 'http://127.0.0.1:3000'];
  const PATHS = {
    '/websocket': 'An echo: what you send comes back.',
    '/chat': 'A room. Send text; all who are in it hear it, you too.',
    '/draw': 'The drawing board. It takes binary messages: send hex.',
    '/progress': 'The server speaks unasked: open it and wait.',
  };
  const SAMPLES = { text: 'hello', hex: '01 02 03' };
  const DEADLINE = 10_000;
  const MAX_LINES = 60;
  const CODES = {
    1000: 'done', 1001: 'the server goes away', 1002: 'a fault in the frames',
    1003: 'this kind of message is not wanted', 1005: 'no code was sent',
    1006: 'the connection ended without a Close frame', 1007: 'not UTF-8',
    1008: 'against the rules of the house, or too slow', 1009: 'too big',
    1011: 'the server failed, or no Pong came', 1012: 'restart', 1013: 'try again later',
  };

  const isHere = (name) => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(name);

  /** Why this copy of the book must not try; null if it may. */
  function obstacle() {
    if (location.protocol === 'file:') return 'This page was opened as a file. A server refuses those: they have no origin.';
    if (location.protocol === 'http:' && isHere(location.hostname)) return null;
    return 'This is a public copy of the book. It does not reach into your computer.';
  }

  /** The same page in the copy that `mdbook serve` shows. */
  function localPage() {
    const base = new URL(path_to_root || './', location.href).href;
    return `${ORIGINS[0]}/${location.href.slice(base.length)}`;
  }

  /** What may be wrong, the likely first: [is it likely, words …]. */
  function causes(url, stage, answered, offered) {
    const code = (text) => h('code', {}, text);
    if (!answered) {
      return [[true, 'Nothing answers at ', code(url.host), '. Start your server (', code('server$ cargo run'), '); it prints the address that it listens on.'],
        url.hostname === 'localhost' && [true, code('localhost'), ' may mean ', code('::1'), ', and the server listens on ', code('127.0.0.1'), '.'],
        [false, 'Or the address has another port than the server.']].filter(Boolean);
    }
    const known = stage === 4 ? Object.keys(PATHS) : ['/websocket'];
    const wrongPath = !known.includes(url.pathname);
    const wrongOrigin = !ORIGINS.includes(location.origin);
    const origin = wrongOrigin
      ? [true, 'The origin. This page is from ', code(location.origin), '; the server lets in ', code(ORIGINS[0]), ' and ', code(ORIGINS[1]),
        ' (U9). Read the book there with ', code('mdbook serve book'), stage === 4 && [', or start the server with ', code(`--allow-origin ${location.origin}`)], '. (403)']
      : [false, 'The origin. Does your server let in ', code(location.origin), ' (U9)? (403)'];
    const all = [
      [wrongPath, wrongPath ? ['The path. You asked for ', code(url.pathname), '; there is ', known.map((path, i) => [i ? ', ' : '', code(path)])]
        : ['The path. Does your server know ', code(url.pathname), ' already'], wrongPath ? '. (404)' : '? (404)'],
      origin,
      offered && [!wrongPath && !wrongOrigin, 'The subprotocol. You offered ', code('chat'), '; a browser gives up if the server chooses none.'],
      [false, 'The stage. Does this server upgrade yet? Stage 1 does not.'],
      [false, 'The answer. A wrong ', code('Sec-WebSocket-Accept'), ' ends it: try the handshake calculator.'],
    ].filter(Boolean);
    return all.sort(([a], [b]) => b - a);
  }

  /** Whether anything speaks HTTP there: a page is not told more. */
  async function answers(url) {
    try {
      await fetch(`${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}/`,
        { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(3000) });
      return true;
    } catch {
      return false;
    }
  }

  /** The frame in which a message goes, or went. */
  function rebuilt(opcode, payload, sent) {
    const [frame] = codec.decode(codec.encode({
      opcode, payload, key: sent ? [0, 0, 0, 0] : null,
    }), sent ? 'client' : 'server');
    frame.keyHidden = sent;
    return frame;
  }

  function closePayload(code, reason) {
    if (code === 1005) return new Uint8Array();
    return Uint8Array.of(code >> 8, code & 0xff, ...new TextEncoder().encode(reason));
  }

  course.widget('console', 'Live console', (root, data) => {
    const stage = Number(data.stage ?? 4);
    const problem = obstacle();
    if (problem) {
      const page = localPage();
      root.append(h('p', { class: 'summary' }, problem),
        h('p', {}, 'To talk to your server from here, run ', h('code', {}, 'mdbook serve book'),
          ' in your clone of the course and open ', h('a', { href: page }, page), '.'));
      return;
    }

    const address = h('input', { type: 'text', class: 'wide', spellcheck: 'false', autocomplete: 'off', value: data.address ?? ADDRESS });
    const path = h('select', {}, Object.keys(PATHS).map((name) => h('option', {}, name)));
    const offer = h('input', { type: 'checkbox' });
    const opener = h('button', { type: 'submit' }, 'open');
    const hint = h('p', { class: 'hint' });
    const status = h('p', { class: 'summary', role: 'status' }, 'Not connected.');
    const help = h('div', { class: 'help' });
    const text = h('input', { type: 'text', class: 'wide', spellcheck: 'false', autocomplete: 'off', value: SAMPLES.text });
    const kind = h('select', {}, h('option', { value: 'text' }, 'text'), h('option', { value: 'hex' }, 'hex, binary'));
    const send = h('button', { type: 'submit', disabled: true }, 'send');
    const fault = h('p', { class: 'problem', role: 'status' });
    const log = h('div', { class: 'log', role: 'log', 'aria-label': 'What went and came', id: id('log') });
    const connectForm = h('form', { class: 'fields' },
      stage === 4 && field('Path', path), field('Address', address, true), opener,
      h('label', { class: 'check' }, offer, ' offer the subprotocol chat'));
    const sendForm = h('form', { class: 'fields' },
      field('Message', text, true), field('as', kind), send);
    root.append(connectForm, stage === 4 ? hint : '', status, help, ...(stage >= 3 ? [sendForm, fault] : []), log);

    let socket = null;
    let begun = 0;

    function tell(words, className = '') {
      status.textContent = words;
      status.className = `summary ${className}`;
    }

    function line(sign, frame) {
      const seconds = ((performance.now() - begun) / 1000).toFixed(3);
      const words = frame.opcode === 8
        ? `${frame.closeCode ?? 'no code'}${frame.closeReason ? ` ${view.words(frame.payload.slice(2))}` : ''}`
        : view.words(frame.payload);
      const body = h('div', {});
      const details = h('details', { ontoggle: () => {
        // Drawn when it is wanted: a job reports a hundred times.
        if (details.open && !body.firstChild) body.append(view.bits(frame), view.table(frame));
      } }, h('summary', {}, h('span', { class: 'time' }, `${seconds} s `),
        h('span', { class: 'sign' }, sign), h('span', {}, ` ${words} `),
        h('span', { class: 'what' }, view.title(frame))), body);
      add(h('div', { class: sign === '→ sent' ? 'sent' : 'came' }, details));
    }

    function add(item) {
      log.append(item);
      while (log.children.length > MAX_LINES) log.firstChild.remove();
      log.scrollTop = log.scrollHeight;
    }

    function idle() {
      socket = null;
      opener.textContent = 'open';
      opener.disabled = false;
      send.disabled = true;
    }

    async function refused(url, offered, late) {
      tell(late ? `No answer in ${DEADLINE / 1000} seconds.` : 'Not connected: refused, or nobody there. Looking …', 'bad');
      const answered = !late && await answers(url);
      if (socket) return; // opened again in the meantime
      tell(answered ? 'A server answers there, and refuses to upgrade.' : 'Nobody answers there.', 'bad');
      help.replaceChildren(
        answered ? h('p', {}, 'A browser does not tell a page why. The line in your server’s terminal does.'
          + ' (To find out this much the page asked for / there: that request is in the terminal too.) What it can be:') : '',
        h('ul', {}, causes(url, stage, answered, offered).map(([likely, ...words]) =>
          h('li', {}, likely && h('strong', {}, 'Likely: '), words))));
    }

    function ended(event, asked) {
      const { code, reason, wasClean } = event;
      const words = CODES[code] ?? 'a code of the application';
      if (wasClean) {
        const frame = rebuilt(8, closePayload(code, reason), false);
        line('← came', frame);
        if (!asked) line('→ sent', rebuilt(8, closePayload(code, ''), true));
      }
      tell(`Closed: ${code}, ${words}${reason ? ` (“${view.printable(reason)}”)` : ''}.`, wasClean ? '' : 'bad');
      if (code === 1006 && asked && stage < 4) {
        help.replaceChildren(h('p', {}, 'As expected: this stage does not answer a Close. Stage 4 will.'));
      }
    }

    function open(url) {
      const offered = offer.checked;
      const current = new WebSocket(url.href, offered ? ['chat'] : []);
      current.binaryType = 'arraybuffer';
      socket = current;
      begun = performance.now();
      let opened = false;
      let late = false;
      current.asked = false;
      const deadline = setTimeout(() => {
        late = true;
        current.close();
      }, DEADLINE);
      current.onopen = () => {
        opened = true;
        clearTimeout(deadline);
        opener.textContent = 'close';
        send.disabled = false;
        tell(`Open: 101, subprotocol: ${current.protocol || 'none'}.`, 'good');
        if (stage >= 3 && root.contains(document.activeElement)) text.focus();
      };
      current.onmessage = ({ data: message }) => {
        const isText = typeof message === 'string';
        line('← came', rebuilt(isText ? 1 : 2, isText ? new TextEncoder().encode(message) : new Uint8Array(message), false));
      };
      current.onclose = (event) => {
        clearTimeout(deadline);
        idle();
        if (opened) ended(event, current.asked);
        else refused(url, offered, late);
      };
      opener.textContent = 'give up';
      tell('Connecting …');
    }

    connectForm.addEventListener('submit', (event) => {
      event.preventDefault();
      if (socket) {
        if (socket.readyState === WebSocket.OPEN) {
          socket.asked = true;
          line('→ sent', rebuilt(8, closePayload(1000, 'bye'), true));
          tell('Closing: waiting for the server’s Close …');
        }
        opener.disabled = true;
        send.disabled = true;
        if (socket.readyState === WebSocket.OPEN) socket.close(1000, 'bye');
        else socket.close();
        return;
      }
      help.replaceChildren();
      log.replaceChildren();
      fault.textContent = '';
      try {
        const url = new URL(address.value.trim());
        if (!/^wss?:$/.test(url.protocol)) throw new Error('An address begins with ws://');
        url.hash = '';
        open(url);
      } catch (error) {
        idle();
        tell(/^An address/.test(error.message) ? `${error.message}.` : 'That is no address: ws://127.0.0.1:6969/websocket would be one.', 'bad');
      }
    });

    sendForm.addEventListener('submit', (event) => {
      event.preventDefault();
      if (socket?.readyState !== WebSocket.OPEN) return;
      const isText = kind.value === 'text';
      const payload = isText ? new TextEncoder().encode(text.value) : parseHex(text.value);
      fault.textContent = typeof payload === 'string' ? payload : '';
      if (fault.textContent) return;
      socket.send(isText ? text.value : payload);
      line('→ sent', rebuilt(isText ? 1 : 2, payload, true));
      text.select();
    });

    /** A message of the right kind, in place of one that is of the other. */
    function suggest() {
      const fits = kind.value === 'text' ? text.value !== SAMPLES.hex
        : typeof parseHex(text.value) !== 'string';
      if (!fits) text.value = SAMPLES[kind.value];
    }

    path.addEventListener('input', () => {
      try {
        const url = new URL(address.value);
        url.pathname = path.value;
        address.value = url.href;
      } catch {
        address.value = ADDRESS.replace('/websocket', path.value);
      }
      hint.textContent = PATHS[path.value];
      kind.value = path.value === '/draw' ? 'hex' : 'text';
      suggest();
    });
    kind.addEventListener('input', suggest);
    hint.textContent = PATHS['/websocket'];
  });
})();
