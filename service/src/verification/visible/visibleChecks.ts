/** What you see is what is sealed: compares what a file shows with what was issued, sealed and recorded. */
import { formatIdentifier, type DocumentFormat } from '@yinxin/chaincode/model';
import { isDocumentCodeText, parseDocumentCode } from '../../credentials/documentCode.ts';
import type { BoxMm } from '../../documents/drawing.ts';
import { countToneDifferences } from '../../documents/visible/tones.ts';
import type { VisibleDocument, VisiblePage } from '../../documents/visible/visiblePage.ts';
import type { VisibleReader } from '../../documents/visible/visibleReader.ts';
import { ServiceError } from '../../errors.ts';
import { readIdentifier } from '../../identifier.ts';
import { failed, indeterminate, passed, type Check } from '../../report.ts';
import type { Store } from '../../store/store.ts';
import { compareText, normalise, textOf } from './compareText.ts';
import type { SealPictures } from './sealPictures.ts';

export interface VisibleParts {
  readonly reader: VisibleReader;
  readonly pictures: SealPictures;
  readonly store: Pick<Store, 'licences'>;
}

export interface VisibleQuestion {
  /** Attacker-controlled. */
  readonly bytes: Uint8Array;
  readonly format: DocumentFormat;
  /** Licence that the file's metadata name; `null`: none. */
  readonly named: string | null;
  /** Holder that the metadata name; `null`: none. */
  readonly holderName: string | null;
  /** Whether a signature of the file holds and covers all that it shows. */
  readonly isSealed: boolean;
}

export interface VisibleFinding {
  readonly checks: readonly Check[];
  /** The licence whose code the page shows; `null`: none, or several. */
  readonly licence: string | null;
}

const NAME = {
  page: 'visible.page',
  code: 'visible.code',
  text: 'visible.text',
  picture: 'visible.picture',
  metadata: 'visible.metadata',
  seal: 'visible.seal',
} as const;

/**
 * Looks at a file that is not byte for byte one that was issued or sealed here.
 *
 * What was issued is never told: details name what the uploaded file shows.
 */
export async function checkVisible(
  parts: VisibleParts,
  question: VisibleQuestion,
): Promise<VisibleFinding> {
  const { bytes, format, named } = question;
  const shown = await parts.reader.read(bytes, format);
  if (shown === null) {
    const detail = 'the file could not be drawn: nobody can say what it shows';
    return { checks: [indeterminate(NAME.page, 'FORMAT_FAILURE', detail)], licence: null };
  }
  const codes = licencesOfCodes(shown);
  const licence = codes.length === 1 ? (codes[0] ?? null) : null;
  const expected = named ?? licence;
  return {
    checks: [
      ...checkCodes(codes, identifiersIn(shown), named),
      ...(expected === null ? [] : await checkContent(parts, shown, { licence: expected, format })),
      ...checkMetadata(shown, identifiersIn(shown), question),
      ...(await checkSealPictures(parts, shown, question.isSealed)),
    ],
    licence,
  };
}

/** Identifiers of the licences whose codes the file shows, each once. */
function licencesOfCodes({ pages }: VisibleDocument): readonly string[] {
  const found = new Set<string>();
  for (const text of pages.flatMap(({ codes }) => codes)) {
    const identifier = licenceOfCode(text);
    if (identifier !== null) found.add(identifier);
  }
  return [...found];
}

function licenceOfCode(text: string): string | null {
  if (!isDocumentCodeText(text)) return null;
  try {
    const { claims } = parseDocumentCode(text);
    const { subject, issuer } = claims;
    return subject.kind === 'licence' ? formatIdentifier({ ...subject, issuer }) : null;
  } catch (error) {
    if (error instanceof ServiceError) return null; // some other code
    throw error;
  }
}

const IDENTIFIER = /1\.2\.156\.3005\.2(?:\.[0-9A-Z]+){5}/gu;

/** Identifiers of licences that stand in the text, check character right. */
function identifiersIn(shown: VisibleDocument): readonly string[] {
  const found = textOf(shown).match(IDENTIFIER) ?? [];
  return found.flatMap((text) => {
    try {
      return [readIdentifier(text).text];
    } catch {
      return []; // cut elsewhere, or not one
    }
  });
}

function checkCodes(
  codes: readonly string[],
  written: readonly string[],
  named: string | null,
): readonly Check[] {
  if (codes.length === 0) return [];
  const own = named === null ? written : [...written, named];
  const alien = codes.find((code) => own.length > 0 && !own.includes(code));
  if (alien !== undefined) {
    const detail = `the code is that of ${alien}; the file is about ${own[0] ?? ''}`;
    return [failed(NAME.code, 'CODE_MISMATCH', detail)];
  }
  return [passed(NAME.code, `the code is that of ${codes.join(', ')}`)];
}

const TONE_TOLERANCE = 40;
/** Two renderings of one page differ in a few squares, by rounding. */
const MAX_TONE_DIFFERENCES = 4;

/** Compares with the file that was issued. */
async function checkContent(
  { reader, store }: VisibleParts,
  shown: VisibleDocument,
  asked: Readonly<{ licence: string; format: DocumentFormat }>,
): Promise<readonly Check[]> {
  const issued = await readIssued({ reader, store }, asked);
  if (issued === null) return []; // unknown, or its holder was erased: other checks say so
  const differences = compareText(shown, issued);
  if (differences === null) {
    const detail = 'the page is a picture: its text cannot be compared with what was issued';
    return [indeterminate(NAME.text, 'NOT_SIGNED', detail)];
  }
  const { added, missing } = differences;
  if (added.length > 0 || missing > 0) {
    const quoted = added.slice(0, 3).map((run) => `“${Array.from(run).slice(0, 40).join('')}”`);
    const detail =
      `${missing} pieces of what was issued are not there` +
      (quoted.length === 0 ? '' : `; not issued: ${quoted.join(', ')}`);
    return [failed(NAME.text, 'TEXT_MISMATCH', detail)];
  }
  return [
    passed(NAME.text, 'the text is what was issued'),
    ...checkTones(shown.pages[0], issued.pages[0]),
  ];
}

async function readIssued(
  { reader, store }: Pick<VisibleParts, 'reader' | 'store'>,
  { licence, format }: Readonly<{ licence: string; format: DocumentFormat }>,
): Promise<VisibleDocument | null> {
  const other = format === 'pdf' ? 'ofd' : 'pdf';
  for (const wanted of [format, other] as const) {
    const file = await store.licences.file(licence, wanted);
    if (file !== null) return await reader.read(file, wanted);
  }
  return null;
}

/** The text can be right and covered by something else. */
function checkTones(
  shown: VisiblePage | undefined,
  issued: VisiblePage | undefined,
): readonly Check[] {
  if (shown === undefined || issued === undefined) return [];
  const count = countToneDifferences(shown.tones, issued.tones, {
    tolerance: TONE_TOLERANCE,
    except: issued.signatureBoxes, // a seal's picture is judged on its own
  });
  if (count === null) return []; // of another size: nothing to lay over each other
  return count <= MAX_TONE_DIFFERENCES
    ? [passed(NAME.picture, 'the page looks as it was issued')]
    : [failed(NAME.picture, 'TEXT_MISMATCH', `the page looks different in ${count} places`)];
}

/** Metadata and page must speak of one licence and one holder. */
function checkMetadata(
  shown: VisibleDocument,
  written: readonly string[],
  { named, holderName }: VisibleQuestion,
): readonly Check[] {
  const text = textOf(shown);
  if (named === null || text === '') return [];
  if (written.length > 0 && !written.includes(named)) {
    const detail = `the metadata name ${named}, the page ${written[0] ?? ''}`;
    return [failed(NAME.metadata, 'METADATA_MISMATCH', detail)];
  }
  if (holderName !== null && !text.includes(normalise(holderName))) {
    return [
      failed(
        NAME.metadata,
        'METADATA_MISMATCH',
        'the page does not show the holder of the metadata',
      ),
    ];
  }
  return [passed(NAME.metadata, 'the page shows what the metadata say')];
}

/** A figure that looks like a seal of this city must stand where a signature of the file stands. */
async function checkSealPictures(
  { pictures }: VisibleParts,
  { pages }: VisibleDocument,
  isSealed: boolean,
): Promise<readonly Check[]> {
  let count = 0;
  for (const [index, { marks, signatureBoxes }] of pages.entries()) {
    for (const { box, mask } of marks) {
      if (isSealed && signatureBoxes.some((place) => overlaps(place, box))) continue;
      if ((await pictures.recognise(mask)) === null) continue;
      const place = `page ${index + 1}, ${Math.round(box.xMm)} mm, ${Math.round(box.yMm)} mm`;
      const detail = `a picture of a seal of this city stands where nothing is signed (${place})`;
      return [failed(NAME.seal, 'SEAL_PICTURE_COPIED', detail)];
    }
    count += marks.length;
  }
  return count === 0 ? [] : [passed(NAME.seal, 'no picture of a seal of this city without it')];
}

/** Whether the middle of the one lies in the other. */
function overlaps(place: BoxMm, box: BoxMm): boolean {
  const x = box.xMm + box.widthMm / 2;
  const y = box.yMm + box.heightMm / 2;
  return (
    x >= place.xMm &&
    x <= place.xMm + place.widthMm &&
    y >= place.yMm &&
    y <= place.yMm + place.heightMm
  );
}
