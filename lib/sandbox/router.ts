import { type Answer, ok, type Request } from "./answer.ts";
import {
  deleteContact,
  getContact,
  getContactTags,
  getFieldValues,
  listContacts,
  postContact,
  postContactList,
  postFieldValue,
  putContact,
  putFieldValue,
  syncContact,
} from "./contacts.ts";
import type { SandboxState } from "./state.ts";
import {
  deleteContactTag,
  listFields,
  listLists,
  listTags,
  postContactTag,
  postField,
  postTag,
} from "./tags.ts";
import { deleteWebhook, listEvents, listWebhooks, postWebhook, putWebhook } from "./webhooks.ts";

type Handler = (state: SandboxState, request: Request, id: number) => Answer;

const getMe: Handler = () =>
  ok({
    user: { id: "1", username: "admin", firstName: "Marta", lastName: "Okafor", email: "marta@example.com" },
  });

/** The part of API v3 that is spoken; `:id` stands for a number. */
const routes: Record<string, Handler> = {
  "GET users/me": getMe,
  "GET contacts": listContacts,
  "POST contacts": postContact,
  "GET contacts/:id": getContact,
  "PUT contacts/:id": putContact,
  "DELETE contacts/:id": deleteContact,
  "GET contacts/:id/contactTags": getContactTags,
  "GET contacts/:id/fieldValues": getFieldValues,
  "POST contact/sync": syncContact,
  "GET tags": listTags,
  "POST tags": postTag,
  "POST contactTags": postContactTag,
  "DELETE contactTags/:id": deleteContactTag,
  "GET fields": listFields,
  "POST fields": postField,
  "POST fieldValues": postFieldValue,
  "PUT fieldValues/:id": putFieldValue,
  "GET lists": listLists,
  "POST contactLists": postContactList,
  "GET webhooks": listWebhooks,
  "POST webhooks": postWebhook,
  "PUT webhooks/:id": putWebhook,
  "DELETE webhooks/:id": deleteWebhook,
  "GET webhook/events": listEvents,
};

const numberInPath = /(?<=\/)\d+(?=\/|$)/;

/** The call with its number left out, as it is counted: `GET contacts/:id`. */
export const routeName = (method: string, path: string): string =>
  `${method} ${path.replace(numberInPath, ":id")}`;

/** Answers one call. Ids that are no numbers, and paths that are not spoken, are a plain 404. */
export function route(state: SandboxState, request: Request): Answer {
  const handler = routes[routeName(request.method, request.path)];
  if (!handler) return { status: 404, body: { message: "No route found" } };
  return handler(state, request, Number(numberInPath.exec(request.path)?.[0] ?? 0));
}
