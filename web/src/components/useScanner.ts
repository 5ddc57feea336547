/** A dialog that reads codes by the camera. */
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';
import { startCamera, type CameraFault } from '../camera.ts';

/** What a dialog that scans has. */
export interface Scanner {
  /** Why there is no picture; null: there is one, or there will be. */
  readonly fault: Readonly<Ref<CameraFault | null>>;
  /** Lets the camera go and closes the dialog: focus goes back to the button that opened it. */
  finish(): void;
}

/**
 * Opens the dialog once it is there, and shows the camera's picture in it until {@link Scanner.finish} or the dialog's end.
 *
 * @param onTexts - takes the texts of the QR symbols in a frame; again and again until it calls `finish`.
 */
export function useScanner(
  dialog: Readonly<Ref<HTMLDialogElement | null>>,
  video: Readonly<Ref<HTMLVideoElement | null>>,
  onTexts: (texts: readonly string[]) => void,
): Scanner {
  const fault = ref<CameraFault | null>(null);
  let stop = (): void => undefined;
  onMounted(() => {
    dialog.value?.showModal();
    if (video.value === null) return;
    stop = startCamera(video.value, {
      onTexts,
      onFault(found) {
        fault.value = found;
      },
    });
  });
  onBeforeUnmount(() => {
    stop();
  });
  return {
    fault,
    finish() {
      stop();
      dialog.value?.close();
    },
  };
}
