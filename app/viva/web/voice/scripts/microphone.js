// The microphone: opening it, with a clear word for each way in which that can fail.

export class Trouble extends Error {}   // a message for people

const HERE = new URL("./recorder.js", import.meta.url);

export function whyNotAtAll() {
  if (!window.isSecureContext) {
    return "The microphone works only over https or on localhost, and this page was opened at "
      + `${location.origin}. On the machine that runs Viva, open http://localhost:${location.port || 80}; `
      + "from another one, put Viva behind https. You can type meanwhile.";
  }
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) {
    return "This browser gives pages no microphone. Use a current Chrome, Edge, Firefox or Safari.";
  }
  return "";
}

export async function listDevices() {
  const devices = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  return devices.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId)
    .map(({ deviceId, label }, index) => ({ id: deviceId, label: label || `Microphone ${index + 1}` }));
}

// Calls onChunk({samples, level}) ten times a second until close(); onLost when it is unplugged.
export async function openMicrophone({ device, onChunk, onLost }) {
  const stream = await getStream(device);
  let context, node;
  const close = () => {
    for (const track of stream.getTracks()) { track.onended = null; track.stop(); }
    if (node) node.port.onmessage = null;
    context?.close();
  };
  try {
    context = new AudioContext();
    await context.audioWorklet.addModule(HERE);
    node = new AudioWorkletNode(context, "viva-recorder", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => onChunk(data);
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
  } catch (error) {
    close();
    throw new Trouble(`The sound of the microphone cannot be read (${error.message}). Reload the page and try again.`);
  }
  stream.getTracks()[0].onended = onLost;
  return { close, label: stream.getAudioTracks()[0].label };
}

async function getStream(device) {
  const no = whyNotAtAll();
  if (no) throw new Trouble(no);
  const wishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia(
      { audio: device ? { ...wishes, deviceId: { exact: device } } : wishes });
  } catch (error) {
    if (device && ["OverconstrainedError", "NotFoundError"].includes(error.name)) return getStream("");
    throw new Trouble(explain(error));
  }
}

function explain({ name, message }) {
  switch (name) {
    case "NotAllowedError": case "SecurityError":
      return "The browser does not let this page use the microphone. Allow it by the icon beside the "
        + "address, then press Speak again. You can type meanwhile.";
    case "NotFoundError": case "OverconstrainedError":
      return "No microphone was found. Plug one in, or choose another in Voice settings. "
        + "You can type meanwhile.";
    case "NotReadableError": case "AbortError":
      return "The microphone is there but gives no sound; another program may hold it. Close that, "
        + "then try again.";
    default:
      return `The microphone cannot be opened (${message || name}). Try another in Voice settings.`;
  }
}
