// What a test asks many members at once.

import { until } from './within.js';

/** A server, Redis or a member is back by then. */
export const BACK_WITHIN = 10_000;

export const seconds = (time) => `${(time / 1000).toFixed(1)} s`;

/** Those of the chat by their server, a list for each. */
export function byServer(members) {
  const servers = [...new Set(members.map(({ server }) => server))];
  return servers.map((server) =>
    members.filter((member) => member.server === server));
}

const pairs = (members, speakers) => members.flatMap((member) => speakers
  .filter(({ room }) => room === member.room)
  .map((speaker) => [member, speaker]));

/** How much of what `speakers` said `members` of their rooms did not hear. */
export function lost(members, speakers) {
  return pairs(members, speakers).reduce((all, [member, speaker]) =>
    all + member.lost(speaker), 0);
}

/** The same, but only what was said while they were there. */
export function lostWhileThere(members, speakers) {
  return pairs(members, speakers).reduce((all, [member, speaker]) =>
    all + member.lostWhileThere(speaker), 0);
}

/** Lets each of them say something every so many milliseconds. */
export function talk(t, members, pause) {
  const timer = setInterval(() => {
    for (const member of members) member.say();
  }, pause);
  return t.own({ end: () => clearInterval(timer) }, (talk) => talk.end());
}

/** Each speaker says one thing more, and all members of its room hear it. */
export async function allHear(members, speakers = members, deadline) {
  for (const speaker of speakers) {
    speaker.fence = speaker.said;
    speaker.say();
  }
  await until('all hear all', () => pairs(members, speakers)
    .every(([member, speaker]) => member.last(speaker) >= speaker.fence),
  deadline);
}
