import { ElMessageBox } from 'element-plus';
import { onBeforeUnmount, type Ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { session } from '../session.ts';
import { watchUnsaved } from './unsaved.ts';
import { t } from './unsavedTexts.ts';

/** Asks whether something typed may be lost. @returns whether it may; to close the question is to stay. */
export async function askToLeave(question: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(question, {
      confirmButtonText: t('stay'),
      cancelButtonText: t('discard'),
      distinguishCancelAndClose: true,
    });
    return false;
  } catch (answer) {
    return answer === 'cancel';
  }
}

/** Asks before a page with changes is left: by a link, the back button, signing out, reloading or closing the tab. */
export function keepUnsaved(isChanged: Readonly<Ref<boolean>>, question: () => string): void {
  const ask = (): Promise<boolean> => askToLeave(question());
  onBeforeUnmount(watchUnsaved({ isChanged: () => isChanged.value, ask }));
  onBeforeRouteLeave(async () => {
    const hasLeft = session.person.value === null; // signed out: they were asked before
    return hasLeft || !isChanged.value || (await ask());
  });
}
