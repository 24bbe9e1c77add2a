// Reading aloud, a sentence at a time, with its words as a caption. stop() acts at once.
// The server is only told which passage of which turn to read, never what to say.

export const browserSpeaks = "speechSynthesis" in window;

export class Reader {
  // `told`: caption(text) while a sentence is read and "" at the end; trouble(message).
  constructor(told, settings) {
    this.told = told;
    this.settings = settings;   // () => { speaker, speed }
    this.round = 0;             // raised by stop(): what belongs to an older round falls silent
  }

  get reading() { return Boolean(this.active); }

  async read(addresses) {
    this.stop();
    const round = this.round;
    this.active = true;
    this.told.caption("…");
    try {
      for (const address of addresses) {
        const { sentences } = await this.fetch(address, round).then((reply) => reply.json());
        await this.say(address, sentences, round);
      }
    } catch (error) {
      if (round !== this.round) return;
      this.stop();
      this.told.trouble(error.name === "NotAllowedError"
        ? "The browser plays no sound before you have pressed something here. Press Listen to hear it."
        : error.people ? error.message : "Reading aloud stopped: there is no connection. The text is on the page.");
      return;
    }
    if (round === this.round) this.stop();
  }

  stop() {
    this.round++;
    this.active = false;
    this.cancel?.abort();
    this.cancel = new AbortController();
    if (this.audio) { this.audio.pause(); this.audio.removeAttribute("src"); this.audio = null; }
    if (browserSpeaks) speechSynthesis.cancel();
    this.release?.();
    this.told.caption("");
  }

  async say(address, sentences, round) {
    const { speaker } = this.settings();
    let next = speaker === "browser" ? null : this.load(address, 0, round);
    for (let number = 0; number < sentences.length && round === this.round; number++) {
      const sound = await next;
      if (round !== this.round) return;
      if (next && number + 1 < sentences.length) {
        next = this.load(address, number + 1, round);
        next.catch(() => {});   // told when it is awaited
      }
      this.told.caption(sentences[number]);
      await (sound ? this.play(sound) : this.utter(sentences[number]));
    }
  }

  load(address, number, round) {
    return this.fetch(`${address}/${number}.wav`, round).then((reply) => reply.blob());
  }

  async fetch(address) {
    const reply = await fetch(address, { signal: this.cancel.signal });
    if (reply.ok) return reply;
    const { error = "Reading aloud failed.", hint = "" } = await reply.json().catch(() => ({}));
    throw Object.assign(new Error(`${error} ${hint}`.trim()), { people: true });
  }

  play(blob) {
    return new Promise((resolve, reject) => {
      const url = URL.createObjectURL(blob);
      const audio = this.audio = new Audio(url);
      audio.playbackRate = this.settings().speed;
      const end = (settle) => (value) => { URL.revokeObjectURL(url); settle(value); };
      audio.onended = this.release = end(resolve);
      audio.onerror = end(() => reject(new Error("the sound cannot be played")));
      audio.play().catch(end(reject));
    });
  }

  utter(sentence) {
    return new Promise((resolve, reject) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = "en-US";
      utterance.rate = this.settings().speed;
      const english = speechSynthesis.getVoices().filter(({ lang }) => /^en/i.test(lang));
      utterance.voice = english.find(({ localService }) => localService) ?? english[0] ?? null;
      utterance.onend = this.release = resolve;
      utterance.onerror = ({ error }) => ["canceled", "interrupted"].includes(error) ? resolve()
        : reject(Object.assign(new Error("This browser's voice failed. Choose the server's in Voice settings."), { people: true }));
      speechSynthesis.speak(utterance);
    });
  }
}
