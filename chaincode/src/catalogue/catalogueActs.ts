import type { ActRules, RecordingRules } from '../batch.js';
import { statePlaces } from '../statePlaces.js';
import { putLicenceType, putMatter } from './catalogue.js';

const rules: ActRules<'catalogue'> = {
  'catalogue.putLicenceType': async (act, author, state) => {
    const place = statePlaces.licenceType(act.body.typeCode);
    const entry = putLicenceType(act, author, await state.get(place));
    state.put(place, entry);
    state.put(statePlaces.licenceTypeVersion(entry.typeCode, entry.version), entry);
  },
  'catalogue.putMatter': async (act, author, state) => {
    const place = statePlaces.matter(act.body.code);
    const entry = putMatter(act, author, await state.get(place));
    state.put(place, entry);
    state.put(statePlaces.matterVersion(entry.code, entry.version), entry);
  },
};

export const catalogueRecording: RecordingRules = { rules };
