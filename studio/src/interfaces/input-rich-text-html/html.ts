/**
 * Stored HTML in the editor and back, without losing anything: a block that the editor can't hold completely is kept as
 * a whole in a node of its own, and a block that nobody changed comes out as it came in.
 */
import { DOMParser, DOMSerializer, type Node as DocNode, type Schema } from "@tiptap/pm/model";

export const UNKNOWN = "unknownBlock";

/** Names that the editor writes for others that mean the same. */
const SAME: Record<string, string> = { b: "strong", i: "em", del: "s", strike: "s" };

function parts(element: Element): Map<string, number> {
  const found = new Map<string, number>();
  const add = (name: string) => found.set(name, (found.get(name) ?? 0) + 1);
  for (const one of [element, ...element.querySelectorAll("*")]) {
    const name = one.tagName.toLowerCase();
    add(SAME[name] ?? name);
    for (const attribute of one.attributes) add(`${attribute.name}=${attribute.value}`);
  }
  return found;
}

const textOf = (element: Element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();

/** Whether something of an element is missing in what the editor makes of it. */
export function loses(original: Element, made: Element): boolean {
  const pre = original.querySelector("pre") || original.tagName === "PRE";
  if (pre ? original.textContent !== made.textContent : textOf(original) !== textOf(made)) return true;
  // runs of spaces that only CSS would show are kept, too
  if (!pre && /\S[ \t\u00a0]{2,}\S/.test(original.textContent ?? "") && original.textContent !== made.textContent)
    return true;
  if (comments(original)) return true;
  const kept = parts(made);
  return [...parts(original)].some(([name, count]) => (kept.get(name) ?? 0) < count);
}

function comments(element: Element): boolean {
  return document.createNodeIterator(element, NodeFilter.SHOW_COMMENT).nextNode() !== null;
}

/** A document and where its blocks come from. */
export class HtmlDocument {
  private readonly schema: Schema;
  private readonly serializer: DOMSerializer;
  /** The stored text of blocks, while they are the same nodes. */
  private readonly sources = new WeakMap<DocNode, string>();

  constructor(schema: Schema) {
    this.schema = schema;
    this.serializer = DOMSerializer.fromSchema(schema);
  }

  parse(html: string): DocNode {
    const template = document.createElement("template");
    template.innerHTML = html;
    const blocks: DocNode[] = [];
    let loose: ChildNode[] = [];
    const flush = () => {
      if (
        loose.some(
          (one) =>
            one.nodeType === Node.COMMENT_NODE ||
            (one.textContent ?? "").trim() !== "" ||
            one.nodeType === Node.ELEMENT_NODE,
        )
      ) {
        const paragraph = document.createElement("p");
        paragraph.append(...loose.map((one) => one.cloneNode(true)));
        const source = paragraph.innerHTML.trim();
        blocks.push(this.block(paragraph, source));
      }
      loose = [];
    };
    for (const child of [...template.content.childNodes]) {
      const isBlock = child instanceof Element && !INLINE.has(child.tagName);
      if (!isBlock) {
        loose.push(child);
        continue;
      }
      flush();
      blocks.push(this.block(child, child.outerHTML));
    }
    flush();
    const doc = this.schema.topNodeType.createAndFill(null, blocks);
    return doc ?? (this.schema.topNodeType.createAndFill() as DocNode);
  }

  private block(element: Element, source: string): DocNode {
    const box = document.createElement("div");
    box.append(element.cloneNode(true));
    const parsed = DOMParser.fromSchema(this.schema).parse(box, { preserveWhitespace: false });
    const [only] = parsed.content.content;
    const node =
      only && parsed.childCount === 1 && !loses(element, this.element(only))
        ? only
        : (this.schema.nodes[UNKNOWN]?.create({ html: source }) as DocNode);
    this.sources.set(node, source);
    return node;
  }

  private element(node: DocNode): Element {
    return this.serializer.serializeNode(node) as Element;
  }

  /** The HTML of a document; "" for an empty one. */
  serialize(doc: DocNode): string {
    if (doc.childCount === 1 && doc.firstChild?.type.name === "paragraph" && doc.firstChild.content.size === 0)
      return "";
    const texts: string[] = [];
    doc.forEach((node) => {
      const source = this.sources.get(node);
      if (source !== undefined) texts.push(source);
      else if (node.type.name === UNKNOWN) texts.push(String(node.attrs.html));
      else texts.push(this.element(node).outerHTML);
    });
    return texts.join("\n");
  }
}

const INLINE = new Set(
  "A ABBR B BDI BDO BR CITE CODE DATA DEL DFN EM I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME U VAR WBR".split(
    " ",
  ),
);
