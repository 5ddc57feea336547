/** What signers allow after them: certification levels and field locks (ISO 32000-2 §12.8.2.2, §12.8.2.4, table 236). */
import { catalogueOf, type PdfFile } from './pdfFile.ts';
import { asDictionary, asName, isKind, stringText, type PdfDictionary } from './pdfValue.ts';
import { readSignedFields } from './signatureFields.ts';

/** 1: nothing; 2: filling in forms and signing; 3: annotations, too. */
export type PermissionLevel = 1 | 2 | 3;

export interface SignersRules {
  /** The strictest that a signature of this revision set; null if none did. */
  readonly level: PermissionLevel | null;
  /** Whether a signature of this revision locked the field of this fully qualified name. */
  readonly isLocked: (fieldName: string) => boolean;
}

/**
 * Reads what the signatures of a revision allow after them.
 *
 * @throws ServiceError `DOCUMENT_MALFORMED` if the form cannot be read.
 */
export function readSignersRules(file: PdfFile): SignersRules {
  const permissions = file.dictionaryAt(catalogueOf(file), 'Perms');
  const fields = readSignedFields(file);
  const signatures = [
    file.dictionaryAt(permissions, 'DocMDP'),
    ...fields.map(({ signature }) => signature),
  ];
  const transforms = signatures.flatMap((one) => readTransforms(file, one));
  const locks = fields.flatMap(({ field }) => file.dictionaryAt(field, 'Lock') ?? []);
  const levels = [
    ...transforms.flatMap(
      ({ method, parameters }) => (method === 'DocMDP' ? [levelOf(file, parameters) ?? 2] : []), // table 257: the default
    ),
    ...locks.flatMap((lock) => levelOf(file, lock) ?? []),
  ];
  const scopes = [
    ...transforms.flatMap(({ method, parameters }) =>
      method === 'FieldMDP' && parameters !== null ? [parameters] : [],
    ),
    ...locks,
  ].map((one) => readScope(file, one));
  return {
    level: levels.includes(1) ? 1 : levels.includes(2) ? 2 : (levels[0] ?? null),
    isLocked: (name) => scopes.some((isWithin) => isWithin(name)),
  };
}

interface Transform {
  readonly method: string | null;
  readonly parameters: PdfDictionary | null;
}

function readTransforms(file: PdfFile, signature: PdfDictionary | null): readonly Transform[] {
  return file.itemsOf(signature?.entries.get('Reference')).map((item) => {
    const reference = asDictionary(file.resolve(item));
    return {
      method: asName(file.member(reference, 'TransformMethod')),
      parameters: file.dictionaryAt(reference, 'TransformParams'),
    };
  });
}

function levelOf(file: PdfFile, parameters: PdfDictionary | null): PermissionLevel | null {
  const level = file.member(parameters, 'P');
  return level === 1 || level === 2 || level === 3 ? level : null;
}

/** `Action` and `Fields`; what cannot be read locks everything. */
function readScope(file: PdfFile, parameters: PdfDictionary): (name: string) => boolean {
  const names = file.itemsOf(parameters.entries.get('Fields')).flatMap((item) => {
    const name = file.resolve(item);
    return isKind(name, 'string') ? [stringText(name)] : [];
  });
  const isNamed = (name: string): boolean =>
    names.some((one) => name === one || name.startsWith(`${one}.`));
  const action = asName(file.member(parameters, 'Action'));
  if (action === 'Include') return isNamed;
  return action === 'Exclude' ? (name) => !isNamed(name) : () => true;
}
