// Four ways to bring news to a client: a minute of each, drawn and counted.
//
//   data-news="8"   seconds between two pieces of news, on average
//   data-ask="5"    seconds between two questions of the client that polls
(function () {
  'use strict';
  const { h, field, count1000, plural } = course;
  const MINUTE = 60;
  const ROUND_TRIP = 0.1; // s: from an answer to the next question
  const NEWS = 'hello';

  // What a Chromium asks, and a small server answers. Sizes are counted, so
  // what is not sent (the client's language, say) must not stand here.
  const lines = (...all) => `${all.join('\r\n')}\r\n\r\n`;
  const AGENT = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  const COMMON = ['Accept-Encoding: gzip, deflate, br, zstd', 'Accept-Language: en-US,en;q=0.9'];
  const FETCH = ['sec-ch-ua-platform: "Linux"', AGENT,
    'sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="156"', 'sec-ch-ua-mobile: ?0',
    'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Dest: empty',
    'Referer: http://127.0.0.1:6969/', ...COMMON];
  const DATE = 'Date: Thu, 26 Nov 2026 12:00:00 GMT';
  const asks = (path, ...more) => lines(`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1:6969', ...more);
  const QUESTION = asks('/news', 'Connection: keep-alive', 'Accept: */*', ...FETCH);
  const NO = lines('HTTP/1.1 204 No Content', DATE);
  const yes = (count) => lines('HTTP/1.1 200 OK', DATE, 'Content-Type: text/plain',
    `Content-Length: ${NEWS.length * count}`) + NEWS.repeat(count);
  const EVENTS = asks('/events', 'Connection: keep-alive', 'Pragma: no-cache',
    'Cache-Control: no-cache', 'Accept: text/event-stream', ...FETCH)
    + lines('HTTP/1.1 200 OK', DATE, 'Content-Type: text/event-stream');
  const EVENT = `data: ${NEWS}\n\n`;
  const HANDSHAKE = asks('/chat', 'Connection: Upgrade', 'Pragma: no-cache',
    'Cache-Control: no-cache', AGENT, 'Upgrade: websocket', 'Origin: http://127.0.0.1:6969',
    'Sec-WebSocket-Version: 13', ...COMMON, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits')
    + lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  const FRAME = `\x81\x05${NEWS}`;

  /** Numbers from 0 to 1: the same ones for the same seed. */
  function chance(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** When there is news: by chance, `pause` seconds apart on average. */
  function happenings(pause, seed) {
    const next = chance(seed);
    const times = [];
    for (let time = 0; ;) {
      time -= pause * Math.log(1 - next());
      if (time >= MINUTE) return times;
      times.push(time);
    }
  }

  /**
   * What each way makes of it. `asked`: when the client asks; `heard`: when
   * it learns of each piece of news (null: not in this minute).
   */
  function ways(news, pause) {
    const since = (from, to) => news.filter((time) => from <= time && time < to).length;
    const polls = [];
    for (let time = pause; time <= MINUTE; time += pause) polls.push(time);
    const polling = {
      name: 'polling', asked: polls,
      bytes: polls.reduce((sum, time) => {
        const count = since(time - pause, time);
        return sum + QUESTION.length + (count ? yes(count) : NO).length;
      }, 0),
      heard: news.map((time) => polls.find((poll) => poll > time) ?? null),
    };

    const long = { name: 'long polling', asked: [0], bytes: QUESTION.length, heard: [] };
    for (let at = 0; at < news.length;) {
      const asked = long.asked.at(-1);
      const told = Math.max(news[at], asked);
      let count = 0;
      while (news[at] <= told) {
        long.heard.push(told);
        count++;
        at++;
      }
      long.bytes += yes(count).length + QUESTION.length;
      long.asked.push(told + ROUND_TRIP);
    }

    const stream = (name, opening, each) => ({
      name, asked: [0], bytes: opening.length + each.length * news.length, heard: news,
    });
    return [polling, long, stream('server-sent events', EVENTS, EVENT),
      stream('WebSocket', HANDSHAKE, FRAME)];
  }

  // ---- The picture

  function s(tag, attributes, ...content) {
    const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    e.append(...content);
    return e;
  }

  const WIDTH = 360, LANE = 56, LEFT = 8, HALF = 14;
  const x = (time) => LEFT + (time / MINUTE) * (WIDTH - 2 * LEFT);

  /** The server is the upper line, the client the lower one. */
  function lane({ name, asked, heard }, news, at) {
    const top = at * LANE + 24, bottom = top + 2 * HALF;
    return s('g', {},
      s('text', { x: LEFT, y: top - 8 }, name),
      s('path', { class: 'line', d: `M${LEFT} ${top} H${WIDTH - LEFT} M${LEFT} ${bottom} H${WIDTH - LEFT}` }),
      ...asked.filter((time) => time <= MINUTE).map((time) =>
        s('path', { class: 'question', d: `M${x(time)} ${bottom} V${top}` })),
      ...news.map((time, i) => (heard[i] === null ? ''
        : s('path', { class: 'told', d: `M${x(time)} ${top} L${x(heard[i])} ${bottom}` }))),
      ...news.map((time) => s('circle', { class: 'news', cx: x(time), cy: top, r: 3.5 })));
  }

  function lateness(news, heard) {
    const late = heard.flatMap((time, i) => (time === null ? [] : [time - news[i]]));
    const missing = heard.length - late.length;
    const most = Math.max(0, ...late);
    return (most ? `up to ${most.toFixed(1)} s` : late.length ? 'not at all' : '–')
      + (missing ? `; ${missing} not yet` : '');
  }

  course.widget('ways', 'Four ways to bring news', (root, data) => {
    let seed = 6455;
    const slider = (value) => h('input', { type: 'range', min: 1, max: 30, value, oninput: draw });
    const pause = slider(data.news ?? 8), ask = slider(data.ask ?? 5);
    const says = [h('output'), h('output')];
    const svg = s('svg', { viewBox: `0 0 ${WIDTH} ${4 * LANE + 4}`, 'aria-hidden': 'true' });
    const body = h('tbody');
    const result = h('p', { class: 'summary', role: 'status' });

    function draw() {
      const news = happenings(Number(pause.value), seed);
      const all = ways(news, Number(ask.value));
      says[0].textContent = `${pause.value} s`;
      says[1].textContent = `${ask.value} s`;
      svg.replaceChildren(...all.map((way, at) => lane(way, news, at)));
      body.replaceChildren(...all.map(({ name, asked, bytes, heard }) => h('tr', {},
        h('th', { scope: 'row' }, name), h('td', {}, String(asked.length)),
        h('td', {}, count1000(bytes)), h('td', {}, lateness(news, heard)))));
      const [polling, , , socket] = all;
      const no = polling.asked.length - new Set(polling.heard.filter((time) => time !== null)).size;
      result.textContent = `${plural(news.length, 'piece')} of news in this minute. `
        + `Polling asks ${plural(polling.asked.length, 'time')}, and ${no} of the answers are “no”: `
        + `${(polling.bytes / socket.bytes).toFixed(1)} times the bytes of a WebSocket.`;
    }

    root.append(
      h('div', { class: 'fields' },
        field('There is news every', pause), says[0],
        field('The client asks every', ask), says[1],
        h('button', { type: 'button', onclick: () => { seed++; draw(); } }, 'Another minute')),
      svg,
      h('div', { class: 'table-wrapper' }, h('table', {},
        h('thead', {}, h('tr', {}, ['way', 'requests', 'bytes', 'news is late']
          .map((name) => h('th', { scope: 'col' }, name)))),
        body)),
      result);
    draw();
  });
})();
