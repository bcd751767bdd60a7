import { expect, test } from "vitest";
import { withVariables } from "./variables";

test("values stand where variables are named", () => {
  const options = {
    text: "Orders: {{ status }}",
    filter: { status: { _eq: "{{status}}" } },
    displayTemplate: "{{status}}",
  };
  expect(withVariables(options, { status: "paid" })).toEqual({
    text: "Orders: paid",
    filter: { status: { _eq: "paid" } },
    displayTemplate: "{{status}}",
  });
  expect(withVariables({ filter: { total: { _gt: "{{least}}" } } }, { least: 5 })).toEqual({
    filter: { total: { _gt: 5 } },
  });
});

test("a rule without a value is left out, others stay", () => {
  const filter = { _and: [{ status: { _eq: "{{status}}" } }, { total: { _gt: 5 } }] };
  expect(withVariables({ filter }, { status: null })).toEqual({ filter: { _and: [{ total: { _gt: 5 } }] } });
  expect(withVariables({ filter: { status: { _eq: "{{status}}" } } }, { status: "" })).toEqual({ filter: undefined });
  expect(withVariables({ filter: { status: { _eq: "{{other}}" } } }, {})).toEqual({
    filter: { status: { _eq: "{{other}}" } },
  });
});
