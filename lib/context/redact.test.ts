import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createRedactor } from "./redact.ts";
import { sanitize } from "./sanitize.ts";

const redactor = createRedactor();

const secretNames = [
  "password",
  "Password",
  "PASSWORD",
  "passwd",
  "pwd",
  "passphrase",
  "passcode",
  "pass",
  "userPassword",
  "user_password",
  "user-password",
  "passwordHash",
  "password_hash",
  "newPassword2",
  "password_confirmation",
  "secret",
  "clientSecret",
  "client_secret",
  "secret_key",
  "secretKey",
  "token",
  "tokens",
  "accessToken",
  "access_token",
  "access-token",
  "accesstoken",
  "refreshToken",
  "id_token",
  "csrfToken",
  "xsrf-token",
  "apiKey",
  "api_key",
  "API_KEY",
  "APIKey",
  "x-api-key",
  "apikey",
  "privateKey",
  "private_key",
  "signing_key",
  "encryptionKey",
  "credentials",
  "authorization",
  "Authorization",
  "proxy-authorization",
  "cookie",
  "Cookie",
  "set-cookie",
  "Set-Cookie",
  "sessionId",
  "session_id",
  "sessionKey",
  "session",
  "connect.sid",
  "PHPSESSID".toLowerCase(),
  "otp",
  "totp_secret",
  "mfa",
  "pin",
  "pinCode",
  "cvv",
  "cvc",
  "cvv2",
  "cardNumber",
  "card_number",
  "creditCardNumber",
  "pan",
  "ssn",
  "salt",
  "jwt",
  "bearer",
  "recovery_codes",
  "backupCodes",
  "user[password]",
];
const plainNames = [
  "name",
  "title",
  "email",
  "description",
  "passenger",
  "passed",
  "compass",
  "secretary",
  "secretary_id",
  "author",
  "authority",
  "authenticated",
  "tokenizer",
  "tokenized",
  "cookies_accepted_at",
  "keyboard",
  "monkey",
  "key",
  "keys",
  "primary_key",
  "foreignKey",
  "opinion",
  "spin",
  "pinned",
  "mapping",
  "panel",
  "expand",
  "salted_butter",
  "sessions_count",
  "session_count",
  "password_changed_at",
  "tokenCount",
  "token_type",
  "passwordPolicy",
  "otpEnabled",
  "possession",
  "assess_id",
  "status",
  "id",
  "",
];

test.each(secretNames)("a value under %j is secret", (name) => {
  expect(redactor.isSecret(name)).toBe(true);
});

test.each(plainNames)("a value under %j is none", (name) => {
  expect(redactor.isSecret(name)).toBe(false);
});

test("names can be added, in any spelling and as patterns", () => {
  const more = createRedactor(["taxNumber", /^x_/g]);
  for (const name of ["tax_number", "tax-number", "TaxNumber", "customerTaxNumber", "x_anything"]) {
    expect(more.isSecret(name)).toBe(true);
    expect(more.isSecret(name)).toBe(true);
  }
  expect(more.isSecret("taxonomy_number")).toBe(false);
});

describe("what the database masks", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test("is secret here too, except what is only about a secret", async () => {
    const names = [...secretNames, ...plainNames].filter((name) => name !== "");
    const rows =
      await database.sql`select name, annals.secret_column(name) as secret from unnest(${names}::text[]) as name`;
    const missed = rows.filter((row) => row.secret === true && !redactor.isSecret(row.name as string));
    expect(missed.map((row) => row.name)).toEqual([
      "cookies_accepted_at",
      "password_changed_at",
      "tokenCount",
      "token_type",
      "passwordPolicy",
      "otpEnabled",
    ]);
  });
});

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
test.each([
  ["a JWT", `got ${jwt}.`, "got [masked]."],
  [
    "a private key",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after",
    "[masked] after",
  ],
  ["a private key that was cut", "x -----BEGIN PRIVATE KEY-----\nMIIE", "x [masked]"],
  ["an AWS key", "key AKIAIOSFODNN7EXAMPLE!", "key [masked]!"],
  ["a GitHub token", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[masked]"],
  ["a Stripe key", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[masked]"],
  ["a Slack token", "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy", "[masked]"],
  ["userinfo of a URL", "postgres://shop:hunter2@db.example/x", "postgres://shop:[masked]@db.example/x"],
  ["a bearer header", "Authorization: Bearer abcdef1234567890", "Authorization: [masked] [masked]"],
  ["a query", "GET /a?token=abc123&page=2", "GET /a?token=[masked]&page=2"],
  ["JSON in a text", '{"password":"hunter2","a":1}', '{"password":"[masked]","a":1}'],
  ["an assignment", "connect password = hunter2 host=x", "connect password = [masked] host=x"],
  ["a card number", "card 4111 1111 1111 1111 ok", "card [masked] ok"],
  ["a card number with dashes", "5500-0000-0000-0004", "[masked]"],
])("%s inside a text is masked", (_name, text, masked) => {
  expect(redactor.maskText(text)).toBe(masked);
});

test.each([
  "Order 4111111111111112 was paid",
  "at 1732420000000 in 1234567890123456",
  "the password was changed",
  "a token of appreciation",
  "eyJ is how it begins",
  "https://example.com/a:b@c",
  "mapping: x, spin=3",
  "550e8400-e29b-41d4-a716-446655440000",
])("%j stays as it is", (text) => {
  expect(redactor.maskText(text)).toBe(text);
});

test("no canary survives under any of the names, however deep", () => {
  const canaries: string[] = [];
  const canary = () => {
    const text = randomBytes(9).toString("base64url");
    canaries.push(text);
    return text;
  };
  const input = secretNames.map((name, i) => {
    const value = [canary(), [canary()], { inside: canary() }][i % 3];
    return {
      headers: { [name]: value },
      list: [{ deep: { [name]: canary() } }],
      text: `?${name === "password" ? "password" : "token"}=${canary()}`,
    };
  });
  const text = JSON.stringify(sanitize(input, redactor).value);
  expect(canaries.length).toBeGreaterThan(200);
  expect(canaries.filter((one) => text.includes(one))).toEqual([]);
});

test("hostile text of 64 KB takes milliseconds, not seconds", () => {
  const pieces = [
    "eyJ",
    "eyJa.",
    "a-",
    "password",
    "password ",
    "1 ",
    "1-",
    "://a:",
    "bearer ",
    "-----BEGIN PRIVATE KEY-----",
    "sk_",
    "A",
    "=",
    "\"'",
    "token=",
    "xoxb-",
  ];
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(65_536 / piece.length));
    const started = performance.now();
    redactor.maskText(text);
    expect(performance.now() - started, piece).toBeLessThan(500);
  }
});
