// What the person chose about voice, kept in this browser; and what this server offers.
const KEY = "viva.voice";
const DEFAULTS = { voice: true, aloud: false, device: "", transcriber: "", speaker: "", pause: "", speed: 1, key: "F2", keep: false };

export const choices = { ...DEFAULTS, ...read() };
export const offers = {
  transcriber: { about: "", problem: "" }, speaker: { about: "", problem: "" },
  pause: 2.5, longest: 600,
};

export async function askForOffers() {
  const reply = await fetch("voice/options");
  if (reply.ok) Object.assign(offers, await reply.json());
}

export function choose(name, value) {
  choices[name] = value;
  try { localStorage.setItem(KEY, JSON.stringify(choices)); } catch { /* private window */ }
}

export const pause = () => Number(choices.pause === "" ? offers.pause : choices.pause);
export const speed = () => Number(choices.speed);

// "server" or "browser": the person's choice, or the server's unless only the browser has one.
export function way(kind, inBrowser) {
  return choices[kind] || (offers[kind].problem && inBrowser ? "browser" : "server");
}

function read() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; }
}
