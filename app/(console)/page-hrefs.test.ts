import fc from "fast-check";
import { expect, test } from "vitest";
import { actorHref, objectHref, readSegments, usernameHref } from "./page-hrefs.ts";

const at = (href: string) => new URL(href, "http://console.invalid");
/** As Next hands the parts of a path over. */
const segments = (href: string) => at(href).pathname.split("/").slice(1);

test.each([
  ["7", "/objects/order/7"],
  ['["12", "A"]', "/objects/order/%5B%2212%22%2C%20%22A%22%5D"],
  ["100%", "/objects/order/100%25"],
  ["", "/objects?type=order"],
  ["..", "/objects?type=order&id=.."],
  ["a/b", "/objects?type=order&id=a%2Fb"],
  ["x.rsc", "/objects?type=order&id=x.rsc"],
])("the page of an order with the id %j is %s", (id, href) => {
  expect(objectHref("order", id)).toBe(href);
});

test("the zone is carried along, by paths and by queries", () => {
  expect(actorHref("7", "Asia/Kathmandu")).toBe("/actors/7?tz=Asia%2FKathmandu");
  expect(usernameHref("..", "Asia/Kathmandu")).toBe("/actors?name=..&tz=Asia%2FKathmandu");
});

test("whatever a type and an id hold, their address says it", () => {
  const text = fc.string({ unit: "binary", minLength: 1 }).filter((one) => !/\0|\p{Surrogate}/u.test(one));
  fc.assert(
    fc.property(text, text, (type, id) => {
      const href = objectHref(type, id);
      if (href.startsWith("/objects?")) {
        const { searchParams } = at(href);
        expect([searchParams.get("type"), searchParams.get("id")]).toEqual([type, id]);
        return;
      }
      const [, first = "", ...rest] = segments(href);
      expect([readSegments([first]), readSegments(rest)]).toEqual([type, id]);
    }),
  );
});

test("a slash in an id may be encoded or not, and what no record can hold is nothing", () => {
  expect(readSegments(["a%2Fb"])).toBe("a/b");
  expect(readSegments(["a", "b"])).toBe("a/b");
  for (const segment of ["%00", "%ff", "%", ""]) expect(readSegments([segment])).toBeUndefined();
});
