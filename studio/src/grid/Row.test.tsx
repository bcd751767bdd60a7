import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, expect, test } from "vitest";
import { activate, activateWhole } from "~/i18n/i18n";
import type { Column } from "./columns";
import { Row, type RowProps } from "./Row";

beforeAll(async () => {
  await activate("en");
  await activateWhole();
});

const column = (id: string, draw: Column["draw"]): Column => ({
  id,
  title: id,
  width: 100,
  pinned: false,
  align: "start",
  sortable: true,
  editable: true,
  draw,
});

const row = (columns: Column[], more: Partial<RowProps> = {}) =>
  renderToStaticMarkup(
    <Row
      index={3}
      item={{ id: 1 }}
      error={undefined}
      name="One"
      href={undefined}
      columns={columns}
      pinned={0}
      from={0}
      to={columns.length}
      lead={0}
      isWide={false}
      height={36}
      top={0}
      level={undefined}
      selectable={false}
      selected={false}
      activeColumn={-1}
      rangeFrom={-1}
      rangeTo={-2}
      states={{}}
      flash={undefined}
      tint={undefined}
      editor={null}
      editing={-1}
      {...more}
    />,
  );
const elements = (markup: string) => markup.match(/<\w/g)?.length ?? 0;

test("a text costs a list no element but its cell", () => {
  const none = elements(row([]));
  expect(elements(row([column("a", () => "text"), column("b", () => "12")])) - none).toBe(2);
  expect(elements(row([column("a", () => <b>bold</b>)])) - none).toBe(2);
});

test("what is being saved or was refused is said beside a text", () => {
  const columns = [column("a", () => "text")];
  const pending = row(columns, { states: { a: { kind: "pending" } } });
  expect(pending).toContain("text");
  expect(pending).toContain('role="img"');
  const refused = row(columns, { states: { a: { kind: "failed", text: "new", message: "Too long" } } });
  expect(refused).toContain("new");
  expect(refused).toContain("Too long");
});

test("only what scrolls to the side keeps its head in sight", () => {
  const pinned = [{ ...column("a", () => "text"), pinned: true }];
  expect(row(pinned, { pinned: 1, from: 1 })).not.toContain("sticky");
  expect(row(pinned, { pinned: 1, from: 1, isWide: true }).match(/sticky/g)).toHaveLength(2);
});
