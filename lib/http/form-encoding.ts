/** Encodes text as `application/x-www-form-urlencoded` (RFC 6749 Appendix B). */
export function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
