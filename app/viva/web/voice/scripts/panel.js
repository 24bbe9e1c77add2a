// The panel of settings: fills its fields, keeps what is chosen, checks the microphone.
import { choices, choose, offers, pause, speed, way } from "./choices.js";
import { browserListens } from "./listening.js";
import { listDevices, whyNotAtAll } from "./microphone.js";
import { browserSpeaks } from "./speaking.js";

const ABOUT_BROWSER = {
  transcriber: "This browser's recogniser. It may send your voice to the browser's maker (Chrome sends it to Google), it cannot keep recordings, and it counts only words and fillers.",
  speaker: "This browser's voices. One on this device is taken where there is one; others send the text to their maker.",
};
const HAS = { transcriber: browserListens, speaker: browserSpeaks };
const CHECK_FOR = 8;   // seconds

export const panel = () => document.querySelector("#v-voice-panel");

export async function openPanel() {
  await fill();
  panel().showModal();
}

export async function fill() {
  const form = panel().querySelector("form");
  for (const name of ["voice", "aloud", "keep"]) form.elements[name].checked = choices[name];
  options(form.elements.device, [["", "The browser's choice"],
    ...(await listDevices()).map(({ id, label }) => [id, label])], choices.device);
  for (const kind of ["transcriber", "speaker"]) {
    const ways = [["server", "Viva's server"]];
    if (HAS[kind]) ways.push(["browser", "This browser"]);
    options(form.elements[kind], ways, way(kind, HAS[kind]));
    about(kind);
  }
  const pauses = form.elements.pause, chosen = String(pause());
  if (![...pauses.options].some(({ value }) => value === chosen)) pauses.add(new Option(`${chosen} seconds`, chosen));
  pauses.value = chosen;
  form.elements.speed.value = String(speed());
  form.elements.key.value = choices.key;
}

export function take(field) {
  choose(field.name, field.type === "checkbox" ? field.checked : field.value);
  if (field.name in HAS) about(field.name);
}

function about(kind) {
  const chosen = way(kind, HAS[kind]);
  const { about, problem } = offers[kind];
  panel().querySelector(`[data-about=${kind}]`).textContent =
    chosen === "browser" ? ABOUT_BROWSER[kind] : problem || about;
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, label]) => new Option(label, value, false, value === chosen)));
}

// Permission, device, level, recogniser, one line each. `open(told, seconds)` starts listening.
export async function checkMicrophone(open) {
  const list = panel().querySelector(".v-checks"), meter = panel().querySelector(".v-test-level");
  const heard = panel().querySelector(".v-heard");
  list.replaceChildren();
  const say = (good, words) => {
    const item = document.createElement("li");
    item.className = good === null ? "" : good ? "v-good" : "v-bad";
    item.textContent = (good === null ? "… " : good ? "✓ " : "✗ ") + words;
    list.append(item);
    return item;
  };
  const no = whyNotAtAll();
  if (no) { say(false, no); return; }
  let loudest = -100;
  await new Promise((resolve) => {
    open({
      level: (level) => { loudest = Math.max(loudest, level); meter.hidden = false; meter.value = share(level); },
      heard: (text) => { heard.hidden = false; heard.firstElementChild.textContent = text; },
      note: () => {},
      working: () => { meter.hidden = true; },
      ended: ({ text, note, failed }) => {
        meter.hidden = heard.hidden = true;
        if (loudest > -100) {
          say(loudest > -50, loudest > -50 ? `The level is good enough: ${Math.round(loudest)} dBFS at its loudest.`
            : `There is hardly any sound (${Math.round(loudest)} dBFS). Is the microphone muted, or another one chosen?`);
        }
        say(Boolean(text), text ? `Understood: “${text}”` : note || "Nothing was understood.");
        resolve();
      },
    }, CHECK_FOR).then(async (listening) => {
      say(true, "The browser lets this page use the microphone.");
      if (listening.microphone) say(true, `It is: ${listening.microphone.label || "a microphone without a name"}.`);
      say(null, "Say a sentence or two, such as: I would cache the results and watch the error rate.");
      await fill();   // now the devices have names
    }, (error) => { say(false, error.message); resolve(); });
  });
}

export const share = (level) => Math.max(0, Math.min(1, (level + 60) / 60));   // of the meter, from dBFS
