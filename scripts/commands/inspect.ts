import { inspectEvidence } from '../../service/src/offline/inspectEvidence.ts';
import { EXIT, outJson, type Command } from '../command.ts';
import { readEvidence } from '../files.ts';

/** `yinxin inspect`: what is inside, without a verdict. */
export const inspectCommand: Command = {
  name: 'inspect',
  usage: 'FILE|CODE',
  summary: {
    'zh-CN': '显示内容，不作判定（输出 JSON）',
    en: 'Show what is inside, without a verdict (as JSON)',
  },
  help: { 'zh-CN': '内容为其自述，未经核验。', en: 'What it says of itself; nothing is verified.' },
  options: {},
  operands: 1,
  async run({ io, operands: [subject = ''] }) {
    outJson(io, inspectEvidence(await readEvidence(subject), io.clock.now()));
    return EXIT.done;
  },
};
