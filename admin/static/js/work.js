// The work that the complaint form asks for instead of an address: a number whose hash begins with enough zero bits.
// Its own SHA-256, because the browser's is only there over https and waits for each single hash.
(() => {
  const K = new Uint32Array(64), START = new Uint32Array(8);
  const part = (root) => ((root - Math.floor(root)) * 4294967296) >>> 0;
  for (let number = 2, found = 0; found < 64; number++) {
    let prime = true;
    for (let by = 2; by * by <= number; by++) if (number % by === 0) { prime = false; break; }
    if (!prime) continue;
    if (found < 8) START[found] = part(Math.sqrt(number));
    K[found++] = part(Math.cbrt(number));
  }
  const w = new Int32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  function sha256(bytes) {
    const blocks = (bytes.length + 9 + 63) >> 6, data = new Uint8Array(blocks * 64), view = new DataView(data.buffer);
    data.set(bytes);
    data[bytes.length] = 128;
    view.setUint32(data.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(data.length - 4, bytes.length << 3);
    const state = START.slice();
    for (let at = 0; at < data.length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
      for (let i = 16; i < 64; i++) {
        const one = w[i - 15], two = w[i - 2];
        w[i] = (w[i - 16] + (turn(one, 7) ^ turn(one, 18) ^ (one >>> 3)) + w[i - 7] + (turn(two, 17) ^ turn(two, 19) ^ (two >>> 10))) | 0;
      }
      let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
      for (let i = 0; i < 64; i++) {
        const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
      }
      state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
    }
    return state;
  }

  const text = new TextEncoder();
  const hex = (state) => Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
  const enough = (state, bits) => (bits <= 32 ? Math.clz32(state[0]) >= bits : false);

  function work(prefix, bits, done) {
    let number = 0;
    const some = () => {
      for (const end = number + 5000; number < end; number++) {
        if (enough(sha256(text.encode(prefix + number)), bits)) return done(String(number));
      }
      setTimeout(some);  // the page stays alive between two lots
    };
    some();
  }

  const stamp = document.querySelector('input[name=stamp]');
  if (!stamp || !window.TextEncoder) return;
  const form = stamp.form, status = document.getElementById('working');
  let paid = '';
  form.addEventListener('submit', (event) => {
    const words = `${form.elements.content.value}\0${form.elements.accused.value}`;
    if (paid === words) return;
    event.preventDefault();
    if (status.textContent) return;
    const button = event.submitter;
    status.textContent = status.dataset.text;
    const said = hex(sha256(text.encode(words)));
    // Half a hash, so that each try is one block.
    work(`${hex(sha256(text.encode(`${stamp.value}.${said}`))).slice(0, 32)}.`, Number(stamp.dataset.bits), (proof) => {
      form.elements.proof.value = proof;
      paid = words;
      status.textContent = '';
      form.requestSubmit(button);
    });
  });
  // For a page that came back from the browser's memory: what is sent from it is looked at anew.
  window.addEventListener('pageshow', () => { paid = ''; status.textContent = ''; });
})();
