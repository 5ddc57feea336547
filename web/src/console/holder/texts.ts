/** Words that several pages of holders have. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('holder', {
  'zh-CN': {
    field: { holderName: '持证人名称', holderCode: '持证人证件号码', holderCodeType: '证件类型' },
    loading: '正在读取…',
    back: '返回',
    from: '自',
    unlimited: '长期有效',
    period: '{from} 至 {until}',
    validUntil: '有效期至 {until}',
    past: '已过期',
    save: '保存',
    cancel: '取消',
    close: '关闭',
    optional: '（选填）',
    verdictOffline: '目前没有网络，显示的是之前读到的内容。',
  },
  en: {
    field: {
      holderName: 'Name of the holder',
      holderCode: 'Number of the holder',
      holderCodeType: 'Kind of number',
    },
    loading: 'Loading…',
    back: 'Back',
    from: 'from',
    unlimited: 'Without end',
    period: '{from} to {until}',
    validUntil: 'Valid until {until}',
    past: 'Expired',
    save: 'Save',
    cancel: 'Cancel',
    close: 'Close',
    optional: '(optional)',
    verdictOffline: 'There is no network now: this is what was read before.',
  },
});
