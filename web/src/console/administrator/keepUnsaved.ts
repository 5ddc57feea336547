import { onBeforeUnmount, onMounted, type Ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { ElMessageBox } from 'element-plus';
import { t } from './texts.ts';

/** Asks before a page with changes is left, by a link, the back button or closing the tab. */
export function keepUnsaved(isChanged: Readonly<Ref<boolean>>, question: () => string): void {
  const onUnload = (event: BeforeUnloadEvent): void => {
    if (isChanged.value) event.preventDefault();
  };
  onMounted(() => {
    addEventListener('beforeunload', onUnload);
  });
  onBeforeUnmount(() => {
    removeEventListener('beforeunload', onUnload);
  });
  onBeforeRouteLeave(async () => {
    if (!isChanged.value) return true;
    try {
      await ElMessageBox.confirm(question(), {
        confirmButtonText: t('common.discard'),
        cancelButtonText: t('common.stay'),
      });
      return true;
    } catch {
      return false; // stays: the box was refused or closed
    }
  });
}
