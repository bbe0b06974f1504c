import type { Instrumentation } from "next";
import { notePageError, REQUEST_NAME } from "@/lib/web/refused-pages";

/** Next calls this for every error that a page throws on the server, before it answers. */
export const onRequestError: Instrumentation.onRequestError = (error, request) => {
  notePageError(request.headers[REQUEST_NAME], error);
};
