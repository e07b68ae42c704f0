// Frames (RFC 6455 §5.2) to bytes and back, with every fault by its rule.
(function () {
  'use strict';
  const { badByte, count1000 } = course;
  const OPCODES = {
    0: 'Continuation', 1: 'Text', 2: 'Binary', 8: 'Close', 9: 'Ping', 10: 'Pong',
  };
  /** Bytes that a frame and its message may have (F7). */
  const MAX_PAYLOAD = 1024 * 1024;

  const opcodeName = (opcode) => OPCODES[opcode] ?? 'unknown';
  const isControl = (opcode) => opcode >= 8;

  /** Masks, or undoes it: the same deed (§5.3). */
  function mask(payload, key) {
    return payload.map((byte, i) => byte ^ key[i % 4]);
  }

  /** The shortest form that holds the length (F5): 7, 16 or 64 bits. */
  const shortestForm = (length) => length < 126 ? 7 : length < 65536 ? 16 : 64;

  /**
   * Bytes of a frame. `form` may be longer than need be, `rsv` set, a control
   * frame too long: to see how a server takes it.
   */
  function encode({ fin = true, rsv = 0, opcode = 1, key = null, payload, form }) {
    const length = payload.length;
    const width = Math.max(form ?? 0, shortestForm(length));
    const short = { 7: length, 16: 126, 64: 127 }[width];
    const extended = width === 7 ? 0 : width / 8;
    const bytes = [(fin ? 0x80 : 0) | (rsv << 4) | opcode, (key ? 0x80 : 0) | short];
    for (let i = extended - 1; i >= 0; i--) {
      bytes.push(i > 3 ? 0 : (length >>> (8 * i)) & 0xff);
    }
    if (key) bytes.push(...key);
    const frame = new Uint8Array(bytes.length + length);
    frame.set(bytes);
    frame.set(key ? mask(payload, key) : payload, bytes.length);
    return frame;
  }

  /**
   * Reads the frame at the front of `bytes`. `missing` is the number of bytes
   * that have still to come (of the header, while that is incomplete). The
   * faults come in the order in which our server looks for them; `at` is the
   * place of the byte in the frame. `open` bytes of a message came before.
   */
  function read(bytes, from, open) {
    const frame = { bytes, faults: [], missing: 0, headerMissing: 0 };
    const fault = (rule, at, text, code = 1002) =>
      frame.faults.push({ rule, at, text, code });
    if (bytes.length < 2) return Object.assign(frame, { missing: 2 - bytes.length, headerMissing: 2 - bytes.length });
    const [first, second] = bytes;
    const opcode = first & 0x0f;
    const rsv = (first & 0x70) >> 4;
    const fin = (first & 0x80) !== 0;
    const masked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const form = short === 126 ? 16 : short === 127 ? 64 : 7;
    Object.assign(frame, { fin, rsv, opcode, masked, short, form });

    if (rsv) fault('F1', 0, 'a reserved bit is set, and no extension was agreed on');
    if (!(opcode in OPCODES)) fault('F2', 0, `there is no opcode ${opcode.toString(16).toUpperCase()}`);
    if (from === 'client' && !masked) fault('F3', 1, 'a client must mask its frames');
    if (from === 'server' && masked) fault('F4', 1, 'a server must not mask its frames');
    if (opcode in OPCODES && isControl(opcode)) {
      if (!fin) fault('F8', 0, 'a control frame must be whole: FIN is missing');
      if (short > 125) fault('F8', 1, 'a control frame has at most 125 bytes');
    }

    const lengthEnd = 2 + (form === 7 ? 0 : form / 8);
    const headerSize = lengthEnd + (masked ? 4 : 0);
    frame.lengthEnd = lengthEnd;
    frame.headerSize = headerSize;
    if (bytes.length < lengthEnd) {
      frame.missing = frame.headerMissing = headerSize - bytes.length;
      return frame;
    }
    let length = BigInt(short);
    if (form !== 7) {
      length = bytes.subarray(2, lengthEnd).reduce((n, byte) => n << 8n | BigInt(byte), 0n);
    }
    frame.length = length;
    if (form === 16 && length < 126n || form === 64 && length < 65536n) {
      fault('F5', 2, `${count1000(length)} fits into a shorter form of the length`);
    }
    if (length >> 63n) fault('F6', 2, 'the top bit of the length is set');
    if (bytes.length < headerSize) {
      frame.missing = frame.headerMissing = headerSize - bytes.length;
      return frame;
    }
    if (!(length >> 63n) && length > BigInt(MAX_PAYLOAD - open) && !isControl(opcode)) {
      const before = open ? `, ${count1000(open)} came before` : '';
      fault('F7', form === 7 ? 1 : 2, `claims ${count1000(length)} bytes${before}; our limit is ${count1000(MAX_PAYLOAD)}`, 1009);
    }
    if (masked) frame.key = bytes.slice(lengthEnd, headerSize);
    const end = BigInt(headerSize) + length;
    const come = end < BigInt(bytes.length) ? Number(end) : bytes.length;
    frame.missing = end > BigInt(bytes.length) ? end - BigInt(bytes.length) : 0;
    frame.bytes = bytes.slice(0, come);
    const payload = frame.bytes.slice(headerSize);
    frame.payload = masked ? mask(payload, frame.key) : payload;
    return frame;
  }

  /** C2: the codes that may stand in a Close frame (§7.4). */
  const isCloseCode = (code) => 1000 <= code && code <= 1003
    || 1007 <= code && code <= 1014 || 3000 <= code && code <= 4999;

  function checkClose(frame) {
    const { payload, headerSize: at, faults } = frame;
    if (payload.length === 0) return;
    if (payload.length === 1) {
      faults.push({ rule: 'C1', at, text: 'a Close has no payload, or a code of 2 bytes', code: 1002 });
      return;
    }
    frame.closeCode = payload[0] << 8 | payload[1];
    const reason = payload.slice(2);
    if (!isCloseCode(frame.closeCode)) {
      faults.push({ rule: 'C2', at, text: `${frame.closeCode} may not stand in a Close frame`, code: 1002 });
    }
    const bad = badByte(reason);
    if (bad !== null) {
      faults.push({ rule: 'C3', at: at + 2 + bad, text: 'the reason is not UTF-8', code: 1007 });
    } else {
      frame.closeReason = new TextDecoder().decode(reason);
    }
  }

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  }

  /** What only those frames show that came before: M1 to M3, M6. */
  function checkMessage(frame, open) {
    const { opcode, fin, payload, faults } = frame;
    const isFirst = opcode !== 0;
    if (!isFirst && !open) {
      faults.push({ rule: 'M2', at: 0, text: 'a Continuation, and no message is open', code: 1002 });
      return null;
    }
    if (isFirst && open) {
      faults.push({ rule: 'M3', at: 0, text: 'a new message inside another one', code: 1002 });
      return open;
    }
    const message = isFirst ? { opcode, payload } : { opcode: open.opcode, payload: join(open.payload, payload) };
    if (message.opcode === 1) {
      const before = message.payload.length - payload.length;
      const bad = badByte(message.payload, !fin || frame.missing > 0);
      if (bad !== null) {
        const at = frame.headerSize + Math.max(0, bad - before);
        faults.push({ rule: 'M6', at, text: 'the text is not UTF-8', code: 1007 });
      }
    }
    if (fin && !isFirst && !frame.missing) frame.message = message;
    return fin ? null : message;
  }

  /** All the frames in `bytes`, sent by a `client` or a `server`. */
  function decode(bytes, from = 'client') {
    const frames = [];
    let open = null;
    for (let start = 0; start < bytes.length;) {
      const frame = read(bytes.subarray(start), from, open?.payload.length ?? 0);
      frame.start = start;
      start += frame.bytes.length;
      frames.push(frame);
      if (!frame.payload || frame.faults.length) continue;
      if (frame.opcode === 8 && !frame.missing) checkClose(frame);
      if (!isControl(frame.opcode)) open = checkMessage(frame, open);
    }
    return frames;
  }

  course.frame = { OPCODES, opcodeName, encode, decode, shortestForm, isControl };
})();
