/** Told what is done. */
export type Tell = (words: string) => void;
