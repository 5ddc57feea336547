/** Texts that stand nowhere but in two holders' licences and files, and finding them in whatever a service answers. */
import { citizenIdCheckCharacter } from '@yinxin/chaincode/model';
import { PDFDocument } from '@cantoo/pdf-lib';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Holder } from '../../../service/src/store/store.ts';
import { disguisesOf, withInflated } from '../disguises.ts';

export type CanaryHolderName = 'first' | 'second';

export interface CanaryHolder {
  readonly holder: Holder;
  readonly fields: Readonly<{ premises: string; items: readonly string[]; seats: number }>;
  /** What a file of theirs says, and what they call it. */
  readonly material: Readonly<{ name: string; title: string }>;
}

const person = (name: string, body: string): Holder => ({
  ...{ name, code: body + citizenIdCheckCharacter(body), codeType: '111' },
});

export const CANARY_HOLDERS: Readonly<Record<CanaryHolderName, CanaryHolder>> = {
  first: {
    holder: person('端木知隐', '33040219870623441'),
    fields: { premises: '暗河巷甲子院7391号', items: ['酱卤鹅制售'], seats: 4871 },
    material: { name: '端木家的租约', title: 'lease-of-the-goose-house-7391' },
  },
  second: {
    holder: person('澹台守默', '33040219760918553'),
    fields: { premises: '深井弄丙寅楼2864号', items: ['炭烤鹌鹑制售'], seats: 3593 },
    material: { name: '澹台家的租约', title: 'lease-of-the-quail-tower-2864' },
  },
};

/** A text of a holder's, found in an answer. */
export interface Canary {
  readonly whose: CanaryHolderName;
  readonly text: string;
}

/** Numbers are looked for with their name: four digits alone stand in many places. */
function textsOf({ holder, fields, material }: CanaryHolder): readonly string[] {
  const seats = [`"seats":${fields.seats}`, `"seats": ${fields.seats}`, `"seats",${fields.seats}`];
  return [
    ...[holder.name, holder.code, fields.premises, ...fields.items, ...seats],
    ...[material.name, material.title],
  ];
}

const CANARIES = Object.entries(CANARY_HOLDERS).flatMap(([whose, one]) =>
  textsOf(one).map((text) => ({
    ...{ whose: whose as CanaryHolderName, text }, // a key of the table
    forms: disguisesOf(text).map(({ bytes }) => bytes),
  })),
);

/** Looks in bytes, in what in them inflates, and in the text of a PDF's pages. */
export async function findCanaries(bytes: Uint8Array, isPdf = false): Promise<readonly Canary[]> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = [...withInflated(whole), ...(isPdf ? [Buffer.from(await textOfPdf(bytes))] : [])];
  return CANARIES.filter(({ forms }) =>
    forms.some((form) => parts.some((part) => part.includes(form))),
  ).map(({ whose, text }) => ({ whose, text }));
}

async function textOfPdf(bytes: Uint8Array): Promise<string> {
  const data = new Uint8Array(bytes);
  const task = getDocument({ data, verbosity: VerbosityLevel.ERRORS, useSystemFonts: false });
  const document = await task.promise;
  const pages = Array.from({ length: document.numPages }, async (_, index) => {
    const { items } = await (await document.getPage(index + 1)).getTextContent();
    return items.map((item) => ('str' in item ? item.str : '')).join('');
  });
  const { info } = await document.getMetadata();
  const text = [JSON.stringify(info), ...(await Promise.all(pages))].join('\n');
  await task.destroy();
  return text;
}

/** A file of a holder's: a PDF that says one of their texts. */
export async function canaryFile(whose: CanaryHolderName): Promise<Uint8Array<ArrayBuffer>> {
  const pdf = await PDFDocument.create();
  pdf.addPage([595, 842]);
  pdf.setTitle(CANARY_HOLDERS[whose].material.title);
  return new Uint8Array(await pdf.save());
}
