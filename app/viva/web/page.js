// What the page does by itself: it keeps drafts in the browser, runs the timer, moves the focus to
// where the person goes on, and sends with Ctrl+Enter. All else is decided by the server.
(() => {
  const PREFIX = "viva.draft.";
  const bar = () => document.querySelector(".v-bar[data-turn]");
  const box = () => document.querySelector("#viva-answer textarea");
  let turn = null;      // where the interview stands, as the server last told
  let settled = false;  // whether the focus and the draft of this turn are in place

  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } },
    remove: (key) => { try { localStorage.removeItem(key); } catch { /* private window */ } },
    keys: () => { try { return Object.keys(localStorage); } catch { return []; } },
  };

  function type(textarea, value) {
    // Through the native setter, so that the framework takes it for the person's own typing.
    const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    setter.call(textarea, value);
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function rememberAddress(session) {
    const url = new URL(location.href);
    if (url.searchParams.get("interview") !== session) {
      url.searchParams.set("interview", session);
      history.replaceState(null, "", url);
    }
    if (lastKey()) store.set(lastKey(), session);
  }

  function lastKey() {
    // Of each person: another's interview is not there for who is at this browser now.
    const person = document.querySelector(".v-person[data-person]")?.dataset.person;
    return person ? "viva.last." + person : "";
  }

  function settleOldDrafts(current) {
    // What was sent stands in the conversation; what was not (the interview had gone on in another
    // window) is kept for the box of this turn.
    const session = PREFIX + current.split(".")[0];
    const said = [...document.querySelectorAll(".v-you")].map((bubble) => plain(bubble.textContent));
    for (const key of store.keys()) {
      if (!key.startsWith(session) || key === PREFIX + current) continue;
      const draft = store.get(key);
      const sent = said.some((text) => text.includes(plain(draft)));
      if (!sent && !store.get(PREFIX + current)) store.set(PREFIX + current, draft);
      store.remove(key);
    }
  }

  function plain(text) {
    // Without the numbers of evidence marks, white space and punctuation.
    return (text || "").replace(/[^\p{L}]+/gu, "");
  }

  function visible(element) {
    return element && element.offsetParent !== null;
  }

  function showNewest() {
    const newest = [...document.querySelectorAll(".v-newest")].at(-1);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    newest?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }

  function whereToGoOn() {
    // After the feedback most people go on; the box there is for those who want to ask.
    const next = document.querySelector("#viva-next"), again = document.querySelector("#viva-again");
    return [/\.review\d*$/.test(turn) ? next : box(), again].find(visible);
  }

  function onChange() {
    restore();
    const now = bar(), log = document.querySelector(".v-log");
    if (!now) { turn = null; offerLast(); return; }
    // The parts of a screen arrive one after the other: wait until all tell of the same turn.
    if (log?.dataset.turn !== now.dataset.turn) return;
    if (now.dataset.turn !== turn) {
      turn = now.dataset.turn;
      settled = false;
      rememberAddress(now.dataset.session);
      settleOldDrafts(turn);
      showNewest();
      tick();
    }
    // What is being said stays in sight.
    document.querySelector(".v-live .v-speaking")?.scrollIntoView({ block: "nearest" });
    const goal = settled ? null : whereToGoOn();
    if (!goal) return;
    settled = true;
    requestAnimationFrame(() => {
      const draft = store.get(PREFIX + turn);
      if (visible(box()) && draft && !box().value) type(box(), draft);
      goal.focus({ preventScroll: true });
    });
  }

  // --- Contested verdicts. Gradio patches a screen in place and takes away every attribute that is
  // not the server's: what was opened and typed is kept here and put back.

  const open = new Set(), typed = new Map();
  let chosen = null, row = null;

  window.vivaContest = () => JSON.stringify(chosen);

  function contest(control, verdict, quote) {
    const { position, bullet } = control.dataset, part = control.closest(".v-contest");
    chosen = { position: Number(position), bullet, verdict, quote };
    row = { id: part.id, was: part.firstElementChild.tagName, form: control.parentElement.id };
    document.querySelector("#viva-contest").click();
  }

  function restore() {
    const changed = row && document.getElementById(row.id)?.firstElementChild;
    const isNew = changed && changed.tagName !== row.was;
    if (isNew) { open.delete(row.form); typed.delete(row.form); row = null; }
    for (const details of document.querySelectorAll("details[id]")) {
      if (details.open !== open.has(details.id)) details.open = open.has(details.id);
      const form = details.querySelector(":scope > form"), was = typed.get(details.id);
      if (!form || !was) continue;
      if (form.elements.quote.value !== was.quote) form.elements.quote.value = was.quote;
      for (const radio of form.elements.verdict) radio.checked = radio.value === was.verdict;
    }
    if (isNew) changed.querySelector("summary, button").focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".v-contest form");
    if (!form) return;
    event.preventDefault();
    contest(form, form.elements.verdict.value, form.elements.quote.value);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".v-withdraw");
    if (button) contest(button, null, "");
    const details = target.closest?.("details[id] > summary")?.parentElement;
    if (details?.open) open.delete(details.id); else if (details) open.add(details.id);
  });

  function offerLast() {
    const link = document.querySelector("#viva-last"), last = lastKey() && store.get(lastKey());
    if (!link || !last || link.dataset.ready) return;
    link.dataset.ready = "yes";
    link.querySelector("a").href = "?interview=" + encodeURIComponent(last);
    link.hidden = false;
  }

  function tick() {
    const timer = document.querySelector(".v-bar .v-timer");
    if (!timer) return;
    const { since, until, limit } = timer.dataset;
    if (!since && !until) { timer.textContent = ""; return; }
    const used = until ? Number(until) : Math.max(0, (Date.now() - Date.parse(since)) / 1000);
    const left = limit ? Number(limit) - used : null;
    const shown = Math.floor(Math.abs(left === null ? used : left));
    const clock = Math.floor(shown / 60) + ":" + String(shown % 60).padStart(2, "0");
    const over = left !== null && left < 0;
    const text = left === null ? clock : over ? clock + " over" : clock + " left";
    if (timer.textContent !== text) timer.textContent = text;
    timer.classList.toggle("v-over", over);
    const lastCall = document.querySelector(".v-last-call");
    if (lastCall) lastCall.hidden = !over;
  }

  // A card of the start screen opens its settings: bring them into sight and let screen readers know.
  window.vivaOpenPanel = (kind) => {
    for (const panel of ["topic", "job", "question"]) {
      const card = document.getElementById("viva-" + panel);
      card?.setAttribute("aria-expanded", String(panel === kind));
    }
    setTimeout(() => {
      const panel = document.getElementById("viva-panel-" + kind);
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      panel?.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "nearest" });
    }, 250);
    return [];
  };

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.(".v-contest form");
    if (form) typed.set(form.parentElement.id, Object.fromEntries(new FormData(form)));
    if (turn && event.target === box()) {
      if (event.target.value) store.set(PREFIX + turn, event.target.value);
      else store.remove(PREFIX + turn);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (event.target === box()) {
      event.preventDefault();
      ["#viva-send", "#viva-ask"].map((id) => document.querySelector(id)).find(visible)?.click();
    }
  });

  // What the scripts for voice need of this one.
  window.vivaPage = {
    box, type, visible, store,
    turn: () => turn,
    keepDraft: (of, text) => { if (text) store.set(PREFIX + of, text); },
  };

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; onChange(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
  setInterval(tick, 500);
})();
