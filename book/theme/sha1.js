// SHA-1 (RFC 3174), as a page may need it where crypto.subtle is missing: that
// exists only on https and on localhost. Good for the handshake, which wants
// no secrecy; not for anything that does.
(function () {
  'use strict';
  const rotate = (word, by) => (word << by) | (word >>> (32 - by));

  /** 64 bytes at a time: the message, 0x80, zeros, its length in bits. */
  function pad(message) {
    const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
    padded.set(message);
    padded[message.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(message.length / 2 ** 29));
    view.setUint32(padded.length - 4, message.length << 3);
    return view;
  }

  function round(i, b, c, d) {
    if (i < 20) return [(b & c) | (~b & d), 0x5a827999];
    if (i < 40) return [b ^ c ^ d, 0x6ed9eba1];
    if (i < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
    return [b ^ c ^ d, 0xca62c1d6];
  }

  function sha1(message) {
    const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    const view = pad(message);
    const words = new Int32Array(80);
    for (let block = 0; block < view.byteLength; block += 64) {
      for (let i = 0; i < 80; i++) {
        words[i] = i < 16 ? view.getInt32(block + 4 * i)
          : rotate(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
      }
      let [a, b, c, d, e] = state;
      for (let i = 0; i < 80; i++) {
        const [mixed, constant] = round(i, b, c, d);
        [a, b, c, d, e] = [(rotate(a, 5) + mixed + e + constant + words[i]) | 0, a, rotate(b, 30), c, d];
      }
      [a, b, c, d, e].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
    }
    const digest = new DataView(new ArrayBuffer(20));
    state.forEach((word, i) => digest.setInt32(4 * i, word));
    return new Uint8Array(digest.buffer);
  }

  (window.course ??= {}).sha1 = sha1;
})();
