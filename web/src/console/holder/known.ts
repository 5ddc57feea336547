/** Names that others gave: licence types with their fields, windows, matters. Asked for once, when somebody first needs them. */
import { shallowReactive } from 'vue';
import { api, ask, type Asked, type Shapes } from '../api.ts';
import { currentLanguage } from '../texts.ts';
import { fieldText, schemaOfField, titleOf } from '../components/fieldWords.ts';
import { named } from '../components/names.ts';
import { fieldsOfSchema } from './fields.ts';
import { t } from './texts.ts';

interface Known<T> {
  /** undefined: not known yet, or not at all. */
  find(code: string): T | undefined;
}

function keep<T>(load: (code: string) => Promise<Asked<T>>): Known<T> {
  const found = shallowReactive(new Map<string, T>());
  const asked = new Set<string>();
  return {
    find(code) {
      if (!asked.has(code)) {
        asked.add(code);
        void load(code).then((answer) => {
          if (answer.ok) found.set(code, answer.data);
          else asked.delete(code);
        });
      }
      return found.get(code);
    },
  };
}

const types = keep<Shapes['LicenceType']>((typeCode) =>
  ask(api.GET('/licence-types/{typeCode}', { params: { path: { typeCode } } })),
);
const windows = keep<Shapes['Window']>((code) =>
  ask(api.GET('/windows/{code}', { params: { path: { code } } })),
);
const matters = keep<Shapes['Matter']>((code) =>
  ask(api.GET('/matters/{code}', { params: { path: { code } } })),
);

/** Its code until the name is known. */
export function windowName(code: string): string {
  return windows.find(code)?.name ?? code;
}

export function matterName(code: string): string {
  return named(matters.find(code)?.name ?? code);
}

export function typeName(typeCode: string): string {
  return named(types.find(typeCode)?.name ?? typeCode);
}

/** Names of all fields of a type's licences; none until they are known. */
export function fieldNames(typeCode: string): readonly string[] {
  const type = types.find(typeCode);
  return type === undefined ? [] : fieldsOfSchema(type.fields);
}

/** What a field is called. */
export function fieldTitle(typeCode: string, field: string): string {
  if (field === 'holderName') return t('field.holderName');
  if (field === 'holderCode') return t('field.holderCode');
  if (field === 'holderCodeType') return t('field.holderCodeType');
  return titleOf(schemaOf(typeCode, field), currentLanguage()) ?? field;
}

/** What a licence says in a field. */
export function valueText(typeCode: string, field: string, value: unknown): string {
  return fieldText(schemaOf(typeCode, field), value, currentLanguage()) ?? '—';
}

function schemaOf(typeCode: string, field: string): unknown {
  return schemaOfField(types.find(typeCode)?.fields, field);
}

/** Names of fields in a row. */
export function fieldTitles(typeCode: string, fields: readonly string[]): string {
  const separator = currentLanguage() === 'en' ? ', ' : '、';
  return fields.map((field) => fieldTitle(typeCode, field)).join(separator);
}
