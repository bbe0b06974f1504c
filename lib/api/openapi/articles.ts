import {
  ArticleListQuery,
  ArticleListView,
  NextArticleQuery,
  NextArticleView,
} from "../schemas/articles";
import type { RouteDescription } from "./route";

export const articleRoutes: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/projects/{project}/articles",
    summary: "The articles of a project: search, filter, sort, page by page",
    permission: "read",
    query: ArticleListQuery,
    response: ArticleListView,
    status: 200,
  },
  {
    method: "GET",
    path: "/projects/{project}/articles/next",
    summary: "The next article down the list, newest first, that the caller has not submitted",
    permission: "annotate",
    query: NextArticleQuery,
    response: NextArticleView,
    status: 200,
  },
];
