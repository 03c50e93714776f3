import * as alerts from "./alert-shapes.ts";
import { endpoint, withId } from "./endpoint.ts";
import * as more from "./more-shapes.ts";

/** Alerts, where they are told, and the webhooks that Rollcall keeps registered. */
export const alertEndpoints = {
  listAlerts: endpoint({
    method: "GET",
    path: "/api/v1/alerts",
    access: "viewer",
    summary: "Open alerts, or those that are over, newest first",
    query: alerts.alertQuery,
    answer: alerts.alerts,
  }),
  listAlertKinds: endpoint({
    method: "GET",
    path: "/api/v1/alerts/kinds",
    access: "viewer",
    summary: "What alerts are about",
    answer: alerts.alertKindList,
  }),
  listAlertMutes: endpoint({
    method: "GET",
    path: "/api/v1/alerts/mutes",
    access: "viewer",
    summary: "What is muted now",
    answer: alerts.alertMutes,
  }),
  muteAlerts: endpoint({
    method: "POST",
    path: "/api/v1/alerts/mutes",
    access: "operator",
    summary: "Tell nobody of a kind of alert, or of one alert, for a time",
    body: alerts.alertMuteCreate,
    answer: alerts.alertMute,
    status: 201,
  }),
  unmuteAlerts: endpoint({
    method: "DELETE",
    path: "/api/v1/alerts/mutes/{id}",
    access: "operator",
    summary: "End a mute now",
    params: withId,
    answer: more.ended,
  }),
  listAlertChannels: endpoint({
    method: "GET",
    path: "/api/v1/alerts/channels",
    access: "viewer",
    summary: "Where alerts are told",
    answer: alerts.alertChannels,
  }),
  createAlertChannel: endpoint({
    method: "POST",
    path: "/api/v1/alerts/channels",
    access: "owner",
    summary:
      "Add e-mail, a Slack-compatible webhook or a signed HTTP endpoint; its secret is shown this once",
    body: alerts.alertChannelCreate,
    answer: alerts.alertChannelSaved,
    status: 201,
  }),
  patchAlertChannel: endpoint({
    method: "PATCH",
    path: "/api/v1/alerts/channels/{id}",
    access: "owner",
    summary: "Change a channel, turn it off or on, or give it a new secret",
    params: withId,
    body: alerts.alertChannelPatch,
    answer: alerts.alertChannelSaved,
  }),
  removeAlertChannel: endpoint({
    method: "DELETE",
    path: "/api/v1/alerts/channels/{id}",
    access: "owner",
    summary: "Remove a channel and what waits for it",
    params: withId,
    answer: more.ended,
  }),
  testAlertChannel: endpoint({
    method: "POST",
    path: "/api/v1/alerts/channels/{id}/test",
    access: "operator",
    summary: "Send a test message now and say what became of it",
    params: withId,
    answer: alerts.alertTest,
  }),
  getRegistration: endpoint({
    method: "GET",
    path: "/api/v1/connections/{id}/registration",
    access: "viewer",
    summary: "The last look at a connection’s webhook in the CRM; null in automation mode",
    params: withId,
    answer: alerts.registrationAnswer,
  }),
  checkRegistration: endpoint({
    method: "POST",
    path: "/api/v1/connections/{id}/registration",
    access: "operator",
    summary: "Look at the webhook in the CRM now, and put it right",
    params: withId,
    answer: alerts.registrationAnswer,
  }),
};
