import { expect, test } from "vitest";
import type { Collection, Field } from "~/api/types";
import { displayText, fieldsOfTemplate, templateOf, valueAt } from "./template";

test("a template names the fields it needs, once each, and the key for pseudo fields", () => {
  expect(fieldsOfTemplate("{{ author.name }}: {{title}} ({{title}}) {{$thumbnail}} {{cover.$thumbnail}}")).toEqual([
    "author.name",
    "title",
    "id",
    "cover",
  ]);
});

test("the text of an item has values in the template's places, and lists joined", () => {
  const item = {
    title: "Rain",
    author: { name: "Mia" },
    tags: [{ tags_id: { name: "a" } }, { tags_id: { name: "b" } }],
  };
  expect(displayText("{{author.name}}: {{title}} {{missing}}", item)).toBe("Mia: Rain");
  expect(displayText("{{tags.tags_id.name}}", item)).toBe("a, b");
  expect(displayText("{{n}}", { n: 12345.5 })).toBe("12345.5");
  expect(displayText("{{x}}", null)).toBe("");
});

test("a path may name one of several collections", () => {
  expect(valueAt({ item: { name: "Chair" } }, ["item:products", "name"])).toBe("Chair");
});

test("without a template the field that sounds like a title stands for an item, then the first text, then the key", () => {
  const field = (name: string, type: string, key = false) =>
    ({ field: name, type, schema: { is_primary_key: key }, meta: null }) as unknown as Field;
  const collection = { collection: "things", meta: { display_template: null } } as unknown as Collection;
  const key = field("nr", "integer", true);
  expect(templateOf(collection, [key, field("code", "string"), field("name", "string")])).toBe("{{name}}");
  expect(templateOf(collection, [key, field("code", "string")])).toBe("{{code}}");
  expect(templateOf(collection, [key])).toBe("{{nr}}");
});
