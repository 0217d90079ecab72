/** Writes a tensor's elements as a flat JSON list. 64-bit integers keep all their digits. */
import { ELEMENT_BYTES, type Tensor } from '../../domain/tensor.ts';
import { splitByteStrings } from './byte-strings.ts';
import { ELEMENTS, viewOf } from './element.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * NaN and the infinities have no form in JSON and become null; binary data carries them.
 * @throws ProtocolError 400 where only binary data can carry the tensor: FP16, and BYTES that are not UTF-8
 */
export function printElements({ name, datatype, data }: Tensor): string {
  const onlyBinary = (what: string) =>
    new ProtocolError(400, `"${name}" is ${what}, which JSON cannot carry: use binary data`);
  switch (datatype) {
    case 'FP16':
      throw onlyBinary('FP16');
    case 'BYTES':
      return JSON.stringify(
        splitByteStrings(data, `"${name}"`).map((element) => {
          const text = Buffer.from(element).toString('utf8');
          if (!Buffer.from(text).equals(element)) throw onlyBinary('not text in UTF-8');
          return text;
        }),
      );
    case 'BOOL':
      return `[${Array.from(data, (value) => value !== 0).join(',')}]`;
    default: {
      const view = viewOf(data);
      const bytes = ELEMENT_BYTES[datatype];
      const { read } = ELEMENTS[datatype];
      let text = '';
      for (let at = 0; at < data.length; at += bytes) {
        const value = read(view, at);
        if (at > 0) text += ',';
        text += typeof value === 'bigint' || Number.isFinite(value) ? value : 'null';
      }
      return `[${text}]`;
    }
  }
}
