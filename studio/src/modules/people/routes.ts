import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "~/routes/root";

export interface PeopleSearch {
  q?: string;
  status?: string;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const people = createRoute({
  getParentRoute: () => shellRoute,
  path: "/people",
  validateSearch: (search: Record<string, unknown>): PeopleSearch => ({
    q: text(search.q),
    status: text(search.status),
  }),
  component: lazyRouteComponent(() => import("./PeoplePage"), "PeoplePage"),
});

const person = createRoute({
  getParentRoute: () => shellRoute,
  path: "/people/$id",
  component: lazyRouteComponent(() => import("./PersonPage"), "PersonPage"),
});

export const peopleRoutes = [people, person];
