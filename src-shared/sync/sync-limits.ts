/** Faster or slower than this by a clock's drift nothing runs that is to be laid together: one in a hundred. */
export const LARGEST_DRIFT_PPM = 10_000;

/** Further apart than this no two files of a timeline lie: 2^45 samples are more than 23 years at 48 kHz. */
export const LARGEST_OFFSET_SAMPLES = 2 ** 45;

/** Longer than this, in seconds, no file is: eleven and a half days. */
export const LONGEST_FILE_SECONDS = 1_000_000;
