/** A Chinese font for machines that have none; all others never load it. */

const SIZE_PIXELS = 32;

/**
 * Makes the web font known, whose ranges of characters load as they are needed, if this machine would draw boxes
 * instead of Chinese. Never fails: without it the page still works.
 */
export async function ensureChineseFont(): Promise<void> {
  if (hasChineseFont()) return;
  try {
    await import('@fontsource/noto-sans-sc/400.css');
    document.documentElement.dataset['font'] = 'web';
  } catch {
    // out of reach: figures and Latin letters can be read all the same
  }
}

/** A Chinese character is as wide as it is high, and does not look like one that no font has. */
function hasChineseFont(): boolean {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (context === null) return true;
  context.font = `${SIZE_PIXELS}px sans-serif`;
  const width = context.measureText('印').width;
  return Math.abs(width - SIZE_PIXELS) < 1 && draw(context, '印') !== draw(context, '\uffff');
}

function draw(context: CanvasRenderingContext2D, character: string): string {
  context.clearRect(0, 0, SIZE_PIXELS, SIZE_PIXELS);
  context.fillText(character, 0, SIZE_PIXELS - 4);
  return context.getImageData(0, 0, SIZE_PIXELS, SIZE_PIXELS).data.join();
}
