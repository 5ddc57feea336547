import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../scripts/yinxin.ts';
import { runYinxin } from '../support/runYinxin.ts';

const names = COMMANDS.map((command) => command.name);

describe('yinxin', () => {
  it('lists its commands, in the language asked for', async () => {
    const english = await runYinxin(['--help']);
    const chinese = await runYinxin(['--help', '--lang', 'zh-CN']);
    const byEnvironment = await runYinxin(['--help'], { LANG: 'zh_CN.UTF-8' });

    expect(english).toMatchObject({ exit: 0, err: '' });
    for (const name of names) expect(english.out).toContain(`  ${name} `);
    expect(english.out).toContain('Verify offline');
    expect(chinese.out).toContain('离线核验');
    expect(byEnvironment.out).toBe(chinese.out);
  });

  it('without a command says how it is used', async () => {
    const { exit, out } = await runYinxin([]);

    expect(exit).toBe(2);
    expect(out).toContain('yinxin COMMAND');
  });

  it('refuses a command it does not have', async () => {
    expect(await runYinxin(['backup'])).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringContaining('unknown command'),
    });
  });

  it.each([
    [['backup', '--json'], 'USAGE', 2],
    [['verify', '--json'], 'USAGE', 2],
    [['verify', 'package.json', '--json'], 'DOCUMENT_MALFORMED', 2],
  ])('tells machines why there is no answer: %j', async (argv, code, exit) => {
    const run = await runYinxin(argv);

    expect(run.exit).toBe(exit);
    expect(JSON.parse(run.out)).toEqual({ code, detail: expect.any(String) });
    expect(run.err).not.toBe('');
  });

  describe.each(names)('%s', (name) => {
    const words = name.split(' ');

    it.each(['en', 'zh-CN'])('has help in %s', async (language) => {
      const { exit, out, err } = await runYinxin([...words, '--help', '--lang', language]);

      expect({ exit, err }).toEqual({ exit: 0, err: '' });
      expect(out).toContain(`yinxin ${name}`);
    });

    it('refuses an option it does not have', async () => {
      const { exit, err } = await runYinxin([...words, '--colour', 'red']);

      expect(exit).toBe(2);
      expect(err).toContain('--colour');
      expect(err).toContain(`yinxin ${name}`);
    });

    it('refuses too many arguments', async () => {
      expect((await runYinxin([...words, 'a', 'b', 'c'])).exit).toBe(2);
    });
  });
});
