/** Readers of whole documents from strangers: packages, XML, OFD, PDF. `TEST_FUZZ_RUNS` says how many cases. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readZip } from '../../service/src/documents/ofd/readZip.ts';
import { parseXml } from '../../service/src/documents/ofd/xml.ts';
import { mutateBytes } from '../support/fuzz/byteMutation.ts';
import {
  fuzz,
  FUZZ_TIMEOUT,
  MAX_CASE_MS,
  MAX_GROWTH_BYTES,
  type FuzzTarget,
  type FuzzWay,
} from '../support/fuzz/fuzz.ts';
import { mutateParts, mutateRecords } from '../support/fuzz/packageMutation.ts';
import { mutateObjects } from '../support/fuzz/pdfMutation.ts';
import { mutatePdf, mutateXml } from '../support/fuzz/textMutation.ts';
import { unpack } from '../support/repack.ts';
import { goodCorpus } from '../support/tamper/goodCorpus.ts';
import type { DocumentKind, Genuine } from '../support/tamper/tampered.ts';
import { conclude } from '../../service/src/report.ts';

const REFUSALS = ['DOCUMENT_MALFORMED'];

let genuine: readonly Genuine[];
const rows: string[] = [];
beforeAll(async () => {
  ({ genuine } = await goodCorpus());
});
afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`);
});

const samplesOf = (kind: DocumentKind): readonly Uint8Array[] =>
  genuine.filter((one) => one.kind === kind).map(({ bytes }) => bytes);

/** Of our own documents no byte may change unseen; of others, bytes between the parts may. */
const own = (kind: DocumentKind): Genuine => genuine.find((one) => one.kind === kind && one.isOwn)!;

const documents = (kind: DocumentKind): FuzzTarget => ({
  name: kind.toUpperCase(),
  samples: samplesOf(kind),
  read: (bytes) => {
    const foreign = genuine.find((one) => one.kind === kind && !one.isOwn)!;
    foreign.judge(bytes);
  },
  refusals: REFUSALS,
});

const ownDocument = (kind: DocumentKind): FuzzTarget => {
  const { bytes: sample, ...genuineOne } = own(kind);
  return {
    name: `our own ${kind.toUpperCase()}`,
    samples: [sample],
    read: (bytes) =>
      Buffer.compare(bytes, sample) !== 0 &&
      conclude(genuineOne.judge(bytes)).indication === 'TOTAL-PASSED',
    refusals: REFUSALS,
  };
};

const targets: Readonly<
  Record<string, readonly [() => FuzzTarget, Readonly<Record<string, FuzzWay>>]>
> = {
  ZIP: [
    () => ({
      name: 'ZIP',
      samples: samplesOf('ofd'),
      read: (bytes) => {
        for (const entry of readZip(bytes).entries.values()) entry.read();
      },
      refusals: REFUSALS,
    }),
    { bytes: mutateBytes, structure: mutateRecords },
  ],
  XML: [
    () => ({
      name: 'XML',
      samples: samplesOf('ofd').flatMap((bytes) =>
        [...unpack(bytes)].filter(([name]) => name.endsWith('.xml')).map(([, part]) => part),
      ),
      read: (bytes) => {
        parseXml(bytes);
      },
      refusals: REFUSALS,
    }),
    { bytes: mutateBytes, structure: mutateXml },
  ],
  OFD: [() => documents('ofd'), { bytes: mutateBytes, structure: mutateParts }],
  'own OFD': [() => ownDocument('ofd'), { bytes: mutateBytes, structure: mutateParts }],
  PDF: [
    () => documents('pdf'),
    { bytes: mutateBytes, structure: mutatePdf, objects: mutateObjects },
  ],
  'own PDF': [() => ownDocument('pdf'), { bytes: mutateBytes, structure: mutatePdf }],
};

const ways = Object.entries(targets).flatMap(([name, [, each]]) =>
  Object.entries(each).map(([way, mutate]) => ({ name, way, mutate })),
);

describe('documents of strangers', () => {
  it.each(ways)(
    '$name, changed by $way, is read or refused',
    ({ name, way, mutate }) => {
      const { row, slowestMs, grownBytes } = fuzz(targets[name]![0](), way, mutate);
      rows.push(row);

      expect(slowestMs).toBeLessThan(MAX_CASE_MS);
      expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
    },
    FUZZ_TIMEOUT,
  );
});
