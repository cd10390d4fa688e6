// The words of annals.secret_column, which masks columns, and the forms in which secrets come in code, in
// headers and in cookies. The name arrives as `_lower_snake_case_`.
const secretWords =
  /_(?:pass(?:wd|word|phrase|code)s?|[a-z]*password[a-z0-9]*|pwd|secrets?|(?:access|refresh|id|auth|csrf|xsrf|bearer|reset|session|api)?_?tokens?|(?:x_?)?(?:api|access|private|secret|encryption|signing|master|license)_?keys?|client_?secrets?|credentials?|authorization|cookies?|session_?(?:id|key)s?|(?:php|j|asp)?sess(?:ion)?_?id|sid|otp|totp|mfa|jwt|bearer|pin|pin_?code|cvv2?|cvc2?|security_?code|(?:credit_?)?card_?(?:number|no|num)|cardnumber|pan|ssn|salt|pem|(?:recovery|backup)_?codes?)_/;
/** Names that are secret only when nothing else stands beside them. */
const secretAlone = /^_(?:auth|pass|session|signature|nonce)_$/;
/** `token_count` and `password_changed_at` are about a secret; they hold none. */
const aboutSecrets =
  /_(?:count|at|expires|expiry|expires_in|type|enabled|required|length|verified|policy|attempts)_$/;

/** Parts of a text that look like a secret wherever they stand. All match in linear time. */
const secretShapes: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, "[masked]"],
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, "[masked]"],
  [/\b(bearer|basic)\s{1,5}[\w.~+/=-]{8,}/gi, "$1 [masked]"],
  [/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g, "[masked]"],
  [
    /(?<!\w)(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|(?:sk|rk|pk|whsec)_(?:live_|test_)?\w{16,}|sk-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35}|npm_\w{30,})/g,
    "[masked]",
  ],
  [/(:\/\/[^\s:@/]{0,200}):[^\s@/]{1,500}@/g, "$1:[masked]@"],
  [
    /((?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|authorization|cookie|session[_-]?id|(?<![a-z])(?:pwd|otp|cvv|pin))["']?\s{0,5}[=:]\s{0,5}["']?)[^\s"'&,;]+/gi,
    "$1[masked]",
  ],
];
const cardNumber = /(?<![\d.-])(?:\d[ -]?){12,18}\d(?![\d.-])/g;

export interface Redactor {
  /** Does a value under this name have to be masked? */
  isSecret(name: string): boolean;
  /** `text` with `[masked]` in place of what looks like a secret or a card number. */
  maskText(text: string): string;
}

/** @param additional names that are secret here too: words in any spelling (`taxNumber` finds `tax-number`), or patterns */
export function createRedactor(additional: readonly (string | RegExp)[] = []): Redactor {
  const words = additional.filter((name) => typeof name === "string").map(normalize);
  const patterns = additional
    .filter((name) => name instanceof RegExp)
    .map((p) => new RegExp(p, p.flags.replace(/[gy]/g, "")));
  return {
    isSecret(name) {
      const normal = normalize(name.slice(0, 200));
      if (words.some((word) => normal.includes(word)) || patterns.some((pattern) => pattern.test(name)))
        return true;
      return (secretWords.test(normal) && !aboutSecrets.test(normal)) || secretAlone.test(normal);
    },
    maskText(text) {
      const shaped = secretShapes.reduce(
        (masked, [shape, replacement]) => masked.replace(shape, replacement),
        text,
      );
      return shaped.replace(cardNumber, (digits) => (isCardNumber(digits) ? "[masked]" : digits));
    },
  };
}

function normalize(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_");
  return `_${snake.replace(/^_+|_+$/g, "").toLowerCase()}_`;
}

/** Of a length and a first digit that cards have, and with a right check digit (Luhn): 1 in 10 of such numbers. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6(?:011|5\d\d)\d{12})$/.test(
      digits,
    )
  )
    return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
