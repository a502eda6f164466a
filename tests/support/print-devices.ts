import { createRequire } from 'node:module';
import { type AudioLibraryAddon, openDeviceLister } from '../../src-main/engine/devices/list-devices.ts';

/** A program: lists the devices through the addon of the given path and prints them as JSON on its last line. */
const addon = createRequire(import.meta.url)(process.argv[2] as string) as AudioLibraryAddon;
const list = await openDeviceLister({ addon }).list();
console.log(`\n${JSON.stringify(list)}`);
