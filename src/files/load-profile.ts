/** Loads profiles. */
import { check } from '../domain/check.ts';
import { type Profile, profileSchema } from '../domain/profile.ts';
import { assertKind } from './assert-kind.ts';
import { readDocument } from './read-document.ts';

/** @throws HarpError `bad-input` naming file, field, expected, got */
export function loadProfile(file: string): Profile {
  const document = readDocument(file);
  assertKind(document, 'profile', file);
  return check(profileSchema, document, file);
}
