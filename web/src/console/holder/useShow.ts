import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { api, ask, type Asked, type Problem, type Shapes } from '../api.ts';
import { useAsk, type Asking } from '../useAsk.ts';
import {
  chooseNeeded,
  needsOf,
  toShown,
  type Choice,
  type Need,
  type ShownLicences,
} from './showChoices.ts';
import { isEnded } from './wallet.ts';

/** Who asks at a window, for what, and what they need. */
export interface WindowQuestion {
  readonly window: { readonly name: string };
  readonly organisation: { readonly name: string };
  readonly matter: { readonly name: string };
  readonly purpose: string;
  readonly needs: readonly (Need & {
    readonly typeName: string;
    /** One's own that would do. */
    readonly licences: readonly string[];
  })[];
}

type Showable = Pick<Shapes['Licence'], 'identifier' | 'typeCode' | 'typeName'>;
type Preview = Readonly<{
  licences: readonly Readonly<{
    identifier: string;
    typeCode: string;
    report: Shapes['Report'];
    fields: Readonly<Record<string, unknown>> | null;
  }>[];
}>;

interface Body {
  licences: ShownLicences;
  window?: string;
  matter?: string;
  windowCode?: string;
}

/** What somebody is about to show; see {@link useShow}. */
export interface Show {
  /** Licences with what is to be seen of each; null: not known yet. */
  readonly choices: ShallowRef<readonly Choice[] | null>;
  readonly problem: ShallowRef<Problem | null>;
  /** What the scanned window asks; null: none was scanned. */
  readonly question: ShallowRef<WindowQuestion | null>;
  readonly questionProblem: ShallowRef<Problem | null>;
  /** Codes that somebody chose; empty: none. */
  readonly window: Ref<string>;
  readonly matter: Ref<string>;
  /** A grant under which licences of somebody else are shown; empty: one's own. */
  readonly grant: Ref<string>;
  readonly needs: ComputedRef<readonly Need[] | null>;
  readonly preview: Asking<Preview, []>;
  readonly make: Asking<Shapes['MadePresentation'], []>;
  load(): Promise<void>;
  scan(code: string): Promise<void>;
  forget(): void;
  change(identifier: string, to: Partial<Pick<Choice, 'isChosen' | 'fields'>>): void;
}

async function readLicences(grant: string): Promise<Asked<readonly Showable[]>> {
  const query = { limit: 200 };
  if (grant !== '') {
    const path = { id: grant };
    const asked = await ask(api.GET('/grants/{id}/licences', { params: { path, query } }));
    return asked.ok ? { ...asked, data: asked.data.items.filter(isShowable) } : asked;
  }
  const asked = await ask(api.GET('/licences', { params: { query } }));
  return asked.ok ? { ...asked, data: asked.data.items.filter(isShowable) } : asked;
}

function isShowable(licence: Pick<Shapes['Licence'], 'state' | 'validUntil'>): boolean {
  return !isEnded(licence, new Date());
}

/**
 * @param wanted - licences that somebody came here to show.
 * @param byGrant - the grant under which they came to show somebody else's; empty: their own.
 */
export function useShow(wanted: readonly string[], byGrant: string): Show {
  const choices = shallowRef<readonly Choice[] | null>(null);
  const licences = shallowRef<readonly Showable[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const question = shallowRef<WindowQuestion | null>(null);
  const questionProblem = shallowRef<Problem | null>(null);
  const ofMatter = shallowRef<readonly Need[] | null>(null);
  const [code, window, matter, grant] = [ref(''), ref(''), ref(''), ref(byGrant)];
  const needs = computed(() => question.value?.needs ?? ofMatter.value);

  function body(): Body {
    const shown = { licences: toShown(choices.value ?? []) };
    if (question.value !== null) return { ...shown, windowCode: code.value };
    return {
      ...shown,
      ...(window.value === '' ? {} : { window: window.value }),
      ...(matter.value === '' ? {} : { matter: matter.value }),
    };
  }
  async function load(): Promise<void> {
    choices.value = null;
    const asked = await readLicences(grant.value);
    problem.value = asked.ok ? null : asked.problem;
    if (!asked.ok) return;
    licences.value = asked.data;
    choices.value = chooseNeeded(asked.data, needs.value, wanted);
  }
  watch(needs, (now) => {
    if (choices.value !== null) choices.value = chooseNeeded(licences.value, now, wanted);
  });
  watch(grant, load);
  watch(matter, async (next) => {
    ofMatter.value = next === '' ? null : await readNeeds(next);
  });
  return {
    ...{ choices, problem, question, questionProblem, window, matter, grant, needs, load },
    preview: useAsk(() => ask(api.POST('/presentations/preview', { body: body() }))),
    make: useAsk(() => ask(api.POST('/presentations', { body: body() }))),
    async scan(text) {
      const asked = await ask(
        api.GET('/window-codes/{code}', { params: { path: { code: text } } }),
      );
      questionProblem.value = asked.ok ? null : asked.problem;
      if (!asked.ok) return;
      code.value = text;
      question.value = asked.data;
    },
    forget() {
      question.value = null;
      code.value = '';
    },
    change(identifier, to) {
      choices.value = (choices.value ?? []).map((one) =>
        one.identifier === identifier ? { ...one, ...to } : one,
      );
    },
  };
}

async function readNeeds(matter: string): Promise<readonly Need[] | null> {
  const asked = await ask(
    api.GET('/matters/{code}/materials', { params: { path: { code: matter } } }),
  );
  return asked.ok ? needsOf(asked.data.items) : null;
}
