/** What is wrong with the fields of a form, before the service is asked: pure. */
import { fieldsOf, type FormField, type FormValues, type Limits } from './schemaForm.ts';

/** Each has a sentence in the texts. */
export type FaultName =
  | 'required'
  | 'tooShort'
  | 'tooLong'
  | 'pattern'
  | 'number'
  | 'integer'
  | 'atLeast'
  | 'atMost'
  | 'above'
  | 'below'
  | 'date'
  | 'option'
  | 'tooFew'
  | 'tooMany'
  | 'json'
  /** Said by the service, in its own words. */
  | 'other';

export interface FieldFault {
  readonly name: FaultName;
  readonly value?: string | number;
}

/** By JSON pointer below the fields: `/name`, `/rows/0/column`. */
export type FieldFaults = Readonly<Record<string, FieldFault>>;

export function findFieldFaults(form: readonly FormField[], values: FormValues): FieldFaults {
  const faults: Record<string, FieldFault> = {};
  collect(form, fieldsOf(form, values), '', faults);
  return faults;
}

function collect(
  form: readonly FormField[],
  members: Readonly<Record<string, unknown>>,
  pointer: string,
  faults: Record<string, FieldFault>,
): void {
  for (const field of form) {
    const at = `${pointer}/${field.name}`;
    const value = members[field.name];
    if (field.kind === 'rows' && Array.isArray(value)) {
      value.forEach((row, index) => {
        collect(field.columns, row as Record<string, unknown>, `${at}/${String(index)}`, faults);
      });
    }
    const fault = faultOf(field, value);
    if (fault !== null) faults[at] = fault;
  }
}

type Check = (value: never, limits: Limits, field: FormField) => FieldFault | null;

const CHECKS: Readonly<Record<FormField['kind'], Check>> = {
  text: checkText,
  longText: checkText,
  number: checkNumber,
  integer: (value: number | string, limits) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? { name: 'integer' }
      : checkNumber(value, limits),
  date: (value: string) => (isDay(value) ? null : { name: 'date' }),
  choice: (value: string, _, { options }) => (options.includes(value) ? null : { name: 'option' }),
  choices: checkList,
  truth: () => null,
  texts: checkList,
  rows: checkList,
  json: (value: unknown) => (typeof value === 'string' ? { name: 'json' } : null),
};

function faultOf(field: FormField, value: unknown): FieldFault | null {
  if (value === undefined) return field.isRequired ? { name: 'required' } : null;
  return CHECKS[field.kind](value as never, field.limits, field); // of the kind that the form made of it
}

function checkText(value: string, limits: Limits): FieldFault | null {
  const { length } = Array.from(value); // characters, as the schema counts them
  if (limits.minLength !== null && length < limits.minLength) {
    return { name: 'tooShort', value: limits.minLength };
  }
  if (limits.maxLength !== null && length > limits.maxLength) {
    return { name: 'tooLong', value: limits.maxLength };
  }
  if (limits.pattern !== null && !new RegExp(limits.pattern, 'u').test(value)) {
    return { name: 'pattern', value: limits.pattern };
  }
  return null;
}

function checkNumber(value: number | string, limits: Limits): FieldFault | null {
  if (typeof value !== 'number') return { name: 'number' };
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = limits;
  if (minimum !== null && value < minimum) return { name: 'atLeast', value: minimum };
  if (maximum !== null && value > maximum) return { name: 'atMost', value: maximum };
  if (exclusiveMinimum !== null && value <= exclusiveMinimum) {
    return { name: 'above', value: exclusiveMinimum };
  }
  if (exclusiveMaximum !== null && value >= exclusiveMaximum) {
    return { name: 'below', value: exclusiveMaximum };
  }
  return null;
}

function checkList(value: readonly unknown[], { minItems, maxItems }: Limits): FieldFault | null {
  if (minItems !== null && value.length < minItems) return { name: 'tooFew', value: minItems };
  if (maxItems !== null && value.length > maxItems) return { name: 'tooMany', value: maxItems };
  return null;
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
