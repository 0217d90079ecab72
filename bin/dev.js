#!/usr/bin/env node
// The same straight from the TypeScript sources, without a build.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execute, Plugin, settings } from '@oclif/core';
import { register } from 'tsx/esm/api';

register();
settings.enableAutoTranspile = false;
const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8').replaceAll('./dist/', './src/'),
);
// A manifest that was built would be believed otherwise.
const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: true });
await plugin.load();
await execute({ development: true, loadOptions: { root, pjson, plugins: new Map([[plugin.name, plugin]]) } });
