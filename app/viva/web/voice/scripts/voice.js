// Voice in the page: the bar in the composer, what is spoken and what is read aloud. The page is the
// server's; this only fills the parts of web/voice/panel.py and the box for the answer.
import { askForOffers, choices, choose, offers, pause, speed, way } from "./choices.js";
import { BrowserListening, ServerListening, browserListens } from "./listening.js";
import { checkMicrophone, openPanel, panel, share, take } from "./panel.js";
import { Reader, browserSpeaks } from "./speaking.js";

const HELD = 400;   // milliseconds: a key held longer is let go to stop
const SPOKEN = "viva.spoken.";
const MOVES_ON = "#viva-send, #viva-ask, #viva-next, #viva-skip, #viva-decline, #viva-finish";
const page = window.vivaPage;
const find = (selector) => document.querySelector(selector);

// --- What the bar shows -------------------------------------------------------------------------

const shown = { mic: "idle", level: 0, heard: "", caption: "", note: "" };

function show(change) {
  Object.assign(shown, change);
  paint();
}

function paint() {
  for (const bar of document.querySelectorAll(".v-voice")) {
    put(bar, { hidden: false });
    const can = choices.voice && page.visible(page.box()), busy = shown.mic !== "idle";
    put(bar.querySelector(".v-mic"), { hidden: !can && !busy, ariaPressed: String(shown.mic === "listening") });
    put(bar.querySelector(".v-mic-word"), { textContent: { idle: "Speak", opening: "Opening …", listening: "Stop", working: "Writing it down …" }[shown.mic] });
    put(bar.querySelector(".v-key"), { hidden: !can || !choices.key || busy, textContent: choices.key ? `or hold ${choices.key}` : "" });
    put(bar.querySelector(".v-level"), { hidden: shown.mic !== "listening", value: shown.level });
    put(bar.querySelector(".v-heard"), { hidden: !busy });
    put(bar.querySelector(".v-heard-text"), { textContent: shown.heard || (busy ? "Listening …" : "") });
    put(bar.querySelector(".v-heard"), { scrollTop: bar.querySelector(".v-heard").scrollHeight });
    put(bar.querySelector(".v-aloud"), { hidden: !choices.voice, ariaPressed: String(choices.aloud) });
    put(bar.querySelector(".v-replay"), { hidden: !choices.voice || !latest.length || reader.reading });
    put(bar.querySelector(".v-hush"), { hidden: !reader.reading });
  }
  for (const caption of document.querySelectorAll(".v-caption")) put(caption, { hidden: !shown.caption, textContent: shown.caption });
  for (const note of document.querySelectorAll(".v-voice-note")) put(note, { textContent: shown.note });
}

function put(element, values) {   // only what differs: every change of text wakes the observer
  for (const [name, value] of Object.entries(values)) if (element && element[name] !== value) element[name] = value;
}

// --- Speaking -----------------------------------------------------------------------------------

let listening = null, letGo = false;

const listener = () => way("transcriber", browserListens);

function open(told, options) {
  if (listener() === "browser") return BrowserListening.open(told, options);
  if (offers.transcriber.problem) return Promise.reject(new Error(offers.transcriber.problem));
  return ServerListening.open(told, options);
}

async function begin() {
  if (shown.mic !== "idle" || !choices.voice || !page.visible(page.box())) return;
  reader.stop();   // who starts to speak is not talked over
  const turn = page.turn();
  letGo = false;
  show({ mic: "opening", heard: "", note: "", level: 0 });
  try {
    listening = await open({
      level: (level) => show({ level: share(level) }),
      heard: (text) => { show({ heard: text }); page.keepDraft(turn, join(page.box()?.value ?? "", text)); },
      note: (note) => show({ note }),
      working: () => show({ mic: "working", level: 0 }),
      ended: (result) => ended(turn, result),
    }, { device: choices.device, longest: offers.longest, interview: turn.split(".")[0], pause: pause(), keep: choices.keep });
  } catch (error) {
    listening = null;
    show({ mic: "idle", note: error.message });
    return;
  }
  if (shown.mic !== "opening") return;   // over already
  show({ mic: "listening" });
  if (letGo) listening.stop();
}

function stop() {
  letGo = true;
  listening?.stop();
}

function ended(turn, { text, speech, note }) {
  listening = null;
  const here = turn === page.turn() && page.visible(page.box()), ready = "Read it, mend what is wrong, then send it.";
  show({ mic: "idle", heard: "", note: [note, text && !note ? ready : ""].join("") });
  if (!text) return;
  if (speech) keepSpoken(turn, [...spokenIn(turn), speech]);
  if (!here) { show({ note: "The interview went on meanwhile. What you said is kept for its next box." }); return; }
  const box = page.box();
  page.type(box, join(box.value, text));
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  box.scrollTop = box.scrollHeight;
}

function join(before, text) {
  return before && text ? before.trimEnd() + (/[.!?:;,]$/.test(before.trimEnd()) ? " " : "\n") + text : before || text;
}

// What was spoken goes along with the answer: its words as recognised, and its figures.
const spokenIn = (turn) => { try { return JSON.parse(page.store.get(SPOKEN + turn)) ?? []; } catch { return []; } };
const keepSpoken = (turn, parts) => parts.length ? page.store.set(SPOKEN + turn, JSON.stringify(parts)) : page.store.remove(SPOKEN + turn);

window.vivaSpoken = () => page.store.get(SPOKEN + page.turn()) ?? "";

document.addEventListener("input", ({ target }) => {
  if (target === page.box() && !target.value.trim()) keepSpoken(page.turn(), []);
});

// --- Reading aloud ------------------------------------------------------------------------------

const reader = new Reader(
  { caption: (caption) => show({ caption }), trouble: (note) => show({ note }) },
  () => ({ speaker: way("speaker", browserSpeaks), speed: speed() }),
);
const seen = new Set();
let latest = [];
let opened = new URL(location.href).searchParams.get("interview");   // what was there is not read again

function readNews() {
  const place = find(".v-log[data-say], .v-report[data-say]");
  if (!place) return;
  const session = place.dataset.turn.split(".")[0], base = `voice/say/${session}/${place.dataset.position}`;
  const all = place.dataset.say.split(" ").filter(Boolean).map((passage) => `${base}/${passage}`);
  const news = all.filter((address) => !seen.has(address));
  if (!news.length) return;
  for (const address of news) seen.add(address);
  const old = session === opened;
  opened = null;
  latest = old ? news.slice(-1) : news;
  if (choices.voice && choices.aloud && !old && shown.mic === "idle") reader.read(latest);
  else if (!old) reader.stop();
  paint();
}

// --- Events -------------------------------------------------------------------------------------

const PRESSED = {
  "v-mic": () => (shown.mic === "idle" ? begin() : stop()),
  "v-hush": () => reader.stop(),
  "v-replay": () => reader.read(latest),
  "v-aloud": () => {
    choose("aloud", !choices.aloud);
    if (choices.aloud) reader.read(latest); else reader.stop();
    paint();
  },
  "v-voice-open": () => { show({ note: "" }); openPanel(); },
  "v-sample": () => reader.read(["voice/sample"]),
  "v-test": async (button) => {
    button.disabled = true;
    reader.stop();
    await checkMicrophone((told, seconds) => open(told, { device: choices.device, longest: seconds, interview: "", pause: 1.5, keep: false }));
    button.disabled = false;
  },
  "v-forget": async () => {
    if (!confirm("Delete every recording of your answers? The texts stay.")) return;
    const reply = await remove("voice/recordings");
    if (reply) show({ note: `Deleted: ${reply.deleted}.` });
    for (const item of document.querySelectorAll(".v-recording")) item.hidden = true;
  },
  "v-delete-recording": async (button) => {
    if (!confirm("Delete this recording? The text stays.")) return;
    if (await remove(`voice/recordings/${button.dataset.id}`)) button.closest(".v-recording").hidden = true;
  },
};

async function remove(address) {
  try {
    const reply = await fetch(address, { method: "DELETE" }), told = await reply.json();
    if (reply.ok) return told;
    show({ note: `${told.error} ${told.hint}` });
  } catch { show({ note: "There is no connection. Nothing was deleted." }); }
  return null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  const name = [...button.classList].find((known) => known in PRESSED);
  if (name) PRESSED[name](button);
  else if (button.matches(MOVES_ON)) holdBack(event);
}, true);

// While somebody speaks nothing is sent: first the text is written down.
function holdBack(event) {
  if (shown.mic === "idle") { reader.stop(); show({ note: "" }); return; }
  event.preventDefault();
  event.stopPropagation();
  if (shown.mic !== "working") stop();
  show({ note: "First your words are written down. Read them, then send." });
}

let pressedAt = 0, startedByKey = false;
const held = () => startedByKey && performance.now() - pressedAt > HELD;

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === page.box()) holdBack(event);
  if (panel()?.open) return;
  if (event.key === "Escape" && (reader.reading || listening)) {
    event.preventDefault();
    if (reader.reading) reader.stop(); else stop();
  }
  if (!choices.key || event.key !== choices.key || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (event.repeat) return;
  pressedAt = performance.now();
  startedByKey = shown.mic === "idle";
  if (startedByKey) begin(); else stop();
}, true);
document.addEventListener("keyup", (event) => {
  if (event.key !== choices.key) return;
  if (held()) stop();
  startedByKey = false;
}, true);
window.addEventListener("blur", () => { if (held()) stop(); });   // its letting go goes elsewhere

document.addEventListener("change", ({ target }) => {
  if (!target.closest?.("#v-voice-panel") || !target.name) return;
  take(target);
  if (target.name === "aloud" && !target.checked) reader.stop();
  paint();
});
document.addEventListener("close", ({ target }) => { if (target === panel()) reader.stop(); }, true);

new MutationObserver(() => { readNews(); paint(); }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-say"] });
askForOffers().catch(() => {}).finally(() => {
  paint();
  // Who reads aloud gets ready meanwhile, so that the first question is not waited for.
  if (choices.aloud && way("speaker", browserSpeaks) === "server") fetch("voice/sample/0.wav").catch(() => {});
});
