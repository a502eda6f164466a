import { registerHooks } from 'node:module';

/** `node --import` this: whoever imports `electron` gets the stand-in beside this file. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== 'electron') return nextResolve(specifier, context);
    return { url: new URL('./electron.ts', import.meta.url).href, format: 'module-typescript', shortCircuit: true };
  },
});
