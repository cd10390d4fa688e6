/**
 * The one spelling of a user name: what is kept, looked up, counted and compared. Compatibility forms and case are
 * folded here and nowhere else: JavaScript and PostgreSQL disagree about some letters (`K`, the Kelvin sign, is a
 * capital k to one of them only), and a guess that is looked up under one spelling and counted under another is a
 * guess that is not counted.
 */
export function foldUsername(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase().normalize("NFKC");
}
