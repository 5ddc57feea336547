import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openProcesses, startOf, type Processes } from '../../../scripts/fabric/processes.ts';
import { until } from '../../../scripts/fabric/until.ts';

let folder: string;
let processes: Processes;

function startSleeper(
  name: string,
  script = 'console.log("up"); setInterval(() => {}, 1000)',
): void {
  processes.start({ name, program: process.execPath, args: ['-e', script], cwd: folder, env: {} });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
  processes = openProcesses({ marks: join(folder, 'marks'), logs: join(folder, 'logs') });
});

afterEach(async () => {
  await Promise.all(processes.names().map((name) => processes.stop(name, 'SIGKILL')));
  rmSync(folder, { recursive: true });
});

describe('a started process', () => {
  it('is found again by whoever opens the folder', () => {
    startSleeper('one');
    const again = openProcesses({ marks: join(folder, 'marks'), logs: join(folder, 'logs') });

    expect(again.names()).toEqual(['one']);
    expect(again.pid('one')).toBe(processes.pid('one'));
    expect(again.pid('one')).not.toBeNull();
  });

  it('is not started twice', () => {
    startSleeper('one');
    const pid = processes.pid('one');

    startSleeper('one');

    expect(processes.pid('one')).toBe(pid);
  });

  it('writes to its log', async () => {
    startSleeper('one');
    const hasWritten = (): boolean => readFileSync(processes.logFile('one'), 'utf8') === 'up\n';

    expect(await until(hasWritten, { withinMs: 10_000 })).toBe(true);
  });

  it('is gone after a stop, with its mark', async () => {
    startSleeper('one');
    const pid = processes.pid('one') ?? 0;

    await processes.stop('one');

    expect(startOf(pid)).toBeNull();
    expect(processes.names()).toEqual([]);
  });

  it('is gone after a stop while it is suspended', async () => {
    startSleeper('one');
    const pid = processes.pid('one') ?? 0;
    processes.signal('one', 'SIGSTOP');

    await processes.stop('one');

    expect(startOf(pid)).toBeNull();
  });

  it('is no longer running when it died by itself, and can be started again', async () => {
    startSleeper('one', '');
    expect(await until(() => processes.pid('one') === null, { withinMs: 10_000 })).toBe(true);

    startSleeper('one');

    expect(processes.pid('one')).not.toBeNull();
  });

  it('keeps running under another name', () => {
    startSleeper('one.next');
    const pid = processes.pid('one.next');

    processes.rename('one.next', 'one');

    expect(processes.names()).toEqual(['one']);
    expect(processes.pid('one')).toBe(pid);
    expect(existsSync(processes.logFile('one'))).toBe(true);
  });
});

describe('a number that is another process’s by now', () => {
  it('is not ours, and is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(stranger, 'spawn');
    const mark = { pid: stranger.pid, started: 'boot 1' };
    mkdirSync(join(folder, 'marks'));
    writeFileSync(join(folder, 'marks', 'one.json'), JSON.stringify(mark));

    expect(processes.pid('one')).toBeNull();
    await processes.stop('one');

    expect(processes.names()).toEqual([]);
    expect(startOf(stranger.pid ?? 0)).not.toBeNull();
    const ended = once(stranger, 'exit');
    stranger.kill();
    await ended;
  });
});

describe('a program that is not there', () => {
  it('is said', () => {
    const missing = { name: 'one', program: join(folder, 'none'), args: [], cwd: folder, env: {} };

    expect(() => {
      processes.start(missing);
    }).toThrow('one does not start');
    expect(processes.names()).toEqual([]);
  });
});
