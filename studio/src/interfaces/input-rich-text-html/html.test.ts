import { getSchema } from "@tiptap/core";
import { expect, test } from "vitest";
import { extensions } from "./editor";
import { HtmlDocument } from "./html";

const schema = getSchema(extensions(undefined));
const kinds = (html: string) => {
  const document = new HtmlDocument(schema);
  const doc = document.parse(html);
  const names: string[] = [];
  doc.forEach((node) => void names.push(node.type.name));
  return names;
};
const roundTrip = (html: string) => {
  const document = new HtmlDocument(schema);
  return document.serialize(document.parse(html));
};

test.each([
  "<h2>Hello</h2>",
  '<p>A <strong>bold</strong> start with <a href="https://example.com">a link</a>.</p>',
  "<ul><li>one</li><li>two</li></ul>",
  "<table><tbody><tr><td>a</td></tr></tbody></table>",
  "<p>with <b>b</b> and <i>i</i></p>",
  "<pre><code>a\n  b</code></pre>",
])("%s is edited, and comes out as it came in", (html) => {
  expect(kinds(html)).not.toContain("unknownBlock");
  expect(roundTrip(html)).toBe(html);
});

test.each([
  '<custom-thing data-x="1"><b>kept</b></custom-thing>',
  '<p class="lead">with a class</p>',
  '<div style="color: red">styled</div>',
  '<iframe src="https://example.com"></iframe>',
  "<p>two  spaces</p>",
  "<p>a<!-- note -->b</p>",
  "<details><summary>more</summary><p>text</p></details>",
])("%s is kept as a whole", (html) => {
  expect(kinds(html)).toEqual(["unknownBlock"]);
  expect(roundTrip(html)).toBe(html);
});

test("a change in one block leaves the others as they were stored", () => {
  const html = "<ul><li>one</li></ul>\n<custom-x></custom-x>\n<p>text</p>";
  const document = new HtmlDocument(schema);
  const doc = document.parse(html);
  const changed = doc.copy(doc.content.replaceChild(2, schema.node("paragraph", null, [schema.text("new")])));
  expect(document.serialize(changed)).toBe("<ul><li>one</li></ul>\n<custom-x></custom-x>\n<p>new</p>");
});

test("nothing is nothing", () => {
  expect(roundTrip("")).toBe("");
});

test("text without a block becomes a paragraph only when it is changed", () => {
  expect(kinds("just <em>text</em>")).toEqual(["paragraph"]);
  expect(roundTrip("just <em>text</em>")).toBe("just <em>text</em>");
});
