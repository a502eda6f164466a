import { readFileSync } from 'node:fs';

/** Processor seconds of the processes that were started here and have ended; 0 where the system does not tell. */
export function childSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]!.split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}
