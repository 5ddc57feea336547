/** What a tamper corpus is made of. */
import { ServiceError } from '../../../service/src/errors.ts';
import { conclude, type Check } from '../../../service/src/report.ts';

export type DocumentKind = 'ofd' | 'pdf' | 'seal' | 'token' | 'code';

/** Something genuine, and whoever judges it. */
export interface Genuine {
  readonly name: string;
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array;
  /** Whether the package must be as our own writer packs, so that no byte can change unseen. */
  readonly isOwn: boolean;
  judge(bytes: Uint8Array): readonly Check[];
}

/** A genuine document after somebody laid hands on it. */
export interface Tampered {
  readonly mechanism: string;
  readonly name: string;
  readonly of: Genuine;
  readonly bytes: Uint8Array;
  /** Sub-indications that may come of it. */
  readonly expected: readonly Outcome[];
}

/** `MALFORMED`: refused before any verdict. */
export type Outcome = string;

export const MALFORMED: Outcome = 'MALFORMED';

/** `PASSED`, a sub-indication, or `MALFORMED`. */
export function outcomeOf({ judge }: Pick<Genuine, 'judge'>, bytes: Uint8Array): Outcome {
  try {
    return conclude(judge(bytes)).subIndication ?? 'PASSED';
  } catch (error) {
    if (error instanceof ServiceError && /_MALFORMED$/u.test(error.code)) return MALFORMED;
    throw error;
  }
}

/** One way to tamper: named cases of each genuine document it is meant for. */
export interface Mechanism {
  readonly name: string;
  readonly kind: DocumentKind;
  /** @returns cases by name; `null` for one that does not apply. */
  cases(of: Genuine): Readonly<Record<string, Case | null>>;
}

export interface Case {
  readonly bytes: Uint8Array;
  readonly expected: readonly Outcome[];
}

/** Every mechanism on every document of its kind; a case that changes nothing is a mistake of ours. */
export function tamper(genuine: readonly Genuine[], mechanisms: readonly Mechanism[]): Tampered[] {
  return mechanisms.flatMap((mechanism) =>
    genuine
      .filter(({ kind }) => kind === mechanism.kind)
      .flatMap((of) =>
        Object.entries(mechanism.cases(of)).flatMap(([name, one]) => {
          if (one === null) return [];
          if (Buffer.compare(one.bytes, of.bytes) === 0) {
            throw new Error(`${mechanism.name}: ${name} changes nothing in ${of.name}`);
          }
          const isAnother = genuine.some(({ bytes }) => Buffer.compare(bytes, one.bytes) === 0);
          return isAnother ? [] : [{ mechanism: mechanism.name, name, of, ...one }];
        }),
      ),
  );
}

/** @returns a function that turns bytes into a case with these outcomes. */
export function expecting(...expected: readonly Outcome[]): (bytes: Uint8Array) => Case {
  return (bytes) => ({ bytes, expected });
}
