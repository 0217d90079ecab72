import { expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { explainRefusal, providerMissing } from '../../src/engine/explain-refusal.ts';

// The messages are those of onnxruntime 1.30.
test.each([
  {
    name: 'a standard operator of no known opset',
    message:
      'Load model failed:This is an invalid model. Error No Op registered for Frobnicate with domain_version of 17',
    opensOnCpu: false,
    says: /the operator Frobnicate, which onnxruntime lacks/,
    exitCode: 2,
  },
  {
    name: 'an operator of another domain',
    message: 'Load model failed:Fatal error: com.acme:Frobnicate(-1) is not a registered function/op',
    opensOnCpu: false,
    says: /the operator com\.acme:Frobnicate, which/,
    exitCode: 2,
  },
  {
    name: 'anything else about the model',
    message: 'Protobuf parsing failed.',
    opensOnCpu: false,
    says: /m\.onnx: onnxruntime cannot load this model \(got Protobuf parsing failed\.\)/,
    exitCode: 2,
  },
  {
    name: 'a provider that cannot open what the CPU can',
    message: 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    opensOnCpu: true,
    says: /the provider "cuda" is not available here/,
    exitCode: 5,
  },
])('$name', ({ message, opensOnCpu, says, exitCode }) => {
  const error = explainRefusal('m.onnx', 'cuda', message, opensOnCpu);
  expect(error).toBeInstanceOf(HarpError);
  expect(error.message).toMatch(says);
  expect((error as HarpError).exitCode).toBe(exitCode);
});

test.each([
  'std::bad_alloc',
  'CUDA failure 2: out of memory',
  'Failed to allocate memory for requested buffer',
])('"%s" says nothing about model or provider: only this point is lost', (message) => {
  expect(explainRefusal('m.onnx', 'cuda', message, true)).not.toBeInstanceOf(HarpError);
});

test('a provider that nobody knows is told which there are', () => {
  expect(providerMissing('--provider', 'gpu', 'no').details.hint).toMatch(
    /^Providers are cpu, webgpu, and cuda and tensorrt where they are installed/,
  );
});
