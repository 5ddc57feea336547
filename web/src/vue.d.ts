/** What the linter, which does not read single-file components, knows of them; vue-tsc knows more. */
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}
