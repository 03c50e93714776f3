import { queryOptions } from "@tanstack/react-query";
import type {
  Alert,
  AlertChannel,
  AlertChannelCreate,
  AlertChannelPatch,
  AlertChannelSaved,
  AlertLimits,
  AlertLimitsPatch,
  AlertMute,
  AlertMuteCreate,
  AlertTest,
} from "#lib/api/alert-shapes.ts";
import { api, queryString } from "../query/api.ts";

export type AlertList = { items: Alert[]; nextCursor: string | null };
export type MuteList = { items: AlertMute[]; nextCursor: null };
export type ChannelList = { items: AlertChannel[]; nextCursor: null; canMail: boolean };

const everyMs = 15_000;

/** The alerts that are open now. */
export const openAlertsQuery = () =>
  queryOptions({
    queryKey: ["alerts", "open"],
    queryFn: ({ signal }) => api<AlertList>("/v1/alerts?limit=100", { signal }),
    refetchInterval: everyMs,
  });

/** One page of the alerts that are over. */
export const readPast = (cursor: string | null, signal?: AbortSignal) =>
  api<AlertList>(`/v1/alerts${queryString({ state: "closed", limit: 20, cursor })}`, { signal });

export const mutesQuery = () =>
  queryOptions({
    queryKey: ["alerts", "mutes"],
    queryFn: ({ signal }) => api<MuteList>("/v1/alerts/mutes", { signal }),
    refetchInterval: everyMs,
  });

export const channelsQuery = () =>
  queryOptions({
    queryKey: ["alerts", "channels"],
    queryFn: ({ signal }) => api<ChannelList>("/v1/alerts/channels", { signal }),
    refetchInterval: everyMs,
  });

export const limitsQuery = () =>
  queryOptions({
    queryKey: ["alerts", "limits"],
    queryFn: ({ signal }) => api<AlertLimits>("/v1/alerts/limits", { signal }),
  });

export const patchLimits = (limits: AlertLimitsPatch["limits"]) =>
  api<AlertLimits>("/v1/alerts/limits", { method: "PATCH", body: { limits } });

export const createChannel = (body: AlertChannelCreate) =>
  api<AlertChannelSaved>("/v1/alerts/channels", { method: "POST", body });

export const patchChannel = (id: string, body: AlertChannelPatch) =>
  api<AlertChannelSaved>(`/v1/alerts/channels/${id}`, { method: "PATCH", body });

export const removeChannel = (id: string) => api<unknown>(`/v1/alerts/channels/${id}`, { method: "DELETE" });

export const testChannel = (id: string) =>
  api<AlertTest>(`/v1/alerts/channels/${id}/test`, { method: "POST" });

export const muteAlerts = (body: AlertMuteCreate) =>
  api<AlertMute>("/v1/alerts/mutes", { method: "POST", body });

export const endMute = (id: string) => api<unknown>(`/v1/alerts/mutes/${id}`, { method: "DELETE" });
