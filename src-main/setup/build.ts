import { buildElectronWhenStale, buildEngineWhenStale, buildInterfaceWhenStale } from './builds.ts';

/** `npm run build`: the engine, the page and the Electron shell, each where a source of it is newer. */
if (!buildEngineWhenStale()) process.exitCode = 1;
buildInterfaceWhenStale();
buildElectronWhenStale();
