/* What Material keeps in an inline script, here as a file: a strict Content-Security-Policy allows no inline ones. */
"use strict";
{
  const base = document.currentScript.dataset.base;
  window.__md_scope = new URL(base.endsWith("/") ? base : base + "/", location);
  window.__md_hash = (text) => [...text].reduce((sum, letter) => (sum << 5) - sum + letter.charCodeAt(0), 0);
  window.__md_get = (key, store = localStorage, scope = window.__md_scope) => JSON.parse(store.getItem(scope.pathname + "." + key));
  window.__md_set = (key, value, store = localStorage, scope = window.__md_scope) => {
    try { store.setItem(scope.pathname + "." + key, JSON.stringify(value)); } catch { /* a full or closed store is no reason to stop */ }
  };
}
