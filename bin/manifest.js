// Writes oclif.manifest.json, so that `harp --help` need not load every command. Run by the build.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

const root = fileURLToPath(new URL('..', import.meta.url));
// An older manifest would be believed otherwise.
const plugin = new Plugin({ root, isRoot: true, ignoreManifest: true });
await plugin.load();
writeFileSync(new URL('../oclif.manifest.json', import.meta.url), JSON.stringify(plugin.manifest));
