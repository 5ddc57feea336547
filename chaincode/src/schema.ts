/** Small checks of JSON shapes, put together into the schema of an act. */

/** Says what is wrong with a value, or `null` if it fits. `path` is the JSON pointer of the value. */
export type Check = (value: unknown, path: string) => string | null;

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A string that a pattern fits; patterns bound the length. */
export function pattern(form: RegExp): Check {
  return (value, path) =>
    typeof value === 'string' && form.test(value) ? null : `${path} does not fit ${form.source}`;
}

/** Text a person reads: 1 to `maxLength` UTF-16 units, no control characters, no lone surrogates. */
export function text(maxLength: number): Check {
  return (value, path) =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= maxLength &&
    !/[\p{Cc}\p{Cs}]/u.test(value)
      ? null
      : `${path} is not a text of 1 to ${maxLength} characters`;
}

/** RFC 3339 in UTC with milliseconds, a real moment; so that times compare as strings. */
export const instant: Check = (value, path) => {
  const isInstant =
    typeof value === 'string' &&
    INSTANT.test(value) &&
    new Date(asRealTime(value)).toISOString() === value;
  return isInstant ? null : `${path} is not a time like 2026-01-31T02:03:04.000Z`;
};

export const boolean: Check = (value, path) =>
  typeof value === 'boolean' ? null : `${path} is not true or false`;

/** A whole number from `min` to `max`, both inside. */
export function integer(min: number, max: number): Check {
  return (value, path) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max // just found to be a number
      ? null
      : `${path} is not a whole number from ${min} to ${max}`;
}

export function oneOf(values: readonly (string | number)[]): Check {
  return (value, path) =>
    values.includes(value as string | number) // includes() compares, whatever the type
      ? null
      : `${path} is not one of ${values.join(', ')}`;
}

export function nullable(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

/** An array of `min` to `max` items that all fit. */
export function list(item: Check, min: number, max: number): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length < min || value.length > max)
      return `${path} is not a list of ${min} to ${max}`;
    for (const [index, each] of value.entries()) {
      const fault = item(each, `${path}/${index}`);
      if (fault !== null) return fault;
    }
    return null;
  };
}

/** An object with exactly these members; only those in `optional` may be absent. */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }));
  const names = Object.keys(required);
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return `${path} is not an object`;
    const missing = names.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `${path}/${missing} is missing`;
    for (const [name, member] of Object.entries(value)) {
      const check = checks.get(name);
      const fault =
        check === undefined ? `${path} has an unknown member` : check(member, `${path}/${name}`);
      if (fault !== null) return fault;
    }
    return null;
  };
}

/** Days a month does not have would roll over; times out of range would throw. */
function asRealTime(value: string): number {
  const time = Date.parse(value);
  return Number.isNaN(time) ? 0 : time;
}
