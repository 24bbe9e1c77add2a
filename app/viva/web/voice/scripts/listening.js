// One spoken passage, from pressing Speak to its transcript. Two ways: through the server's
// recogniser over a WebSocket, or by the browser's own (Web Speech API).
import { Trouble, openMicrophone } from "./microphone.js";

const RETRY = 500, LONGEST_RETRY = 4000;   // milliseconds between tries to connect again
const PATIENCE = 30_000;                   // milliseconds to wait for the transcript without a server
const QUIET = -55;                         // dBFS: below this nothing is heard
const QUIET_FOR = 5;                       // seconds of it until we say so

// What the two have in common: `told` are the callbacks heard(text), level(dBFS), note(text),
// ended({text, speech, note}).
class Listening {
  constructor(told, longest) {
    this.told = told;
    this.longest = longest;
    this.text = "";
    this.began = performance.now();
    this.over = false;
    this.clock = setInterval(() => this.tick(), 500);
  }

  get seconds() { return (performance.now() - this.began) / 1000; }

  tick() {
    const left = this.longest - this.seconds;
    if (left <= 60 && !this.warned) {
      this.warned = true;
      this.told.note(`${Math.max(1, Math.round(left))} seconds left: one recording holds ${minutes(this.longest)}. `
        + "Your text is kept, and you can go on in another one.");
    }
    if (left <= 0) this.stop(`That was ${minutes(this.longest)}, the most that one recording holds. `
      + "Your text is in the box; press Speak to go on.");
  }

  end(result) {
    if (this.over) return;
    this.over = true;
    clearInterval(this.clock);
    this.told.ended({ text: this.text, speech: null, note: "", ...result });
  }
}

export class ServerListening extends Listening {
  constructor(told, { longest, interview, pause, keep }) {
    super(told, longest);
    this.wishes = { interview, pause, keep };
    this.chunks = [];
    this.sent = 0;
    this.tries = 0;
    this.loudest = -100;
  }

  static async open(told, { device, ...options }) {
    const listening = new ServerListening(told, options);
    try {
      listening.microphone = await openMicrophone({
        device,
        onChunk: (chunk) => listening.take(chunk),
        onLost: () => listening.stop("The microphone was unplugged. What you said so far is in the box."),
      });
    } catch (error) {
      clearInterval(listening.clock);
      throw error;
    }
    listening.began = performance.now();
    listening.connect();
    return listening;
  }

  take({ samples, level }) {
    this.told.level(level);
    this.chunks.push(samples);
    this.loudest = Math.max(this.loudest, level);
    if (this.loudest < QUIET && this.chunks.length === QUIET_FOR * 10) {
      this.told.note("I hear nothing. Is the microphone muted, or another one chosen in Voice settings?");
    }
    this.flush();
  }

  connect() {
    const url = new URL("voice/listen", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = url.hash = "";
    this.socket = new WebSocket(url);
    this.socket.onopen = () => {
      // All of it again after a break: the new connection may be another process's.
      this.sent = 0;
      this.toldToStop = false;
      this.socket.send(JSON.stringify(this.wishes));
      this.flush();
    };
    this.socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    this.socket.onclose = () => this.reconnect();
  }

  reconnect() {
    if (this.over) return;
    this.told.note("The connection is lost. "
      + (this.microphone ? "Go on speaking: nothing is lost, and I try to connect again."
        : "Your recording is kept while I try to connect again."));
    this.retry = setTimeout(() => this.connect(), Math.min(LONGEST_RETRY, RETRY * 2 ** this.tries++));
  }

  flush() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    while (this.sent < this.chunks.length) this.socket.send(this.chunks[this.sent++]);
    if (this.stopped && !this.toldToStop) { this.toldToStop = true; this.socket.send("stop"); }
  }

  hear(message) {
    if (this.tries) { this.tries = 0; this.told.note("Connected again."); }
    switch (message.type) {
      case "heard": this.text = message.text; this.told.heard(message.text); break;
      case "turn-over": this.stop(); break;
      case "limit": this.stop(message.note); break;
      case "done": this.finish({ text: message.text, speech: message.speech, note: this.why || message.note }); break;
      case "failed": this.finish({ note: message.note, failed: true }); break;
    }
  }

  stop(why = "") {
    if (this.stopped) { if (!this.over && !why) this.giveUp(); return; }
    this.stopped = true;
    this.why = why;
    this.microphone?.close();
    this.microphone = null;
    this.told.working();
    this.flush();
    this.patience = setTimeout(() => this.socket?.readyState !== WebSocket.OPEN && this.giveUp(), PATIENCE);
  }

  giveUp() {
    this.finish({ note: "There is no connection. What was understood until then is in the box; read it "
      + "before you send it, as its end may be missing." });
  }

  finish(result) {
    clearTimeout(this.retry);
    clearTimeout(this.patience);
    this.microphone?.close();
    this.end(result);
    this.socket?.close();
  }
}

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
export const browserListens = Boolean(Recognition);

export class BrowserListening extends Listening {
  constructor(told, { longest, pause }) {
    super(told, longest);
    this.pause = pause;
    this.last = performance.now();
    this.recognition = new Recognition();
    Object.assign(this.recognition, { continuous: true, interimResults: true, lang: "en-US" });
    this.recognition.onresult = ({ results }) => {
      this.last = performance.now();
      this.text = (this.settled ?? "") + [...results].map(([best]) => best.transcript).join(" ").replace(/\s+/g, " ").trim();
      this.told.heard(this.text);
    };
    this.recognition.onerror = ({ error }) => { this.failure = WORDS[error] ?? ""; };
    this.recognition.onend = () => {
      if (this.stopped || this.failure) return this.done();
      this.settled = this.text ? this.text + " " : "";   // it stops by itself after a while
      this.recognition.start();
    };
    this.recognition.start();
  }

  static async open(told, options) { return new BrowserListening(told, options); }

  tick() {
    super.tick();
    const quiet = (performance.now() - this.last) / 1000;
    if (this.pause && this.text && quiet > this.pause) this.stop();
  }

  stop(why = "") {
    if (this.stopped) return;
    this.stopped = true;
    this.why = why;
    this.told.working();
    this.recognition.stop();
  }

  done() {
    const seconds = Math.max(0.1, this.seconds), heard = Boolean(this.text);
    const speech = heard ? { transcript: this.text, seconds } : null;
    const note = this.failure || this.why || (heard ? "" : "Nothing was understood. Try again, nearer to the microphone.");
    this.end({ speech, note, failed: Boolean(this.failure) && !heard });
  }
}

const WORDS = {
  "not-allowed": "The browser does not let this page use the microphone or its recogniser. Allow it by the icon beside the address.",
  "service-not-allowed": "This browser's recogniser is switched off. Choose the server's in Voice settings, or type.",
  "audio-capture": "No microphone was found. Plug one in, or type.",
  "network": "This browser's recogniser needs its maker's servers, and they cannot be reached. Choose the server's in Voice settings, or type.",
  "language-not-supported": "This browser's recogniser knows no English.",
};

function minutes(seconds) {
  return seconds % 60 ? `${Math.round(seconds)} seconds` : `${seconds / 60} minutes`;
}
