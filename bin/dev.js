#!/usr/bin/env node
// The same straight from the TypeScript sources, without a build.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execute, settings } from '@oclif/core';
import { register } from 'tsx/esm/api';

register();
settings.enableAutoTranspile = false;
const pjson = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8').replaceAll('./dist/', './src/'),
);
const root = fileURLToPath(new URL('..', import.meta.url));
await execute({ development: true, loadOptions: { root, pjson, ignoreManifest: true } });
