import { onBeforeUnmount, onMounted } from 'vue';

/** `Alt+N`, `F2`, `Escape`: one key with what is held down. */
export type Keys = string;

/** What a key press is compared with. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'
>;

/**
 * Whether a key press is the one named. Letters go by their place on the keyboard: with Alt held down, some systems type
 * another character.
 */
export function isPressed(keys: Keys, press: KeyPress): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const held = new Set(parts.slice(0, -1));
  if (press.altKey !== held.has('Alt') || press.ctrlKey !== held.has('Ctrl')) return false;
  if (press.metaKey || press.shiftKey !== held.has('Shift')) return false;
  if (/^[A-Z]$/.test(key)) return press.code === `Key${key}`;
  return press.key === key;
}

/** Whether a dialog lies over the page: shortcuts of the page rest. */
export function isCovered(): boolean {
  return document.querySelector('dialog[open]') !== null;
}

/**
 * Keyboard shortcuts of a page, as long as it is there and no dialog lies over it.
 *
 * @param bindings - by key; the first that is pressed runs. Each should have its hint on the screen: see `KeyButton.vue`.
 */
export function useKeys(bindings: Readonly<Record<Keys, () => void>>): void {
  function press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isCovered()) return;
    const found = Object.keys(bindings).find((keys) => isPressed(keys, event));
    if (found === undefined) return;
    event.preventDefault();
    if (!event.repeat) bindings[found]?.();
  }
  onMounted(() => {
    window.addEventListener('keydown', press);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', press);
  });
}
