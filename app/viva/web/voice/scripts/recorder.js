// An audio worklet: the microphone's sound as 16 kHz mono, 16 bits, a tenth of a second a message,
// each with its level.
const RATE = 16000, CHUNK = 1600, REACH = 16;

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;                  // samples in for one sample out
    this.cutoff = Math.min(1, 1 / this.step);       // of the input's band
    this.reach = Math.ceil(REACH / this.cutoff);    // samples on each side that one rests on
    this.input = new Float32Array(0);
    this.position = 0;                              // of the next sample out, in this.input
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
    this.power = 0;
  }

  process([channels]) {
    if (!channels?.length) return true;
    const length = channels[0].length, joined = new Float32Array(this.input.length + length);
    joined.set(this.input);
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      joined[this.input.length + i] = sum / channels.length;
    }
    while (this.position + this.reach < joined.length) {
      this.put(this.at(joined, this.position));
      this.position += this.step;
    }
    const done = Math.max(0, Math.floor(this.position) - this.reach);
    this.input = joined.slice(done);
    this.position -= done;
    return true;
  }

  // Band-limited interpolation with a Hann-windowed sinc, so that nothing above 8 kHz folds down.
  at(samples, position) {
    if (this.step === 1) return samples[Math.round(position)];
    const first = Math.max(0, Math.ceil(position - this.reach));
    const last = Math.min(samples.length - 1, Math.floor(position + this.reach));
    let sum = 0;
    for (let i = first; i <= last; i++) {
      const x = (i - position) * this.cutoff * Math.PI;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * (i - position)) / this.reach);
      sum += samples[i] * (x === 0 ? 1 : Math.sin(x) / x) * window;
    }
    return sum * this.cutoff;
  }

  put(sample) {
    const bounded = Math.max(-1, Math.min(1, sample));
    this.power += bounded * bounded;
    this.chunk[this.filled++] = Math.round(bounded * 32767);
    if (this.filled < CHUNK) return;
    const level = 10 * Math.log10(this.power / CHUNK + 1e-10);   // dBFS
    this.port.postMessage({ samples: this.chunk, level }, [this.chunk.buffer]);
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
    this.power = 0;
  }
}

registerProcessor("viva-recorder", Recorder);
