import { computed, reactive, ref, watch, type ComputedRef, type Ref } from 'vue';
import { dayOf } from '../../i18n/instant.ts';
import type { Problem, Shapes } from '../api.ts';
import {
  contentOf,
  countFaults,
  draftOf,
  emptyDraft,
  faultsOfService,
  findFaults,
  type IssueDraft,
  type IssueFaults,
  type IssueMode,
} from './issueForm.ts';
import { dropDraft, keepDraft, keptDraft } from './keptDrafts.ts';
import type { PreviewContent } from './LivePreview.vue';
import type { LicenceType } from './licenceTypes.ts';
import { formOf, type FormField } from './schemaForm.ts';

export interface IssueForm {
  readonly form: readonly FormField[];
  readonly draft: IssueDraft;
  /** Whether something came back that was filled in before. */
  readonly wasKept: Ref<boolean>;
  readonly isTried: Ref<boolean>;
  readonly faults: ComputedRef<IssueFaults>;
  /** Faults that may be told: of members that were left, or after a try to submit. */
  readonly toldFields: ComputedRef<IssueFaults['fields']>;
  readonly faultCount: ComputedRef<number>;
  /** The last day of what is renewed. */
  readonly before: string | null;
  readonly preview: ComputedRef<PreviewContent>;
  readonly touch: (pointer: string) => void;
  /** Takes in what the service says is wrong; it is told until the member changes. */
  readonly refuse: (problem: Problem | null) => void;
  readonly codeRefusal: Ref<string | null>;
  readonly startOver: () => void;
  /** Forgets what was kept: it was submitted. */
  readonly finish: () => void;
}

/** @param place - what the form is kept by. @param licence - that the form begins with; null: nothing. */
export function useIssueForm(
  type: LicenceType,
  mode: IssueMode,
  place: string,
  licence: Shapes['Licence'] | null,
): IssueForm {
  const form = formOf(type.fields);
  const begin = (): IssueDraft =>
    licence === null ? emptyDraft(form, dayOf(new Date())) : draftOf(form, licence, mode);
  const kept = keptDraft(place);
  const isSame = kept?.typeCode === type.typeCode;
  const draft: IssueDraft = reactive(isSame ? kept.draft : withHolder(begin(), kept?.draft));
  const wasKept = ref(isSame);
  const isTried = ref(false);
  const touched = reactive(new Set<string>());
  const before = mode === 'renew' && licence?.validUntil != null ? dayOf(licence.validUntil) : null;
  const faults = computed(() => findFaults(form, draft, before));
  const refusals = useRefusals(draft);
  const untouched = JSON.stringify(begin());
  watch(draft, () => {
    if (JSON.stringify(draft) === untouched) dropDraft(place);
    else keepDraft(place, { typeCode: type.typeCode, draft });
  });
  return {
    ...{ form, draft, wasKept, isTried, faults, before },
    codeRefusal: refusals.code,
    refuse: refusals.refuse,
    toldFields: computed(() => {
      const own = Object.entries(faults.value.fields);
      const told = own.filter(([pointer]) => isTried.value || touched.has(pointer));
      return { ...refusals.fields.value, ...Object.fromEntries(told) };
    }),
    faultCount: computed(() => countFaults(faults.value)),
    preview: computed(() => ({
      typeCode: type.typeCode,
      ...contentForPreview(form, draft),
      ...(draft.serial === '' ? {} : { serial: draft.serial }),
    })),
    touch: (pointer) => void touched.add(pointer),
    startOver() {
      dropDraft(place);
      Object.assign(draft, begin());
      [wasKept.value, isTried.value] = [false, false];
      touched.clear();
    },
    finish() {
      dropDraft(place);
    },
  };
}

/** Whoever chooses another type means the same holder. */
function withHolder(draft: IssueDraft, kept: IssueDraft | undefined): IssueDraft {
  if (kept === undefined) return draft;
  const { codeType, code, name, from, until, isEndless } = kept;
  return { ...draft, codeType, code, name, from, until, isEndless };
}

interface Refusals {
  readonly fields: Ref<IssueFaults['fields']>;
  readonly code: Ref<string | null>;
  readonly refuse: (problem: Problem | null) => void;
}

/** What the service said is wrong, until the draft changes. */
function useRefusals(draft: IssueDraft): Refusals {
  const fields = ref<IssueFaults['fields']>({});
  const code = ref<string | null>(null);
  watch(draft, () => {
    fields.value = {};
    code.value = null;
  });
  return {
    ...{ fields, code },
    refuse(problem) {
      fields.value = faultsOfService(problem?.faults ?? []);
      code.value =
        problem?.faults.find(({ pointer }) => pointer === '/holder/code')?.detail ?? null;
    },
  };
}

/** Days that are not chosen yet are left out, where a draft must have them. */
function contentForPreview(
  form: readonly FormField[],
  draft: IssueDraft,
): Omit<PreviewContent, 'typeCode' | 'serial'> {
  const { validFrom, validUntil, ...rest } = contentOf(form, draft);
  return {
    ...rest,
    validFrom: validFrom || null,
    validUntil: validUntil === '' ? null : validUntil,
  };
}
