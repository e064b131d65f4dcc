/* Checks the proof of a result in this browser alone: nothing is sent, and no network is asked.
   The hashing is RFC 9162's; crypto.subtle is not there for pages opened from a file or over plain http. */
"use strict";
(() => {
  const form = document.querySelector("#prove");
  if (!form) return;
  const say = form.dataset;
  const answer = form.querySelector(".answer");
  const rotate = (word, by) => (word >>> by) | (word << (32 - by));

  const [first, K] = (() => {
    const roots = [], cubes = [];
    const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
    for (let n = 2; cubes.length < 64; n += 1) {
      let prime = true;
      for (let by = 2; by * by <= n; by += 1) if (n % by === 0) prime = false;
      if (!prime) continue;
      if (roots.length < 8) roots.push(part(n ** 0.5));
      cubes.push(part(Math.cbrt(n)));
    }
    return [roots, cubes];
  })();

  const sha256 = (bytes) => {
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 128;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    let state = [...first];
    const w = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i += 1) {
        if (i < 16) { w[i] = view.getInt32(at + i * 4); continue; }
        const a = w[i - 15], b = w[i - 2];
        w[i] = (w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      state = state.map((word, i) => (word + [a, b, c, d, e, f, g, h][i]) | 0);
    }
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => out.setInt32(i * 4, word));
    return new Uint8Array(out.buffer);
  };

  const bytesOf = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const hashed = (text) => hex(sha256(bytesOf(text)));
  const node = (left, right) => sha256(new Uint8Array([1, ...left, ...right]));
  const unpacked = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  /* RFC 9162, 2.1.3.2. */
  const rootOf = (leaf, place, size, path) => {
    let at = place - 1, last = size - 1, found = leaf;
    if (at < 0 || at > last) return "";
    for (const beside of path) {
      if (last === 0) return "";
      if (at % 2 === 1 || at === last) {
        found = node(beside, found);
        while (at !== 0 && at % 2 === 0) { at = Math.floor(at / 2); last = Math.floor(last / 2); }
      } else found = node(found, beside);
      at = Math.floor(at / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 ? hex(found) : "";
  };

  const holds = (proof) => {
    const commitment = `salted:${hashed(`${proof.salt} ${JSON.stringify(proof.text)}`)}`;
    if (JSON.parse(proof.changes).text[1] !== commitment) return false;
    const content = hashed(`${proof.header} ${hashed(proof.changes)}`);
    const leaf = sha256(new Uint8Array([0, ...bytesOf(`${proof.event} ${content}`)]));
    return rootOf(leaf, proof.place, proof.size, proof.path.map(unpacked)) === proof.root;
  };

  const tell = (kind, words, text = "") => {
    answer.className = `answer card ${kind}`;
    const line = document.createElement("bdi");
    line.textContent = text;
    const sentence = document.createElement("p");
    sentence.textContent = words;
    answer.replaceChildren(sentence, line);
  };
  const check = () => {
    let proof, held;
    try {
      proof = JSON.parse(form.querySelector("textarea").value);
      held = holds(proof);
    } catch {
      return tell("warn", say.unreadable);
    }
    if (!held) return tell("warn", say.broken);
    const published = (window.HEADS ?? []).some(([size, root]) => size === proof.size && root === proof.root);
    return tell(published ? "good" : "warn", published ? say.holds : say.unpublished, proof.text);
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
  form.querySelector("[type=file]").addEventListener("change", async (event) => {
    form.querySelector("textarea").value = await event.target.files[0].text();
    check();
  });
  /* A scanned code brings the proof behind the "#", which no browser sends anywhere. */
  const scanned = () => {
    const given = (globalThis.location?.hash ?? "").slice(1);
    if (!given) return;
    try {
      form.querySelector("textarea").value = new TextDecoder("utf-8", { fatal: true }).decode(unpacked(given));
    } catch {
      return tell("warn", say.unreadable);
    }
    check();
  };
  globalThis.addEventListener?.("hashchange", scanned);
  scanned();
  form.dataset.ready = "yes";
})();
