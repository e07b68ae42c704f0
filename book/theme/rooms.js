// One room on two servers: who hears what somebody says, with Redis between
// the servers and without, and with nginx in front.
//
//   data-parts="redis nginx"   what is there from the beginning; Redis can be
//                              switched, and without "nginx" each client knows
//                              one server only
(function () {
  'use strict';
  const { h, plural } = course;
  const NAMES = ['Anna', 'Ben', 'Cleo', 'Dan'];
  const STEP = 450; // ms on the way from one box to the next

  /** Everybody where they were sent first. */
  const start = (parts) => ({
    up: [true, true],
    redis: parts.includes('redis'),
    nginx: parts.includes('nginx'),
    at: NAMES.map((_, client) => client >> 1),
  });

  /** Who has lost the server goes to the other, if somebody sends them there. */
  function settle(state) {
    state.at = state.at.map((server, client) => {
      const home = client >> 1;
      if (server !== null && state.up[server]) return server;
      if (state.up[home]) return home;
      return state.nginx && state.up[1 - home] ? 1 - home : null;
    });
  }

  /**
   * What becomes of a message: who is sent it, over how many servers it is
   * said, and what Redis has to do for it.
   */
  function say({ up, redis, at }, speaker) {
    const home = at[speaker];
    if (home === null) return { heard: [], servers: [], published: 0, letters: 0 };
    const servers = [0, 1].filter((server) => server === home || (redis && up[server]));
    return {
      heard: at.flatMap((server, client) => (servers.includes(server) ? [client] : [])),
      servers, published: Number(redis), letters: redis ? up.filter(Boolean).length : 0,
    };
  }

  const names = (clients) => clients.map((client) => NAMES[client])
    .join(', ').replace(/, (\w+)$/, ' and $1');

  function words(state, speaker, { heard, published, letters }) {
    if (heard.length === 0) return ['bad', `${NAMES[speaker]} is not connected, and nobody hears anything.`];
    const deaf = NAMES.map((_, client) => client)
      .filter((client) => !heard.includes(client) && state.at[client] !== null);
    const gone = NAMES.map((_, client) => client).filter((client) => state.at[client] === null);
    const over = published ? `published once, sent to ${plural(letters, 'server')}, ` : '';
    return [deaf.length + gone.length ? 'bad' : 'good', [
      `${names(heard)} ${heard.length > 1 ? 'hear' : 'hears'} it: ${over}${plural(heard.length, 'frame')}.`,
      deaf.length ? ` In the same room, and hearing nothing: ${names(deaf)}.` : '',
      gone.length ? ` Not connected: ${names(gone)}.` : '',
    ].join('')];
  }

  // ---- The picture

  function s(tag, attributes, ...content) {
    const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    e.append(...content);
    return e;
  }

  const WIDTH = 360, HEIGHT = 132;
  const CLIENT = [4, 56], PROXY = [92, 48], SERVER = [172, 84], REDIS = [296, 60];
  const clientY = (client) => 18 + 32 * client;
  const serverY = (server) => 34 + 64 * server;
  const MIDDLE = HEIGHT / 2;

  function box([x, width], y, height, label, className) {
    return s('g', { class: className },
      s('rect', { x, y: y - height / 2, width, height, rx: 4 }),
      s('text', { x: x + width / 2, y: y + 4 }, label));
  }

  /** From the right side of one box to the left side of another. */
  function line([x1, width], y1, [x2], y2, className) {
    return s('path', { class: className, d: `M${x1 + width} ${y1} L${x2} ${y2}` });
  }

  function picture(state, heard) {
    const parts = [];
    for (const [client, server] of state.at.entries()) {
      const y = clientY(client);
      if (server === null) continue;
      const to = serverY(server) + (client % 2 ? 8 : -8);
      if (state.nginx) {
        const door = MIDDLE + (client - 1.5) * 14;
        parts.push(line(CLIENT, y, PROXY, door, 'way'), line(PROXY, door, SERVER, to, 'way'));
      } else parts.push(line(CLIENT, y, SERVER, to, 'way'));
    }
    for (const server of [0, 1]) {
      if (state.redis && state.up[server]) {
        parts.push(line(SERVER, serverY(server), REDIS, MIDDLE + (server ? 10 : -10), 'way'));
      }
    }
    for (const [client, name] of NAMES.entries()) {
      const off = state.at[client] === null ? 'off' : '';
      const look = heard?.includes(client) ? 'hears' : off;
      parts.push(box(CLIENT, clientY(client), 24, name.toLowerCase(), `client ${look}`));
    }
    if (state.nginx) parts.push(box(PROXY, MIDDLE, 80, 'nginx', 'proxy'));
    for (const server of [0, 1]) {
      parts.push(box(SERVER, serverY(server), 48, `server ${server + 1}`,
        `server ${state.up[server] ? '' : 'off'}`));
    }
    parts.push(box(REDIS, MIDDLE, 48, 'Redis', `redis ${state.redis ? '' : 'off'}`));
    return parts;
  }

  /** The ways of a message, step by step: what is in one list moves at once. */
  function ways(state, speaker, { heard, servers, published }) {
    const home = state.at[speaker];
    const client = (c) => [[CLIENT[0] + CLIENT[1], clientY(c)]];
    const door = (c) => (state.nginx ? [[PROXY[0] + PROXY[1] / 2, MIDDLE + (c - 1.5) * 14]] : []);
    const inside = (server) => [[SERVER[0] + SERVER[1] / 2, serverY(server)]];
    const broker = [[REDIS[0] + REDIS[1] / 2, MIDDLE]];
    const to = (server) => heard.filter((c) => state.at[c] === server)
      .map((c) => [...inside(server), ...door(c), ...client(c)]);
    const steps = [[[...client(speaker), ...door(speaker), ...inside(home)]]];
    steps.push([...to(home), ...(published ? [[...inside(home), ...broker]] : [])]);
    if (published) {
      steps.push([0, 1].filter((server) => state.up[server])
        .map((server) => [...broker, ...inside(server)]));
      for (const other of servers.filter((server) => server !== home)) steps.push(to(other));
    }
    return steps.filter((step) => step.length);
  }

  /** Dots that move; at once for readers who want nothing to move. */
  async function travel(svg, steps, isCurrent) {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const step of steps) {
      if (!isCurrent()) return;
      const dots = step.map((points) => {
        const dot = s('circle', { class: 'dot', r: 4 });
        svg.append(dot);
        const frames = points.map(([x, y]) => ({ transform: `translate(${x}px, ${y}px)` }));
        return [dot, dot.animate(frames, { duration: STEP, easing: 'ease-in-out', fill: 'both' })];
      });
      await Promise.all(dots.map(([, animation]) => animation.finished));
      for (const [dot] of dots) dot.remove();
    }
  }

  course.widget('rooms', 'Who hears what is said?', (root, data) => {
    const parts = (data.parts ?? '').split(' ');
    const state = start(parts);
    const svg = s('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' });
    const result = h('p', { class: 'summary', role: 'status' });
    let turn = 0;

    function draw(heard) {
      turn++; // what still moves belongs to a picture that is gone
      svg.replaceChildren(...picture(state, heard));
    }

    function toggle(label, on, change) {
      const input = h('input', { type: 'checkbox', checked: on, onchange: () => {
        change(input.checked);
        settle(state);
        result.textContent = '';
        draw();
      } });
      return h('label', { class: 'check' }, input, ` ${label}`);
    }

    async function speak(speaker) {
      draw();
      const mine = turn;
      const message = say(state, speaker);
      result.textContent = '';
      if (message.heard.length) {
        await travel(svg, ways(state, speaker, message), () => turn === mine);
      }
      if (turn !== mine) return;
      const [kind, text] = words(state, speaker, message);
      draw(message.heard);
      result.textContent = text;
      result.className = `summary ${kind}`;
    }

    root.append(
      h('div', { class: 'fields' }, NAMES.map((name, client) =>
        h('button', { type: 'button', onclick: () => speak(client) }, `${name} speaks`))),
      h('div', { class: 'fields checks' },
        toggle('Redis', state.redis, (on) => { state.redis = on; }),
        [0, 1].map((server) => toggle(`server ${server + 1}`, true, (on) => { state.up[server] = on; }))),
      svg, result);
    draw();
  });
})();
