/**
 * Checks a value of unknown origin against a schema, and turns the first thing that is wrong with it into a HarpError
 * that names the file, the field, what was expected and what was found.
 */
import type { z } from 'zod';
import { HarpError } from './errors.ts';
import { suggestForm } from './suggest-form.ts';

/**
 * @param source the file (or flag) that the value came from, for the message
 * @throws HarpError `bad-input`
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  if (value === null || value === undefined)
    throw new HarpError('bad-input', 'there is nothing in it', { where: source });
  const [first, ...rest] = result.error.issues;
  const issue = deepest(first!);
  throw new HarpError('bad-input', whatIsWrong(issue), {
    where: issue.path.length > 0 ? `${source}: ${fieldName(issue.path)}` : source,
    expected: expectation(issue),
    got: preview(valueAt(value, issue.path)),
    hint: hintOf(suggestForm(schema, issue.path, valueAt(value, issue.path)), rest),
  });
}

type Issue = z.core.$ZodIssue;

const hintOf = (form: string | undefined, others: readonly Issue[]): string | undefined => {
  const also = others.map(({ path }) => fieldName(path)).join(', ');
  if (also === '') return form;
  return `${form === undefined ? '' : `${form}. `}Also wrong: ${also}.`;
};

/** Of a union's branches, the issue that got furthest into the value says most. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const branches = issue.errors
    .flatMap((branch) => branch.slice(0, 1))
    .map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  const furthest = branches.sort((a, b) => b.path.length - a.path.length)[0];
  return furthest && furthest.path.length > issue.path.length ? deepest(furthest) : issue;
}

function whatIsWrong(issue: Issue): string {
  if (issue.code === 'unrecognized_keys')
    return `unknown field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'custom') return issue.message;
  return 'invalid value';
}

function expectation(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return article(issue.expected);
    case 'too_small':
      return `${issue.origin === 'number' ? 'a number' : `${issue.origin} size`} ${issue.inclusive ? '≥' : '>'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.origin === 'number' ? 'a number' : `${issue.origin} size`} ${issue.inclusive ? '≤' : '<'} ${issue.maximum}`;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'unrecognized_keys':
      return 'only documented fields';
    case 'custom':
      return undefined;
    default:
      return issue.message;
  }
}

const article = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

function preview(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
