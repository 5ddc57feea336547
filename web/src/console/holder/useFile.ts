import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Asked, Problem } from '../api.ts';
import { saveFile } from '../components/saveFile.ts';

/** Fetches files and hands them to the browser to keep. */
export interface FileSaver {
  readonly problem: ShallowRef<Problem | null>;
  /** The name of the file that is on its way; null: none. */
  readonly saving: Ref<string | null>;
  save(name: string, call: () => Promise<Asked<Blob>>): Promise<void>;
}

export function useFile(): FileSaver {
  const problem = shallowRef<Problem | null>(null);
  const saving = ref<string | null>(null);
  return {
    ...{ problem, saving },
    async save(name, call) {
      if (saving.value !== null) return;
      saving.value = name;
      const asked = await call();
      saving.value = null;
      problem.value = asked.ok ? null : asked.problem;
      if (asked.ok) saveFile(name, asked.data);
    },
  };
}
