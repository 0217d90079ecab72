/** Loads profiles. */
import { check } from '../domain/check.ts';
import { type Profile, profileSchema } from '../domain/profile.ts';
import { readDocument } from './read-document.ts';

/** @throws HarpError `bad-input` naming file, field, expected, got */
export const loadProfile = (file: string): Profile => check(profileSchema, readDocument(file), file);
