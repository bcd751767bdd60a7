import { expect, test } from "vitest";
import { score } from "./commands";

const order = (typed: string, ...texts: string[]) =>
  texts.filter((text) => score(typed, text) > 0).sort((a, b) => score(typed, b) - score(typed, a));

test("every word typed has to be found, and a title that begins with it comes first", () => {
  expect(order("art", "Smart shop", "Articles", "Create in Articles", "Pages")).toEqual([
    "Articles",
    "Create in Articles",
    "Smart shop",
  ]);
  expect(order("create art", "Articles", "Create in Articles")).toEqual(["Create in Articles"]);
});

test("accents and case don't matter, and keywords count", () => {
  expect(score("uber", "Über uns")).toBeGreaterThan(0);
  expect(score("posts", "Articles", "posts")).toBeGreaterThan(0);
  expect(score("posts", "Articles", "blog_posts")).toBe(0);
});

test("nothing typed finds everything", () => {
  expect(score("", "Home")).toBe(1);
});
