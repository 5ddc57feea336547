import { ServiceError } from '../../errors.ts';
import { countAlarmsBeside, countFiguresBeside } from '../countThread.ts';
import type { AlarmFactStore } from '../alarmFacts.ts';
import type { FigureStore } from '../figures.ts';

/** @param path - of the store's file, for the thread that counts. */
export function sqliteFigures(path: string): FigureStore & AlarmFactStore {
  return {
    alarmFacts: async (alarms) => await countAlarmsBeside({ path, alarms }).catch(notCounted),
    count: async (figures) => await countFiguresBeside({ path, figures }).catch(notCounted),
  };
}

function notCounted(cause: unknown): never {
  throw new ServiceError('STORE_UNAVAILABLE', 'the store could not count', { cause });
}
