import { loadQrReader, toPixels } from './qrReader.ts';

/** Why there is no picture; each has a sentence in the messages. */
export type CameraFault = 'refused' | 'missing' | 'insecure' | 'failed';

/** What the camera tells while it runs. */
export interface CameraListener {
  /** The texts of the QR symbols in a frame; never empty. */
  onTexts(texts: readonly string[]): void;
  onFault(fault: CameraFault): void;
}

const FRAME_PAUSE_MS = 100;

/** The browser's own reader, where it has one. */
interface NativeDetector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
type NativeDetectorClass = new (options: { formats: string[] }) => NativeDetector;

/**
 * Shows the camera's picture and reads the QR symbols in it until it is stopped.
 *
 * @returns stops it and lets the camera go.
 */
export function startCamera(video: HTMLVideoElement, listener: CameraListener): () => void {
  const stop = new AbortController();
  run(video, listener, stop.signal).catch((error: unknown) => {
    if (stop.signal.aborted) return;
    stop.abort();
    listener.onFault(toFault(error));
  });
  return () => {
    stop.abort();
  };
}

async function run(
  video: HTMLVideoElement,
  listener: CameraListener,
  signal: AbortSignal,
): Promise<void> {
  const stream = await openStream();
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (signal.aborted) {
    close();
    return;
  }
  signal.addEventListener('abort', close);
  video.srcObject = stream;
  await video.play();
  const readFrame = await chooseReader();
  while (!isAborted(signal)) {
    const texts = video.videoWidth === 0 ? [] : await readFrame(video);
    if (texts.length > 0 && !isAborted(signal)) listener.onTexts(texts);
    await new Promise((resolve) => setTimeout(resolve, FRAME_PAUSE_MS));
  }
}

async function openStream(): Promise<MediaStream> {
  // undefined outside secure contexts, whatever the type says
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DOMException('no secure context', 'SecurityError');
  return await devices.getUserMedia({
    audio: false,
    video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
}

async function chooseReader(): Promise<(video: HTMLVideoElement) => Promise<readonly string[]>> {
  const native = await openNativeDetector();
  if (native !== null) {
    return async (video) => (await native.detect(video)).map(({ rawValue }) => rawValue);
  }
  const readPixels = await loadQrReader();
  return (video) =>
    readPixels(toPixels(video, { width: video.videoWidth, height: video.videoHeight }));
}

async function openNativeDetector(): Promise<NativeDetector | null> {
  const detectorClass = (
    window as {
      BarcodeDetector?: NativeDetectorClass & { getSupportedFormats(): Promise<string[]> };
    }
  ).BarcodeDetector;
  if (detectorClass === undefined) return null;
  try {
    const formats = await detectorClass.getSupportedFormats();
    return formats.includes('qr_code') ? new detectorClass({ formats: ['qr_code'] }) : null;
  } catch {
    return null; // announced, but without a working reader behind it
  }
}

const FAULTS: Readonly<Record<string, CameraFault>> = {
  NotAllowedError: 'refused',
  SecurityError: 'insecure',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
};

function toFault(error: unknown): CameraFault {
  return (error instanceof DOMException ? FAULTS[error.name] : undefined) ?? 'failed';
}

/** A call, so that the compiler does not take the state of a moment ago for granted. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
