// Is it UTF-8? (RFC 3629) The browser's decoder says yes or no, but not where.
(function () {
  'use strict';

  /** How many bytes follow, and between what the first of them must be. */
  function sequence(lead) {
    if (lead < 0x80) return [0];
    if (0xc2 <= lead && lead <= 0xdf) return [1, 0x80, 0xbf];
    if (lead === 0xe0) return [2, 0xa0, 0xbf]; // below: a shorter form exists
    if (lead === 0xed) return [2, 0x80, 0x9f]; // above: surrogates
    if (0xe1 <= lead && lead <= 0xef) return [2, 0x80, 0xbf];
    if (lead === 0xf0) return [3, 0x90, 0xbf];
    if (0xf1 <= lead && lead <= 0xf3) return [3, 0x80, 0xbf];
    if (lead === 0xf4) return [3, 0x80, 0x8f]; // above: beyond U+10FFFF
    return null;
  }

  /**
   * Where the first bad byte is; null if there is none. With `more` to come a
   * character that is cut off at the end is not bad yet.
   */
  function badByte(bytes, more = false) {
    for (let i = 0; i < bytes.length;) {
      const found = sequence(bytes[i]);
      if (!found) return i;
      const [follow, least, most] = found;
      for (let k = 1; k <= follow; k++) {
        if (i + k >= bytes.length) return more ? null : i;
        const [low, high] = k === 1 ? [least, most] : [0x80, 0xbf];
        if (bytes[i + k] < low || high < bytes[i + k]) return i + k;
      }
      i += follow + 1;
    }
    return null;
  }

  (window.course ??= {}).badByte = badByte;
})();
