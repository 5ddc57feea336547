import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { api, ask, type Asked, type Problem, type Shapes } from '../api.ts';
import { readCounterEntry } from '../components/counterEntry.ts';
import { keepReasons, type Case, type CaseAction } from './caseSteps.ts';
import type { HolderCode } from './holderCode.ts';
import { t } from './texts.ts';

export type Answer = Shapes['RedemptionAnswer'];

/** What became of the last thing that was scanned, typed or picked. */
export type Outcome =
  | { readonly kind: 'shown'; readonly answer: Answer }
  | {
      readonly kind: 'verified';
      readonly report: Shapes['Report'];
      readonly fileName: string | null;
    }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly retry: (() => void) | null };

export interface MatterName {
  readonly code: string;
  readonly name: string;
}

interface Named extends HolderCode {
  readonly name: string;
}

export interface NewCase {
  readonly matter: string;
  readonly holder: Named;
  readonly representedBy?: Named;
}

/** One applicant at the window: what was scanned, the case, the verdict. One act at a time. */
export interface Counter {
  readonly current: ShallowRef<Case | null>;
  readonly outcome: ShallowRef<Outcome | null>;
  /** Why the last act on the case came to nothing. */
  readonly problem: ShallowRef<Problem | null>;
  /** A holder's code that waits until it is said what for. */
  readonly pending: Ref<string | null>;
  readonly notice: Ref<string>;
  readonly isBusy: Ref<boolean>;
  /** Takes what came into the field. @returns false if it is nothing that can be taken. */
  take(text: string): Promise<boolean>;
  takeFor(matter: MatterName): Promise<void>;
  verifyFile(file: File): Promise<void>;
  showAnswer(answer: Answer): Promise<void>;
  openCase(wanted: NewCase): Promise<boolean>;
  openById(code: string): Promise<boolean>;
  step(action: CaseAction, reason: string | null): Promise<boolean>;
  handIn(material: { readonly code: string; readonly name: string }, file: File): Promise<boolean>;
  refresh(): Promise<void>;
  /** Nothing of this applicant stays on the screen; what is still on its way is dropped. */
  next(): void;
}

/** What says that the case is not as it stands on the screen. */
const CHANGED: readonly Problem['code'][] = [
  ...(['CASE_STATE_CONFLICT', 'MATTER_NOT_IN_CASE', 'MATERIAL_NOT_IN_CASE'] as const),
  'CASE_MATERIALS_MISSING',
];

interface State {
  readonly current: ShallowRef<Case | null>;
  readonly outcome: ShallowRef<Outcome | null>;
  readonly problem: ShallowRef<Problem | null>;
  readonly pending: Ref<string | null>;
  readonly notice: Ref<string>;
  readonly isBusy: Ref<boolean>;
  /** Counts applicants. */
  turn: number;
}

export function useCounter(): Counter {
  const state: State = {
    ...{ current: shallowRef(null), outcome: shallowRef(null), problem: shallowRef(null) },
    ...{ pending: ref(null), notice: ref(''), isBusy: ref(false), turn: 0 },
  };
  return {
    ...state,
    take: (text) => take(state, text),
    async takeFor(matter) {
      const code = state.pending.value;
      if (code === null) return;
      state.pending.value = null;
      await redeem(state, code, matter);
    },
    verifyFile: (file) => verifyFile(state, file),
    showAnswer: (answer) => showAnswer(state, answer),
    openCase: (wanted) => openCase(state, wanted),
    openById: (code) => openById(state, code),
    step: (action, reason) => step(state, action, reason),
    handIn: (material, file) => handIn(state, material, file),
    refresh: () => refresh(state),
    next() {
      state.turn += 1;
      state.isBusy.value = false;
      [state.current.value, state.outcome.value, state.problem.value] = [null, null, null];
      [state.pending.value, state.notice.value] = [null, ''];
    },
  };
}

/** One act at a time; an answer that comes when the applicant has gone is dropped. @returns null: busy, or too late. */
async function run<T>(state: State, call: () => Promise<Asked<T>>): Promise<Asked<T> | null> {
  if (state.isBusy.value) return null;
  const mine = state.turn;
  state.isBusy.value = true;
  [state.problem.value, state.notice.value] = [null, ''];
  const asked = await call();
  if (mine !== state.turn) return null;
  state.isBusy.value = false;
  return asked;
}

async function take(state: State, text: string): Promise<boolean> {
  const entry = readCounterEntry(text);
  if (entry.kind === 'presentation' || entry.kind === 'spoken') {
    const matter = matterOf(state.current.value);
    if (matter === null) state.pending.value = entry.code;
    else await redeem(state, entry.code, matter);
    return true;
  }
  if (entry.kind === 'case') return await openById(state, entry.code);
  if (entry.kind === 'document' || entry.kind === 'receipt') {
    await verify(state, { code: entry.code });
    return true;
  }
  if (entry.kind !== 'identifier' || !entry.isWhole) {
    state.outcome.value = null; // an old verdict must not stay beside it
    return false;
  }
  await verify(state, { identifier: entry.feedback.identifier });
  return true;
}

/** What licences are shown for in a case: its bundle, or its first matter. */
export function matterOf(found: Case | null): MatterName | null {
  return found === null ? null : (found.bundle ?? found.subCases[0]?.matter ?? null);
}

async function redeem(state: State, code: string, matter: MatterName): Promise<void> {
  const key = crypto.randomUUID(); // of this code at this moment: asked again, it has the same answer
  const caseId = state.current.value?.id;
  const body = {
    ...{ code, matter: matter.code, purpose: t('purpose', { matter: matter.name }) },
    ...(caseId === undefined ? {} : { caseId }),
  };
  async function attempt(): Promise<void> {
    const asked = await run(state, () =>
      ask(api.POST('/presentations/redeem', { body, headers: { 'Idempotency-Key': key } })),
    );
    if (asked === null) return;
    if (asked.ok) await showAnswer(state, asked.data);
    else state.outcome.value = refusal(asked.problem, () => void attempt());
  }
  state.outcome.value = null; // an old verdict must not stay beside a new code
  await attempt();
}

function refusal(problem: Problem, retry: () => void): Outcome {
  const isUndecided = problem.status === 0 || problem.status >= 500;
  return { kind: 'refused', problem, retry: isUndecided ? retry : null };
}

async function showAnswer(state: State, answer: Answer): Promise<void> {
  state.outcome.value = { kind: 'shown', answer };
  await refresh(state);
}

async function verify(
  state: State,
  body: { readonly code: string } | { readonly identifier: string },
): Promise<void> {
  state.outcome.value = null;
  const asked = await run(state, () => ask(api.POST('/verifications', { body })));
  if (asked === null) return;
  state.outcome.value = asked.ok
    ? { kind: 'verified', report: asked.data, fileName: null }
    : refusal(asked.problem, () => void verify(state, body));
}

async function verifyFile(state: State, file: File): Promise<void> {
  state.outcome.value = null;
  const form = new FormData();
  form.set('file', file);
  const asked = await run(state, () =>
    ask(
      api.POST('/verifications', {
        body: { file: '' }, // the form takes its place
        bodySerializer: () => form,
      }),
    ),
  );
  if (asked === null) return;
  state.outcome.value = asked.ok
    ? { kind: 'verified', report: asked.data, fileName: file.name }
    : refusal(asked.problem, () => void verifyFile(state, file));
}

async function openCase(state: State, wanted: NewCase): Promise<boolean> {
  const asked = await run(state, () => ask(api.POST('/cases', { body: wanted })));
  return settle(state, asked);
}

async function openById(state: State, code: string): Promise<boolean> {
  const asked = await run(state, () =>
    ask(api.GET('/cases/{id}', { params: { path: { id: code }, query: { licences: 'true' } } })),
  );
  if (asked?.ok === true) state.outcome.value = null; // of whoever stood there before
  return settle(state, asked);
}

async function step(state: State, action: CaseAction, reason: string | null): Promise<boolean> {
  const id = state.current.value?.id;
  if (id === undefined) return false;
  const body = reason === null ? {} : { reason };
  const path = `/cases/{id}/${action}` as '/cases/{id}/accept'; // all steps are asked for alike
  const asked = await run(state, () => ask(api.POST(path, { params: { path: { id } }, body })));
  return await settleOrRefresh(state, asked);
}

async function handIn(
  state: State,
  material: { readonly code: string; readonly name: string },
  file: File,
): Promise<boolean> {
  const caseId = state.current.value?.id;
  if (caseId === undefined) return false;
  const form = new FormData();
  const texts = {
    name: file.name === '' ? material.name : file.name,
    materialCode: material.code,
    caseId,
  };
  for (const [name, text] of Object.entries(texts)) form.set(name, text);
  form.set('file', file);
  const asked = await run(state, () =>
    ask(api.POST('/materials', { body: { name: '', file: '' }, bodySerializer: () => form })),
  );
  if (asked === null) return false;
  if (!asked.ok) return await settleOrRefresh(state, asked);
  await refresh(state);
  state.notice.value = t('notice.handedIn', { name: material.name });
  return true;
}

/** @returns whether the case is on the screen. */
function settle(state: State, asked: Asked<Case> | null): boolean {
  if (asked === null) return false;
  if (!asked.ok) {
    state.problem.value = asked.problem;
    return false;
  }
  state.current.value = keepReasons(state.current.value, asked.data);
  return true;
}

async function settleOrRefresh(
  state: State,
  asked: Asked<Case> | { readonly ok: false; readonly problem: Problem } | null,
): Promise<boolean> {
  const isDone = settle(state, asked);
  if (asked === null || asked.ok || !CHANGED.includes(asked.problem.code)) return isDone;
  await refresh(state);
  state.problem.value = asked.problem;
  if (asked.problem.code !== 'CASE_MATERIALS_MISSING') state.notice.value = t('notice.changed');
  return false;
}

async function refresh(state: State): Promise<void> {
  const id = state.current.value?.id;
  if (id === undefined) return;
  const asked = await run(state, () => ask(api.GET('/cases/{id}', { params: { path: { id } } })));
  settle(state, asked);
}
