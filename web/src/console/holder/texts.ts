/** Words that several pages of holders have. */
import { defineTexts } from '../texts.ts';

export const t = defineTexts('holder', {
  'zh-CN': {
    field: { holderName: '持证人名称', holderCode: '持证人证件号码', holderCodeType: '证件类型' },
    loading: '正在读取…',
    unlimited: '长期有效',
    past: '已过期',
    cancel: '取消',
    close: '关闭',
  },
  en: {
    field: {
      holderName: 'Name of the holder',
      holderCode: 'Number of the holder',
      holderCodeType: 'Kind of number',
    },
    loading: 'Loading…',
    unlimited: 'Without end',
    past: 'Expired',
    cancel: 'Cancel',
    close: 'Close',
  },
});
