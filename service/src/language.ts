/** Languages of everything a person reads. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in each language. */
export type Text = Readonly<Record<Language, string>>;
