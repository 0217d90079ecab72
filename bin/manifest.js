// Writes oclif.manifest.json, so that `harp --help` need not load every command. Run by the build.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = new URL('../oclif.manifest.json', import.meta.url);
const config = await Config.load({ root, ignoreManifest: true });
const plugin = config.plugins.get(config.pjson.name);
writeFileSync(manifest, JSON.stringify(plugin.manifest));
