/** Longest note of a call, in characters. */
export const noteLengthMax = 300;
