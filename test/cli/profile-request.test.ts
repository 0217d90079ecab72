import { expect, test } from 'vitest';
import { outFiles } from '../../src/cli/profile-request.ts';
import type { ModelSummary } from '../../src/domain/model-summary.ts';

const models = ['mlp', 'bert'].map((name) => ({ name }) as ModelSummary);

test.each([
  { provider: 'cpu', out: undefined, files: ['mlp.profile.json', 'bert.profile.json'] },
  { provider: 'cuda', out: undefined, files: ['mlp.cuda.profile.json', 'bert.cuda.profile.json'] },
  { provider: 'webgpu', out: 'p/', files: ['p/mlp.webgpu.profile.json', 'p/bert.webgpu.profile.json'] },
])('of $provider profiles go to $files', ({ files, ...request }) => {
  expect(outFiles(request, models)).toEqual(files);
});

test('a file that the user names is that file, whatever the provider', () => {
  expect(outFiles({ provider: 'cuda', out: 'mine.json' }, models.slice(1))).toEqual(['mine.json']);
});
