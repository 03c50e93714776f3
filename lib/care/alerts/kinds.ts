/** What alerts are about. */
export const alertKinds = [
  "work_late",
  "gave_up",
  "breaker",
  "site_stopped",
  "loop_guard",
  "flood",
  "spool",
  "registration",
  "silence",
  "password_late",
] as const;
export type AlertKind = (typeof alertKinds)[number];

type KindWords = {
  title: string;
  note: string;
  /** It must hold this long before it opens, and stay away this long before it closes. */
  holdSeconds: number;
  calmSeconds: number;
};

/** Each kind in words, with how long it must hold and stay away so that nobody is told of a flicker. */
export const kindWords: Record<AlertKind, KindWords> = {
  work_late: {
    title: "Work waits too long",
    note: "The oldest webhook that could run has waited longer than its limit.",
    holdSeconds: 30,
    calmSeconds: 60,
  },
  gave_up: {
    title: "Webhooks or pushes gave up",
    note: "They failed until the last try, or for a reason that only a person can mend; or a site refused a member. One alert a cause.",
    holdSeconds: 20,
    calmSeconds: 60,
  },
  breaker: {
    title: "Calls rest",
    note: "A CRM or a site failed so often that Rollcall lets it rest.",
    holdSeconds: 20,
    calmSeconds: 90,
  },
  site_stopped: {
    title: "Destination stopped",
    note: "Only a person can mend why nothing can be pushed there.",
    holdSeconds: 10,
    calmSeconds: 30,
  },
  loop_guard: {
    title: "Loop stopped",
    note: "A contact’s changes and webhooks kept causing each other.",
    holdSeconds: 0,
    calmSeconds: 60,
  },
  flood: {
    title: "Flood",
    note: "A connection received far more webhooks a minute than it can work on.",
    holdSeconds: 10,
    calmSeconds: 60,
  },
  spool: {
    title: "Database away or disk filling",
    note: "The door writes to its disk instead of the database.",
    holdSeconds: 10,
    calmSeconds: 60,
  },
  registration: {
    title: "Webhook lost or changed in the CRM",
    note: "It was taken out, switched off or changed there.",
    holdSeconds: 0,
    calmSeconds: 0,
  },
  silence: {
    title: "Silence",
    note: "No webhook came for much longer than is usual for the connection.",
    holdSeconds: 60,
    calmSeconds: 60,
  },
  password_late: {
    title: "Password not in the CRM",
    note: "A new password has not shown in the CRM within its limit.",
    holdSeconds: 30,
    calmSeconds: 30,
  },
};
