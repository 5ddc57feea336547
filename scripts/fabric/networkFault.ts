import type { Text } from '../../service/src/language.ts';

/** What keeps a network from doing as told, for the person at the keyboard. */
export class NetworkFault extends Error {
  readonly text: Text;

  constructor(text: Text, options: ErrorOptions = {}) {
    super(text.en, options);
    this.name = 'NetworkFault';
    this.text = text;
  }
}
